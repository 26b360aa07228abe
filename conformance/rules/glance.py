"""A glance at what many checks share: enough to see that a promise is kept, never enough to blame anybody.

A check that has a glance holds its own conversation only where the shared one leaves a doubt. So a faithful target is
asked little, and whatever is said against a target comes from a conversation about one thing.
"""

from __future__ import annotations

from collections.abc import Iterable

from conformance.contract import values
from conformance.contract.model import Resource, Role
from conformance.document import Record
from conformance.rules.ending import CouldNotRun
from conformance.rules.reply import Reply
from conformance.rules.story import Story

LIFE = "life"
"""The name under which all these conversations go to one process: they build on each other."""


def need(sure: object, what: str) -> None:
    """Raises CouldNotRun unless what a glance looks for is there."""
    if not sure:
        raise CouldNotRun(f"the conversation that is shared leaves a doubt: {what}")


def digits(*parts: str) -> str:
    """A number that nobody has and that is made of digits alone."""
    return str(int(values.token(*parts), 16)).zfill(9)[:9]


def seen(story: Story, *identities: str) -> dict[str, Record]:
    """Records by identity, read at once where a list can show them in full, and one by one where it did not."""
    ways = story.contract.operations[Role.LIST].narrowing
    found: dict[str, Record] = {}
    if {"ids", "page"} <= set(ways) and "list" not in story.lacks:
        wanted = ",".join(story.spelling.get(each, each) for each in identities)
        given = {"ids": wanted, "page": "1", "archived": "true"}
        shown = story.browse(*((ways[each], value) for each, value in given.items() if each in ways)).records
        found = {str(each.get(story.identity)): story.canonical(each) for each in shown}
    for each in identities:
        one = None if each in found else story.read(each).only
        if one is not None:
            found[each] = story.canonical(one)
    return found


def named(story: Story, name: str) -> list[Record]:
    """All records that a list shows under a name, archived ones too, as fully as a list can."""
    ways, field = story.contract.operations[Role.LIST].narrowing, story.contract.resource.name
    given = {"where": f'{field}=="{name}"', "page": "1", "archived": "true"}
    reply = story.browse(*((ways[each], value) for each, value in given.items() if each in ways and "where" in ways))
    need(reply.accepted, f"a list is not shown, {reply.outcome}")
    return [story.canonical(each) for each in reply.records if each.get(field) == name]


def identities(story: Story, reply: Reply, records: Iterable[Record]) -> list[str]:
    """The identities of records that one write made: as it shows them, or as their numbers lead to them."""
    resource = story.contract.resource
    shown = {str(each.get(resource.name)): str(each.get(story.identity) or "") for each in reply.records}
    found = []
    for each in records:
        own = shown.get(str(each[resource.name]), "")
        by_number = str(each.get(resource.number) or "")
        found.append(own if own or not by_number else story.read(by_number, resource.number).identity)
    need(reply.accepted and all(found) and len(set(found)) == len(found), f"not all are created, {reply.outcome}")
    return found


def same(resource: Resource, one: Record, other: Record, ignored: Iterable[str] = ()) -> bool:
    """Whether two readings agree in all that a client may set, and in whatever else both of them show."""
    writable = {each.name for each in resource.fields if each.writable}
    told = (set(one) | set(other)) - {resource.modified, *ignored}
    return all(one.get(each) == other.get(each) for each in told if each in writable or (each in one and each in other))


def shows(seen: Record | None, sent: Record) -> bool:
    """Whether a reading has every member as it was sent."""
    return seen is not None and all(seen.get(name) == value for name, value in sent.items())
