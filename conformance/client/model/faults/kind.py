"""What a seeded fault of the model client is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conformance.client.model.behaviour import Behaviour


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFault:
    """One named way to be wrong. ``parameter`` is that of the case that must notice; empty when any may.

    In it, ``{name}`` and ``{number}`` stand for the members with that role, ``{keyed}`` for the first list with a key.
    """

    name: str
    clause: str
    sentence: str
    #: makes what is wrong anew: some faults remember what was asked before
    make: Callable[[], Behaviour]
    parameter: str = ""
    #: the only formats in which it shows; empty for all
    formats: tuple[str, ...] = ()
    #: the only generations in which it shows; empty for all that have the duty
    generations: tuple[str, ...] = ()
    #: whether it is told in every format, because what must notice differs in each
    everywhere: bool = False
