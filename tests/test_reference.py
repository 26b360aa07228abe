"""The reference server's answers meet the schemas of their generation, and its stages do what their names say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
import yaml
from lxml import etree

from conformance.contract import load, xsd
from conformance.derive.cases import cases
from conformance.exchange import Exchange, Headers, Request, Response
from conformance.reference import build
from conformance.reference.clock import counting, ticking
from conformance.reference.server import ReferenceServer
from conformance.reference.store import Store
from conformance.rules.registry import contract
from conformance.session.run import Settings, run
from conformance.targets.embedded import embedded

NEWEST = "2.0-2026"


def exchanges(generation: str, media: str) -> Iterator[Exchange]:
    """Every answer of a clean run in one format."""
    for each in said(generation):
        if each.response is not None and media in each.response.media_type:
            yield each


@cache
def said(generation: str) -> tuple[Exchange, ...]:
    """All exchanges of a run against a server that never sees what a schema says nothing of: values that break it."""
    target, settings = embedded(contract(generation)), Settings()
    told = [case for case in cases(generation) if case.clause.rule not in ("open-mistake", "over-limit")]
    return tuple(each for case in told for each in run(case, target, settings).exchanges)


@pytest.mark.parametrize(("generation", "file"), [("1.0", "response.xsd"), ("2.0-2010", "contacts.xsd")])
def test_every_xml_answer_of_a_success_meets_the_schema_of_its_generation(generation: str, file: str) -> None:
    schema = xsd.schema(load.folder() / generation / file, contract(generation).errata)
    answers = [each for each in exchanges(generation, "xml") if each.response and each.response.status == 200]
    assert len(answers) > 50
    # The documents that the schemas are made of do not know the answers that tell of each record apart.
    for each in [each for each in answers if "summarizeErrors" not in each.request.url]:
        assert each.response is not None
        document = etree.fromstring(each.response.body)
        assert schema.validate(document), (each.request.url, schema.error_log.last_error, each.response.body)


def openapi(name: str) -> jsonschema_rs.Validator:
    document: dict[str, Any] = yaml.safe_load((load.folder() / NEWEST / "openapi.yaml").read_text("utf-8"))
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(schema)


@pytest.mark.parametrize(("status", "name"), [(200, "Envelope"), (400, "Error")])
def test_every_json_answer_meets_the_openapi_document(status: int, name: str) -> None:
    validator = openapi(name)
    answers = [each.response for each in exchanges(NEWEST, "json") if each.response and each.response.status == status]
    assert len(answers) > 10
    for each in answers:
        found = next(iter(validator.iter_errors(json.loads(each.body))), None)
        assert found is None, (found, each.body)


def server(generation: str = NEWEST) -> ReferenceServer:
    made = contract(generation)
    return ReferenceServer(made, build.stages(made), now=ticking(), identifier=counting("test"))


def ask(target: ReferenceServer, method: str, path: str, body: str = "", **headers: str) -> Response:
    given = {"Authorization": "Bearer t", "xero-tenant-id": "tenant", "Accept": "application/json"}
    given["Content-Type"] = "application/json"
    pairs = tuple({**given, **{name.replace("_", "-"): value for name, value in headers.items()}}.items())
    return target(Request(method=method, path=path, headers=Headers(pairs), body=body.encode()))


def test_tenants_do_not_see_each_other() -> None:
    target = server()
    ask(target, "POST", "/api.xro/2.0/Contacts", '{"Name": "Mine"}', xero_tenant_id="one")
    assert b"Mine" in ask(target, "GET", "/api.xro/2.0/Contacts", xero_tenant_id="one").body
    assert b"Mine" not in ask(target, "GET", "/api.xro/2.0/Contacts", xero_tenant_id="two").body


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/api.xro/2.0/Contacts", {"Authorization": ""}, 401),
        ("GET", "/api.xro/2.0/Contacts", {"xero-tenant-id": ""}, 403),
        ("GET", "/api.xro/2.0/Contacts/nobody", {}, 404),
        ("DELETE", "/api.xro/2.0/Contacts", {}, 501),
        ("GET", "/elsewhere", {}, 404),
        ("POST", "/api.xro/2.0/Contacts", {}, 400),
    ],
)
def test_what_cannot_be_done_is_answered_from_the_error_catalogue(
    method: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert ask(server(), method, path, **headers).status == status


def test_a_batch_with_a_bad_record_saves_the_good_ones() -> None:
    target = server()
    answer = ask(target, "POST", "/api.xro/2.0/Contacts", '{"Contacts": [{"Name": "Good"}, {"FirstName": "No name"}]}')
    assert answer.status == 400
    assert b"Contact Name cannot be empty." in answer.body
    assert b"Good" not in answer.body
    assert b"Good" in ask(target, "GET", "/api.xro/2.0/Contacts").body


def test_the_answers_are_the_same_on_every_run() -> None:
    first, second = (
        [ask(target, "POST", "/api.xro/2.0/Contacts", '{"Name": "A"}').body for _ in range(3)]
        for target in (server(), server())
    )
    assert first == second


def test_a_store_finds_the_active_record_first_and_forgets_what_it_replaced() -> None:
    resource = contract(NEWEST).resource
    store = Store(resource)
    old = {resource.identity: "1", resource.name: "A", resource.number: "N", resource.status: resource.archived}
    new = {**old, resource.identity: "2", resource.status: resource.active}
    store.put(new)
    store.put(old)
    assert store.find(resource.name, "a") == new
    store.put({**new, resource.name: "B", resource.number: "M"})
    assert store.find(resource.name, "A") == old
    assert store.find(resource.number, "n") is None
    store.drop("1")
    assert store.find(resource.name, "A") is None
