"""One change, as a person or a machine reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.contract.located import Place
from conformance.diff.finding import Finding, Sides
from conformance.diff.rulebook import Impact, Rule, rules
from conformance.diff.source import Spot

_LONGEST = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A place in a file: JSON pointer and line; a line of 0 is not known."""

    file: str
    pointer: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change, whom it breaks, and where it stands in both documents."""

    rule: str
    senders: Impact
    readers: Impact
    subject: str
    sentence: str
    old: Where
    new: Where
    before: Any = None
    after: Any = None
    #: how many operations send it, how many answer with it, and the first of each
    requests: int = 0
    answers: int = 0
    sender: str = ""
    reader: str = ""

    @property
    def overall(self) -> Impact:
        """The worse of both."""
        return max(self.senders, self.readers, key=lambda each: each.rank)

    @property
    def order(self) -> tuple[Any, ...]:
        """Where it stands in a list: the worst first."""
        return -self.overall.rank, self.subject, self.rule, str(self.before), str(self.after), self.new.pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Which operations send something, and which answer with it: a bit for each."""

    sent: int = 0
    read: int = 0

    def more(self, sent: int, read: int) -> Reach:
        """With other operations beside these."""
        return Reach(sent=self.sent | sent, read=self.read | read)


def made(sides: Sides, finding: Finding, reach: Reach, titles: Sequence[str] = ()) -> Change:
    """The change that a finding is where these operations reach it, out of all with these titles."""
    rule = rules()[finding.rule]
    subject = _subject(sides, finding)
    return Change(
        rule=rule.id,
        senders=rule.senders if reach.sent else Impact.SAFE,
        readers=rule.readers if reach.read else Impact.SAFE,
        subject=subject,
        sentence=sentence(rule, subject, finding.before, finding.after),
        old=_where(sides, 0, finding.old.place),
        new=_where(sides, 1, finding.new.place),
        before=finding.before,
        after=finding.after,
        requests=reach.sent.bit_count() if titles else 0,
        answers=reach.read.bit_count() if titles else 0,
        sender=_first(titles, reach.sent),
        reader=_first(titles, reach.read),
    )


def _first(titles: Sequence[str], bits: int) -> str:
    return titles[(bits & -bits).bit_length() - 1] if titles and bits else ""


def sentence(rule: Rule, subject: str, before: Any, after: Any) -> str:
    """What a rule says of a subject."""
    old, new = both_shown(before, after)
    return rule.sentence.format(subject=subject, old=old, new=new)


def both_shown(before: Any, after: Any) -> tuple[str, str]:
    """Two values in a sentence, told apart even where they read alike: a false, and the text of it."""
    old, new = shown(before), shown(after)
    if old == new and type(before) is not type(after):
        return json.dumps(before, default=str)[:_LONGEST], json.dumps(after, default=str)[:_LONGEST]
    return old, new


def shown(value: Any) -> str:
    """A value in a sentence: on one line, not too long, nothing that moves a cursor."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _where(sides: Sides, side: int, place: Place) -> Where:
    source = (sides.old, sides.new)[side]
    pointer = "".join("/" + each.replace("~", "~0").replace("/", "~1") for each in place)
    return Where(file=source.file or source.name, pointer=pointer, line=source.tree.line(place))


def told(finding: Finding) -> Spot:
    """The spot that a finding speaks of: what went stands in the old document only."""
    gone = "removed" in finding.rule or finding.rule.endswith("-renamed")
    return finding.old if gone or not finding.new.place else finding.new


def _subject(sides: Sides, finding: Finding) -> str:
    if finding.about:
        return shown(finding.about)
    spot = told(finding)
    source = sides.old if spot is finding.old else sides.new
    return shown(called(source.root.node, spot.place))


def called(data: Any, place: Place) -> str:
    """How a person calls a place in an OpenAPI document."""
    steps = iter(place)
    first = next(steps, "")
    if first == "components":
        return _component(data, next(steps, ""), next(steps, ""), place[3:])
    if first in ("paths", "webhooks"):
        path, method = next(steps, ""), next(steps, "")
        if not path:
            return "the document"
        return " ".join([f"{method.upper()} {path}".strip(), *_inside(data, place[:3], place[3:])])
    return "the document" if first in ("", "security") else f"the document's {' '.join(place)}"


def _component(data: Any, kind: str, name: str, rest: Place) -> str:
    if kind == "schemas":
        return name + "".join(_members(rest))
    if kind == "parameters":
        return " ".join([_parameter(data, ("components", kind, name)), *_inside(data, (), rest)])
    return " ".join([f"{_KINDS.get(kind, kind)} {name}".strip(), *_inside(data, (), rest)])


_KINDS = {
    "requestBodies": "request body",
    "responses": "answer",
    "headers": "header",
    "securitySchemes": "security scheme",
    "callbacks": "callback",
    "links": "link",
    "pathItems": "path item",
}


def _parameter(data: Any, place: Place) -> str:
    found = data
    for step in place:
        found = found[int(step)] if isinstance(found, list) else found.get(step, {})
    known = isinstance(found, dict) and "name" in found
    return f"{found.get('in', '')} parameter {found['name']}".strip() if known else f"parameter {place[-1]}"


def _inside(data: Any, before: Place, rest: Place) -> Iterator[str]:
    """The words for what stands inside an operation or a component."""
    steps = list(rest)
    while steps:
        step = steps.pop(0)
        if step == "schema":
            told = "".join(_members(tuple(steps)))
            yield from [told] if told else []
            return
        if step == "parameters" and steps:
            number = steps.pop(0)
            yield _parameter(data, (*before, step, number)) if before else f"parameter {number}"
        elif step in _WORDS and steps:
            yield _WORDS[step].format(steps.pop(0))
        elif step == "requestBody":
            yield "body"


_WORDS = {
    "responses": "answer {}",
    "content": "{}",
    "headers": "header {}",
    "callbacks": "callback {}",
    "links": "link {}",
}
_GROUPS = re.compile(r"oneOf|anyOf|allOf|not")


def _members(rest: Place) -> Iterator[str]:
    """The words for what stands inside a schema."""
    steps = list(rest)
    while steps:
        step = steps.pop(0)
        if step == "properties" and steps:
            yield f".{steps.pop(0)}"
        elif step == "items":
            yield "[]"
        elif step == "additionalProperties":
            yield ".*"
        elif _GROUPS.fullmatch(step):
            number = steps.pop(0) if steps and steps[0].isdecimal() else ""
            yield "" if step == "allOf" else f"({step} {number})".replace(" )", ")")
