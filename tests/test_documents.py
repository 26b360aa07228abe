"""The examples of the three defining documents against their schemas: where they fail, the errata say why."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from lxml import etree

from conformance.contract import xsd
from conformance.contract.model import Erratum

ROOT = Path(__file__).parent
SPECS = ROOT.parent / "specs"
DOCUMENTS = ROOT / "documents"
OLDEST = SPECS / "1.0" / "contacts.xsd"
OLDER = SPECS / "2.0-2010" / "contacts.xsd"


def errata(generation: str) -> tuple[Erratum, ...]:
    text = (SPECS / generation / "errata.toml").read_text("utf-8")
    return tuple(Erratum(**each) for each in tomllib.loads(text)["erratum"])


FIXES = errata("1.0")


def example() -> etree._ElementTree:
    return etree.parse(DOCUMENTS / "1.0" / "save-batch.xml")


# ---------------------------------------------------------------- 1.0


def test_the_example_of_1_0_breaks_the_schema_of_its_own_page_twice() -> None:
    schema = xsd.schema(OLDEST)
    assert not schema.validate(example())
    assert [(each.line, each.type_name) for each in schema.error_log] == [
        (16, "SCHEMAV_CVC_DATATYPE_VALID_1_2_1"),
        (19, "SCHEMAV_ELEMENT_CONTENT"),
    ]
    empty, second = schema.error_log
    assert "'PostalCode': '' is not a valid value of the atomic type 'xs:unsignedShort'" in empty.message
    assert "'Address': This element is not expected" in second.message


def test_two_errata_explain_the_two_errors() -> None:
    needed = ("one-address-only", "postal-code-is-text")
    schema = xsd.schema(OLDEST, tuple(each for each in FIXES if each.id in needed))
    schema.assertValid(example())


def test_the_example_of_1_0_is_valid_once_the_errata_are_applied() -> None:
    xsd.schema(OLDEST, FIXES).assertValid(example())


def test_the_example_of_1_0_is_valid_one_generation_later() -> None:
    xsd.schema(OLDER).assertValid(example())


PHONE = {"PhoneType": "DDI", "PhoneNumber": "5551212", "PhoneAreaCode": "4", "PhoneCountryCode": "64"}
LINES = {f"AddressLine{number}": "" for number in range(1, 5)}
ADDRESS = {"AddressType": "POBOX", **LINES, "City": "", "Region": "", "PostalCode": "6011", "Country": ""}
CONTACT = {"ContactStatus": "ACTIVE", "Name": "N", "EmailAddress": "n@n.example"}


def xml(name: str, members: dict[str, str], without: str = "") -> str:
    inner = "".join(f"<{key}>{value}</{key}>" for key, value in members.items() if key != without)
    return f"<{name}>{inner}</{name}>"


ADDRESSES = f"<Addresses>{xml('Address', ADDRESS)}</Addresses>"
PHONES = f"<Phones>{xml('Phone', PHONE)}</Phones>"


def contact(head: str = "", addresses: str = ADDRESSES, phones: str = PHONES, without: str = "") -> str:
    inner = xml("Contact", CONTACT, without).removeprefix("<Contact>").removesuffix("</Contact>")
    return f"<Contact>{head}{inner}{addresses}{phones}</Contact>"


def phone(**members: str) -> str:
    return contact(phones=f"<Phones>{xml('Phone', {**PHONE, **members})}</Phones>")


def address(**members: str) -> str:
    return contact(addresses=f"<Addresses>{xml('Address', {**ADDRESS, **members})}</Addresses>")


BACKWARDS = {name: PHONE[name] for name in reversed(PHONE)}

#: what real clients send, the errata without which the schema refuses it
REFUSED = [
    ("two contacts", contact() * 2, "one-contact-only"),
    ("two addresses", contact(addresses=f"<Addresses>{xml('Address', ADDRESS) * 2}</Addresses>"), "one-address-only"),
    ("empty addresses", contact(addresses="<Addresses/>"), "lists-never-empty"),
    ("empty phones", contact(phones="<Phones/>"), "lists-never-empty"),
    ("British postal code", address(PostalCode="SW1A 1AA"), "postal-code-is-text"),
    ("Californian postal code", address(PostalCode="94020"), "postal-code-is-text"),
    ("empty postal code", address(PostalCode=""), "postal-code-is-text"),
    ("dashed number", phone(PhoneNumber="555-1212"), "phone-number-is-text"),
    ("long number", phone(PhoneNumber="4294967296"), "phone-number-is-text"),
    ("empty number", phone(PhoneNumber=""), "phone-number-is-text"),
    ("area code over 255", phone(PhoneAreaCode="415"), "phone-codes-are-text"),
    ("country code over 255", phone(PhoneCountryCode="353"), "phone-codes-are-text"),
    ("empty area code", phone(PhoneAreaCode=""), "phone-codes-are-text"),
    ("no status", contact(without="ContactStatus"), "status-required"),
    ("no email address", contact(without="EmailAddress"), "email-required"),
    ("no addresses", contact(addresses=""), "lists-required"),
    ("no phones", contact(phones=""), "lists-required"),
    (
        "no city",
        contact(addresses=f"<Addresses>{xml('Address', ADDRESS, 'City')}</Addresses>"),
        "address-parts-required",
    ),
    (
        "no area code",
        contact(phones=f"<Phones>{xml('Phone', PHONE, 'PhoneAreaCode')}</Phones>"),
        "phone-parts-required",
    ),
    ("number before id", contact(head="<ContactNumber>1</ContactNumber><ContactID>2</ContactID>"), "order-fixed"),
    ("phone backwards", contact(phones=f"<Phones>{xml('Phone', BACKWARDS)}</Phones>"), "order-fixed"),
]


def test_a_plain_contact_passes_the_schema_as_published() -> None:
    xsd.schema(OLDEST).assertValid(etree.fromstring(f"<Contacts>{contact()}</Contacts>"))


@pytest.mark.parametrize(("body", "erratum"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_each_erratum_of_1_0_lets_through_what_nothing_else_does(body: str, erratum: str) -> None:
    batch = etree.fromstring(f"<Contacts>{body}</Contacts>")
    assert not xsd.schema(OLDEST, tuple(each for each in FIXES if each.id != erratum)).validate(batch)
    xsd.schema(OLDEST, FIXES).assertValid(batch)


def test_no_erratum_of_1_0_goes_without_evidence() -> None:
    assert {row[2] for row in REFUSED} == {each.id for each in FIXES}


def test_what_is_wrong_stays_wrong_after_the_errata() -> None:
    schema = xsd.schema(OLDEST, FIXES)
    for body in (contact(without="Name"), contact(head="<Fax>1</Fax>"), contact(head="<Name>M</Name>")):
        assert not schema.validate(etree.fromstring(f"<Contacts>{body}</Contacts>"))


# ---------------------------------------------------------------- 2.0 of 2010


@pytest.mark.parametrize("name", ["minimum", "many", "update", "get-response"])
def test_the_examples_of_2_0_are_valid(name: str) -> None:
    xsd.schema(OLDER, errata("2.0-2010")).assertValid(etree.parse(DOCUMENTS / "2.0-2010" / f"{name}.xml"))


def test_the_minimum_of_2_0_names_only_what_is_required() -> None:
    minimum = etree.parse(DOCUMENTS / "2.0-2010" / "minimum.xml").getroot()
    assert {each.tag for each in minimum} == {each.name for each in xsd.fields(OLDER, "Contact") if each.required}


def test_the_members_of_2_0_stand_in_the_order_of_its_answers() -> None:
    answer = etree.parse(DOCUMENTS / "2.0-2010" / "get-response.xml").getroot()[0]
    shown = [each.tag for each in answer]
    assert [each.name for each in xsd.fields(OLDER, "Contact") if each.name in shown] == shown


def test_the_tax_types_of_the_examples_contradict_each_other() -> None:
    tags = ("AccountsReceivableTaxType", "AccountsPayableTaxType")
    update = etree.parse(DOCUMENTS / "2.0-2010" / "update.xml").getroot()
    answer = etree.parse(DOCUMENTS / "2.0-2010" / "get-response.xml").getroot()[0]
    assert [update.findtext(tag) for tag in tags] == ["OUTPUT", "INPUT"]
    assert [answer.findtext(tag) for tag in tags] == ["INPUT2", "OUTPUT2"]


# ---------------------------------------------------------------- 2.0 of 2026


def test_the_example_values_of_today_fail_only_where_an_erratum_says_so() -> None:
    document = yaml.safe_load((SPECS / "2.0-2026" / "openapi.yaml").read_text("utf-8"))
    values = json.loads((DOCUMENTS / "2.0-2026" / "contact-members.json").read_text("utf-8"))
    schema = {"$ref": "#/components/schemas/Contact", "components": document["components"]}
    errors = jsonschema_rs.Draft202012Validator(schema).iter_errors(values)
    failed = {str(each.instance_path[0]) for each in errors}
    erratum = next(each for each in errata("2.0-2026") if each.id == "false-as-text")
    assert (
        failed
        == {pointer.split("/")[-2] for pointer in erratum.at.split()}
        == {"HasAttachments", "HasValidationErrors"}
    )
