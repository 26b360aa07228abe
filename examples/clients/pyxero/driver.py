"""A driver for pyxero: it answers the messages of docs/client-protocol.md. The client writes XML and reads JSON."""

import json
import os
import sys
from datetime import UTC, date, datetime
from importlib.metadata import version
from itertools import count

from xero import Xero
from xero.auth import OAuth2Credentials

READS, WRITES = ["get", "find", "list", "pages"], ["create", "upsert", "update", "edit"]
OPTIONS = {"where": "raw", "ids": "IDs", "archived": "includeArchived", "search": "searchTerm", "size": "pageSize"}


def connect(ask):
    # The OAuth library under the client refuses plain HTTP, which is what loopback speaks.
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    credentials = OAuth2Credentials("conformance", "", token={"access_token": ask["token"], "token_type": "Bearer"})
    credentials.base_url, credentials.tenant_id = ask["base_url"], ask["tenant_id"]
    return Xero(credentials).contacts


def fetch(contacts, ask):
    options = {OPTIONS.get(name, name): each for name, each in ask.items() if name not in ("message", "do")}
    if "modified_since" in options:
        options["since"] = datetime.fromisoformat(options.pop("modified_since"))
    return contacts.filter(**options)


def perform(contacts, ask):
    """What the client returned."""
    if ask["do"] == "create":
        return contacts.put(ask["contacts"])
    if ask["do"] == "upsert":
        return contacts.save(ask["contacts"])
    if ask["do"] == "update":
        return contacts.save({"ContactID": ask["id"], **ask["contact"]})
    if ask["do"] == "edit":
        return contacts.save({**contacts.get(ask["id"])[0], **ask["contact"]})
    if ask["do"] == "get":
        return contacts.get(ask["id"])
    if ask["do"] == "find":
        return contacts.filter(ContactNumber=ask["number"])
    if ask["do"] == "list":
        return fetch(contacts, ask)
    every = (fetch(contacts, {**ask, "page": page}) for page in count(1))
    return [each for found in iter(lambda: next(every), []) for each in found]


def spelt(value):
    """A moment or a day that the client has read, as the protocol spells it."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


contacts = None
for line in sys.stdin:
    ask = json.loads(line)
    if ask["do"] == "hello":
        contacts = connect(ask)
        # In JSON it only reads, for it writes nothing but XML.
        can = READS + (WRITES if ask["format"] == "xml" else [])
        said = {"can": can, "client": {"name": "pyxero", "version": version("pyxero")}}
    else:
        try:
            found = perform(contacts, ask)
            # In place of contacts it may return the bytes of an answer, which hold none for its caller.
            said = {"contacts": found if isinstance(found, list) else []}
        except Exception as error:  # whatever the client raises is what its caller gets
            status = getattr(getattr(error, "response", None), "status_code", None)
            told = {"message": str(error) or repr(error), "status": status, "messages": getattr(error, "errors", [])}
            said = {"error": told}
    print(json.dumps({"message": ask["message"], **said}, default=spelt), flush=True)
