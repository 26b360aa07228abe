"""How a bad request is answered. Clauses list the provocations in ``provoke`` and name the ``part`` of the answer.

========  ==============================================================================
part      what is compared with the error catalogue
========  ==============================================================================
status    the HTTP status
number    the error number in the body; ``also`` lists numbers that were seen elsewhere
type      the error type in the body; absent is accepted where ``also`` lists a number
message   the general message
opening   how the general message begins
text      that some message of the error is the one about the record, or holds it
element   that the body repeats the refused record, and says something about it
named     that the repeated record shows the name that was sent
echoed    that it shows every text that was sent
identity  that it shows a GUID where it shows an identifier
flag      that a repeated record does not say, in the member that the clause names in ``flag``, that nothing is wrong
unsaved   that the repeated record, which was never saved, has the identifier of nothing
form      that there is an error in the API's own form
root      that in XML the document has the name that errors have
media     that the error comes in the format that was asked for, or in the type of its own that it has
========  ==============================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Provocation, Refusal
from conformance.document import Record
from conformance.rules import otherwise, provoke
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.error_heard import overhear
from conformance.rules.kind import Check, Rule
from conformance.rules.story import Story
from conformance.wire import xml
from conformance.wire.envelope import ErrorBody
from conformance.wire.scalar import ZERO_GUID, guid
from conformance.wire.spelling import shown_format

_GUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def checks(contract: Contract, clause: Clause) -> list[Check]:
    """One check a provocation."""
    found = provoke.asking(contract, clause, partial(_answered, clause=clause))
    return [replace(each, formats=("xml",)) for each in found] if clause.text("part") == "root" else found


def _answered(story: Story, it: Provocation, clause: Clause) -> None:
    found = provoke.provoked(story, it)
    if found.reply.accepted:
        raise CouldNotRun(f"there is no error to look at: {it.what} was accepted: {found.reply.outcome}")
    provoke.wellformed(story)
    try:
        _PARTS[clause.text("part")](story, it, found, clause)
    except Broken:
        provoke.blameless(story, it)
        raise


def _same(part: str, it: Provocation, expected: object, seen: object) -> None:
    if expected != seen:
        reason = f"{it.what} is answered with the {part} {seen!r}, not {expected!r}"
        raise Broken(f"other-{part}", reason, str(expected), str(seen))


def _error(found: provoke.Provoked) -> ErrorBody:
    """The error in the body. Raises CouldNotRun when there is none in the API's own form."""
    error = None if found.reply.answer is None else found.reply.answer.error
    if error is None or not (error.message or error.elements or error.number is not None or error.type):
        raise CouldNotRun(f"the refusal carries no error of the API's own form: {found.reply.outcome}")
    return error


def _bare(text: str) -> str:
    return text.strip().rstrip(".")


def _refusal(story: Story, it: Provocation) -> Refusal:
    return story.contract.refusals[it.refusal]


def general(refusal: Refusal, it: Provocation) -> str:
    """The general message of an entry of the catalogue, with the mistake in its gaps."""
    return refusal.message.replace("{element}", it.path[-1]).replace("{value}", str(it.value))


def _status(story: Story, it: Provocation, found: provoke.Provoked, _clause: Clause) -> None:
    _same("status", it, _refusal(story, it).status, found.reply.response.status)


def _number(story: Story, it: Provocation, found: provoke.Provoked, clause: Clause) -> None:
    seen = _error(found).number
    if seen not in clause.arguments.get("also", ()):
        _same("number", it, _refusal(story, it).number, seen)


def _type(story: Story, it: Provocation, found: provoke.Provoked, clause: Clause) -> None:
    seen = _error(found).type
    if seen or not clause.arguments.get("also"):
        _same("type", it, _refusal(story, it).type, seen)


def _message(story: Story, it: Provocation, found: provoke.Provoked, _clause: Clause) -> None:
    _same("message", it, _bare(general(_refusal(story, it), it)), _bare(_error(found).message))


def _opening(story: Story, it: Provocation, found: provoke.Provoked, _clause: Clause) -> None:
    expected, seen = _bare(general(_refusal(story, it), it)), _bare(_error(found).message)
    if not seen.startswith(expected):
        _same("message", it, expected, seen)


def _text(story: Story, it: Provocation, found: provoke.Provoked, _clause: Clause) -> None:
    refusal = _refusal(story, it)
    expected = _bare(story.contract.message(it.message, found.sent) if it.message else general(refusal, it))
    seen = [_bare(each) for each in found.reply.messages]
    if not any(expected in each for each in seen):
        _same("text", it, expected, seen[0] if seen else "")


def _form(_story: Story, it: Provocation, found: provoke.Provoked, _clause: Clause) -> None:
    try:
        _error(found)
    except CouldNotRun as error:
        raise Broken("formless", f"{it.what} is refused without an error of the API's own form") from error


def _root(story: Story, it: Provocation, found: provoke.Provoked, _clause: Clause) -> None:
    names, body = story.contract.errors, found.reply.response.body
    _error(found)
    wanted = names.root if _refusal(story, it).shape == "exception" else story.contract.envelope.root
    if shown_format(body) == "xml":
        _same("root", it, wanted, xml.read(body).name)


def _element(story: Story, it: Provocation, found: provoke.Provoked, _clause: Clause) -> None:
    elements = _error(found).elements
    if not elements:
        raise Broken("no-element", f"the error does not repeat the refused {story.one} ({it.what})")
    if not any(_repeats(story, found.sent, each.record) for each in elements):
        raise Broken("other-element", f"the error repeats another {story.one}", found.sent, elements[0].record)
    if not any(each.messages for each in elements):
        raise Broken("no-message", f"the repeated {story.one} carries no message of its own ({it.what})")


def _repeats(story: Story, sent: Record, shown: Record) -> bool:
    """Whether a record that an error shows is the one that was sent, as far as it shows anything of it."""
    resource = story.contract.resource
    telling = [each for each in (resource.name, resource.number) if each in sent and shown.get(each)]
    return all(shown[each] == sent[each] for each in telling)


def _named(story: Story, it: Provocation, found: provoke.Provoked, _clause: Clause) -> None:
    name, elements = story.contract.resource.name, _error(found).elements
    if not elements:
        raise CouldNotRun(f"the error repeats no {story.one} ({it.what})")
    shown = tuple(each.record.get(name) for each in elements)
    if found.sent[name] not in shown:
        reason = f"the refused {story.one} is repeated without the {name} that was sent ({it.what})"
        raise Broken("other-named", reason, found.sent[name], shown)


def _echoed(story: Story, it: Provocation, found: provoke.Provoked, _clause: Clause) -> None:
    resource, elements = story.contract.resource, _error(found).elements
    _named(story, it, found, _clause)
    shown = next(each.record for each in elements if each.record.get(resource.name) == found.sent[resource.name])
    for name, value in found.sent.items():
        if isinstance(value, str) and name in resource.names and shown.get(name) != value:
            reason = f"the refused {story.one} is repeated without the {name} that was sent ({it.what})"
            raise Broken("other-echoed", reason, value, shown)


def _identity(story: Story, it: Provocation, found: provoke.Provoked, _clause: Clause) -> None:
    for each in _error(found).elements:
        shown = str(each.record.get(story.identity) or "")
        if shown and not _GUID.fullmatch(guid(shown)):
            reason = f"the refused {story.one} is repeated with a {story.identity} that is no GUID ({it.what})"
            raise Broken("other-identity", reason, None, each.record)


def _flag(story: Story, it: Provocation, found: provoke.Provoked, clause: Clause) -> None:
    flag = clause.text("flag")
    for each in _error(found).elements:
        # A member that is not there says nothing.
        if each.messages and each.record.get(flag) is False:
            reason = f"a {story.one} that was refused is repeated with {flag} false ({it.what})"
            raise Broken("other-flag", reason, True, each.record)


def _unsaved(story: Story, it: Provocation, found: provoke.Provoked, _clause: Clause) -> None:
    shown = [guid(str(each.record.get(story.identity) or "")) for each in _error(found).elements]
    if ZERO_GUID not in shown:
        reason = (
            f"a {story.one} that was not saved is repeated with {'another' if any(shown) else 'no'} {story.identity}"
        )
        raise Broken("other-unsaved", f"{reason} ({it.what})", ZERO_GUID, tuple(shown))


def _media(story: Story, it: Provocation, found: provoke.Provoked, _clause: Clause) -> None:
    own = _refusal(story, it).answer_type or story.contract.formats[story.reads].answer_type
    wanted, seen = own.partition(";")[0].strip(), found.reply.response.media_type
    # XML has two names, and both are used for it.
    if {wanted.rpartition("/")[2], seen.rpartition("/")[2]} != {"xml"}:
        _same("media type", it, wanted, seen)


_PARTS: dict[str, Callable[[Story, Provocation, provoke.Provoked, Clause], None]] = {
    "status": _status,
    "number": _number,
    "type": _type,
    "message": _message,
    "opening": _opening,
    "text": _text,
    "element": _element,
    "named": _named,
    "echoed": _echoed,
    "identity": _identity,
    "flag": _flag,
    "unsaved": _unsaved,
    "media": _media,
    "form": _form,
    "root": _root,
}


RULE = Rule(
    name="error-answer",
    takes={**provoke.TAKES, "part": "text", "also": "number", "flag": "text"},
    checks=checks,
    faults=otherwise.faults,
    overhear=overhear,
)
