"""``python -m conformance.client.model [--fault NAME]``: the model client as a driver of its own."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from conformance.client.model.behaviour import Behaviour
from conformance.client.model.driver import ModelDriver
from conformance.client.model.faults import FAULTS
from conformance.wire import json


def main(words: Sequence[str]) -> int:
    """Answer messages until there are no more."""
    behaviour = FAULTS[words[1]].make() if words[:1] == ["--fault"] else Behaviour()
    driver = ModelDriver(behaviour)
    for line in sys.stdin.buffer:
        message = json.read(line)
        if isinstance(message, Mapping):
            sys.stdout.buffer.write(json.write({"message": message["message"], **driver.answer(message)}) + b"\n")
            sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
