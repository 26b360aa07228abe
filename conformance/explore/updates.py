"""Writes about records that exist: updates on every road, repetitions, conflicts, archiving, lists."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.contract.model import Clause, Role
from conformance.document import Record, Value, objects
from conformance.explore.character import Character
from conformance.explore.looks import settle, steady
from conformance.explore.play import Play
from conformance.explore.writes import Wish, born, excused, forbid, intruded, told, verb
from conformance.rules.reply import Reply

_ADDRESS = "address"


def roads(play: Play, who: Character) -> list[str]:
    """The ways by which an update is promised to reach this record: a member that finds it, or its own address."""
    addressed = play.promises.of("addressed", repeats=False)
    return [*play.keys(who), *([_ADDRESS] if addressed and Role.UPDATE in play.contract.operations else [])]


def update(play: Play, who: Character, road: str, wish: Wish, renames: Sequence[str] = ()) -> None:
    """An update that names some members; ``renames`` are identifying members that it gives another value."""
    if not steady(play, wish.way, who):
        return None
    resource, promises = play.resource, play.promises
    role = Role.UPDATE if road == _ADDRESS else Role.UPSERT
    changes = play.fresh(who, _named(play, road, wish), few=wish.few) | {
        each: play.another(each) for each in renames if each != road
    }
    base = {**play.story(wish.way).carried(play.before(who)), **_meaning(play, who, road)}
    sent = {**base, **changes, **intruded(play, wish)}
    means = f"by {road} {sent[road]!r}" if road in sent and road != resource.identity else f"by {road}"
    bare = wish.bare and promises.bare(role, wish.way.writes)
    words = told(sent, road, *(each for each in base if each not in changes and each != resource.name))
    start = f"{verb(play, role, wish)} updates {play.one} {who.label} {means}{' without a list around it' * bare}"
    play.write(f"{start}: {words or 'nothing else'}.")
    story = play.story(wish.way)
    reply = story.write(role, sent, bare=bare, addressed=who.identity if road == _ADDRESS else "")
    clause = promises.of("addressed", repeats=False) if road == _ADDRESS else promises.found_by(road)
    if not reply.accepted:
        may = who.archived or excused(play, wish, "update")
        return None if may else play.surprise(clause, f"{play.one} {who.label} updated", reply.outcome)
    if _about_another(play, who, reply, clause):
        return None
    before = {key: who.text(key) for key in renames}
    taken(play, who, sent)
    _stale(play, reply, sent, clause)
    play.freed.extend((key, before[key]) for key in renames if before[key] and who.text(key) != before[key])
    who.said = sent if role is Role.UPSERT and not renames else None
    forbid(play, who, wish, "update")
    return settle(play, wish.way, who)


def _named(play: Play, road: str, wish: Wish) -> Sequence[str]:
    """The members to name. At its address a record is not named itself, and no source says what an empty one means."""
    return wish.fields or [each.name for each in play.promises.plain if each.scalar][: road == _ADDRESS]


def _meaning(play: Play, who: Character, road: str) -> dict[str, Value]:
    """What an update sends to mean its record: the identifier, and beside a number the name unless that is enough."""
    resource = play.resource
    if road == _ADDRESS:
        return {}
    if road == resource.identity:
        return {road: who.identity}
    named = road == resource.number and play.promises.found_by(road, alone=True) is None and who.text(resource.name)
    return {road: who.text(road), **({resource.name: who.text(resource.name)} if named else {})}


def _about_another(play: Play, who: Character, reply: Reply, clause: Clause | None) -> bool:
    """Whether the answer is about another record, which ends the play."""
    if not reply.identity or reply.identity == who.identity:
        return False
    other = next((each.label for each in play.people if each.identity == reply.identity), "")
    saw = f"an answer about {f'{play.one} {other}' if other else 'another'}, {play.resource.identity} {reply.identity}"
    play.surprise(clause, f"{play.one} {who.label} updated", saw)
    return True


def taken(play: Play, who: Character, sent: Record) -> None:
    """What an update was accepted for is so from now on; what it left out is as it was."""
    step, promises = len(play.steps), play.promises
    canonical = play.canonical(sent)
    changes = promises.of("changes")
    for name, value in canonical.items():
        merged, clause = _merged(play, who, name, value, changes)
        who.hold({name: merged}, clause, f"as step {step} sent it")
    left = [(each.name, promises.kept(each)) for each in promises.predicted if each.name not in canonical]
    who.keep(left, f"and step {step} did not name it")
    who.checked = False
    play.harmless = promises.untouched


def _merged(play: Play, who: Character, name: str, value: Value, changes: Clause | None) -> tuple[Value, Clause | None]:
    """What a member holds once it was sent, with the clause that says so; none where nobody knows."""
    field, before = play.resource.field(name), who.held.get(name)
    if field.scalar or not (field.keyed_by or objects(value)):
        return value, changes
    if not field.keyed_by:
        return value, play.promises.of("replaced", field=name)
    if not isinstance(value, dict):
        return value, None
    clause = play.promises.of("keyed-merge", field=name, empties=False)
    whole = before is not None and isinstance(before.value, dict) and set(before.value) <= set(value)
    if whole or (before is not None and before.value is None):
        return value, changes
    old = before.value if before is not None and isinstance(before.value, dict) else None
    return ({**old, **value}, clause) if old is not None else (value, None)


def _stale(play: Play, reply: Reply, sent: Record, clause: Clause | None) -> None:
    """End the play if the answer shows a single value from before the update."""
    shown = {} if reply.only is None else play.canonical(reply.only)
    for name, value in play.canonical(sent).items():
        if play.resource.field(name).scalar and name in shown and shown[name] != value and not play.over:
            expected = f"the answer to show {name} {value!r}, as it was sent"
            play.surprise(clause, expected, f"{name} {shown[name]!r}")


def archive(play: Play, who: Character, wish: Wish) -> None:
    """An update that archives."""
    if not steady(play, wish.way, who):
        return None
    resource, clause = play.resource, play.promises.of("changes", archives=True)
    sent = {**play.story(wish.way).carried(play.before(who)), resource.identity: who.identity}
    sent[resource.status] = resource.archived
    play.write(
        f"{verb(play, Role.UPSERT, wish)} archives {play.one} {who.label}: {resource.status} {resource.archived}."
    )
    reply = play.story(wish.way).upsert(sent)
    if not reply.accepted:
        return play.surprise(clause, f"{play.one} {who.label} archived", reply.outcome)
    taken(play, who, sent)
    who.archived, who.said = True, None
    return settle(play, wish.way, who)


def again(play: Play, who: Character, wish: Wish) -> None:
    """The last upsert about a record, sent once more."""
    if not steady(play, wish.way, who):
        return None
    clause, said = play.promises.of("once"), who.said or {}
    play.write(f"{verb(play, Role.UPSERT, wish)} says the same of {play.one} {who.label} once more.")
    reply = play.story(wish.way).upsert(said)
    if not reply.accepted:
        return play.surprise(clause, f"the same of {play.one} {who.label} to be accepted again", reply.outcome)
    if _about_another(play, who, reply, clause):
        return None
    play.harmless = clause
    settle(play, wish.way, who)
    play.harmless = play.promises.untouched
    return None


def conflict(play: Play, who: Character, key: str, wish: Wish) -> None:
    """A create with the name or the number of a record that exists."""
    if not steady(play, wish.way, who):
        return None
    resource, promises = play.resource, play.promises
    clause = promises.of("conflict", by=key)
    attempt = {**play.new("X", wish.fields), key: who.text(key)}
    bare = wish.bare and promises.bare(Role.CREATE, wish.way.writes)
    start = f"{verb(play, Role.CREATE, wish)} would create another {play.one} with the {key} of {who.label}"
    play.write(f"{start}: {told(attempt)}.")
    story = play.story(wish.way)
    reply = story.write(Role.CREATE, attempt, bare=bare)
    if reply.accepted:
        return play.surprise(clause, f"a refusal, for {who.label} has this {key}", reply.outcome)
    status, wanted = promises.of("conflict-answer", by=key, part="status"), play.contract.refusals["validation"].status
    if not reply.accepted_status and reply.response.status != wanted:
        return play.surprise(status, f"a refusal with status {wanted}", reply.outcome)
    play.harmless = promises.of("conflict-harmless", by=key)
    for each in (resource.name, resource.number):
        if each != key:
            play.ghosts[each, str(attempt[each])] = play.harmless
    if key != resource.number and story.read(str(attempt[resource.number]), resource.number).only is not None:
        ghost = f"a {play.one} with the {resource.number} {attempt[resource.number]!r}"
        return play.surprise(play.harmless, "nothing stored by a create that was refused", ghost)
    return settle(play, wish.way, who)


def several(play: Play, whose: Sequence[Character], wish: Wish) -> None:
    """A list that updates records by identifier and creates one more."""
    if not all(steady(play, wish.way, each) for each in whose):
        return None
    resource, label = play.resource, play.label()
    story = play.story(wish.way)
    updates = [
        {
            **story.carried(play.before(who)),
            resource.identity: who.identity,
            **play.fresh(who, wish.fields, few=wish.few),
        }
        for who in whose
    ]
    record = play.new(label, wish.fields)
    words = "".join(
        f"updates {who.label} ({told(each, resource.identity)}), " for who, each in zip(whose, updates, strict=True)
    )
    play.write(f"{verb(play, Role.UPSERT, wish)} of a list {words}creates {label}: {told(record)}.")
    reply = story.upsert(*updates, record)
    clause = play.promises.of("mixed-batch") if updates else play.promises.of("body-shape", shape="many", role="upsert")
    if not reply.accepted:
        return play.surprise(clause, "the whole list accepted", reply.outcome)
    for who, each in zip(whose, updates, strict=True):
        taken(play, who, each)
        who.said = None
    made = born(play, story, reply, record, label)
    if isinstance(made, str):
        return play.surprise(clause, f"{play.one} {label} created", made)
    return _settle_all(play, wish, (*whose, made))


def _settle_all(play: Play, wish: Wish, whose: Sequence[Character]) -> None:
    for who in whose:
        settle(play, wish.way, who)
