"""Looking at records, and comparing what is seen with what the contract says that they hold."""

from __future__ import annotations

from conformance.compare import say
from conformance.contract.model import Clause, Field, Role, Shown
from conformance.document import Record, Value
from conformance.explore.character import Character, Held
from conformance.explore.play import Play, Way
from conformance.rules.story import Story

_LONGEST = 100


def settle(play: Play, way: Way, who: Character) -> None:
    """Read a record just written, within the same step."""
    if not play.over:
        _read(play, way, who, play.resource.identity)


def steady(play: Play, way: Way, who: Character) -> bool:
    """Whether a record is as it was, so that what comes of the next write is due to that write alone."""
    if who.checked_at < play.writes:
        look(play, way, who, play.resource.identity)
    return not play.over


def look(play: Play, way: Way, who: Character, by: str) -> None:
    """Fetch one record as a step of its own."""
    wanted = who.identity if by == play.resource.identity else who.text(by)
    at = who.label if by == play.resource.identity else f"{who.label}, {wanted!r}"
    play.begin(f"GET {play.one} {who.label} by {by}{'' if at == who.label else f' {wanted!r}'}{_in(play, way.reads)}.")
    _read(play, way, who, by)


def _in(play: Play, name: str) -> str:
    return f", in {name.upper()}" if len(play.contract.formats) > 1 else ""


def _read(play: Play, way: Way, who: Character, by: str) -> None:
    own = play.resource.identity
    story, clause = play.story(way), play.promises.of("readable", by=by)
    reply = story.read(who.identity if by == own else who.text(by), by)
    seen = reply.only
    if seen is None:
        return play.surprise(clause, f"{play.one} {who.label} to be found by its {by}", reply.outcome)
    if seen.get(own) not in (None, who.identity):
        return play.surprise(clause, f"{play.one} {who.label}, {own} {who.identity}", f"{own} {seen.get(own)}")
    shown = story.canonical(seen)
    if by != own:
        return _elsewhere(play, way, who, shown, play.promises.predicted)
    compare(play, who, shown, clause, play.promises.predicted)
    _intruder(play, who, shown)
    if not play.over:
        _learn(play, who, shown, clause)
        who.checked, who.seen, who.checked_at = True, shown, play.writes
    return None


def _elsewhere(play: Play, way: Way, who: Character, shown: Record, fields: tuple[Field, ...]) -> None:
    """Compare what is seen by number, or in the list; what is wrong already by identifier is told of that."""
    held = [(each.name, who.held[each.name].value) for each in fields if each.name in who.held]
    if any(shown.get(name) != value for name, value in held):
        _read(play, way, who, play.resource.identity)
        if not play.over:
            play.harmless = None
            compare(play, who, shown, play.promises.of("stored"), fields)


def compare(play: Play, who: Character, shown: Record, way: Clause | None, fields: tuple[Field, ...]) -> None:
    """End the play if a member is not what it should be. ``way`` is the clause about this way of looking."""
    for each in fields:
        held, now = who.held.get(each.name), shown.get(each.name)
        if held is not None and held.value != now and not play.over:
            clause = play.harmless or way if who.checked else held.clause
            why = f"{held}; it was so when it was read before" if who.checked else str(held)
            expected = f"{each.name} of {play.one} {who.label} {_is(held.value)} ({why})"
            play.surprise(clause, expected, f"{each.name} {_told(held.value, now)}")


def _is(value: Value) -> str:
    return "to be empty" if value is None else f"to be {_short(value)}"


def _told(wanted: Value, now: Value) -> str:
    """What is seen: of a list whose items have keys, the items that differ."""
    if now is None:
        return "absent"
    if isinstance(now, dict) and isinstance(wanted, dict):
        gone = [each for each in wanted if each not in now]
        other = [f"{each} {_short(now[each])}" for each in now if now[each] != wanted.get(each)]
        return "; ".join([*([f"without {', '.join(gone)}"] if gone else []), *other])
    return _short(now)


def _short(value: Value) -> str:
    text = say(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _intruder(play: Play, who: Character, shown: Record) -> None:
    """End the play if a read-only member is what a client made of it."""
    for name, value in who.forbidden.items():
        if shown.get(name) == value and who.seen.get(name) != value and not play.over:
            play.surprise(who.forbids, f"{name}, which is read-only, not to be taken over", f"{name} {_short(value)}")


def _learn(play: Play, who: Character, shown: Record, clause: Clause | None) -> None:
    """What nothing is known of yet is what it is seen to be."""
    for each in play.promises.predicted:
        if each.name not in who.held and clause is not None:
            value = shown.get(each.name)
            who.held[each.name] = Held(value=value, clause=clause, why="as it was read before")


def listing(play: Play, way: Way, *, whole: bool) -> None:
    """Fetch lists as a step of its own, and look for every record of the play in one, or in one narrowed to it."""
    narrow = not whole and "ids" in play.contract.operations[Role.LIST].narrowing
    play.begin(f"GET {'lists narrowed to each record' if narrow else 'the list'}{_in(play, way.reads)}.")
    story, clause = play.story(way), play.promises.of("readable", by="")
    reply = None if narrow else story.browse()
    if reply is not None and not reply.accepted:
        return play.surprise(clause, "the list", reply.outcome)
    rows = {str(each.get(story.identity)): each for each in reply.records} if reply else {}
    for who in play.active():
        row = story.canonical(rows[who.identity]) if who.identity in rows else story.listed(who.identity)
        if row is None:
            return play.surprise(clause, f"{play.one} {who.label} in the list", "a list without it")
        always = tuple(each for each in play.promises.predicted if each.shown is Shown.ALWAYS)
        _elsewhere(play, way, who, row, always)
    return _strangers(play, story, rows)


def _strangers(play: Play, story: Story, rows: dict[str, Record]) -> None:
    """Records in the list that hold what only one of the play's may hold, or what nobody may hold."""
    known = {each.identity for each in play.people}
    mine = {(key, each.text(key)): each for key in _keys(play) for each in play.active() if each.text(key)}
    for identity, row in rows.items():
        held = [(key, str(row.get(key) or "")) for key in _keys(play)]
        twin = next((mine[each] for each in held if each in mine), None)
        ghost = next((each for each in held if each in play.ghosts), None)
        if ghost is not None:
            said = f"{story.identity} {identity} with {play.where(*ghost)}"
            return play.surprise(play.ghosts[ghost], "nothing of the create that was refused in the list", said)
        if identity not in known and twin is not None:
            said = (
                f"{story.identity} {identity} with the {play.resource.name} or {play.resource.number} of {twin.label}"
            )
            return play.surprise(play.promises.of("once"), f"{play.one} {twin.label} once in the list", said)
    return None


def _keys(play: Play) -> tuple[str, str]:
    return play.resource.name, play.resource.number
