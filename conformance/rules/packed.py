"""An answer that comes packed, because the caller takes gzip, unpacks to what comes unpacked."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from conformance.compare import differences
from conformance.contract.model import Clause, Contract
from conformance.errors import Garbled, Unreadable
from conformance.exchange import Request, Response
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.garble import answering
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.overheard import SCENE, overheard
from conformance.rules.story import Story
from conformance.wire import envelope

_GZIP, _HEADER = "gzip", "Content-Encoding"


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: a record is fetched by a caller who takes gzip. Whether it then is packed is the target's affair."""
    yield Check(clause=clause, parameter="", tell=_tell, needs=frozenset({"upsert", "read"}), scene=SCENE)


def _tell(story: Story) -> None:
    heard = overheard(story)
    usual = heard.of("read")
    if usual.only is None:
        raise CouldNotRun(f"the {story.one} cannot be read by a caller who takes no gzip either: {usual.outcome}")
    try:
        reply = story.read(heard.identity, headers=(("Accept-Encoding", _GZIP),))
    except Garbled as error:
        raise Broken("not-packed", f"to a caller who takes gzip: {error}") from error
    coding = reply.response.headers.first(_HEADER).strip().lower()
    if coding not in ("", "identity", _GZIP):
        raise Broken("other-coding", f"to a caller who takes gzip the answer is packed as {story.quote(coding)!r}")
    try:
        response = _unpacked(reply.response) if coding == _GZIP else reply.response
        records = envelope.read_answer(story.contract, response).records or ()
    except (OSError, EOFError, zlib.error) as error:
        raise Broken("not-packed", "the answer says that it is packed with gzip, and is not") from error
    except Unreadable as error:
        raise Broken("another", f"to a caller who takes gzip: {error}") from error
    shown = story.canonical(records[0]) if records else {}
    wrong = differences(story.canonical(usual.only), {**shown, story.identity: heard.identity} if shown else {})
    if wrong:
        raise Broken("another", f"to a caller who takes gzip, {wrong[0]}", usual.only, shown)


def _unpacked(response: Response) -> Response:
    return replace(response, body=gzip.decompress(response.body))


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that pack badly, or in a way that nobody asked for."""
    rows: dict[str, tuple[str, str, str, Callable[[bytes], bytes]]] = {
        "only-said": ("not-packed", "an answer is called gzip and is not packed", _GZIP, bytes),
        "other-coding": ("other-coding", "an answer is packed in a way that was not asked for", "br", bytes),
        "half-packed": ("not-packed", "a packed answer breaks off", _GZIP, lambda body: gzip.compress(body)[:-20]),
        "other-record": ("another", "a packed answer shows no records", _GZIP, lambda _body: gzip.compress(b"{}")),
    }
    for slug, (code, sentence, coding, pack) in rows.items():

        def change(request: Request, response: Response, coding: str = coding, pack: _Pack = pack) -> Response:
            if _GZIP not in request.headers.first("Accept-Encoding"):
                return response
            return replace(response, headers=response.headers.with_field(_HEADER, coding), body=pack(response.body))

        yield fault(clause, slug, code, sentence, answering(change))


_Pack = Callable[[bytes], bytes]

RULE = Rule(name="packed", checks=checks, faults=faults)
