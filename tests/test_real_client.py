"""The vendor's own Python client talks to the reference server: what it hands its caller is what was stored."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

import pytest
from xero_python import accounting
from xero_python.accounting import AccountingApi, Contact, ContactPerson, Contacts, Phone
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.deserializer import deserialize
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import AccountingBadRequestException, ApiException, NotFoundException
from xero_python.models import BaseModel

from conformance.contract.model import Shown
from conformance.exchange import Request, Response
from conformance.reference.http import Served
from conformance.reference.server import ReferenceServer
from conformance.rules.registry import contract
from conformance.targets.embedded import embedded

pytestmark = pytest.mark.slow

CONTRACT = contract("2.0-2026")
FIELDS = {each.name: each for each in CONTRACT.resource.fields}
WRITABLE = [each.name for each in CONTRACT.resource.fields if each.writable]
TENANT = "6d1f1c9e-0000-4000-8000-00000000c0de"


def wire(mark: str) -> dict[str, Any]:
    """A contact with a value in every writable member, in the words of the wire; ``mark`` makes it one of its kind."""
    street = {"AddressLine1": "9 Kauri Rd", "AddressLine2": "Gebäude Ä", "AddressLine3": "Etage 4", "AddressLine4": "x"}
    place = {"City": "Ōtaki", "Region": "Kāpiti", "PostalCode": "05512", "Country": "Aotearoa", "AttentionTo": "Zoë"}
    return {
        "ContactNumber": f"0042 / ü {mark}",
        "AccountNumber": f"007-{mark}",
        "ContactStatus": "ACTIVE",
        "Name": f'Ōtaki & Söhne <"{mark}"> 株式会社 🪵',
        "FirstName": "Mère",
        "LastName": "O'Hāra",
        "CompanyNumber": "000123",
        "EmailAddress": f"{mark.encode().hex()[:24]}@mail.example",
        "ContactPersons": [
            {"FirstName": "Wī", "LastName": "Hughes", "EmailAddress": "wi@mail.example", "IncludeInEmails": True},
            {"FirstName": "Zoë", "LastName": "Hughes", "EmailAddress": "zoe@mail.example", "IncludeInEmails": False},
        ],
        "BankAccountDetails": "02-0000-0000000-00",
        "TaxNumber": "000-111-222",
        "AccountsReceivableTaxType": "OUTPUT",
        "AccountsPayableTaxType": "INPUT",
        "Addresses": [{"AddressType": "STREET", **street, **place}, {"AddressType": "POBOX", **place, **street}],
        "Phones": [
            {"PhoneType": kind, "PhoneNumber": f"05550{place}", "PhoneAreaCode": "04", "PhoneCountryCode": "0064"}
            for place, kind in enumerate(("MOBILE", "DEFAULT", "FAX", "DDI"))
        ],
        "DefaultCurrency": "NZD",
        "XeroNetworkKey": "0KEY",
        "SalesDefaultAccountCode": "0200",
        "PurchasesDefaultAccountCode": "0400",
        "SalesTrackingCategories": [{"TrackingCategoryName": "Région", "TrackingOptionName": "Nord"}],
        "PurchasesTrackingCategories": [{"TrackingCategoryName": "Région", "TrackingOptionName": "Süd"}],
        "PaymentTerms": {
            "Bills": {"Day": 20, "Type": "OFFOLLOWINGMONTH"},
            "Sales": {"Day": 7, "Type": "DAYSAFTERBILLDATE"},
        },
    }


def model(kind: str, value: Any) -> Any:
    """The client's own object for a value of the wire, made as a caller would make it."""
    if kind.startswith("list["):
        return [model(kind[5:-1], each) for each in value]
    known = getattr(accounting, kind, None)
    if known is None:
        return value
    if issubclass(known, Enum):
        return known(value)
    named = ((name, member) for name, member in known.attribute_map.items() if member in value)
    return known(**{name: model(known.openapi_types[name], value[member]) for name, member in named})


def plain(value: Any) -> Any:
    """A value of the client's, or of the store, in the words of the wire; members without a value are left out."""
    if isinstance(value, BaseModel):
        return plain({member: getattr(value, name) for name, member in value.attribute_map.items()})
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items() if each is not None}
    if isinstance(value, Enum):
        return value.value
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def by_type(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with the items of keyed collections told apart by their type instead of their place."""
    keys = {name: each.keyed_by for name, each in FIELDS.items() if each.keyed_by}
    return {
        name: {each[keys[name]]: each for each in value} if name in keys else value for name, value in record.items()
    }


@dataclass
class Talk:
    """The client at the server, and all that passed between them."""

    server: ReferenceServer = field(default_factory=lambda: embedded(CONTRACT, credentials=None).server)
    asked: list[Request] = field(default_factory=list)
    answered: list[Response] = field(default_factory=list)
    api: Any = None

    def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        self.answered.append(self.server(request))
        return self.answered[-1]

    def connect(self, url: str) -> None:
        # A token that will do for long is never renewed, so nobody but this server is spoken to.
        token = {
            "access_token": "dummy",
            "token_type": "Bearer",
            "scope": "accounting.contacts",
            "expires_in": 1800,
            "expires_at": time.time() + 1e6,
        }
        settings = Configuration(oauth2_token=OAuth2Token())
        client = ApiClient(settings, oauth2_token_getter=lambda: token, oauth2_token_saver=lambda _token: None)
        self.api = AccountingApi(client, base_url=f"{url}{CONTRACT.base}")

    def create(self, mark: str) -> Any:
        return self.api.create_contacts(TENANT, Contacts(contacts=[model("Contact", wire(mark))])).contacts[0]

    def read(self, identity: str) -> Any:
        [contact] = self.api.get_contact(TENANT, identity).contacts
        return contact

    def stored(self, identity: str) -> dict[str, Any]:
        return plain(next(each for each in self.server.tenants[TENANT].records() if each["ContactID"] == identity))

    def count(self) -> int:
        return len(list(self.server.tenants[TENANT].records()))


@pytest.fixture(scope="module")
def talk() -> Iterator[Talk]:
    handler = Talk()
    with Served(handler) as url:
        handler.connect(url)
        yield handler


# --- what is created is what is read ---


@pytest.fixture(scope="module")
def views(talk: Talk) -> dict[str, dict[str, Any]]:
    """One contact on all the ways in which the client shows it, and as it is stored."""
    created = talk.create("views")
    identity = created.contact_id

    def found(contacts: Contacts) -> Contact:
        return next(each for each in contacts.contacts if each.contact_id == identity)

    shown = {
        "create": created,
        "id": talk.read(identity),
        "number": found(talk.api.get_contact_by_contact_number(TENANT, wire("views")["ContactNumber"])),
        "page": found(talk.api.get_contacts(TENANT, page=1)),
        "ids": found(talk.api.get_contacts(TENANT, i_ds=[identity], page=1)),
        "list": found(talk.api.get_contacts(TENANT)),
    }
    return {"stored": talk.stored(identity), **{name: plain(each) for name, each in shown.items()}}


def test_the_example_names_every_writable_field_and_the_client_knows_them_all() -> None:
    assert set(wire("")) == set(WRITABLE)
    assert set(WRITABLE) <= set(Contact.attribute_map.values())


@pytest.mark.parametrize("name", [name for name in WRITABLE if FIELDS[name].members])
def test_the_example_names_every_member_of_its_nested_fields(name: str) -> None:
    members = {each.name for each in FIELDS[name].members}
    value = wire("")[name]
    for item in value if isinstance(value, list) else [value]:
        assert set(item) == members


@pytest.mark.parametrize("name", WRITABLE)
@pytest.mark.parametrize("view", ["stored", "create", "id", "number", "page", "ids"])
def test_the_caller_gets_what_was_sent_and_stored(views: dict[str, dict[str, Any]], view: str, name: str) -> None:
    assert by_type(views[view])[name] == by_type(wire("views"))[name]


@pytest.mark.parametrize("name", WRITABLE)
def test_a_list_that_is_no_page_shows_the_caller_the_short_form(views: dict[str, dict[str, Any]], name: str) -> None:
    expected = by_type(wire("views"))[name] if FIELDS[name].shown is Shown.ALWAYS else None
    assert by_type(views["list"]).get(name) == expected


def test_moments_reach_the_caller_as_they_are_stored(views: dict[str, dict[str, Any]]) -> None:
    stored = views["stored"]["UpdatedDateUTC"]
    assert isinstance(stored, datetime)
    assert stored.utcoffset() is not None
    assert {views[each]["UpdatedDateUTC"] for each in ("create", "id", "number", "page", "ids", "list")} == {stored}


def test_what_the_client_adds_unasked_is_not_stored(talk: Talk) -> None:
    # Its model gives two read-only flags a default, so every write carries them. A true flag shows that they are
    # dropped: the default alone could not be told from the server's own value.
    sent = Contact(name="Flags", has_attachments=True, has_validation_errors=True)
    made = talk.api.create_contacts(TENANT, Contacts(contacts=[sent])).contacts[0]
    assert b'"HasAttachments": true, "HasValidationErrors": true' in talk.asked[-1].body
    assert (made.has_attachments, made.has_validation_errors) == (False, False)
    talk.api.update_contact(TENANT, made.contact_id, Contacts(contacts=[Contact(first_name="Flag")]))
    assert b'"HasAttachments": false, "HasValidationErrors": false' in talk.asked[-1].body


# --- conflicts ---


@pytest.mark.parametrize(
    ("taken", "message"),
    [("Name", "name-taken"), ("ContactNumber", "number-taken")],
)
def test_a_create_that_conflicts_raises_with_the_message_of_the_api(talk: Talk, taken: str, message: str) -> None:
    existing = talk.read(talk.create(f"first {taken}").contact_id)
    count = talk.count()
    attempt = {**wire(f"second {taken}"), taken: wire(f"first {taken}")[taken]}
    with pytest.raises(AccountingBadRequestException) as caught:
        talk.api.create_contacts(TENANT, Contacts(contacts=[model("Contact", attempt)]))
    error = caught.value
    assert isinstance(error, ApiException)
    assert error.reason == CONTRACT.message(message, attempt)
    assert CONTRACT.message(message, attempt) in error.error_message
    # It means to give the general message as `status`, but looks for an attribute of a dict and falls back on HTTP's.
    assert error.status == 400
    refusal = CONTRACT.refusals["validation"]
    named = (error.error_data["ErrorNumber"], error.error_data["Type"], error.error_data["Message"])
    assert named == (refusal.number, refusal.type, refusal.message)
    assert error.error_data["Elements"][0]["Name"] == attempt["Name"]
    assert talk.count() == count
    assert plain(talk.read(existing.contact_id)) == plain(existing)


def test_a_contact_that_nobody_has_raises_not_found(talk: Talk) -> None:
    with pytest.raises(NotFoundException):
        talk.read("11111111-1111-4111-8111-111111111111")


# --- partial updates ---

Update = Callable[[Any, Contact, Contact], Contacts]

UPDATES: dict[str, tuple[Update, str]] = {
    "to the address": (lambda api, old, new: api.update_contact(TENANT, old.contact_id, Contacts(contacts=[new])), ""),
    # The client also sends a contact that no list stands around.
    "to the address, bare": (lambda api, old, new: api.update_contact(TENANT, old.contact_id, new), ""),
    "by id": (lambda api, _old, new: api.update_or_create_contacts(TENANT, Contacts(contacts=[new])), "contact_id"),
    "by number": (
        lambda api, _old, new: api.update_or_create_contacts(TENANT, Contacts(contacts=[new])),
        "contact_number",
    ),
    "by name": (lambda api, _old, new: api.update_or_create_contacts(TENANT, Contacts(contacts=[new])), "name"),
}


@pytest.mark.parametrize("way", UPDATES)
def test_an_update_changes_what_it_names_and_the_rest_is_still_there_to_read(talk: Talk, way: str) -> None:
    update, key = UPDATES[way]
    before = talk.read(talk.create(f"update {way}").contact_id)
    naming = {key: getattr(before, key)} if key else {}
    answer = update(talk.api, before, Contact(first_name="Änne", **naming)).contacts[0]
    after = talk.read(before.contact_id)
    changed = {**plain(before), "FirstName": "Änne", "UpdatedDateUTC": after.updated_date_utc}
    assert plain(after) == changed
    assert plain(answer) == changed
    assert talk.stored(before.contact_id)["FirstName"] == "Änne"
    assert after.updated_date_utc > before.updated_date_utc


def test_an_empty_text_clears_and_none_keeps(talk: Talk) -> None:
    before = talk.create("cleared")
    # There is no way to send a null: the client leaves out what is None.
    gone = Contact(last_name="", first_name=None)
    talk.api.update_contact(TENANT, before.contact_id, Contacts(contacts=[gone]))
    assert b"null" not in talk.asked[-1].body
    after = talk.read(before.contact_id)
    assert not after.last_name
    assert after.first_name == before.first_name


def test_one_phone_sent_leaves_those_of_other_types(talk: Talk) -> None:
    before = talk.create("phones")
    mobile = Phone(phone_type="MOBILE", phone_number="0777", phone_area_code="021", phone_country_code="64")
    talk.api.update_contact(TENANT, before.contact_id, Contacts(contacts=[Contact(phones=[mobile])]))
    expected = {**by_type(plain(before))["Phones"], "MOBILE": plain(mobile)}
    assert by_type(plain(talk.read(before.contact_id)))["Phones"] == expected


def test_persons_sent_replace_those_before(talk: Talk) -> None:
    before = talk.create("persons")
    person = ContactPerson(first_name="Ngā", include_in_emails=False)
    talk.api.update_contact(TENANT, before.contact_id, Contacts(contacts=[Contact(contact_persons=[person])]))
    assert plain(talk.read(before.contact_id))["ContactPersons"] == [plain(person)]


def test_an_archived_contact_leaves_the_list_until_it_is_asked_for(talk: Talk) -> None:
    identity = talk.create("archived").contact_id
    gone = Contact(contact_id=identity, contact_status="ARCHIVED")
    talk.api.update_or_create_contacts(TENANT, Contacts(contacts=[gone]))
    listed = {each.contact_id for each in talk.api.get_contacts(TENANT).contacts}
    # The client spells its booleans as Python does.
    everyone = {each.contact_id for each in talk.api.get_contacts(TENANT, include_archived=True).contacts}
    assert talk.asked[-1].query == (("includeArchived", "True"),)
    assert identity in everyone - listed


# --- what the client cannot do, or does in its own way ---


def test_the_client_refuses_a_name_over_the_limit_before_it_sends_anything(talk: Talk) -> None:
    limit = FIELDS["Name"].max_length
    assert limit
    longest = talk.api.create_contacts(TENANT, Contacts(contacts=[Contact(name="ä" * limit)])).contacts[0]
    assert talk.read(longest.contact_id).name == "ä" * limit
    count = len(talk.asked)
    with pytest.raises(ValueError, match="less than or equal to `255`"):
        Contact(name="ä" * (limit + 1))
    assert len(talk.asked) == count


def test_the_client_sends_no_currency_that_is_not_on_its_own_list(talk: Talk) -> None:
    count = len(talk.asked)
    with pytest.raises(ValueError, match="Can't serialize value type 'str' to explicit type 'CurrencyCode'"):
        talk.api.create_contacts(TENANT, Contacts(contacts=[Contact(name="Far away", default_currency="NZD")]))
    with pytest.raises(ValueError, match="'QQQ' is not a valid CurrencyCode"):
        accounting.CurrencyCode("QQQ")
    assert len(talk.asked) == count


def test_no_answer_holds_a_null_of_which_the_client_would_make_the_text_none(talk: Talk) -> None:
    # Nulls are not told apart from texts by the client, so a server that writes them misleads its callers.
    assert deserialize("str", None, None) == "None"
    talk.create("nulls")
    talk.api.create_contacts(TENANT, Contacts(contacts=[Contact(name="Nothing but a name")]))
    talk.api.get_contacts(TENANT, page=1)
    assert not [each.body for each in talk.answered if b":null" in each.body]
