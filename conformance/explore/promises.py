"""The clauses that bind, looked up by what they are about."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from conformance.contract.model import Clause, Contract, Field, Level, Mutability, Role, Shown


@dataclass(frozen=True)
class Promises:
    """What may be predicted of a target. Where sources are silent or disagree there is no clause here, and no guess."""

    contract: Contract
    # Every step asks for the same few clauses many times over.
    known: dict[tuple[object, ...], Clause | None] = field(default_factory=dict)

    def of(self, rule: str, written: str = "", **arguments: object) -> Clause | None:
        """The MUST of this kind with these arguments that binds in the format ``written``; None when none does."""
        key = (rule, written, *arguments.items())
        if key not in self.known:
            found = (each for each in self.contract.clauses if _fits(each, rule, written, arguments))
            self.known[key] = next(found, None)
        return self.known[key]

    def found_by(self, key: str, *, alone: bool = False) -> Clause | None:
        """That an upsert finds a record by this member, or by this member alone."""
        return self.of("match", by=key, alone=alone)

    def kept(self, field: Field) -> Clause | None:
        """That an update keeps this member when it leaves it out."""
        return self.of("kept", collections=not field.scalar) or (self.of("kept") if field.scalar else None)

    @property
    def untouched(self) -> Clause | None:
        """That a write touches no record but its own."""
        found = (each for each in self.contract.clauses if each.rule == "bystander" and each.texts("by"))
        return next((each for each in found if each.grade.binding), None)

    def bare(self, role: Role, written: str) -> bool:
        """Whether a record without a list around it is taken."""
        return self.of("body-shape", written, shape="bare", role=str(role)) is not None

    @cached_property
    def predicted(self) -> tuple[Field, ...]:
        """The members whose values a model can know: those that a client sets."""
        own = self.contract.resource.identity
        fields = self.contract.resource.fields
        return tuple(each for each in fields if each.writable and each.name != own and each.shown is not Shown.ERRORS)

    @cached_property
    def plain(self) -> tuple[Field, ...]:
        """Those of them that can be sent freely: not what identifies, and not what must exist elsewhere."""
        resource = self.contract.resource
        keys = {resource.name, resource.number, resource.status}
        return tuple(
            each
            for each in self.predicted
            if each.name not in keys and not (each.refers or each.formats or each.examples)
        )

    @cached_property
    def forbidden(self) -> tuple[Field, ...]:
        """The members that only the server sets."""
        own = self.contract.resource.identity
        found = (each for each in self.contract.resource.fields if each.mutability is Mutability.READ_ONLY)
        return tuple(each for each in found if each.name != own and each.shown is not Shown.ERRORS and not each.formats)


def _fits(clause: Clause, rule: str, written: str, arguments: dict[str, object]) -> bool:
    told = not clause.formats or not written or written in clause.formats
    if clause.rule != rule or clause.level is not Level.MUST or not clause.grade.binding or not told:
        return False
    return all((clause.arguments.get(name) or None) == (wanted or None) for name, wanted in arguments.items())
