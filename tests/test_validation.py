"""What is asked about bad requests: nasty servers are caught, and servers that are merely of another mind are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fnmatch import fnmatchcase

import pytest

from conformance.contract.load import generations
from conformance.derive.cases import cases
from conformance.document import Record
from conformance.exchange import Headers, Request, Response
from conformance.reference import build, clock
from conformance.reference.server import ReferenceServer
from conformance.rules.lengths import limited, sized
from conformance.rules.mischief import Alter, accepting, merging, refusing
from conformance.rules.registry import contract
from conformance.rules.stages import Declined, Handler, Intake, Stages
from conformance.session.outcome import Outcome, Verdict
from conformance.session.run import Settings, run
from conformance.targets.embedded import Embedded

NEWEST = "2.0-2026"
MINE = ("validation.*", "errors.*")


def told(alter: Alter, *patterns: str, generation: str = NEWEST) -> list[Outcome]:
    """The outcomes of the cases of these chapters on a server whose stages are altered."""
    made = contract(generation)
    stages = {name: alter(each) for name, each in build.stages(made).items()}
    server = ReferenceServer(made, stages, now=clock.ticking(), identifier=clock.counting("test"))
    target, settings = Embedded(server), Settings()
    wanted = [each for each in cases(generation) if any(fnmatchcase(each.clause.id, one) for one in patterns or MINE)]
    return [run(each, target, settings) for each in wanted]


def failed(outcomes: list[Outcome]) -> set[str]:
    return {each.case.id.partition("/")[2] for each in outcomes if each.verdict is Verdict.FAIL}


def around(change: Callable[[Request, Response], Response]) -> Alter:
    def alter(stages: Stages) -> Stages:
        def both(request: Request, answer: Handler) -> Response:
            return change(request, stages.around(request, answer))

        return replace(stages, around=both)

    return alter


def item(name: str, key: str, value: str, change: Callable[[str], str]) -> Alter:
    """One member of the item of one type is stored as something else."""

    def bent(_existing: Record, _intake: Intake, merged: Record) -> Record:
        return {field: _items(each) if isinstance(each, tuple) else each for field, each in merged.items()}

    def _items(held: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(
            {**each, name: change(each[name])} if isinstance(each, dict) and each.get(key) == value else each
            for each in held
        )

    return merging(bent)


# --- servers of another mind ---


def refuses_what_is_too_long(stages: Stages) -> Stages:
    """Every text over its limit is refused."""

    def long(intake: Intake, _existing: Record | None) -> bool:
        return any(
            len(str(intake.sent.get(each.top) or "")) > each.limit
            for each in limited(contract(NEWEST))
            if not each.holder
        )

    return refusing(long, "Too long")(stages)


def trims(stages: Stages) -> Stages:
    """White space at the ends of texts is cut away."""

    def trimmed(_existing: Record, _intake: Intake, merged: Record) -> Record:
        return {name: each.strip() if isinstance(each, str) else each for name, each in merged.items()}

    return merging(trimmed)(stages)


def only_knows_its_choices(stages: Stages) -> Stages:
    """A status that nobody named is refused."""
    return refusing(lambda intake, _: intake.sent.get("ContactStatus") == "SLEEPING", "Unknown status")(stages)


def has_no_other_method(stages: Stages) -> Stages:
    """Other methods are answered with 405 and no body."""

    def change(request: Request, response: Response) -> Response:
        other = request.method == "DELETE" or (request.method == "PUT" and not request.path.endswith("Contacts"))
        return Response(status=405) if other else response

    return around(change)(stages)


def declines_odd_identifiers(stages: Stages) -> Stages:
    """A ContactID in a body that is no GUID is a crash, as it has been seen elsewhere."""

    def change(request: Request, response: Response) -> Response:
        return replace(response, status=500) if b"not-a-guid" in request.body else response

    return around(change)(stages)


def says_it_in_one_line(stages: Stages) -> Stages:
    """JSON comes on one line, with charset left out."""

    def change(_request: Request, response: Response) -> Response:
        named = response.headers.first("Content-Type").partition(";")[0]
        body = response.body
        if named.endswith("json") and body:
            body = json.dumps(json.loads(body), separators=(",", ":")).encode()
        return replace(response, body=body, headers=Headers((("content-type", named),)))

    return around(change)(stages)


@pytest.mark.parametrize(
    "mind",
    [
        refuses_what_is_too_long,
        trims,
        only_knows_its_choices,
        has_no_other_method,
        declines_odd_identifiers,
        says_it_in_one_line,
    ],
    ids=lambda each: each.__name__,
)
def test_a_server_of_another_mind_is_not_blamed(mind: Alter) -> None:
    assert {each.case.id: each.reason for each in told(mind) if each.verdict is not Verdict.PASS} == {}


# --- nasty servers ---


def fax(text: str) -> str:
    return text[:49]


NASTY: dict[str, tuple[Alter, str]] = {
    "an address is looked at only when a contact is new": (
        accepting(lambda _intake, existing: existing is not None),
        "*/validation.email-on-every-road[[]bad-email-in-update]",
    ),
    "only the first contact of a list is looked at": (
        accepting(lambda intake, _existing: intake.position > 0),
        "*/validation.email-on-every-road[[]bad-email-second]",
    ),
    "a fax number loses its last digit when it is as long as may be": (
        item("PhoneNumber", "PhoneType", "FAX", fax),
        "*/validation.text-at-limit[[]Phones.PhoneNumber]",
    ),
    "a city of the second address is cut at 254": (
        item("City", "AddressType", "STREET", lambda text: text[:254]),
        "*/validation.text-at-limit[[]Addresses.City]",
    ),
    "what is not there is told in JSON": (
        around(
            lambda _request, response: (
                replace(response, headers=Headers((("Content-Type", "application/json"),)))
                if response.status == 404
                else response
            )
        ),
        "*/errors.not-found-media[[]unknown-number]",
    ),
    "what is not there is an empty success": (
        around(lambda _request, response: Response(status=200) if response.status == 404 else response),
        "*/errors.not-found-status[[]unknown-id]",
    ),
    "a refusal is a 422": (
        around(lambda _request, response: replace(response, status=422) if response.status == 400 else response),
        "*/errors.validation-status[[]no-name-by-put]",
    ),
    "an error is never in JSON": (
        around(
            lambda request, response: (
                response
                if response.status != 400 or b"Number" not in response.body
                else Response(
                    status=400,
                    headers=Headers((("Content-Type", "text/xml"),)),
                    body=b"<ApiException><ErrorNumber>10</ErrorNumber><Message>No</Message></ApiException>",
                )
            )
        ),
        "xml/errors.format-asked-for",
    ),
}


@pytest.mark.parametrize("what", sorted(NASTY))
def test_a_nasty_server_is_caught(what: str) -> None:
    alter, pattern = NASTY[what]
    found = failed(told(alter, pattern.partition("/")[2].partition("[")[0]))
    assert any(fnmatchcase(each, pattern) for each in found), found


def strict(stages: Stages) -> Stages:
    """A server that knows no contact at all that it would take."""

    def inspect(_format: str, _body: bytes) -> None:
        raise Declined("validation")

    return replace(stages, inspect=inspect)


def test_a_server_that_takes_nothing_earns_no_pass_for_refusing() -> None:
    # The form of a refusal is seen in any, also where everything is refused.
    outcomes = [each for each in told(strict) if each.case.clause.id != "errors.shape"]
    assert {each.verdict for each in outcomes if each.binding} == {Verdict.COULD_NOT_RUN}


@pytest.mark.parametrize("generation", generations())
def test_texts_have_the_length_that_is_asked_for(generation: str) -> None:
    for each in limited(contract(generation)):
        for size in (each.limit, each.limit + 1):
            assert len(sized(each.member, "seed", size)) == size
            assert sized(each.member, "seed", size) != sized(each.member, "other", size)


def test_a_bad_request_is_made_once_for_all_who_ask_about_it() -> None:
    outcomes = told(lambda stages: stages, "errors.validation-*", "validation.name-required")
    sent = [one.request for each in outcomes if each.case.format == "json" for one in each.exchanges]
    assert len(sent) == len(set(sent)) <= 8
