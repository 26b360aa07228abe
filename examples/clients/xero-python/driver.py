"""A driver for xero-python, the vendor's own client for Python: it answers the messages of docs/client-protocol.md."""

import json
import sys
import time
from datetime import datetime
from enum import Enum
from importlib.metadata import version
from itertools import count

from xero_python import accounting
from xero_python.accounting import AccountingApi, Contacts
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.models import BaseModel

CAN = ["create", "upsert", "update", "edit", "get", "find", "list", "pages"]
OPTIONS = {"ids": "i_ds", "archived": "include_archived", "search": "search_term", "size": "page_size"}


def model(kind, value):
    """The client's own object for a value of the API: its classes say what their members are called, and are."""
    if kind.startswith("list["):
        return [model(kind[5:-1], each) for each in value]
    known = getattr(accounting, kind, None)
    if known is None or issubclass(known, Enum):
        return known(value) if known else value
    members = {name: member for name, member in known.attribute_map.items() if member in value}
    return known(**{name: model(known.openapi_types[name], value[member]) for name, member in members.items()})


def wire(value):
    """What the client returned, in the words of the API."""
    if isinstance(value, BaseModel):
        members = ((member, getattr(value, name)) for name, member in value.attribute_map.items())
        return {member: wire(each) for member, each in members if each is not None}
    if isinstance(value, list):
        return [wire(each) for each in value]
    return value.value if isinstance(value, Enum) else value.isoformat() if isinstance(value, datetime) else value


def connect(ask):
    token = {"access_token": ask["token"], "token_type": "Bearer", "scope": "accounting.contacts"}
    token |= {"expires_in": 1800, "expires_at": time.time() + 1800}
    client = ApiClient(Configuration(oauth2_token=OAuth2Token()), oauth2_token_getter=lambda: token)
    return AccountingApi(client, base_url=ask["base_url"] + "/api.xro/2.0"), ask["tenant_id"]


def fetch(api, tenant, ask):
    options = {OPTIONS.get(name, name): each for name, each in ask.items() if name not in ("message", "do")}
    if "modified_since" in options:
        options["if_modified_since"] = datetime.fromisoformat(options.pop("modified_since"))
    return api.get_contacts(tenant, **options).contacts


def perform(api, tenant, ask):
    """The contacts that the client returned."""
    if ask["do"] in ("create", "upsert"):
        write = api.create_contacts if ask["do"] == "create" else api.update_or_create_contacts
        return write(tenant, Contacts(contacts=model("list[Contact]", ask["contacts"]))).contacts
    if ask["do"] in ("update", "edit"):
        contact = changes = model("Contact", ask["contact"])
        if ask["do"] == "edit":
            contact = api.get_contact(tenant, ask["id"]).contacts[0]
            for name in (name for name, member in changes.attribute_map.items() if member in ask["contact"]):
                setattr(contact, name, getattr(changes, name))
        return api.update_contact(tenant, ask["id"], Contacts(contacts=[contact])).contacts
    if ask["do"] == "get":
        return api.get_contact(tenant, ask["id"]).contacts
    if ask["do"] == "find":
        return api.get_contact_by_contact_number(tenant, ask["number"]).contacts
    if ask["do"] == "list":
        return fetch(api, tenant, ask)
    every = (fetch(api, tenant, {**ask, "page": page}) for page in count(1))
    return [each for found in iter(lambda: next(every), []) for each in found]


client = ()
for line in sys.stdin:
    ask = json.loads(line)
    if ask["do"] != "hello":
        try:
            said = {"contacts": wire(perform(*client, ask)) or []}
        except Exception as error:  # whatever the client raises is what its caller gets
            said = {"error": {"message": str(error) or repr(error), "status": getattr(error, "status", None)}}
    elif ask["format"] != "json":
        said = {"unsupported": "xero-python speaks JSON only"}
    else:
        client = connect(ask)
        said = {"can": CAN, "client": {"name": "xero-python", "version": version("xero-python")}}
    print(json.dumps({"message": ask["message"], **said}, default=str), flush=True)
