"""The structure of the 2026 generation: what is read out of its document, and what is refused with its line."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from conformance.contract import openapi
from conformance.contract.model import Erratum, Field, Kind, Mutability, Role, Shown
from conformance.errors import BadSpec

FOLDER = Path(__file__).parent.parent / "specs" / "2.0-2026"
SPEC = FOLDER / "openapi.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(SPEC.read_text("utf-8"))
CONTACT = {each.name: each for each in openapi.fields(SPEC, "Contact")}
ERRATA = tuple(Erratum(**each) for each in tomllib.loads((FOLDER / "errata.toml").read_text("utf-8"))["erratum"])

READ_ONLY = """ContactID MergedToContactID IsSupplier IsCustomer UpdatedDateUTC ContactGroups Website BrandingTheme
BatchPayments Discount Balances Attachments HasAttachments ValidationErrors HasValidationErrors StatusAttributeString"""
UNCERTAIN = """TaxNumberType SalesDefaultLineAmountType PurchasesDefaultLineAmountType TrackingCategoryName
TrackingCategoryOption"""
FULL = """MergedToContactID ContactPersons SalesDefaultLineAmountType PurchasesDefaultLineAmountType XeroNetworkKey
SalesDefaultAccountCode PurchasesDefaultAccountCode SalesTrackingCategories PurchasesTrackingCategories PaymentTerms
ContactGroups Website BrandingTheme BatchPayments Discount Balances Attachments HasAttachments"""


def named(fields: dict[str, Field], **facts: object) -> set[str]:
    return {each.name for each in fields.values() if all(getattr(each, name) == fact for name, fact in facts.items())}


# ---------------------------------------------------------------- the field table


def test_a_contact_has_all_members_of_the_public_schema() -> None:
    assert len(CONTACT) == 43
    assert next(iter(CONTACT)) == "ContactID"
    assert {"XeroNetworkKey", "StatusAttributeString", "TrackingCategoryOption"} <= set(CONTACT)


def test_who_sets_a_member() -> None:
    assert named(CONTACT, mutability=Mutability.READ_ONLY) == set(READ_ONLY.split())
    assert named(CONTACT, mutability=Mutability.UNCERTAIN) == set(UNCERTAIN.split())


def test_where_a_member_is_shown() -> None:
    assert named(CONTACT, shown=Shown.FULL) == set(FULL.split())
    assert named(CONTACT, shown=Shown.ERRORS) == {
        "TrackingCategoryName",
        "TrackingCategoryOption",
        "ValidationErrors",
        "StatusAttributeString",
    }


def test_only_a_name_is_required() -> None:
    assert named(CONTACT, required=True) == {"Name"}


def test_what_xml_does_not_know_is_marked() -> None:
    assert named(CONTACT, formats=("json",)) == {"ValidationErrors", "HasValidationErrors", "StatusAttributeString"}


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("ContactNumber", 50),
        ("AccountNumber", 50),
        ("Name", 255),
        ("FirstName", 255),
        ("LastName", 255),
        ("CompanyNumber", 50),
        ("EmailAddress", 255),
        ("TaxNumber", 50),
        ("BankAccountDetails", None),
    ],
)
def test_lengths(name: str, limit: int | None) -> None:
    assert CONTACT[name].max_length == limit


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ContactID", Kind.GUID),
        ("Name", Kind.TEXT),
        ("IsCustomer", Kind.BOOLEAN),
        ("Discount", Kind.NUMBER),
        ("UpdatedDateUTC", Kind.MOMENT),
        ("Addresses", Kind.LIST),
        ("PaymentTerms", Kind.OBJECT),
        ("DefaultCurrency", Kind.TEXT),
    ],
)
def test_kinds(name: str, kind: Kind) -> None:
    assert CONTACT[name].kind is kind


def test_a_moment_has_no_examples_because_their_spelling_depends_on_the_format() -> None:
    assert CONTACT["UpdatedDateUTC"].examples == ()


@pytest.mark.parametrize(
    ("name", "item", "key", "most", "choices"),
    [
        ("Addresses", "Address", "AddressType", 2, ("POBOX", "STREET")),
        ("Phones", "Phone", "PhoneType", 4, ("DEFAULT", "DDI", "MOBILE", "FAX")),
    ],
)
def test_keyed_lists(name: str, item: str, key: str, most: int, choices: tuple[str, ...]) -> None:
    field = CONTACT[name]
    assert (field.item, field.keyed_by, field.max_items) == (item, key, most)
    assert next(each for each in field.members if each.name == key).choices == choices


def test_a_list_without_a_key_knows_its_items() -> None:
    assert (CONTACT["ContactPersons"].item, CONTACT["ContactPersons"].max_items) == ("ContactPerson", 5)
    assert CONTACT["PurchasesTrackingCategories"].item == "PurchasesTrackingCategory"
    assert [each.name for each in CONTACT["SalesTrackingCategories"].members] == [
        "TrackingCategoryName",
        "TrackingOptionName",
    ]


def test_objects_within_objects() -> None:
    bills = CONTACT["PaymentTerms"].members[0]
    assert [(each.name, each.kind) for each in bills.members] == [("Day", Kind.NUMBER), ("Type", Kind.TEXT)]


def test_fields_where_not_every_text_will_do_have_two_values() -> None:
    for name in ("AccountsReceivableTaxType", "DefaultCurrency", "SalesDefaultAccountCode"):
        assert len(CONTACT[name].examples) >= 2, name
    assert CONTACT["EmailAddress"].format == "email"


# ---------------------------------------------------------------- the operations


def test_each_role_has_its_operation() -> None:
    found = openapi.operations(SPEC)
    assert {role: (each.method, each.path, each.many, each.success) for role, each in found.items()} == {
        Role.LIST: ("GET", "/api.xro/2.0/Contacts", True, 200),
        Role.CREATE: ("PUT", "/api.xro/2.0/Contacts", True, 200),
        Role.UPSERT: ("POST", "/api.xro/2.0/Contacts", True, 200),
        Role.READ: ("GET", "/api.xro/2.0/Contacts/{ContactID}", False, 200),
        Role.UPDATE: ("POST", "/api.xro/2.0/Contacts/{ContactID}", False, 200),
    }


def test_a_list_is_narrowed_by_its_parameters_and_a_record_found_by_its_identifiers() -> None:
    found = openapi.operations(SPEC)
    assert found[Role.LIST].narrowing == {
        "ids": "IDs",
        "where": "where",
        "page": "page",
        "archived": "includeArchived",
        "size": "pageSize",
        "order": "order",
        "search": "searchTerm",
        "summary": "summaryOnly",
    }
    assert found[Role.READ].identifiers == {"ContactID": "path", "ContactNumber": "path"}
    assert found[Role.UPDATE].identifiers == {"ContactID": "path"}


# ---------------------------------------------------------------- the document itself


def validator(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({**schema, "components": DOCUMENT["components"]})


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_every_schema_stands_on_its_own(name: str) -> None:
    jsonschema_rs.meta.validate(DOCUMENT["components"]["schemas"][name])
    validator({"$ref": f"#/components/schemas/{name}"})


def examples() -> list[tuple[str, str, dict[str, Any], Any]]:
    found = []
    for response, facts in DOCUMENT["components"]["responses"].items():
        for media_type, content in facts["content"].items():
            for reference in content.get("examples", {}).values():
                value = DOCUMENT["components"]["examples"][reference["$ref"].rpartition("/")[2]]["value"]
                found.append((response, media_type, content["schema"], value))
    return found


JSON = [pytest.param(schema, value, id=f"{where}") for where, kind, schema, value in examples() if "json" in kind]


@pytest.mark.parametrize(("schema", "value"), JSON)
def test_every_json_example_is_valid(schema: dict[str, Any], value: Any) -> None:
    assert [error.message for error in validator(schema).iter_errors(value)] == []


@pytest.mark.parametrize("role", ["list", "create", "upsert", "read", "update"])
def test_every_operation_shows_an_example_in_both_formats(role: str) -> None:
    calls = [call for item in DOCUMENT["paths"].values() for call in item.values() if isinstance(call, dict)]
    call = next(each for each in calls if each["x-role"] == role)
    answer = DOCUMENT["components"]["responses"][call["responses"]["200"]["$ref"].rpartition("/")[2]]
    assert all(answer["content"][kind]["examples"] for kind in ("application/json", "application/xml"))


def test_the_short_example_has_no_member_of_the_full_form() -> None:
    short = DOCUMENT["components"]["examples"]["ShortJson"]["value"]["Contacts"][0]
    assert not set(short) & set(FULL.split())


def test_examples_use_known_members_only() -> None:
    for name in ("ShortJson", "FullJson", "SavedJson"):
        assert set(DOCUMENT["components"]["examples"][name]["value"]["Contacts"][0]) <= set(CONTACT)


# ---------------------------------------------------------------- errata


def test_the_document_holds_what_its_errata_say() -> None:
    openapi.verify(SPEC, ERRATA)
    assert all(each.applies == "file" and each.published != each.instead for each in ERRATA)


@pytest.mark.parametrize("erratum", ERRATA, ids=[each.id for each in ERRATA])
def test_an_erratum_that_the_document_contradicts_is_refused(erratum: Erratum) -> None:
    with pytest.raises(BadSpec, match=f"erratum {erratum.id}: /components"):
        openapi.verify(SPEC, [dataclasses.replace(erratum, instead='"something else"')])


# ---------------------------------------------------------------- refusals


HEAD = """openapi: 3.1.0
components:
  schemas:
    Thing:
      type: object
      properties:
"""


def document(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "openapi.yaml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("members", "line", "problem"),
    [
        ("        A: {type: string}\n        B: {type: string, x-write: maybe}\n", 8, "x-write 'maybe' is not known"),
        ("        A:\n          type: string\n          x-shown: never\n", 9, "x-shown 'never' is not known"),
        ("        A:\n          $ref: '#/components/schemas/None'\n", 8, "leads nowhere"),
        ("        A:\n          $ref: 'other.yaml#/Thing'\n", 8, "leads nowhere"),
        ("        A:\n\n          type: date\n", 9, "type 'date' is not known"),
        ("        A:\n          description: nothing\n", 7, "type None is not known"),
        ("        A:\n          $ref: '#/components/schemas/Thing'\n", 8, "leads back to itself"),
    ],
)
def test_a_schema_that_means_nothing_is_refused_with_its_line(
    tmp_path: Path, members: str, line: int, problem: str
) -> None:
    path = document(tmp_path, HEAD + members)
    with pytest.raises(BadSpec, match=problem) as caught:
        openapi.fields(path, "Thing")
    assert (caught.value.file, caught.value.line) == (path, line)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [("a: b\nc: [1, 2\nd: e\n", 3, "not YAML"), ("- one\n- two\n", 1, "not an OpenAPI document")],
)
def test_what_is_no_document_is_refused_with_its_line(tmp_path: Path, text: str, line: int, problem: str) -> None:
    path = document(tmp_path, text)
    with pytest.raises(BadSpec, match=problem) as caught:
        openapi.operations(path)
    assert caught.value.line == line


def test_an_unknown_schema_is_refused() -> None:
    with pytest.raises(BadSpec, match="no schema at /components/schemas/Invoice"):
        openapi.fields(SPEC, "Invoice")


@pytest.mark.parametrize(
    ("call", "line", "problem"),
    [
        ("    get:\n      x-role: find\n      responses: {'200': {}}\n", 5, "x-role 'find' is not known"),
        ("    get:\n      x-role: list\n      responses: {'404': {}}\n", 4, "no answer of success"),
    ],
)
def test_an_operation_that_means_nothing_is_refused(tmp_path: Path, call: str, line: int, problem: str) -> None:
    path = document(tmp_path, f"openapi: 3.1.0\npaths:\n  /Things:\n{call}")
    with pytest.raises(BadSpec, match=problem) as caught:
        openapi.operations(path)
    assert caught.value.line == line


def test_what_stands_beside_a_reference_wins(tmp_path: Path) -> None:
    members = "        A: {$ref: '#/components/schemas/Text', maxLength: 5}\n    Text: {type: string, maxLength: 9}\n"
    assert openapi.fields(document(tmp_path, HEAD + members), "Thing")[0].max_length == 5
