"""The items of a list have a name, and no two the same. Clauses say in ``by`` which member of an item is its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.contract.model import Clause, Contract, Provocation
from conformance.document import Record, objects
from conformance.rules import provoke
from conformance.rules.kind import Fault, Rule
from conformance.rules.mischief import accepting
from conformance.rules.stages import Intake, Shelf, Stages


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Refuse a record with such a list, in the words of the provocation that it is like."""
    mine, by = provoke.named(contract, clause), clause.text("by")

    def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
        alike = [each for each in mine if _lacking(intake.sent, each, by) or _doubled(intake.sent, each, by)]
        said = tuple(contract.message(each.message, intake.sent) for each in alike)
        return (*stages.object(shelf, intake, existing), *said)

    return replace(stages, object=object_)


def _lacking(sent: Record, it: Provocation, by: str) -> bool:
    """Whether the record makes this mistake, where the mistake is an item without a name."""
    about = any(by not in each for each in objects(it.value))
    return about and any(not each.get(by) for each in objects(sent.get(it.field)))


def _doubled(sent: Record, it: Provocation, by: str) -> bool:
    """Whether the record makes this mistake, where the mistake is two items of one name."""
    about = len(objects(it.value)) > len({str(each.get(by)) for each in objects(it.value)})
    names = [str(each[by]) for each in objects(sent.get(it.field)) if each.get(by)]
    return about and len(names) > len(set(names))


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that take such a list."""
    for each in provoke.named(contract, clause):

        def holds(intake: Intake, _existing: Record | None, name: str = each.field, value: object = each.value) -> bool:
            return intake.sent.get(name) == value

        yield Fault(
            name=f"{clause.id}.accepts-{each.name}",
            clause=clause.id,
            code="accepted",
            sentence=f"{each.what} is accepted",
            alter=accepting(holds),
            parameter=each.name,
        )


RULE = Rule(
    name="named-items",
    takes={**provoke.TAKES, "by": "text"},
    checks=provoke.refusals,
    enforce=enforce,
    faults=faults,
)
