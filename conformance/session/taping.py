"""Tells a target that must know it which conversation each request is part of: that of a case, or a shared one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from conformance.cassettes import names
from conformance.rules.scene import Key, Stage
from conformance.targets.target import Taped, Target


@dataclass(eq=False)
class Taping(Stage):
    """What one case has told its target; ``remarks`` are what the target has to say of the recordings."""

    target: Taped | None
    remarks: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, target: Target) -> Taping:
        """For a target that need not know it, nothing happens."""
        return cls(target if isinstance(target, Taped) else None)

    @property
    def at_once(self) -> bool:
        """Whether the target takes requests at the same moment."""
        return self.target is None or self.target.at_once

    @contextmanager
    def case(self, identifier: str) -> Iterator[None]:
        """Around the telling of a case."""
        with self._held(names.of_case(identifier)):
            yield

    def told(self, key: Key) -> AbstractContextManager[object]:
        """Around the telling of a scene."""
        return self._held(_name(key))

    def read(self, key: Key) -> None:
        """After a scene has been read."""
        if self.target is not None:
            self.target.read(_name(key))

    @contextmanager
    def _held(self, name: str) -> Iterator[None]:
        if self.target is None:
            yield
            return
        with self.target.tape(name) as said:
            yield
        self.remarks += said


def _name(key: Key) -> str:
    generation, writes, reads, scene = key
    axis = f"{generation}/{writes}" if writes == reads else f"{generation}/{writes}-{reads}"
    return names.of_scene(axis, scene)
