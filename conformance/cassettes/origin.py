"""Where a recording comes from: the head that stands above the interactions of each cassette."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from conformance.cassettes.wrong import Wrong

OWN = "a recording of this project's own reference server, not of the real service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """From what, when, by which suite, against which contract, and with what the run was told."""

    recorded_from: str
    recorded: str
    suite: str
    generation: str
    format: str
    contract: str
    seed: str
    profile: str
    lacks: tuple[str, ...] = ()
    exhaustive: bool = False
    note: str = ""

    def head(self, **what: str) -> dict[str, Any]:
        """The head of one file."""
        return {**{name: value for name, value in asdict(self).items() if value != ""}, **what}

    @classmethod
    def of(cls, head: Mapping[str, Any]) -> Origin:
        """The origin that a head tells of. Raises Wrong."""
        words = ("recorded_from", "recorded", "suite", "generation", "format", "contract", "seed", "profile")
        found = {each: head.get(each) for each in words}
        for name, value in found.items():
            if not isinstance(value, str):
                raise Wrong(f"the head has no {name}", at=("conformance",))
        lacks, note = head.get("lacks", []), head.get("note", "")
        if not isinstance(lacks, list) or not isinstance(note, str):
            raise Wrong("the head is not as this suite writes it", at=("conformance",))
        return cls(
            **{name: str(value) for name, value in found.items()},
            lacks=tuple(str(each) for each in lacks),
            exhaustive=head.get("exhaustive") is True,
            note=note,
        )

    @property
    def moment(self) -> datetime:
        """When it was recorded. Raises Wrong."""
        try:
            found = datetime.fromisoformat(self.recorded)
        except ValueError as error:
            raise Wrong(f"{self.recorded[:40]!r} is no moment", at=("conformance", "recorded")) from error
        return found if found.tzinfo else found.replace(tzinfo=UTC)
