"""The judge of single exchanges: it finds what is wrong, excuses what a document got wrong, and accuses nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import load
from conformance.contract.model import Role
from conformance.exchange import Exchange, Headers, Request, Response
from conformance.judge import judge
from conformance.rules.kind import Finding
from conformance.rules.read_only import fields as read_only
from conformance.rules.registry import contract
from conformance.session.matrix import clean
from conformance.wire import envelope

DOCUMENTS = Path(__file__).parent / "documents"
OLDEST, OLDER, NEWEST = "1.0", "2.0-2010", "2.0-2026"
GENERATIONS = pytest.mark.parametrize("generation", load.generations())
GUID = "0f471ca5-15c9-405e-a1b9-7cc35194b673"

Body = bytes | str | dict[str, Any] | list[Any]


def encoded(body: Body) -> tuple[bytes, str]:
    """The bytes, and the format: values are JSON, texts are XML."""
    if isinstance(body, dict | list):
        return json.dumps(body).encode(), "json"
    return (body.encode() if isinstance(body, str) else body), "xml"


def writing(generation: str, body: Body, role: Role = Role.UPSERT, format_name: str = "") -> Exchange:
    """A write that nobody answered."""
    said, kind = encoded(body)
    promised = contract(generation)
    operation = promised.operations[role]
    headers = Headers((("Content-Type", promised.formats[format_name or kind].media_type),))
    return Exchange(request=Request(method=operation.method, path=operation.address(GUID), headers=headers, body=said))


def answering(generation: str, body: Body, status: int = 200, media_type: str = "") -> Exchange:
    """An answer to a GET of the list."""
    said, kind = encoded(body)
    promised = contract(generation)
    operation = promised.operations[Role.LIST]
    headers = Headers((("Content-Type", media_type or promised.formats[kind].answer_type),))
    response = Response(status=status, headers=headers, body=said)
    return Exchange(request=Request(method=operation.method, path=operation.path), response=response)


def enveloped(*contacts: dict[str, Any]) -> dict[str, Any]:
    head = {"Id": GUID, "Status": "OK", "ProviderName": "p", "DateTimeUTC": "/Date(1767229200000)/"}
    return {**head, "Contacts": list(contacts)}


def xml_answer(contacts: str, status: str = "<Status>OK</Status>") -> str:
    head = f"<Id>{GUID}</Id>{status}<ProviderName>p</ProviderName><DateTimeUTC>2026-01-01T00:00:00Z</DateTimeUTC>"
    return f"<Response>{head}<Contacts>{contacts}</Contacts></Response>"


def judged(generation: str, exchange: Exchange) -> tuple[Finding, ...]:
    return judge(contract(generation), exchange)


def codes(found: Iterable[Finding]) -> list[str]:
    return [each.code for each in found]


def document(generation: str, name: str) -> str:
    return (DOCUMENTS / generation / name).read_text("utf-8")


# ---------------------------------------------------------------- the documents' own examples

MEMBERS: dict[str, Any] = json.loads(document(NEWEST, "contact-members.json"))

#: each example as the exchange it stands for, and the errata that it needs
EXAMPLES = [
    (OLDEST, writing(OLDEST, document(OLDEST, "save-batch.xml")), {"one-address-only", "postal-code-is-text"}),
    (OLDER, writing(OLDER, document(OLDER, "minimum.xml")), set()),
    (OLDER, writing(OLDER, document(OLDER, "many.xml")), set()),
    (OLDER, writing(OLDER, document(OLDER, "update.xml")), set()),
    (OLDER, writing(OLDER, document(OLDER, "minimum.xml"), Role.CREATE), set()),
    (OLDER, answering(OLDER, document(OLDER, "get-response.xml")), {"envelope-missing"}),
    (NEWEST, answering(NEWEST, enveloped(MEMBERS)), {"false-as-text"}),
]


@pytest.mark.parametrize(
    ("generation", "exchange", "errata"),
    EXAMPLES,
    ids=["save-batch", "minimum", "many", "update", "minimum-put", "get-response", "contact-members"],
)
def test_an_example_of_a_document_is_wrong_only_where_an_erratum_says_so(
    generation: str, exchange: Exchange, errata: set[str]
) -> None:
    found = judged(generation, exchange)
    assert {each.erratum for each in found} == errata
    assert {each.clause for each in found} <= {"structure"}


@pytest.mark.parametrize(("name", "count"), [("minimum.xml", 1), ("many.xml", 2), ("update.xml", 1)])
def test_the_examples_are_judged_by_what_they_hold_and_not_as_empty_bodies(name: str, count: int) -> None:
    body = envelope.read_request(contract(OLDER), "xml", document(OLDER, name).encode())
    assert [bool(each["Name"]) for each in body.records] == [True] * count


def test_the_errata_of_the_oldest_example_are_told_in_the_words_of_its_schema() -> None:
    found = judged(OLDEST, writing(OLDEST, document(OLDEST, "save-batch.xml")))
    said = {each.erratum: each.sentence for each in found}
    assert "'Address': This element is not expected" in said["one-address-only"]
    assert "'PostalCode': '' is not a valid value of the atomic type 'xs:unsignedShort'" in said["postal-code-is-text"]


#: one exchange for every excuse that stands in the specs
EXCUSED = {
    (OLDER, "envelope-missing"): answering(OLDER, "<Contacts><Contact><Name>n</Name></Contact></Contacts>"),
    (OLDER, "too-long:SkypeUserName"): writing(OLDER, {"Name": "n", "SkypeUserName": "s" * 256}),
    (NEWEST, "boolean-as-text:HasAttachments"): answering(NEWEST, enveloped({"HasAttachments": "false"})),
    (NEWEST, "boolean-as-text:HasValidationErrors"): answering(NEWEST, enveloped({"HasValidationErrors": "true"})),
    (NEWEST, "status-missing"): answering(NEWEST, {"Contacts": []}),
}


@pytest.mark.parametrize("key", EXCUSED, ids="/".join)
def test_an_excuse_excuses_its_own_finding(key: tuple[str, str]) -> None:
    generation, code = key
    found = judged(generation, EXCUSED[key])
    assert [(each.code, each.erratum) for each in found] == [(code, found[0].erratum)]
    assert found[0].erratum


def test_no_excuse_stands_in_the_specs_that_the_judge_would_never_need() -> None:
    written = {
        (generation, code)
        for generation in load.generations()
        for erratum in contract(generation).errata
        for code in erratum.excuses
    }
    assert written == set(EXCUSED)


def test_an_erratum_about_a_false_in_quotes_excuses_no_other_text() -> None:
    found = judged(NEWEST, answering(NEWEST, enveloped({"HasAttachments": "no", "IsSupplier": "false"})))
    assert {each.code: each.erratum for each in found} == {
        "boolean-as-text:IsSupplier": "",
        "not-boolean:HasAttachments": "",
    }


# ---------------------------------------------------------------- the published schema of 1.0


def batch(members: str) -> str:
    return f"<Contacts><Contact>{members}</Contact></Contacts>"


FULL = (
    "<ContactStatus>ACTIVE</ContactStatus><Name>N</Name><EmailAddress/><Addresses><Address>"
    "<AddressType>POBOX</AddressType><AddressLine1/><AddressLine2/><AddressLine3/><AddressLine4/>"
    "<City/><Region/><PostalCode>6011</PostalCode><Country/></Address></Addresses><Phones><Phone>"
    "<PhoneType>DDI</PhoneType><PhoneNumber>1</PhoneNumber><PhoneAreaCode>4</PhoneAreaCode>"
    "<PhoneCountryCode>64</PhoneCountryCode></Phone></Phones>"
)


def test_what_the_schema_of_1_0_takes_as_published_needs_no_erratum() -> None:
    assert judged(OLDEST, writing(OLDEST, batch(FULL))) == ()


def test_each_erratum_that_a_request_needs_is_named_and_no_other() -> None:
    found = judged(OLDEST, writing(OLDEST, batch(FULL.replace(">64<", ">353<").replace("<EmailAddress/>", ""))))
    assert {each.erratum for each in found} == {"email-required", "phone-codes-are-text"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (batch(f"{FULL}<Fax>1</Fax>"), "'Fax'"),
        (batch(FULL.replace("<Name>N</Name>", "")), "Missing child element(s)"),
        (batch(FULL.replace("<Name>N</Name>", "<Name>N</Name><Name>M</Name>")), "'Name'"),
        (f"<Contact>{FULL}</Contact>", "No matching global declaration"),
    ],
    ids=["unknown", "missing", "twice", "bare"],
)
def test_what_the_corrected_schema_of_1_0_refuses_is_told_once_and_has_no_excuse(body: str, said: str) -> None:
    (found,) = judged(OLDEST, writing(OLDEST, body))
    assert said in found.sentence
    assert (found.code, found.erratum) == ("schema", "")
    assert found.path.startswith("request/")


def test_what_the_schema_of_1_0_cannot_say_is_judged_by_the_fields() -> None:
    found = judged(OLDEST, writing(OLDEST, batch(f"<ContactID>7</ContactID>{FULL.replace('ACTIVE', 'GONE')}")))
    assert codes(found) == ["not-guid:ContactID", "not-a-choice:ContactStatus"]


# ---------------------------------------------------------------- clauses


@pytest.mark.parametrize("format_name", ["json", "xml"])
@pytest.mark.parametrize("role", [Role.UPSERT, Role.CREATE])
@pytest.mark.parametrize("generation", [OLDER, NEWEST])
def test_a_read_only_member_is_found_whoever_sends_it(generation: str, role: Role, format_name: str) -> None:
    promised = contract(generation)
    on = "create" if role is Role.CREATE else "upsert"
    clause = promised.clause(f"read-only.ignored-on-{on}")
    names = {each.name for each in read_only(promised, clause)}
    members = dict.fromkeys(names) | {"Name": "n"}
    body = envelope.write_request(promised, format_name, [members])
    found = judged(generation, writing(generation, body, role, format_name))
    assert {each.path for each in found if each.clause == clause.id} == {f"request[0].{name}" for name in names}
    assert {each.clause.partition(".")[0] for each in found} == {"read-only"}


@pytest.mark.parametrize("generation", [OLDER, NEWEST])
def test_only_a_create_may_not_carry_the_identifier(generation: str) -> None:
    body = {"Contacts": [{"Name": "n"}, {"Name": "m", "ContactID": GUID}]}
    (found,) = judged(generation, writing(generation, body, Role.CREATE))
    assert (found.clause, found.path) == ("upsert.id-not-chosen-on-put", "request[1].ContactID")
    assert judged(generation, writing(generation, body)) == ()


def test_a_clause_that_is_untested_accuses_nobody() -> None:
    untested = {each.id for each in contract(OLDEST).clauses if each.untested}
    found = judged(OLDEST, writing(OLDEST, batch(f"<ContactID>{GUID}</ContactID>{FULL}")))
    assert untested
    assert not untested & {each.clause for each in found}


# ---------------------------------------------------------------- answers


def test_an_answer_is_not_held_to_what_requests_may_say() -> None:
    contact = {
        "Name": "n" * 263,
        "ContactStatus": "DELETED",
        "Phones": [{"PhoneType": "OFFICE", "Extension": "1"}] * 7,
        "Nickname": {"of": ["members", 3]},
    }
    assert judged(NEWEST, answering(NEWEST, enveloped(contact))) == ()
    body = xml_answer(f"<Contact><Name>{'n' * 263}</Name><Name>n</Name><Nick>n</Nick></Contact>")
    assert judged(NEWEST, answering(NEWEST, body)) == ()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"ContactID": GUID, "Name": "n"}, "envelope-missing"),
        ([{"Name": "n"}], "envelope-missing"),
        ({}, "envelope-missing"),
        ("<Contacts><Contact><Name>n</Name></Contact></Contacts>", "envelope-missing"),
        ("<Contact><Name>n</Name></Contact>", "envelope-missing"),
        ("<Answer/>", "envelope-missing"),
        ({"Id": GUID, "Contacts": []}, "status-missing"),
        (xml_answer("<Contact><Name>n</Name></Contact>", status=""), "status-missing"),
    ],
)
def test_records_need_the_envelope_and_its_status(body: Body, code: str) -> None:
    assert codes(judged(NEWEST, answering(NEWEST, body))) == [code]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"ErrorNumber": 10, "Type": "t", "Message": "m", "Elements": [{"IsSupplier": "no", "Name": 7}]}, 400),
        ({"Title": "Unauthorized", "Status": 401, "Detail": "d"}, 401),
        ("The resource is not there", 404),
        ("<html><body>down</body></html>", 503),
        (b"", 404),
        (b"", 302),
        (b"", 204),
    ],
)
def test_an_error_has_its_own_shapes_and_may_repeat_what_a_client_got_wrong(body: Body, status: int) -> None:
    assert judged(NEWEST, answering(NEWEST, body, status, media_type="text/html")) == ()


@pytest.mark.parametrize("body", [b"", b"<html><body>Log in</body></html>", b"fine", b"<Response>", b"{", b"\xff\xfe<"])
def test_a_success_that_cannot_be_read_is_found(body: bytes) -> None:
    (found,) = judged(NEWEST, answering(NEWEST, body))
    assert (found.code, found.path) == ("unreadable", "answer")


@GENERATIONS
def test_the_answers_of_the_faithful_server_have_no_finding(generation: str) -> None:
    exchanges = [exchange for outcome in clean(generation).values() for exchange in outcome.exchanges]
    found = [each for exchange in exchanges for each in judged(generation, exchange) if each.path.startswith("answer")]
    assert len(exchanges) > 100
    assert found == []


@GENERATIONS
def test_the_requests_of_the_checks_break_only_what_they_are_about(generation: str) -> None:
    """No check sends by accident what a client may not send: where one does, its clause is the one that is broken."""
    meant = {"read-only", "upsert", "create-conflict"}
    # The checks of these chapters send what is wrong on purpose.
    wrong = {"validation", "errors"}
    for outcome in (each for each in clean(generation).values() if each.case.clause.chapter not in wrong):
        for exchange in outcome.exchanges:
            found = [each for each in judged(generation, exchange) if not each.erratum and each.code != "schema"]
            assert {each.clause.partition(".")[0] for each in found} <= meant & {outcome.case.clause.chapter}
