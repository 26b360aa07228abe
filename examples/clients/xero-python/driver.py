"""A driver for xero-python, the vendor's own client for Python: it answers the messages of docs/client-protocol.md."""

import json
import sys
import time
from datetime import datetime
from enum import Enum
from importlib.metadata import version

from xero_python import accounting
from xero_python.accounting import AccountingApi, Contact, Contacts
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.models import BaseModel

CAN = ["create", "upsert", "update", "edit", "get", "find", "list", "pages"]
LIST = {
    "modified_since": "if_modified_since",
    "where": "where",
    "order": "order",
    "ids": "i_ds",
    "archived": "include_archived",
    "search": "search_term",
    "page": "page",
    "size": "page_size",
}


def model(kind, value):
    """The client's own object for a value of the API; each class of the client says what its members are called."""
    if kind.startswith("list["):
        return [model(kind[5:-1], each) for each in value]
    known = getattr(accounting, kind, None)
    if known is None:
        return value
    if issubclass(known, Enum):
        return known(value)
    members = {name: member for name, member in known.attribute_map.items() if member in value}
    return known(**{name: model(known.openapi_types[name], value[member]) for name, member in members.items()})


def wire(value):
    """What the client returned, in the words of the API."""
    if isinstance(value, BaseModel):
        members = ((member, getattr(value, name)) for name, member in value.attribute_map.items())
        return {member: wire(each) for member, each in members if each is not None}
    if isinstance(value, list):
        return [wire(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else value


def connect(ask):
    token = {"access_token": ask["token"], "token_type": "Bearer", "scope": "accounting.contacts"}
    token |= {"expires_in": 1800, "expires_at": time.time() + 1800}
    client = ApiClient(Configuration(oauth2_token=OAuth2Token()), oauth2_token_getter=lambda: token)
    return AccountingApi(client, base_url=ask["base_url"] + "/api.xro/2.0"), ask["tenant_id"]


def perform(ask, api, tenant):
    """What the client returned to one message."""
    if ask["do"] in ("create", "upsert"):
        write = api.create_contacts if ask["do"] == "create" else api.update_or_create_contacts
        return write(tenant, Contacts(contacts=model("list[Contact]", ask["contacts"])))
    if ask["do"] == "update":
        return api.update_contact(tenant, ask["id"], Contacts(contacts=[model("Contact", ask["contact"])]))
    if ask["do"] == "edit":
        contact = api.get_contact(tenant, ask["id"]).contacts[0]
        changes = model("Contact", ask["contact"])
        for name in (each for each, member in Contact.attribute_map.items() if member in ask["contact"]):
            setattr(contact, name, getattr(changes, name))
        return api.update_contact(tenant, ask["id"], Contacts(contacts=[contact]))
    if ask["do"] == "get":
        return api.get_contact(tenant, ask["id"])
    if ask["do"] == "find":
        return api.get_contact_by_contact_number(tenant, ask["number"])
    options = {LIST[name]: value for name, value in ask.items() if name in LIST}
    if "if_modified_since" in options:
        options["if_modified_since"] = datetime.fromisoformat(options["if_modified_since"])
    return api.get_contacts(tenant, **options)


def pages(ask, api, tenant):
    """All contacts, page by page, until a page is empty."""
    size = {"page_size": ask["size"]} if "size" in ask else {}
    page = 1
    while found := api.get_contacts(tenant, page=page, **size).contacts:
        yield from found
        page += 1


def answer(ask, client):
    if ask["do"] == "pages":
        return {"contacts": [wire(each) for each in pages(ask, *client)]}
    return {"contacts": wire(perform(ask, *client).contacts) or []}


client = None
for line in sys.stdin:
    ask = json.loads(line)
    said = {}
    if ask["do"] == "hello" and ask["format"] != "json":
        said = {"unsupported": "xero-python speaks JSON only"}
    elif ask["do"] == "hello":
        client = connect(ask)
        said = {"can": CAN, "client": {"name": "xero-python", "version": version("xero-python")}}
    else:
        try:
            said = answer(ask, client)
        except Exception as error:  # whatever the client raises is what its caller gets
            said = {"error": {"message": str(error) or repr(error), "status": getattr(error, "status", None)}}
    print(json.dumps({"message": ask["message"], **said}, default=str), flush=True)
