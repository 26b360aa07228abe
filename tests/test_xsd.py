"""The structure of the XML generations: what is read out of their schemas, how errata are applied, what is refused."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from conformance.contract import xsd
from conformance.contract.model import Erratum, Field, Kind, Mutability, Shown
from conformance.errors import BadSpec

SPECS = Path(__file__).parent.parent / "specs"
OLDEST = SPECS / "1.0" / "contacts.xsd"
OLDER = SPECS / "2.0-2010" / "contacts.xsd"


def errata(generation: str) -> tuple[Erratum, ...]:
    text = (SPECS / generation / "errata.toml").read_text("utf-8")
    return tuple(Erratum(**each) for each in tomllib.loads(text)["erratum"])


def table(fields: tuple[Field, ...]) -> dict[str, Field]:
    return {each.name: each for each in fields}


def named(fields: dict[str, Field], **facts: object) -> set[str]:
    return {each.name for each in fields.values() if all(getattr(each, name) == fact for name, fact in facts.items())}


FIRST = table(xsd.fields(OLDEST, "Contact", errata("1.0")))
SECOND = table(xsd.fields(OLDER, "Contact", errata("2.0-2010")))


# ---------------------------------------------------------------- the field tables


def test_the_members_of_1_0() -> None:
    assert " ".join(FIRST) == (
        "ContactID ContactNumber ContactStatus Name EmailAddress Addresses Phones SkypeUserName BankAccountDetails"
    )
    assert named(FIRST, required=True) == {"Name"}
    assert named(FIRST, writable=False) == {"ContactID"}


def test_1_0_as_published_has_numbers_and_needs_nearly_everything() -> None:
    published = table(xsd.fields(OLDEST, "Contact"))
    assert named(published, required=True) == {"ContactStatus", "Name", "EmailAddress", "Addresses", "Phones"}
    phone = table(published["Phones"].members)
    assert named(phone, kind=Kind.NUMBER) == {"PhoneNumber", "PhoneAreaCode", "PhoneCountryCode"}
    assert table(published["Addresses"].members)["PostalCode"].kind is Kind.NUMBER


def test_1_0_as_corrected_has_texts() -> None:
    inner = (*FIRST["Addresses"].members, *FIRST["Phones"].members)
    assert {each.kind for each in inner} == {Kind.TEXT}
    assert {each.name for each in inner if each.required} == {"AddressType", "PhoneType"}


def test_a_list_of_one_address_is_a_list_already() -> None:
    published = table(xsd.fields(OLDEST, "Contact"))["Addresses"]
    assert (published.kind, published.max_items) == (Kind.LIST, 1)
    assert (FIRST["Addresses"].kind, FIRST["Addresses"].max_items) == (Kind.LIST, None)


def test_answers_of_1_0_have_the_members_of_its_requests() -> None:
    assert set(table(xsd.fields(SPECS / "1.0" / "response.xsd", "Contact"))) == set(FIRST)


def test_the_members_of_2_0_of_2010() -> None:
    assert " ".join(SECOND) == (
        "ContactID ContactNumber ContactStatus Name FirstName LastName EmailAddress SkypeUserName BankAccountDetails "
        "TaxNumber AccountsReceivableTaxType AccountsPayableTaxType Addresses Phones UpdatedDateUTC ContactGroups "
        "IsSupplier IsCustomer DefaultCurrency"
    )
    assert named(SECOND, required=True) == {"Name"}


def test_who_sets_a_member_of_2_0_of_2010() -> None:
    assert named(SECOND, mutability=Mutability.READ_ONLY) == {
        "ContactID",
        "UpdatedDateUTC",
        "ContactGroups",
        "IsSupplier",
        "IsCustomer",
    }
    assert named(SECOND, shown=Shown.FULL) == {"ContactGroups"}


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("ContactNumber", None),
        ("Name", 500),
        ("FirstName", 255),
        ("LastName", 255),
        ("EmailAddress", 500),
        ("SkypeUserName", 255),
        ("BankAccountDetails", None),
        ("TaxNumber", 50),
    ],
)
def test_lengths_of_2_0_of_2010(name: str, limit: int | None) -> None:
    assert SECOND[name].max_length == limit


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ContactID", Kind.GUID),
        ("Name", Kind.TEXT),
        ("UpdatedDateUTC", Kind.MOMENT),
        ("IsSupplier", Kind.BOOLEAN),
        ("Addresses", Kind.LIST),
        ("ContactGroups", Kind.LIST),
    ],
)
def test_kinds_of_2_0_of_2010(name: str, kind: Kind) -> None:
    assert SECOND[name].kind is kind


def test_lists_of_2_0_of_2010() -> None:
    phones, addresses = SECOND["Phones"], SECOND["Addresses"]
    assert (phones.item, phones.keyed_by, phones.max_items) == ("Phone", "PhoneType", 4)
    assert (addresses.item, addresses.keyed_by, addresses.max_items) == ("Address", "AddressType", 2)
    assert {each.name: each.max_length for each in phones.members} == {
        "PhoneType": None,
        "PhoneNumber": 50,
        "PhoneAreaCode": 10,
        "PhoneCountryCode": 20,
    }
    assert table(addresses.members)["AttentionTo"].max_length == 255


def test_what_xsd_cannot_say_is_read_from_attributes_of_ours() -> None:
    assert SECOND["ContactStatus"].choices == ("ACTIVE", "ARCHIVED")
    assert SECOND["AccountsPayableTaxType"].examples == ("INPUT", "OUTPUT")
    assert SECOND["EmailAddress"].format == "email"


# ---------------------------------------------------------------- errata


LOADED = [each for each in errata("1.0") if each.applies == "load"]


def test_every_erratum_of_1_0_is_applied_when_the_file_is_read() -> None:
    assert len(LOADED) == len(errata("1.0")) == 12


@pytest.mark.parametrize("erratum", LOADED, ids=[each.id for each in LOADED])
def test_an_erratum_is_refused_where_the_file_does_not_hold_what_was_published(erratum: Erratum) -> None:
    with pytest.raises(BadSpec, match=f"erratum {erratum.id}: .* not 'nonsense'") as caught:
        xsd.schema(OLDEST, (replace(erratum, published="nonsense"),))
    assert caught.value.file == OLDEST
    assert "xs:" in OLDEST.read_text("utf-8").splitlines()[caught.value.line - 1]


def test_an_erratum_is_refused_where_it_was_applied_before() -> None:
    with pytest.raises(BadSpec, match="erratum one-contact-only: maxOccurs is 'unbounded' here, not ''"):
        xsd.schema(OLDEST, (LOADED[0], LOADED[0]))


@pytest.mark.parametrize("erratum", errata("2.0-2010"), ids=[each.id for each in errata("2.0-2010")])
def test_an_erratum_in_the_file_is_refused_where_the_file_says_otherwise(erratum: Erratum) -> None:
    with pytest.raises(BadSpec, match=f"erratum {erratum.id}: "):
        xsd.fields(OLDER, "Contact", (replace(erratum, instead="nonsense"),))


@pytest.mark.parametrize(("at", "problem"), [("//xs:nothing", "finds no element"), ("//xs:[", "Invalid expression")])
def test_an_erratum_without_a_place_is_refused(at: str, problem: str) -> None:
    with pytest.raises(BadSpec, match=problem):
        xsd.schema(OLDEST, (replace(LOADED[0], at=at),))


def test_an_erratum_about_another_file_is_left_alone() -> None:
    xsd.schema(OLDEST, (replace(LOADED[0], file="response.xsd", published="nonsense"),))


def test_an_erratum_may_take_an_attribute_away() -> None:
    away = replace(
        LOADED[0], at="//xs:element[@name='ContactNumber']", attribute="minOccurs", published="0", instead=""
    )
    assert table(xsd.fields(OLDEST, "Contact", (away,)))["ContactNumber"].required


# ---------------------------------------------------------------- the schemas


@pytest.mark.parametrize("file", ["1.0/contacts.xsd", "1.0/response.xsd", "2.0-2010/contacts.xsd"])
def test_every_schema_stands_on_its_own(file: str) -> None:
    xsd.schema(SPECS / file)


ENVELOPE = """<ID>{id}</ID><Status>OK</Status><ProviderName>P</ProviderName><DateTimeUTC>{moment}</DateTimeUTC>"""
GUID = "0b9d7c52-3e41-4a86-b1f7-6c2d8e9a5f30"


def test_an_answer_of_1_0_may_have_empty_elements_and_space_around_its_moment() -> None:
    head = ENVELOPE.format(id=GUID, moment="\n  2008-10-09T02:40:54.3997437Z\n")
    phone = "<Phone><PhoneType>FAX</PhoneType><PhoneNumber/><PhoneAreaCode/><PhoneCountryCode/></Phone>"
    contact = f"<Contact><ContactID>{GUID}</ContactID><Name>N</Name><Phones>{phone}</Phones></Contact>"
    schema = xsd.schema(SPECS / "1.0" / "response.xsd")
    for payload in ("", contact, f"<Contacts>{contact}{contact}</Contacts>", "<Contacts/>"):
        schema.assertValid(etree.fromstring(f"<Response>{head}{payload}</Response>"))


def test_an_error_of_1_0_comes_before_the_envelope() -> None:
    head = ENVELOPE.format(id=GUID, moment="2008-12-08T20:55:16.50275Z")
    exception = "<Exception><ExceptionType>T</ExceptionType><Message>M</Message></Exception>"
    errors = f"<Errors><Error><Description>D</Description>{exception}</Error></Errors>"
    schema = xsd.schema(SPECS / "1.0" / "response.xsd")
    assert schema.validate(etree.fromstring(f"<Response>{errors}{head}</Response>"))
    assert not schema.validate(etree.fromstring(f"<Response>{head}{errors}</Response>"))


def test_an_answer_of_2_0_has_an_envelope_with_or_without_contacts() -> None:
    head = ENVELOPE.format(id=GUID, moment="2010-12-21T00:58:58.7976263Z").replace("ID>", "Id>")
    schema = xsd.schema(OLDER)
    for payload in ("", "<Contacts/>", "<Contacts><Contact><IsCustomer>true</IsCustomer></Contact></Contacts>"):
        schema.assertValid(etree.fromstring(f"<Response>{head}{payload}</Response>"))


@pytest.mark.parametrize(
    "body",
    [
        f"<Contact><Name>{'n' * 501}</Name></Contact>",
        "<Contact><ContactID>7</ContactID></Contact>",
        "<Contact><Name>N</Name><Name>N</Name></Contact>",
        "<Contact><name>N</name></Contact>",
    ],
    ids=["long name", "no guid", "twice", "lower case"],
)
def test_a_wrong_contact_of_2_0_is_refused(body: str) -> None:
    assert not xsd.schema(OLDER).validate(etree.fromstring(body))


# ---------------------------------------------------------------- refusals


HEAD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:f="urn:conformance:field">
<xs:element name="Thing"><xs:complexType><xs:all>
"""
TAIL = "\n</xs:all></xs:complexType></xs:element></xs:schema>"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "things.xsd"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("element", "problem"),
    [
        ('<xs:element name="A" type="xs:string" f:write="maybe"/>', "f:write 'maybe' is not known"),
        ('<xs:element name="A" type="xs:string" f:shown="never"/>', "f:shown 'never' is not known"),
        ('<xs:element name="A" type="Nothing"/>', "type 'Nothing' leads nowhere"),
        ('<xs:element name="A" type="xs:anyURI"/>', "type 'anyURI' is not known"),
    ],
)
def test_an_element_that_means_nothing_is_refused_with_its_line(tmp_path: Path, element: str, problem: str) -> None:
    path = written(tmp_path, f"{HEAD}{element}{TAIL}")
    with pytest.raises(BadSpec, match=problem) as caught:
        xsd.fields(path, "Thing")
    assert (caught.value.file, caught.value.line) == (path, 3)
    assert caught.value.remedy


def test_a_type_that_holds_itself_is_refused(tmp_path: Path) -> None:
    inner = '<xs:complexType name="T"><xs:all><xs:element name="A" type="T"/></xs:all></xs:complexType></xs:schema>'
    tail = TAIL.replace("</xs:schema>", f"\n{inner}")
    with pytest.raises(BadSpec, match="A holds itself") as caught:
        xsd.fields(written(tmp_path, f'{HEAD}<xs:element name="A" type="T"/>{tail}'), "Thing")
    assert caught.value.line == 5


def test_what_is_not_xml_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadSpec, match="not XML") as caught:
        xsd.fields(written(tmp_path, f"{HEAD}\n<oops>"), "Thing")
    assert caught.value.line == 4


def test_what_is_not_an_xsd_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadSpec, match="not an XSD") as caught:
        xsd.schema(written(tmp_path, f'{HEAD}<xs:element name="A" type="Nothing"/>{TAIL}'))
    assert caught.value.line == 3


def test_an_unknown_root_is_refused() -> None:
    with pytest.raises(BadSpec, match="no element 'Invoice' with members"):
        xsd.fields(OLDER, "Invoice")


def test_enumerations_and_inline_types_are_understood(tmp_path: Path) -> None:
    values = '<xs:enumeration value="ON"/><xs:enumeration value="OFF"/>'
    simple = f'<xs:simpleType><xs:restriction base="xs:string">{values}</xs:restriction></xs:simpleType>'
    path = written(tmp_path, f'{HEAD}<xs:element name="A" minOccurs="0">{simple}</xs:element>{TAIL}')
    assert xsd.fields(path, "Thing") == (Field(name="A", kind=Kind.TEXT, choices=("ON", "OFF")),)
