"""Answers are in the format that was asked for, and are called by its name.

``what`` is ``format`` for the bytes themselves, ``type`` for the Content-Type; ``places`` are the sorts of answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.compare import say
from conformance.contract.model import Clause, Contract, Format
from conformance.exchange import Response
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.garble import answering_at
from conformance.rules.heard import Heard, about
from conformance.rules.kind import Check, Fault, Finding, Rule, fault
from conformance.rules.overheard import at, existing
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire.spelling import shown_format

_MARKUP = (b"{", b"[", b"<")


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place."""
    look = {"format": _in_its_format, "type": _by_its_name}[clause.text("what")]
    return at(contract, clause, look, clause.texts("places"))


def _in_its_format(story: Story, reply: Reply) -> None:
    body = reply.response.body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not body:
        raise CouldNotRun(f"there is no body: {reply.outcome}")
    shown = shown_format(body) if body[:1] in _MARKUP else "neither XML nor JSON"
    if shown != story.reads:
        asked = reply.request.headers.first("Accept")
        line = f"{reply.request.method} {reply.request.path} with Accept: {asked}"
        raise Broken("other-format", f"{line} answered {reply.response.status} in another format: {shown}")


def _by_its_name(story: Story, reply: Reply) -> None:
    # What a body is called is held against what it is: which format it has to be is another promise.
    shown = shown_format(reply.response.body)
    facts = story.contract.formats.get(shown)
    if facts is None:
        raise CouldNotRun(f"the answer is in no format of this generation: {reply.outcome}")
    called = reply.response.headers.first("Content-Type")
    if reply.response.media_type not in _names(facts):
        line = f"the answer to {reply.request.method} {reply.request.path}"
        names = " or ".join(_names(facts))
        raise Broken("other-type", f"{line} is {shown} and is called {story.quote(called)!r}, not {names}")


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """An answer that is called otherwise than it is, or that is not in the one format that was asked for."""
    facts = heard.contract.formats.get(heard.format)
    own = heard.success or (_own(heard) and clause.text("what") == "type")
    if heard.place not in clause.texts("places") or heard.answer is None or facts is None or not own:
        return
    asked = _asked(heard)
    if clause.text("what") == "format" and asked and asked != heard.format:
        yield about(clause, "other-format", f"the request asked for {asked}, and the body is {heard.format}")
    # A recording may leave headers out; one that is there and empty was sent so.
    called, said = heard.response.headers.first("Content-Type"), "Content-Type" in heard.response.headers
    if clause.text("what") == "type" and said and heard.response.media_type not in _names(facts):
        names = " or ".join(_names(facts))
        yield about(clause, "other-type", f"the body is {heard.format} and is called {say(called[:200])}, not {names}")


def _own(heard: Heard) -> bool:
    """Whether an error is the API's own, about a request that it read: others come as pages, or from before it."""
    error = None if heard.answer is None else heard.answer.error
    refused = {each.status for each in heard.contract.refusals.values() if each.shape == "exception"} - {501}
    return error is not None and error.number is not None and heard.response.status in refused


def _asked(heard: Heard) -> str:
    """The format that the request asked for; nothing where it named none, or more than one."""
    wanted = heard.request.headers.first("Accept").partition(";")[0].strip().lower()
    named = [each for each, facts in heard.contract.formats.items() if wanted in _names(facts)]
    return named[0] if named and "," not in heard.request.headers.first("Accept") else ""


def _names(facts: Format) -> tuple[str, ...]:
    return tuple(dict.fromkeys((facts.media_type, facts.answer_type.partition(";")[0])))


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that answer in another format, or call it by another name, in one sort of answer."""
    changes = {
        "format": [("other-format", "in-other-format", _other)],
        "type": [("other-type", "octets", _octets), ("other-type", "unsaid", _unsaid)],
    }
    for place in existing(contract, clause.texts("places")):
        for code, slug, change in changes[clause.text("what")]:
            sentence = f"one sort of answer goes wrong in its {clause.text('what')} ({slug}): {place}"
            seeded = fault(clause, f"{slug}-{place}", code, sentence, answering_at(contract, place, change))
            yield replace(seeded, parameter=place)


def _other(response: Response) -> Response:
    return replace(response, body=b"{}" if response.body[:1] == b"<" else b"<None/>")


def _octets(response: Response) -> Response:
    kind = f"{response.media_type.partition('/')[0]}/octet-stream"
    return replace(response, headers=response.headers.with_field("Content-Type", kind))


def _unsaid(response: Response) -> Response:
    return replace(response, headers=response.headers.with_field("Content-Type", ""))


RULE = Rule(name="labelled", takes={"what": "text", "places": "texts"}, checks=checks, faults=faults, overhear=overhear)
