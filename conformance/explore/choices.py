"""What can be done next in a play, by what the contract promises about it."""

from __future__ import annotations

from conformance.contract.model import Role
from conformance.explore import updates
from conformance.explore.character import Character
from conformance.explore.play import CROWD, Play
from conformance.explore.writes import Free


def offers(play: Play, role: Role, *, room: bool = False) -> bool:
    """Whether the play goes on, the generation has this operation, and there is room for another record."""
    return not play.over and role in play.contract.operations and not (room and len(play.people) >= CROWD)


def updatable(play: Play) -> list[Character]:
    """The records that an update is promised to reach."""
    return [] if play.over else [each for each in play.people if updates.roads(play, each)]


def renamable(play: Play) -> list[Character]:
    """The active records that are reached by identifier."""
    return play.active() if play.promises.found_by(play.resource.identity) else []


def archivable(play: Play) -> list[Character]:
    """The records that an update is promised to archive."""
    return play.active() if play.promises.of("changes", archives=True) else []


def repeatable(play: Play) -> list[Character]:
    """The records about which the last thing said can be said again."""
    return [each for each in play.active() if each.said is not None] if play.promises.of("once") else []


def conflicts(play: Play) -> list[tuple[Character, str]]:
    """The records that are in the way of a create, and by what."""
    if not offers(play, Role.CREATE):
        return []
    keys = [each for each in (play.resource.name, play.resource.number) if play.promises.of("conflict", by=each)]
    return [(who, key) for who in play.active() for key in keys if who.text(key)]


def free(play: Play) -> list[Free]:
    """The names of archived records, for a create, and whatever a record has given up."""
    name = play.resource.name
    held = {(key, each.text(key)) for each in play.active() for key in (name, play.resource.number)}
    # What an upsert with the name of an archived record means is not known.
    shadowed = {(Role.UPSERT, key, each.text(key)) for each in play.people for key in (name, play.resource.number)}
    given_up = [
        (role, key, value, play.promises.of("moved", by=key, role=str(role)))
        for role in (Role.UPSERT, Role.CREATE)
        for key, value in play.freed
    ]
    gone = [each.text(name) for each in play.people if each.archived]
    archived = [(Role.CREATE, name, each, play.promises.of("archived-frees")) for each in gone]
    return [
        Free(role=role, key=key, value=value, clause=clause)
        for role, key, value, clause in (*archived, *given_up)
        if clause and value and role in play.contract.operations
        if (key, value) not in held and (role, key, value) not in shadowed
    ]
