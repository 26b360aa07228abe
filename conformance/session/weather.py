"""Answers that are no verdict: a target that limits the rate of requests, or is offline for a moment.

429 and 503 say that nothing was done (RFC 6585, 4; RFC 9110, 15.6.4), so that a request may safely be sent again.
"""

from __future__ import annotations

from collections.abc import Callable, MutableSequence
from dataclasses import dataclass
from time import sleep

from conformance.errors import NoAnswer
from conformance.exchange import Response

_TIMES = 6
_LONGEST = 65.0
_PLAIN_WAIT = 0.5
_PATIENT = 2


@dataclass
class Weather:
    """Waits a request out, up to six times; after two requests in vain, until one is answered, no longer at all."""

    in_vain: int = 0
    #: lets time pass; a recording is not waited for
    wait: Callable[[float], None] = sleep

    def out(self, ask: Callable[[], Response], notes: MutableSequence[str]) -> Response:
        """The answer once there is one; waits are noted. Raises NoAnswer when the target keeps asking for patience."""
        response = ask()
        for _ in range(_TIMES if self.in_vain < _PATIENT else 0):
            wait = delay(response)
            if wait is None:
                break
            notes.append(f"waited {wait:g} s after a {response.status}")
            self.wait(wait)
            response = ask()
        if delay(response) is not None:
            self.in_vain += 1
            raise NoAnswer(
                f"the target kept answering {response.status}: it limits the rate of requests, or is offline"
            )
        self.in_vain = 0
        return response


def delay(response: Response) -> float | None:
    """The seconds after which a request may be sent again that was turned away unread; None for a real answer.

    Raises NoAnswer when they are more than anybody waits in a run.
    """
    if response.status not in (429, 503):
        return None
    said = response.headers.first("Retry-After")
    wait = float(said) if said.isdigit() and len(said) < 10 else _PLAIN_WAIT
    if wait > _LONGEST:
        raise NoAnswer(f"the target answered {response.status} and asks to wait {wait:.0f} s")
    return wait
