"""A run as it is compared: its header, its cases, and its conversations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from conformance.errors import BadOption
from conformance.session.events import Event, read

Conversation: TypeAlias = tuple[str, str, str]
"""Generation, format, and the scene or the case."""

CUT = "\n... cut, "
"""What stands at the end of a body that is not kept as a whole, before its length."""

RACES = "concurrency"
"""The chapter in which requests meet each other: who is first is chance, and so is what each is answered."""

_WEATHER = (429, 503)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run that has ended. ``name`` is what a reader calls it."""

    name: str
    header: Event
    events: tuple[Event, ...]

    @cached_property
    def cases(self) -> Mapping[str, Event]:
        """The events by the id of their case."""
        return {each["case"]: each for each in self.events}

    @cached_property
    def conversations(self) -> Mapping[Conversation, Sequence[Mapping[str, Any]]]:
        """The exchanges of each conversation, as they followed each other: a scene is one, whichever case held it."""
        found: dict[Conversation, list[Mapping[str, Any]]] = {}
        held: dict[Conversation, str] = {}
        for event in self.events:
            for each in event["exchanges"] if event["chapter"] != RACES else ():
                key = (event["generation"], event["format"], each.get("scene", event["case"]))
                # With many processes a scene may be held twice; the first time is enough.
                if not each.get("shared") and held.setdefault(key, event["case"]) == event["case"]:
                    found.setdefault(key, []).append(each)
        return {key: _in_fair_weather(each) for key, each in found.items()}

    @cached_property
    def readers(self) -> Mapping[Conversation, Sequence[Event]]:
        """The cases that read each conversation."""
        found: dict[Conversation, dict[str, Event]] = {}
        for event in self.events:
            own = [each.get("scene", event["case"]) for each in event["exchanges"] if not each.get("shared")]
            for name in (*own, *event.get("scenes", ())):
                found.setdefault((event["generation"], event["format"], name), {})[event["case"]] = event
        return {key: tuple(each.values()) for key, each in found.items()}


def _in_fair_weather(exchanges: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The exchanges without those that were held up, and put again."""
    following = (*exchanges[1:], None)
    return [
        each
        for each, after in zip(exchanges, following, strict=True)
        if after is None or not _held_up(each["response"]) or each["request"] != after["request"]
    ]


def _held_up(response: Mapping[str, Any] | None) -> bool:
    return response is None or response["status"] in _WEATHER


def load(path: Path) -> Run:
    """The run in a stream of events, or in a folder of reports. Raises BadOption."""
    stream = path / "events.jsonl" if path.is_dir() else path
    header, *events, _ = read(stream)
    if any(each["kind"] != "case" for each in events):
        raise BadOption(f"{stream} holds more than one run", "compare one at a time")
    return Run(name=str(path), header=header, events=tuple(events))
