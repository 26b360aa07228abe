"""The reference server: a pipeline of named stages over the contract, Request in, Response out, no socket.

authenticate -> route -> decode -> for each record (strip -> match -> object -> merge -> store) -> show -> encode
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Unpack

from conformance.contract.model import Contract, Kind, Mutability, Refusal, Role
from conformance.document import Record, Value
from conformance.errors import Unreadable
from conformance.exchange import Headers, Request, Response
from conformance.reference import batch, clock, door, lists, route
from conformance.reference.store import Store
from conformance.rules.stages import CHANGED, Declined, Intake, Looking, Outcome, Stages
from conformance.wire import envelope, form, organisation
from conformance.wire.scalar import guid

PROVIDER = "Reference server of the conformance suite"


@dataclass(eq=False)
class _Refused(Exception):
    """The request ends here, with this entry of the error catalogue."""

    refusal: Refusal
    elements: tuple[tuple[Record, tuple[str, ...]], ...] = ()


@dataclass
class ReferenceServer:
    """One generation's server; ``stages`` are chosen by the format of the request."""

    contract: Contract
    stages: Mapping[str, Stages]
    now: clock.Clock = clock.now
    identifier: clock.Identifiers = clock.fresh
    tenants: dict[str, Store] = field(default_factory=dict)
    guests: door.Guests = field(default_factory=door.Guests)
    #: whose records these are; nobody can ask where there is none
    houses: tuple[organisation.House, ...] = ()

    def __call__(self, request: Request) -> Response:
        """The answer to one request; never raises for anything that a caller may send."""
        sent, _ = route.formats(self.contract, request)
        try:
            return self.stages[sent].around(request, self._answered)
        except Declined as declined:
            return self._refuse(self._declined(declined), request)

    def _answered(self, request: Request) -> Response:
        sent, _ = route.formats(self.contract, request)
        with self.stages[sent].alone():
            return self._answered_alone(request)

    def _answered_alone(self, request: Request) -> Response:
        request = form.opened(self.contract, request)
        sent, wanted = route.formats(self.contract, request)
        try:
            store = self._store(self.stages[sent].tenant(door.let_in(self.contract, self.guests, request)))
            if self.houses and route.asks_whose(self.contract, request):
                return self._whose(wanted)
            found = self._route(request)
            if request.method == "GET":
                return self._get(request, found, store, wanted)
            return self._write(request, found, store, sent, wanted)
        except _Refused as refused:
            return self._refuse(refused, request)
        except Declined as declined:
            return self._refuse(self._declined(declined), request)

    def _declined(self, declined: Declined) -> _Refused:
        refusal = self.contract.refusals[declined.refusal]
        return _Refused(replace(refusal, message=declined.message) if declined.message else refusal)

    def _route(self, request: Request) -> route.Route:
        found = route.route(self.contract, request)
        if found is None:
            known = route.known_path(self.contract, request)
            raise _Refused(self.contract.refusals["not-implemented" if known else "not-found"])
        return found

    def _store(self, tenant: str) -> Store:
        return self.tenants.setdefault(tenant, Store(self.contract.resource))

    def _whose(self, wanted: str) -> Response:
        body = organisation.write(self.contract, wanted, self.houses, self.identifier(), self.now())
        return Response(status=200, headers=self._typed(self.contract.formats[wanted].answer_type), body=body)

    def _get(self, request: Request, found: route.Route, store: Store, wanted: str) -> Response:
        stages = self.stages[wanted]
        if found.operation.role is Role.READ:
            record = stages.look(store, found.by, found.identifier)
            if record is None:
                raise _Refused(self.contract.refusals["not-found"])
            looking = Looking(role=Role.READ, by=found.by, format=wanted)
            status = stages.succeed(Role.READ)
            return self._answer([stages.show(record, looking)], status, wanted, single=found.operation.alone)
        asked = stages.understand(lists.asked(self.contract, request, wanted))
        records: Sequence[Record] = list(stages.gather(store.records()))
        for narrow in (stages.sift, stages.order):
            records = narrow(records, asked)
        paging, records = stages.tally(records, asked), stages.page(records, asked)
        looking = Looking(role=Role.LIST, format=wanted, asked=asked)
        shown = [stages.show(each, looking) for each in records]
        return self._answer(shown, stages.succeed(Role.LIST), wanted, paging=paging)

    def _write(self, request: Request, found: route.Route, store: Store, sent: str, wanted: str) -> Response:
        stages, role = self.stages[sent], found.operation.role
        stages.inspect(sent, request.body)
        body = self._decode(request, sent)
        records = [self._normal(each) for each in body.records]
        intakes = tuple(
            Intake(
                role=role,
                sent=each,
                asked=each,
                format=sent,
                addressed=found.identifier,
                position=number,
                bare=body.bare,
            )
            for number, each in enumerate(records)
        )
        apart = stages.apart(request, intakes)
        taken = [batch.marked(self.contract, self._take(stages, store, each)) for each in stages.batch(intakes)]
        outcomes = stages.settle(tuple(taken), apart)
        batch.undo(self.contract.resource, store, outcomes)
        failed = [each for each in outcomes if each.messages or each.listed]
        if failed and not apart:
            refusal = stages.refuse(self.contract.refusals["validation"], failed[0].intake)
            said = [(stages.echo(stages.strip(each.intake).sent, wanted), each.messages) for each in failed]
            raise _Refused(refusal, tuple(said))
        looking = Looking(role=role, format=wanted)
        shown = [batch.shown(self.contract, stages, each, looking) for each in outcomes]
        fates = batch.fates(outcomes) if apart else ()
        return self._answer(shown, stages.succeed(role), wanted, fates=fates)

    def _normal(self, record: Record) -> Record:
        """The record with its identifier in the one spelling under which it is stored."""
        identity = record.get(self.contract.resource.identity)
        return {**record, self.contract.resource.identity: guid(identity)} if isinstance(identity, str) else record

    def _decode(self, request: Request, sent: str) -> envelope.RequestBody:
        try:
            body = envelope.read_request(self.contract, sent, request.body)
        except Unreadable as error:
            known = self.contract.refusals
            raise _Refused(known.get(f"unreadable-{sent}", known["unreadable"])) from error
        if not body.records:
            raise _Refused(self.contract.refusals.get("empty", self.contract.refusals["unreadable"]))
        return body

    def _take(self, stages: Stages, store: Store, asked: Intake) -> Outcome:
        """The record as stored, or the messages that refuse it."""
        intake = stages.strip(asked)
        existing = stages.match(store, intake)
        if existing is None and intake.role is Role.UPDATE:
            raise _Refused(self.contract.refusals["not-found"])
        messages = stages.object(store, intake, existing)
        lingering = stages.linger(store, intake)
        if lingering is not None:
            known = lingering if self.contract.resource.identity in lingering else None
            store.put(self._complete(lingering, intake, stages, known))
        if messages:
            return Outcome(intake=asked, record=None, messages=messages)
        record = self._complete(stages.merge(existing or {}, intake), intake, stages, existing)
        if stages.keep(intake, existing):
            if (
                existing is not None
                and existing[self.contract.resource.identity] != record[self.contract.resource.identity]
            ):
                store.drop(str(existing[self.contract.resource.identity]))
            store.put(record)
        return Outcome(intake=asked, record=record, before=existing)

    def _complete(self, merged: Record, intake: Intake, stages: Stages, existing: Record | None = None) -> Record:
        """The record with what the server itself sets."""
        resource = self.contract.resource
        record: dict[str, Value] = {**self._initial(), **merged} if existing is None else dict(merged)
        if existing is None and resource.identity not in merged:
            record[resource.identity] = stages.assign(intake) or self.identifier()
        if existing is not None and resource.identity not in merged:
            record[resource.identity] = existing[resource.identity]
        if not resource.modified or resource.modified not in intake.sent:
            record[resource.modified or CHANGED] = self.now()
        return record

    def _initial(self) -> dict[str, Value]:
        """What a new record says of itself: it is active, and none of the flags that the server keeps is up."""
        resource = self.contract.resource
        flags = [
            each.name
            for each in resource.fields
            if each.kind is Kind.BOOLEAN and each.mutability is Mutability.READ_ONLY
        ]
        return {resource.status: resource.active, **dict.fromkeys(flags, False)}

    def _answer(
        self,
        records: list[Record],
        status: int,
        wanted: str,
        **layout: Unpack[envelope.Layout],
    ) -> Response:
        body = envelope.write_answer(
            self.contract,
            wanted,
            [lists.shown(self.contract, each) for each in records],
            identifier=self.identifier(),
            moment=self.now(),
            provider=PROVIDER,
            **layout,
        )
        return Response(status=status, headers=self._typed(self.contract.formats[wanted].answer_type), body=body)

    def _refuse(self, refused: _Refused, request: Request) -> Response:
        sent, wanted = route.formats(self.contract, request)
        refusal, elements = self.stages[sent].phrase(refused.refusal, refused.elements)
        body = envelope.write_error(
            self.contract,
            wanted,
            refusal,
            elements if refusal.echoes else (),
            identifier=self.identifier(),
            moment=self.now(),
            provider=PROVIDER,
        )
        media = refusal.answer_type or self.contract.formats[wanted].answer_type
        return Response(status=refusal.status, headers=self._typed(media), body=body)

    def _typed(self, media: str) -> Headers:
        return Headers((("Content-Type", media),))
