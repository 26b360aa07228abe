"""Conversations that several checks read: held once in a run, however many checks ask what came of them.

A check that needs a record with every member, or the answers to many filters, need not ask for them again when another
has. What a scene comes to is a value that its readers look at; it judges nothing itself.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, MutableSequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from conformance.errors import ConformanceError, Interrupted
from conformance.exchange import Exchange

Key: TypeAlias = tuple[str, ...]
"""Generation, format written, format read, and the name of the scene."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a scene: a value or a failure, what was said, and the case in which it was played."""

    teller: str
    value: Any = None
    failure: ConformanceError | None = None
    exchanges: tuple[Exchange, ...] = ()
    #: the name of the scene
    name: str = ""

    def told(self) -> Any:
        """The value. Raises the failure: each reader its own copy, since an exception grows a trace when raised."""
        if self.failure is not None:
            raise copy.copy(self.failure)
        return self.value


class Stage:
    """Where scenes are told, for a target that must know which conversation a request is part of. Most need not."""

    def told(self, key: Key) -> AbstractContextManager[object]:
        """Around the telling of a scene."""
        del key
        return nullcontext()

    def read(self, key: Key) -> None:
        """After a scene has been read, whoever told it."""


@dataclass(eq=False)
class Scenes:
    """The scenes of one run against one target, as far as they have been played."""

    played: dict[Key, Played] = field(default_factory=dict)
    #: how often a scene was broken off by the weather
    broken_off: Counter[Key] = field(default_factory=Counter)

    def play(self, key: Key, teller: str, act: Callable[[], Any], heard: MutableSequence[Exchange]) -> Played:
        """The scene of this key, played now if it has not been; ``heard`` is where its exchanges are written down."""
        if key not in self.played:
            start = len(heard)
            value: Any = None
            failure: ConformanceError | None = None
            try:
                value = act()
            except Interrupted as error:
                self.broken_off[key] += 1
                if self.broken_off[key] == 1:
                    # The case is told again, and the scene with it; a second time it counts.
                    raise
                failure = error
            except ConformanceError as error:
                failure = error
            # A scene within a scene keeps its own name.
            said = tuple(replace(each, scene=each.scene or key[-1]) for each in heard[start:])
            heard[start:] = said
            self.played[key] = Played(teller=teller, value=value, failure=failure, exchanges=said, name=key[-1])
        return self.played[key]
