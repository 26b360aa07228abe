"""How much of a body is read, in any format: a hostile or broken peer must not fill memory or stack."""

from __future__ import annotations

import codecs
from typing import NoReturn

from conformance.errors import Unreadable

LARGEST = 16 * 1024 * 1024
"""The most bytes that are read."""

DEEPEST = 64
"""The most elements, or objects and lists, that may stand inside each other."""


def check_size(body: bytes) -> None:
    """Refuses a body that is empty, or larger than any that means well."""
    if len(body) > LARGEST:
        raise Unreadable(f"the body is larger than {LARGEST // 1024 // 1024} MiB")
    if not body.removeprefix(codecs.BOM_UTF8).strip():
        raise Unreadable("the body is empty")


def refuse_depth() -> NoReturn:
    """Refuses a body whose parts stand too deep inside each other."""
    raise Unreadable(f"nested deeper than {DEEPEST}")
