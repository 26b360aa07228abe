"""An answer that stands alone, read once: what is judged of a recording, where nobody can be asked anything more."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Value
from conformance.errors import Unreadable
from conformance.exchange import Request, Response
from conformance.rules.finding import Finding
from conformance.wire import envelope, json, xml
from conformance.wire.envelope import Answer
from conformance.wire.spelling import Held, shown_format, spelt
from conformance.wire.xml import Element

_MARKUP = (b"<", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PAGE = re.compile(rb"\s*+<(?:!doctype\s+html|html)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One answer with all that is known of its request; what could not be read is None, and ``trouble`` says why."""

    contract: Contract
    request: Request
    response: Response
    #: what the request was for; None where nobody knows
    role: Role | None
    #: the sort of answer, as `overheard` names the places
    place: str
    #: ``json``, ``xml``, or nothing where the body is neither
    format: str
    #: what was not recorded, as `recording` names it
    lacks: frozenset[str] = frozenset()
    answer: Answer | None = None
    trouble: str = ""
    value: Value = None
    root: Element | None = None
    members: tuple[Held, ...] = ()

    @property
    def success(self) -> bool:
        """Whether the request was taken, as far as the answer says."""
        return self.place not in ("refused", "unknown")

    @property
    def line(self) -> str:
        """The answer, as a sentence names it."""
        return f"the answer to {self.request.method} {self.request.path}" if self.request.path else "the answer"

    @property
    def around(self) -> Mapping[str, Value]:
        """The members of the root, as they are spelt."""
        if self.root is not None:
            return {each.name: each.text.strip() for each in self.root.children}
        return self.value if isinstance(self.value, Mapping) else {}

    def where(self, path: str) -> str:
        """The place of a member of a record, in the whole body."""
        return f"{self.contract.resource.many}{path}" if path.startswith("[") else path


def listen(contract: Contract, said: tuple[Request, Response], role: Role | None, lacks: frozenset[str]) -> Heard:
    """The answer of an exchange, read as far as it can be."""
    request, response = said
    make = partial(Heard, contract=contract, request=request, response=response, role=role, lacks=lacks)
    name = _format(response.body)
    try:
        answer = envelope.read_answer(contract, response)
        root = xml.read(response.body) if name == "xml" else None
        value = json.read(response.body) if name == "json" else None
        held = answer.records is not None and name
        members = _whole(contract, answer, spelt(contract, name, response.body).members) if held else ()
    except Unreadable as error:
        return make(place=_place(contract, role, response, None), format=name, trouble=error.cause)
    place = _place(contract, role, response, answer)
    if not role and place == "list" and root is not None and root.child(contract.resource.one):
        place = "read"
    return make(place=place, format=name, answer=answer, root=root, value=value, members=members)


def _whole(contract: Contract, answer: Answer, members: tuple[Held, ...]) -> tuple[Held, ...]:
    """The members that the server chose itself: a record that was refused is repeated as it was sent."""
    refused = tuple(f"[{place}]." for place in refusals(contract, answer))
    return tuple([each for each in members if not each.path.startswith(refused)]) if refused else members


def refusals(contract: Contract, answer: Answer) -> tuple[int, ...]:
    """The places of records that were refused, in an answer that tells of each apart."""
    failed = contract.statuses.failed
    fates = enumerate(answer.fates)
    return tuple([place for place, fate in fates if fate.messages or fate.status.strip().upper() in failed])


def _format(body: bytes) -> str:
    bare = body.removeprefix(codecs.BOM_UTF8).lstrip()
    if bare[:1] in (b"{", b"["):
        return "json"
    return shown_format(body) if bare.startswith(_MARKUP) and not _PAGE.match(bare) else ""


_PLACES = {Role.LIST: "list", Role.READ: "read", Role.CREATE: "create", Role.UPSERT: "write", Role.UPDATE: "write"}


def _place(contract: Contract, role: Role | None, response: Response, answer: Answer | None) -> str:
    """The sort of an answer, as `overheard` names them."""
    refused = answer is not None and answer.records is None and answer.error is not None and not answer.error.text
    if response.status >= 400 or refused:
        reads = role in (Role.LIST, Role.READ)
        return "unknown" if reads else "refused"
    place = _PLACES[role] if role else "list"
    shows = contract.operations[role].shows if role else True
    empty = answer is not None and answer.records == () and (place == "list" or not shows)
    return "empty" if empty else place


def about(clause: Clause, code: str, sentence: str, path: str = "") -> Finding:
    """A finding of this clause in an answer."""
    return Finding(clause=clause.id, code=code, sentence=sentence, path=path)
