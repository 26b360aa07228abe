"""Recordings judged from files: what real services send is left in peace, what is doctored is found with its clause."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from conformance.cli import commands
from conformance.errors import BadOption

TOKEN, TENANT, REFRESH = "canary-token-1234", "0a1b2c3d-1111-2222-3333-444455556666", "canary-refresh-5678"
BASE = "https://api.xero.com/api.xro/2.0"

#: a list as answers of 2020 were laid out: carriage returns, escaped slashes, empty lists, a name beyond its limit
CONTACT: dict[str, Any] = {
    "ContactID": "5CC8CF28-567E-4d43-b287-687cfcaec47c",
    "ContactStatus": "ACTIVE",
    "Name": "Zoë & Søn " + "x" * 290,
    "FirstName": "Zoë",
    "LastName": "",
    "EmailAddress": "",
    "BankAccountDetails": "",
    "Addresses": [
        {"AddressType": "STREET", "City": "", "Region": "", "PostalCode": "", "Country": ""},
        {"AddressType": "POBOX", "AddressLine1": "P O Box 1\n", "City": "Wellington", "PostalCode": "SW1A 1AA"},
    ],
    "Phones": [
        {"PhoneType": each, "PhoneNumber": "", "PhoneAreaCode": "", "PhoneCountryCode": ""}
        for each in ("DDI", "DEFAULT", "FAX", "MOBILE")
    ],
    "UpdatedDateUTC": "/Date(1551399321043+0000)/",
    "ContactGroups": [],
    "IsSupplier": False,
    "IsCustomer": True,
    "SalesTrackingCategories": [],
    "PurchasesTrackingCategories": [],
    "PaymentTerms": {"Bills": {"Day": 12, "Type": "OFFOLLOWINGMONTH"}},
    "Balances": {"AccountsReceivable": {"Outstanding": 849.50, "Overdue": 0.00}},
    "ContactPersons": [{"FirstName": "A", "IncludeInEmails": False}],
    "HasAttachments": False,
    "HasValidationErrors": False,
    "MemberOfTomorrow": {"Deep": None},
}
HEAD = {
    "Id": "e3ba0a6c-0b50-4f0f-9fd5-1ac4e17ab9a1",
    "Status": "OK",
    "ProviderName": "A provider",
    "DateTimeUTC": "/Date(1584585851967)/",
}
PAGED = {**HEAD, "pagination": {"page": 1, "pageSize": 100, "pageCount": 1, "itemCount": 1}}
REFUSED = {
    "ErrorNumber": 10,
    "Type": "ValidationException",
    "Message": "A validation exception occurred",
    "Elements": [
        {
            "ContactID": "00000000-0000-0000-0000-000000000000",
            "Name": "Taken",
            "Addresses": [{"AddressType": "STREET", "ValidationErrors": []}],
            "HasValidationErrors": True,
            "ValidationErrors": [{"Message": "The contact name Taken is already assigned to another contact."}],
        }
    ],
}
HEADERS = {"Accept": ["application/json"], "Authorization": [f"Bearer {TOKEN}"], "Xero-tenant-id": [TENANT]}
JSON = "application/json; charset=utf-8"


def laid_out(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False).replace("\n", "\r\n").replace("/", "\\/")


def interaction(path: str, body: Any, method: str = "GET", status: int = 200, kind: str = JSON) -> dict[str, Any]:
    """One interaction of vcrpy's, with the address of the real service."""
    text = body if isinstance(body, str) else laid_out(body)
    request = {"body": None, "headers": HEADERS, "method": method, "uri": f"{BASE}{path}"}
    headers = {"Content-Type": [kind], "Date": ["Thu, 19 Mar 2020 02:44:11 GMT"]}
    return {"request": request, "response": {"body": {"string": text}, "headers": headers, "status": {"code": status}}}


def listed(*contacts: Any, head: Any = HEAD) -> dict[str, Any]:
    return {**head, "Contacts": list(contacts)}


def cassette(folder: Path, *interactions: Any, name: str = "recorded.json") -> str:
    place = folder / name
    place.write_text(json.dumps({"version": 1, "interactions": list(interactions)}), "utf-8")
    return str(place)


def judged(*words: str, stdin: bytes | None = None) -> tuple[Result, dict[str, Any]]:
    done = CliRunner().invoke(commands, ["judge", *words, "--json"], input=stdin, standalone_mode=False)
    if done.exception:
        raise done.exception
    return done, json.loads(done.stdout)


def clauses(found: dict[str, Any]) -> set[str]:
    return {each["clause"] for each in found["findings"]}


# ---------------------------------------------------------------- left in peace

NESTED = {
    **HEAD,
    "Invoices": [
        {"InvoiceID": "x", "Contact": {"ContactID": CONTACT["ContactID"], "Addresses": [], "HasValidationErrors": "?"}}
    ],
}


def test_recordings_in_real_spellings_are_left_in_peace_and_other_resources_are_counted(tmp_path: Path) -> None:
    oauth = interaction("", {"access_token": TOKEN, "refresh_token": REFRESH}, "POST")
    oauth["request"].update(uri="https://identity.xero.com/connect/token", body=f"refresh_token={REFRESH}")
    file = cassette(
        tmp_path,
        interaction("/Contacts", listed(CONTACT)),
        interaction("/Contacts?page=1", listed(CONTACT, head=PAGED)),
        interaction("/contacts?where=x", listed()),
        interaction(f"/Contacts/{CONTACT['ContactID']}", listed(CONTACT)),
        interaction("/Contacts", listed(CONTACT), "PUT"),
        interaction("/Contacts", listed({"ContactID": CONTACT["ContactID"], "Name": "Short"}), "POST"),
        interaction("/Contacts", REFUSED, "PUT", 400),
        interaction("/Invoices", NESTED),
        interaction("/Organisation", {**HEAD, "Organisations": [{"Phones": [{"PhoneType": "OFFICE"}]}]}),
        interaction(f"/Contacts/{CONTACT['ContactID']}/History", {**HEAD, "HistoryRecords": []}),
        interaction(
            "/Contacts/nobody", "The resource you're looking for cannot be found", status=404, kind="text/html"
        ),
        interaction("/Contacts", {"Type": None, "Title": "Unauthorized", "Status": 401}, status=401),
        interaction("/Contacts", "", status=429),
        oauth,
    )
    done, found = judged(file)
    assert (done.return_value, found["findings"], found["judged"]) == (0, [], 8)
    assert found["not_judged"] == {
        "about another resource: Invoices": 1,
        "about another resource: Organisation": 1,
        "about another resource: Contacts/History": 1,
        "the caller was not let in (401)": 1,
        "a limit was reached (429)": 1,
        "about another address": 1,
    }
    assert found["files"][0]["generations"] == {"2.0-2026": 8}


XML_HEAD = "<{0}>37a96c86-08f3-4229-b3df-deddff656cd6</{0}><Status>OK</Status><ProviderName>P</ProviderName>"
OLDER = '<Response xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' + XML_HEAD.format("Id")
OLDEST = "<?xml version='1.0'?><Response>" + XML_HEAD.format("ID")
BARE = (
    "<ContactID>0f471ca5-15c9-405e-a1b9-7cc35194b673</ContactID><ContactStatus>DELETED</ContactStatus><Name>A</Name>"
    "<Addresses><Address><AddressType>DEFAULT</AddressType><AddressLine1>P O Box 3331\n</AddressLine1></Address>"
    "</Addresses><Phones><Phone><PhoneType>DDI</PhoneType><PhoneAreaCode/></Phone></Phones>"
)
SINCE = "<UpdatedDateUTC>2010-11-26T23:32:25.04</UpdatedDateUTC><IsSupplier>true</IsSupplier>"
STAMP = "<DateTimeUTC>2010-12-21T00:58:58.7976263Z</DateTimeUTC>"
ECHO = (
    '<?xml version="1.0" encoding="utf-16"?><ApiException xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<ErrorNumber>10</ErrorNumber><Type>ValidationException</Type><Message>A validation exception occurred</Message>"
    '<Elements><DataContractBase xsi:type="Contact"><ValidationErrors><ValidationError><Message>No.</Message>'
    "</ValidationError></ValidationErrors><Warnings/><Name>Zoë</Name>"
    '<UpdatedDateUTC xsi:nil="true"/></DataContractBase></Elements></ApiException>'
)
ALONE = {
    "2.0-2010": [
        f"{OLDER}{STAMP}<Contacts><Contact>{BARE}{SINCE}</Contact></Contacts></Response>",
        f"{OLDER}{STAMP}</Response>",
        ECHO,
        ECHO.replace("<Type>ValidationException</Type>", "").replace("10<", "0<"),
    ],
    "1.0": [
        f"{OLDEST}<DateTimeUTC>\n 2008-10-09T02:40:54.3997437Z </DateTimeUTC><Contact>{BARE}</Contact></Response>",
        f"{OLDEST}{STAMP}<Contacts><Contact>{BARE}</Contact><Contact>{BARE}</Contact></Contacts></Response>",
        f"<Response><Errors><Error><Description>No</Description></Error></Errors>{XML_HEAD.format('ID')}</Response>",
    ],
    "2.0-2026": [json.dumps(listed(CONTACT)), laid_out(listed()), json.dumps(REFUSED)],
}


@pytest.mark.parametrize(("generation", "body"), [(name, each) for name, held in ALONE.items() for each in held])
def test_a_body_alone_is_left_in_peace(tmp_path: Path, generation: str, body: str) -> None:
    place = tmp_path / "answer"
    place.write_text(body, "utf-8")
    assert judged(str(place), "--generation", generation)[1]["findings"] == []
    _, found = judged("-", stdin=body.encode())
    assert (found["findings"], found["judged"]) == ([], 1)


OTHERS = {
    "connections.json": '[{"id": "x", "tenantId": "y"}]',
    "token.json": '{"access_token": "canary"}',
    "moved.xml": "<html><head><title>Object moved</title></head></html>",
    "invoices.xml": f"{OLDER}{STAMP}<Invoices><Invoice><Contact>{BARE}</Contact></Invoice></Invoices></Response>",
    "groups.json": json.dumps({**HEAD, "ContactGroups": [{"Contacts": [{"ContactID": "?"}]}]}),
    "limit": "oauth_problem=rate%20limit%20exceeded&oauth_problem_advice=please%20wait",
    "unknown.yaml.txt": "The resource you're looking for cannot be found",
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_body_about_something_else_is_not_judged(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(OTHERS[name], "utf-8")
    done, found = judged(str(tmp_path / name), "--generation", "2.0-2010")
    assert (done.return_value, found["judged"], found["findings"]) == (3, 0, [])


def test_a_problem_alone_is_left_in_peace() -> None:
    body = b'{"Type": null, "Title": "Unauthorized", "Status": 401, "Detail": "TokenExpired"}'
    assert judged("-", stdin=body)[1]["findings"] == []


def test_what_a_recorder_took_out_is_not_held_against_the_service(tmp_path: Path) -> None:
    masked = {**CONTACT, "ContactID": "XXXXX", "UpdatedDateUTC": "[REDACTED]"}
    made = interaction("/Contacts", listed(masked, head={**HEAD, "Id": "xxxxxxxx-xxxx-xxxx"}))
    assert judged(cassette(tmp_path, made))[1]["findings"] == []


# ---------------------------------------------------------------- doctored


def member(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(body: dict[str, Any]) -> None:
        place, held = name.split("."), body
        for each in place[:-1]:
            held = held[int(each) if each.isdecimal() else each]
        last = int(place[-1]) if place[-1].isdecimal() else place[-1]
        if value is ...:
            del held[last]
        else:
            held[last] = value

    return change


ANSWERS = [
    ("Id", ..., "wire.envelope-id"),
    ("Id", "17", "wire.envelope-id"),
    ("Status", "Okay", "wire.envelope-status"),
    ("ProviderName", ..., "wire.envelope-provider"),
    ("DateTimeUTC", "2020-03-19T02:44:11Z", "wire.envelope-moment"),
    ("Contacts", ..., "wire.wrapped"),
    ("Contacts", {"0": CONTACT}, "wire.wrapped"),
    ("Contacts.0.ContactID", ..., "wire.identified"),
    ("Contacts.0.ContactID", "{5cc8cf28-567e-4d43-b287-687cfcaec47c}", "wire.guids"),
    ("Contacts.0.Name", 17, "wire.texts"),
    ("Contacts.0.ContactStatus", "ASLEEP", "wire.choices"),
    ("Contacts.0.Phones.3.PhoneType", "PAGER", "wire.choices"),
    ("Contacts.0.PaymentTerms.Bills.Type", "NEVER", "wire.choices"),
    ("Contacts.0.UpdatedDateUTC", "2020-03-19T02:44:11", "wire.moments"),
    ("Contacts.0.IsSupplier", "false", "wire.booleans"),
    ("Contacts.0.Balances.AccountsReceivable.Overdue", "0.00", "wire.numbers"),
    ("Contacts.0.Phones", {"PhoneType": "DDI"}, "wire.lists"),
    ("Contacts.0.ContactPersons", None, "wire.lists-never-null"),
    ("Contacts.0.Balances", [], "wire.objects"),
    ("pagination.page", 0, "query.pagination-page"),
    ("pagination.pageCount", 7, "query.pagination-pages"),
]
ERRORS = [
    ("ErrorNumber", ..., "errors.shape"),
    ("ErrorNumber", "ten", "errors.shape"),
    ("ErrorNumber", 11, "errors.validation-number"),
    ("Type", "Invalid", "errors.validation-type"),
    ("Type", ..., "errors.shape"),
    ("Message", "No", "errors.validation-message"),
    ("Elements", [], "errors.validation-element"),
    ("Elements", {}, "errors.shape"),
    ("Elements.0.ValidationErrors", ["No"], "errors.shape"),
    ("Elements.0.HasValidationErrors", False, "errors.validation-flag"),
]


@pytest.mark.parametrize(("name", "value", "clause"), ANSWERS)
def test_an_answer_that_is_doctored_is_found(tmp_path: Path, name: str, value: Any, clause: str) -> None:
    body = json.loads(json.dumps(listed(CONTACT, head=PAGED)))
    member(name, value)(body)
    done, found = judged(cassette(tmp_path, interaction("/Contacts?page=1", body)))
    assert clause in clauses(found)
    assert done.return_value == 1
    first = found["findings"][0]
    assert (first["interaction"], first["status"], first["request"]) == (1, 200, "GET /api.xro/2.0/Contacts")
    assert {each["verdict"] for each in found["findings"]} == {"fail"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Contacts.0.FirstName", "x" * 256),
        ("Contacts.0.Addresses.1.PostalCode", "x" * 51),
        ("Contacts.0.EmailAddress", "x" * 501),
        ("Contacts.0.Addresses", [{"AddressType": "STREET"}] * 3),
    ],
)
def test_what_is_longer_than_its_limit_is_told_and_not_blamed(tmp_path: Path, name: str, value: Any) -> None:
    body = json.loads(json.dumps(listed(CONTACT, head=PAGED)))
    member(name, value)(body)
    done, found = judged(cassette(tmp_path, interaction("/Contacts?page=1", body)))
    assert done.return_value == 0
    assert not found["findings"]
    assert "wire.limits" in {each["clause"] for each in found["choices"]}


@pytest.mark.parametrize(("name", "value", "clause"), ERRORS)
def test_an_error_that_is_doctored_is_found(tmp_path: Path, name: str, value: Any, clause: str) -> None:
    body = json.loads(json.dumps(REFUSED))
    member(name, value)(body)
    _, found = judged(cassette(tmp_path, interaction("/Contacts", body, "POST", 400)))
    assert clause in clauses(found)


@pytest.mark.parametrize(
    ("made", "clause"),
    [
        (interaction("/Contacts", listed(CONTACT), kind="text/html"), "wire.answer-type"),
        (interaction("/Contacts", OLDER + STAMP + "</Response>", kind="text/xml"), "wire.answer-format"),
        (interaction("/Contacts", laid_out(listed(CONTACT))[:-9]), "wire.legible"),
        (interaction("/Contacts", listed(CONTACT), "PUT", 201), "create-conflict.success-status"),
        (interaction("/Contacts", CONTACT), "wire.wrapped"),
        (interaction("/Contacts", "<html>Welcome</html>", kind="text/html"), "wire.wrapped"),
        (interaction("/Contacts", REFUSED, "POST", 200), "errors.validation-status"),
        (interaction("/Contacts", {"error": "No"}, "POST", 400), "errors.shape"),
        (interaction("/Contacts?summarizeErrors=false", listed(CONTACT), "POST"), "batch.apart-status"),
        (interaction("/Contacts?summarizeErrors=false", REFUSED, "POST", 400), "batch.apart-success"),
    ],
)
def test_an_exchange_that_is_doctored_is_found(tmp_path: Path, made: dict[str, Any], clause: str) -> None:
    assert clause in clauses(judged(cassette(tmp_path, made))[1])


DOCTORED = [
    ("2.0-2010", "2010-11-26T23:32:25.04", "/Date(1290814345040)/", "wire.moments"),
    ("2.0-2010", ">true<", ">True<", "wire.booleans"),
    ("2.0-2010", "Address>", "Place>", "wire.items-named"),
    ("2.0-2010", "DDI", "PAGER", "wire.choices"),
    ("2.0-2010", "Response", "Answer", "wire.wrapped"),
    ("2.0-2010", "Contacts>", "People>", "wire.wrapped"),
    ("2.0-2010", "2010-12-21T00", "2010-12-21 00", "wire.envelope-moment"),
    ("2.0-2010", ">A<", ">A & B<", "wire.legible"),
    ("1.0", "ID>37a96c86-", "ID>", "wire.envelope-id"),
    ("1.0", "ContactID>0f", "ContactID>", "wire.guids"),
    ("1.0", "DDI", "PAGER", "wire.choices"),
    ("1.0", "<Name>A", "<Name>A</Name><Name>B", "wire.members-once"),
    ("2.0-2010", "<PhoneAreaCode/>", "<PhoneType>FAX</PhoneType>", "wire.members-once"),
]


@pytest.mark.parametrize(("generation", "old", "new", "clause"), DOCTORED)
def test_a_body_alone_that_is_doctored_is_found(
    tmp_path: Path, generation: str, old: str, new: str, clause: str
) -> None:
    place = tmp_path / "answer.xml"
    place.write_text(ALONE[generation][0].replace(old, new), "utf-8")
    done, found = judged(str(place), "--generation", generation, "--operation", "read")
    assert clause in clauses(found)
    assert done.return_value == 1


def test_an_error_of_the_oldest_shape_is_judged_too() -> None:
    body = "<Response><Errors><Error><Exception/></Error></Errors></Response>"
    done, found = judged("-", "--generation", "1.0", "--status", "500", stdin=body.encode())
    assert (done.return_value, clauses(found)) == (1, {"errors.shape"})


def test_what_the_contract_leaves_open_is_a_choice_and_fails_nobody(tmp_path: Path) -> None:
    made = interaction("/Contacts", listed(CONTACT), "PUT", 201)
    made["request"].update(uri="https://api.xero.com/api.xro/1.0/contacts", method="POST")
    made["response"]["body"]["string"] = f"{OLDEST}{STAMP}<Contacts><Contact>{BARE}</Contact></Contacts></Response>"
    made["response"]["headers"]["Content-Type"] = ["text/plain"]
    done, found = judged(cassette(tmp_path, made))
    assert (done.return_value, found["findings"]) == (0, [])
    assert {each["clause"] for each in found["choices"]} == {"upsert.success-status", "wire.answer-type"}


# ---------------------------------------------------------------- HAR


def entry(text: Any, **content: Any) -> dict[str, Any]:
    pairs = [{"name": name, "value": value[0]} for name, value in HEADERS.items()]
    held = {"size": 1, "mimeType": JSON, "text": text, **content}
    answer = {"status": 200, "headers": [{"name": "Content-Type", "value": JSON}], "content": held}
    return {"request": {"method": "GET", "url": f"{BASE}/Contacts", "headers": pairs}, "response": answer}


def har(folder: Path, *entries: Any) -> str:
    place = folder / "session.har"
    place.write_text(json.dumps({"log": {"version": "1.2", "entries": list(entries)}}), "utf-8")
    return str(place)


def test_a_har_file_holds_text_base64_and_packed_bodies(tmp_path: Path) -> None:
    body = laid_out(listed(CONTACT)).encode()
    packed = entry(base64.b64encode(gzip.compress(body)).decode(), encoding="base64")
    packed["response"]["headers"].append({"name": "content-encoding", "value": "gzip"})
    unpacked = entry(body.decode())
    unpacked["response"]["headers"].append({"name": "content-encoding", "value": "br"})
    plain = entry(base64.b64encode(body).decode(), encoding="base64")
    done, found = judged(har(tmp_path, entry(body.decode()), packed, unpacked, plain))
    assert (done.return_value, found["judged"], found["findings"]) == (0, 4, [])
    assert found["files"][0]["sort"] == "HAR file"


def test_parts_that_a_har_file_lacks_are_counted_and_blame_nobody(tmp_path: Path) -> None:
    lost = entry("")
    del lost["response"]["content"]["text"]
    aborted = entry("")
    aborted["response"]["status"] = 0
    mangled = entry("***", encoding="base64")
    bare = {"request": {"method": "GET", "url": f"{BASE}/Contacts"}, "response": {"status": 200, "content": {}}}
    done, found = judged(har(tmp_path, lost, aborted, mangled, bare, None, {"request": {"url": 7}}, {"response": []}))
    assert (done.return_value, found["judged"], found["findings"]) == (3, 0, [])
    assert sum(found["not_judged"].values()) == 7


# ---------------------------------------------------------------- files, options, secrets


HOSTILE = {
    "empty.json": b"",
    "notes.txt": b"Dear diary",
    "cut.har": b'{"log": {"entries": [',
    "none.har": b'{"log": {}}',
    "other.har": b'{"Contacts": []}',
    "code.yaml": b"interactions:\n- !!python/object/apply:os.system ['true']\n",
    "deep.har": b'{"log":' + b"[" * 100_000,
    "list.yaml": b"a: b\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_file_is_one_clear_line_and_the_others_are_judged(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(HOSTILE[name])
    good = cassette(tmp_path, interaction("/Contacts", listed(CONTACT)), name="good.json")
    done, found = judged(str(tmp_path / name), good)
    assert (done.return_value, found["judged"]) == (2, 1)
    trouble = found["files"][0]["trouble"]
    assert name in trouble
    assert "\n" not in trouble
    assert done.stderr.strip() == f"conformance: {trouble}"


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    done, found = judged(str(tmp_path / "nothing.yaml"))
    assert done.return_value == 2
    assert "there is no file" in found["files"][0]["trouble"]


@pytest.mark.parametrize("words", [("--generation", "3.0"), ("--operation", "delete"), ("--status", "7")])
def test_a_bad_option_names_its_remedy(words: tuple[str, ...]) -> None:
    with pytest.raises(BadOption):
        judged("-", *words, stdin=b"{}")


def test_a_folder_stands_for_the_recordings_in_it(tmp_path: Path) -> None:
    cassette(tmp_path, interaction("/Contacts", listed(CONTACT)))
    har(tmp_path, entry(laid_out(listed(CONTACT))))
    (tmp_path / "README.md").write_text("notes", "utf-8")
    assert judged(str(tmp_path))[1]["judged"] == 2


def test_no_secret_of_a_recording_is_shown(tmp_path: Path) -> None:
    told = {**CONTACT, "ContactStatus": TOKEN, "UpdatedDateUTC": f"{TENANT} {REFRESH}", "IsSupplier": f"a {TOKEN}"}
    oauth = interaction("/Contacts", {"refresh_token": REFRESH})
    file = cassette(tmp_path, interaction(f"/Contacts/{TOKEN}", listed(told)), oauth)
    for words in (["-v"], ["--json"], []):
        said = CliRunner().invoke(commands, ["judge", file, *words], standalone_mode=False).output
        assert "[redacted]" in said
        assert not [each for each in (TOKEN, TENANT, REFRESH) if each in said]


def test_what_clients_sent_is_judged_when_asked_for(tmp_path: Path) -> None:
    made = interaction("/Contacts", listed(CONTACT), "POST")
    made["request"]["body"] = json.dumps({"Contacts": [{"Name": "x" * 300}]})
    made["request"]["headers"] = {**HEADERS, "Content-Type": [JSON]}
    file = cassette(tmp_path, made)
    assert judged(file)[1]["findings"] == []
    found = judged(file, "--requests")[1]["findings"]
    assert [(each["code"], each["path"]) for each in found] == [("too-long:Name", "request[0].Name")]


def test_a_person_reads_findings_grouped_with_their_clause_and_the_counts(tmp_path: Path) -> None:
    wrong = {**CONTACT, "IsSupplier": "no"}
    file = cassette(tmp_path, interaction("/Contacts", listed(wrong, wrong)), interaction("/Invoices", NESTED))
    done = CliRunner().invoke(commands, ["judge", file], standalone_mode=False, env={"COLUMNS": "80"})
    assert "fail  wire.booleans  2.0-2026, 2 places" in done.output
    assert "1 x not judged: about another resource: Invoices" in done.output
    assert done.output.splitlines()[-1] == "2 findings in 1 exchange of 1 file"
    quiet = CliRunner().invoke(commands, ["judge", file, "-q"], standalone_mode=False)
    assert quiet.output.splitlines() == ["2 findings in 1 exchange of 1 file"]
