"""A resource of no real API, for the tests of the wire, and the proof that the wire knows none."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from conformance.contract.model import (
    Access,
    Contract,
    Envelope,
    ErrorNames,
    Field,
    Format,
    Kind,
    Refusal,
    Resource,
)
from conformance.document import Record

WIRE = Path(__file__).resolve().parent.parent / "conformance" / "wire"

PARTS = (
    Field(name="Kind", kind=Kind.TEXT, choices=("LEFT", "RIGHT")),
    Field(name="Line", kind=Kind.TEXT),
    Field(name="Spare", kind=Kind.BOOLEAN),
)
FIELDS = (
    Field(name="ThingKey", kind=Kind.GUID),
    Field(name="Code", kind=Kind.TEXT),
    Field(name="Title", kind=Kind.TEXT),
    Field(name="State", kind=Kind.TEXT, choices=("ON", "OFF")),
    Field(name="Loud", kind=Kind.BOOLEAN),
    Field(name="Weight", kind=Kind.NUMBER),
    Field(name="Changed", kind=Kind.MOMENT),
    Field(name="Parts", kind=Kind.LIST, item="Part", members=PARTS, keyed_by="Kind"),
    Field(name="Marks", kind=Kind.LIST, item="Mark", members=(Field(name="Word", kind=Kind.TEXT),)),
    Field(name="Terms", kind=Kind.OBJECT, members=(Field(name="Days", kind=Kind.NUMBER), PARTS[2])),
    Field(name="Flag", kind=Kind.TEXT, formats=("json",)),
)
RESOURCE = Resource(
    one="Thing",
    many="Things",
    fields=FIELDS,
    identity="ThingKey",
    number="Code",
    name="Title",
    status="State",
    active="ON",
    archived="OFF",
)
XML = Format(name="xml", media_type="m/x", answer_type="m/x", moments="iso", empty="omitted")
JSON = Format(name="json", media_type="m/j", answer_type="m/j", moments="ms", empty="shown")
NAMES = ErrorNames(
    root="Trouble",
    number="No",
    type="Sort",
    message="Say",
    elements="Bad",
    element="BadOne",
    validation_errors="Complaints",
    validation_error="Complaint",
    errors="Mishaps",
    error="Mishap",
    description="Story",
    exception="Cause",
    exception_type="Class",
    title="Heading",
    detail="Reason",
    status="Code",
)
REFUSALS = {
    "exception": Refusal(name="exception", status=400, shape="exception", message="No way", number=10, type="Rule"),
    "quiet": Refusal(name="quiet", status=400, shape="exception", message="No way", echoes=False),
    "errors": Refusal(name="errors", status=500, shape="errors", message="Broke", type="A.B"),
    "text": Refusal(name="text", status=404, shape="text", message="It isn't <here>"),
    "problem": Refusal(name="problem", status=401, shape="problem", message="Who are you?", type="Unknown"),
}
CONTRACT = Contract(
    generation="toy",
    title="Toy",
    base="/toy",
    resource=RESOURCE,
    operations={},
    formats={"xml": XML, "json": JSON},
    envelope=Envelope(root="Reply", identifier="Id", status="State", provider="By", moment="At", ok="FINE"),
    errors=NAMES,
    refusals=REFUSALS,
    messages={},
    access=Access(),
    clauses=(),
    errata=(),
    digest="",
)

GUID = "0f471ca5-15c9-405e-a1b9-7cc35194b673"
MOMENT = datetime(2010, 12, 17, 0, 36, 8, 747000, tzinfo=UTC)
FULL: Record = {
    "ThingKey": GUID,
    "Code": "04",
    "Title": "A & B",
    "State": "ON",
    "Loud": False,
    "Weight": Decimal("12.50"),
    "Changed": MOMENT,
    "Parts": ({"Kind": "LEFT", "Line": "x", "Spare": True}, {"Kind": "RIGHT"}),
    "Marks": ({"Word": "b"}, {"Word": "a"}),
    "Terms": {"Days": Decimal(20), "Spare": False},
    "Flag": "f",
}

AWKWARD = (
    "a & b <c> \"d\" 'e' ]]> &amp;",
    "  both ends  ",
    "04",
    "true",
    "null",
    "\U0001f600 \U0001f1f3\U0001f1ff",
    "\u05e9\u05dc\u05d5\u05dd \u202e\u0645\u0631\u062d\u0628\u0627",
    "e\u0301 \u00e9 \ufb01",
    "tab\there",
    "line\nline\r\nline\rline",
    "back\\slash \\u0041 /slash/",
    "\u2028 \u2029 \u0085 \ufeff",
    "12.50",
    "2010-12-21T00:58:58",
    "",
)


def test_the_wire_names_no_api_and_no_generation() -> None:
    facts = re.compile(r"contact|xero|20(?:08|10|26)", re.IGNORECASE)
    found = {path.name: facts.findall(path.read_text("utf-8")) for path in WIRE.glob("*.py")}
    assert not {name: words for name, words in found.items() if words}
