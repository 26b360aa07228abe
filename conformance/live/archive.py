"""Leaving an organisation as it was found: what a run has made is looked for, archived, and looked for again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from conformance.contract.model import Contract, Role
from conformance.document import Record
from conformance.errors import NoAnswer, Unreadable
from conformance.exchange import Request, Response
from conformance.live.journal import Traces
from conformance.rules.ending import CouldNotRun
from conformance.rules.reply import Reply
from conformance.rules.talk import Talk
from conformance.session.redact import Redactor
from conformance.session.weather import Weather
from conformance.targets.target import Credentials, Target
from conformance.wire.scalar import guid

_BATCH = 50
_IDS = 40
_PAGES = 200
_STOPS = (NoAnswer, CouldNotRun, Unreadable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Active:
    """A record that is still active, and why it could not be archived."""

    identity: str
    name: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """What came of cleaning up. ``trouble`` says why it could not be finished, or looked at; empty when it was."""

    archived: tuple[str, ...] = ()
    left: tuple[Active, ...] = ()
    trouble: str = ""

    @property
    def clean(self) -> bool:
        """Whether nothing is active any more, as far as the organisation shows it."""
        return not self.left and not self.trouble


def cost(records: int) -> int:
    """The requests that cleaning up takes at the most, where a page holds no fewer than a hundred records."""
    looks = -(-records // 100) + 1 + -(-records // _IDS)
    return 3 * looks + 2 * -(-records // _BATCH) + 5


@dataclass(eq=False)
class Archive:
    """Cleans up after one run. It writes to nothing that does not bear a name the run has sent."""

    contract: Contract
    target: Target
    credentials: Credentials
    traces: Traces
    #: hears of records as they are archived
    done: Callable[[Sequence[str]], None] = lambda _ids: None
    _archived: dict[str, None] = field(default_factory=dict)
    _reasons: dict[str, str] = field(default_factory=dict)
    _active: dict[str, Record] = field(default_factory=dict)
    _strange: dict[str, Active] = field(default_factory=dict)

    def clear(self) -> Cleared:
        """Archive in batches, then one by one what is left, then say what still is."""
        trouble = ""
        try:
            for batch in (_BATCH, 1):
                if not self._look():
                    break
                self._archive(batch)
            else:
                self._look()
        except _STOPS as error:
            trouble = f"the records could not all be looked at: {error}"
        except KeyboardInterrupt:
            trouble = "interrupted"
        left = [self._told(identity, record) for identity, record in self._active.items()]
        return Cleared(archived=tuple(self._archived), left=(*left, *self._strange.values()), trouble=trouble)

    def _told(self, identity: str, record: Record) -> Active:
        name = str(record.get(self.contract.resource.name) or "")
        return Active(identity=identity, name=name, why=self._reasons.get(identity, ""))

    def _look(self) -> int:
        """How many records of the run are active; whatever was active before and is not found any more is archived."""
        resource, found = self.contract.resource, dict[str, Record]()
        seen = {guid(each) for each in self.traces.ids}
        self._strange.clear()
        for each in self._listed():
            identity = str(each.get(resource.identity) or "")
            active = each.get(resource.status, resource.active) == resource.active
            if identity and active and self.traces.own(self.contract, each):
                found[identity] = each
            elif active and guid(identity) in seen:
                why = "it was in an answer to the run, but bears a name that the run never sent; left alone"
                self._strange[identity] = replace(self._told(identity, each), why=why)
        self._note([each for each in self._active if each not in found])
        self._active = found
        return len(found)

    def _note(self, ids: Sequence[str]) -> None:
        self._archived.update(dict.fromkeys(ids))
        if ids:
            self.done(ids)

    def _listed(self) -> Iterator[Record]:
        """The active records of the organisation, and by their identifiers those that the run has seen."""
        ways = self.contract.operations[Role.LIST].narrowing
        known: set[str] = set()
        for number in count(1) if "page" in ways else (1,):
            reply = self._browse(*([(ways["page"], str(number))] if "page" in ways else []))
            fresh = [each for each in reply.records if str(each.get(self.contract.resource.identity)) not in known]
            known |= {str(each.get(self.contract.resource.identity)) for each in fresh}
            yield from fresh
            if not fresh:
                break
            if number == _PAGES:
                raise Unreadable(f"the list of {self.contract.resource.many} has more than {_PAGES} pages")
        missed = sorted(guid(each) for each in self.traces.ids if guid(each) not in known)
        for start in range(0, len(missed) if "ids" in ways else 0, _IDS):
            yield from self._browse((ways["ids"], ",".join(missed[start : start + _IDS]))).records

    def _browse(self, *query: tuple[str, str]) -> Reply:
        reply = self._talk().browse(*query)
        if not reply.accepted:
            raise Unreadable(reply.outcome)
        return reply

    def _archive(self, batch: int) -> None:
        resource = self.contract.resource
        ahead = list(self._active.items())
        for start in range(0, len(ahead), batch):
            part = ahead[start : start + batch]
            records = [{resource.identity: each, resource.status: resource.archived} for each, _ in part]
            if batch == 1:
                # Some targets want to hear the name again.
                records[0][resource.name] = str(part[0][1].get(resource.name) or "")
            self._write(records)

    def _write(self, records: list[dict[str, str]]) -> None:
        """One write; a failure is kept as the reason, and stops nothing else."""
        identity = self.contract.resource.identity
        operation = self.contract.operations[Role.UPSERT]
        summarize = operation.narrowing.get("summarize")
        apart = ((summarize, "false"),) if summarize and len(records) > 1 else ()
        try:
            reply = self._talk().write(Role.UPSERT, *records, query=apart)
        except NoAnswer as error:
            self._reasons.update({each[identity]: str(error) for each in records})
            return
        if not reply.accepted:
            self._reasons.update({each[identity]: reply.outcome for each in records})

    def _talk(self) -> Talk:
        name = list(self.contract.formats)[-1]
        secrets = Redactor.of(self.credentials.secrets)
        return Talk(self.contract, self._send, "", name, name, quote=secrets.text)

    def _send(self, request: Request) -> Response:
        asked = self.credentials.applied(self.contract.access, request)
        return Weather().out(lambda: self.target.send(asked), [])
