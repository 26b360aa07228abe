"""Awkward but legal text is kept letter by letter. Clauses name a set of texts in ``texts``.

The texts are spread over the plain text members of as few records as will do, so that one conversation holds them all.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from urllib.parse import unquote_plus

from conformance.compare import say
from conformance.contract.model import Clause, Contract, Field, Kind
from conformance.document import Record, Value
from conformance.rules import provoke
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule
from conformance.rules.mischief import merging
from conformance.rules.stages import Intake
from conformance.rules.story import Story

_ROOMY = 50
"""Characters that a member must have room for, to be given any of the texts."""

Bend = Callable[[str], str]

_TEXTS: dict[str, dict[str, tuple[str, Bend]]] = {
    "plain": {
        "ampersand": ("S\u00f8ren & Co", lambda text: text.replace("&", "&amp;")),
        "entity": ("R&amp;D taken literally", html.unescape),
        "angles": ("1 < 2 > 0", html.escape),
        "double-quotes": ('the "quoted" one', lambda text: text.replace('"', "'")),
        "apostrophe": ("O'Neil", lambda text: text.replace("'", "''")),
        "accents": ("\u00c5ngstr\u00f6m \u0141\u00f3d\u017a", lambda text: text.encode("ascii", "replace").decode()),
        "han": ("\u6f22\u5b57 \u304b\u306a \ud55c\uae00", lambda text: text.encode("ascii", "replace").decode()),
        "astral": (
            "face \U0001f600 and \U0001d50a",
            lambda text: "".join(each for each in text if each < "\U00010000"),
        ),
        "right-to-left": ("\u05e9\u05dc\u05d5\u05dd \u0639\u0627\u0644\u0645", lambda text: text[::-1]),
        "combining": ("e\u0301 with its mark apart", partial(unicodedata.normalize, "NFC")),
        "percent": ("100% a+b #1; x=y/z?", unquote_plus),
        "backslash": ("back\\slash \\n \\u0041", lambda text: text.replace("\\", "\\\\")),
        "section-end": ("a ]]> b", lambda text: text.replace("]]>", "")),
        "null": ("null", lambda _text: ""),
        "none": ("None", lambda _text: ""),
        "true": ("true", str.title),
        "zeros": ("00420", lambda text: text.lstrip("0")),
        "digits": ("12345678901234567890123", lambda text: str(float(text))),
        "exponent": ("1e5", lambda text: str(int(float(text)))),
        "date": ("10/08/2014", lambda text: "-".join(reversed(text.split("/")))),
    },
    "spaces": {
        "leading": ("  two spaces before", str.strip),
        "trailing": ("two spaces behind  ", str.strip),
        "double": ("two  spaces inside", lambda text: " ".join(text.split())),
        "tab": ("a tab\tinside", lambda text: " ".join(text.split())),
        "newline": ("a line\nand another", lambda text: " ".join(text.split())),
    },
}


def _slots(contract: Contract) -> list[tuple[str, str]]:
    """Where any words will do: members of the record, and members of the items of its keyed lists."""
    resource = contract.resource
    unique = {each.field for each in contract.provocations.values() if each.sends == "taken"}
    own = {resource.name, resource.number, *unique}
    found = [(each.name, "") for each in resource.fields if each.name not in own and _roomy(each)]
    lists = [each for each in resource.fields if each.keyed_by and each.writable]
    return [*found, *((each.name, one.name) for each in lists for one in each.members if _roomy(one))]


def _roomy(field: Field) -> bool:
    plain = field.kind is Kind.TEXT and field.writable and not (field.choices or field.examples or field.format)
    return plain and (field.max_length or _ROOMY) >= _ROOMY


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a text."""
    for each in _TEXTS[clause.text("texts")]:
        tell = partial(_turned if clause.arguments.get("turned") else _kept, slug=each, clause=clause)
        yield Check(clause=clause, parameter=each, tell=tell, needs=frozenset({"upsert", "read"}), scene=provoke.SCENE)


def _kept(story: Story, slug: str, clause: Clause) -> None:
    known = _TEXTS[clause.text("texts")]
    held = story.scene(f"texts of {clause.id}", partial(_tell, texts=known, slots=_slots(story.contract)))
    slot, seen = held.get(slug) or ("", None)
    if not slot:
        slot, seen = _tell(story, {slug: known[slug]}, _slots(story.contract)).get(slug) or ("", None)
    text = known[slug][0]
    if not slot:
        provoke.wellformed(story)
        raise Broken("refused", f"a {story.one} with the text {text!r} was refused")
    if seen != text:
        raise Broken("changed", f"{slot} was sent as {say(text)} and is read as {say(seen)}", text, seen)


def _turned(story: Story, slug: str, clause: Clause) -> None:
    known = _TEXTS[clause.text("texts")]
    held = story.scene(f"texts of {clause.id}", partial(_elsewhere, texts=known, order=list(known)))
    text = known[slug][0]
    slot, seen = held.get(slug) or _elsewhere(story, {slug: known[slug]}, list(known)).get(slug) or ("", None)
    if not slot:
        provoke.wellformed(story)
        raise Broken("refused", f"a {story.one} with the text {text!r} in another place was refused")
    if seen != text:
        raise Broken("changed", f"{slot} was sent as {say(text)} and is read as {say(seen)}", text, seen)


def _elsewhere(
    story: Story, texts: Mapping[str, tuple[str, Bend]], order: Sequence[str]
) -> dict[str, tuple[str, Value]]:
    """The same where each text stands in a member of the record if it stood in an item of a list, or the other way."""
    slots, found = _slots(story.contract), dict[str, tuple[str, Value]]()
    for inner in (True, False):
        mine = {slug: each for slug, each in texts.items() if _first_inside(slots, order.index(slug)) != inner}
        found |= _tell(story, mine, [each for each in slots if bool(each[1]) == inner])
    return found


def _first_inside(slots: Sequence[tuple[str, str]], place: int) -> bool:
    """Whether the text at this place stood in an item of a list at first."""
    return bool(slots[place % len(slots)][1])


def _tell(
    story: Story, texts: Mapping[str, tuple[str, Bend]], slots: Sequence[tuple[str, str]]
) -> dict[str, tuple[str, Value]]:
    """Where each text was put, and what is read there; nothing for those that were refused."""
    found = dict[str, tuple[str, Value]]()
    names = list(texts)
    for start in range(0, len(names), len(slots) or len(names)):
        placed = list(zip(names[start : start + len(slots)], slots, strict=False))
        sent = _record(story, f"{names[start]} and more", [(slot, texts[slug][0]) for slug, slot in placed])
        reply = story.upsert(sent)
        if not reply.accepted:
            continue
        identity = story.identified(reply, sent)
        if not identity:
            raise CouldNotRun(f"the answer shows no {story.identity}: {reply.outcome}")
        after = story.fetch(identity, "just created", sent)
        first = story.canonical(sent)
        found |= {slug: (".".join(filter(None, slot)), _read(after, first, slot)) for slug, slot in placed}
    return found


def _record(story: Story, label: str, placed: Sequence[tuple[tuple[str, str], str]]) -> dict[str, Value]:
    record = story.new(*{slot[0] for slot, _ in placed}, label=label)
    for (name, inner), text in placed:
        held = record[name]
        items = held if isinstance(held, tuple) else ()
        first = [{**each, inner: text} for each in items[:1] if isinstance(each, Mapping)]
        record[name] = (*first, *items[1:]) if inner else text
    return record


def _read(after: Record, sent: Record, slot: tuple[str, str]) -> Value:
    """What is read where a text was put: in a list, in the item that was sent first."""
    name, inner = slot
    held, given = after.get(name), sent.get(name)
    if not inner:
        return held
    key = next(iter(given)) if isinstance(given, Mapping) else ""
    item = held.get(key) if isinstance(held, Mapping) else None
    return item.get(inner) if isinstance(item, Mapping) else None


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that bend one kind of text, everywhere or where it did not stand at first."""
    if clause.arguments.get("turned"):
        yield from _half_bent(contract, clause)
        return
    for slug, (text, bend) in _TEXTS[clause.text("texts")].items():
        yield Fault(
            name=f"{clause.id}.bends-{slug}",
            clause=clause.id,
            code="changed",
            sentence=f"{text!r} is stored as {bend(text)!r}",
            alter=merging(partial(_bent, text=text, bent=bend(text))),
            parameter=slug,
        )


def _half_bent(contract: Contract, clause: Clause) -> Iterator[Fault]:
    slots = _slots(contract)
    for place, (slug, (text, bend)) in enumerate(_TEXTS[clause.text("texts")].items()):
        inside = not _first_inside(slots, place)
        alter = merging(partial(_bent_in, text=text, bent=bend(text), inside=inside))
        where = "in items of lists" if inside else "in members of the record"
        sentence = f"{text!r} is stored as {bend(text)!r} {where} alone"
        name = f"{clause.id}.bends-{slug}"
        yield Fault(name=name, clause=clause.id, code="changed", sentence=sentence, alter=alter, parameter=slug)


def _bent(_existing: Record, _intake: Intake, merged: Record, text: str, bent: str) -> Record:
    return {name: _bend(each, text, bent) for name, each in merged.items()}


def _bent_in(_existing: Record, _intake: Intake, merged: Record, text: str, bent: str, inside: bool) -> Record:
    return {
        name: _bend(each, text, bent) if isinstance(each, str) is not inside else each for name, each in merged.items()
    }


def _bend(value: Value, text: str, bent: str) -> Value:
    if isinstance(value, str):
        return bent if value == text else value
    if isinstance(value, Mapping):
        return {name: _bend(each, text, bent) for name, each in value.items()}
    return tuple(_bend(each, text, bent) for each in value) if isinstance(value, tuple) else value


RULE = Rule(name="letter-by-letter", takes={"texts": "text", "turned": "flag"}, checks=checks, faults=faults)
