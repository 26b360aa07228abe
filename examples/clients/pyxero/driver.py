"""A driver for pyxero: it answers the messages of docs/client-protocol.md. The client writes XML and reads JSON."""

import json
import sys
from datetime import UTC, date, datetime
from importlib.metadata import version

from xero import Xero
from xero.auth import OAuth2Credentials

READS = ["get", "find", "list", "pages"]
WRITES = ["create", "upsert", "update", "edit"]
LIST = {
    "modified_since": "since",
    "where": "raw",
    "order": "order",
    "ids": "IDs",
    "archived": "includeArchived",
    "search": "searchTerm",
    "page": "page",
    "size": "pageSize",
}


def connect(ask):
    credentials = OAuth2Credentials("conformance", "", token={"access_token": ask["token"], "token_type": "Bearer"})
    credentials.base_url, credentials.tenant_id = ask["base_url"], ask["tenant_id"]
    return Xero(credentials).contacts


def options(ask):
    found = {LIST[name]: value for name, value in ask.items() if name in LIST}
    if "since" in found:
        found["since"] = datetime.fromisoformat(found["since"])
    return found


def pages(ask, contacts):
    """All contacts, page by page, until a page is empty."""
    size = {"pageSize": ask["size"]} if "size" in ask else {}
    every, page = [], 1
    while found := contacts.filter(page=page, **size):
        every += found
        page += 1
    return every


def perform(ask, contacts):
    """What the client returned to one message."""
    if ask["do"] in ("create", "upsert"):
        return contacts.put(ask["contacts"]) if ask["do"] == "create" else contacts.save(ask["contacts"])
    if ask["do"] == "update":
        return contacts.save({"ContactID": ask["id"], **ask["contact"]})
    if ask["do"] == "edit":
        contact = contacts.get(ask["id"])[0]
        contact.update(ask["contact"])
        return contacts.save(contact)
    if ask["do"] == "get":
        return contacts.get(ask["id"])
    if ask["do"] == "find":
        return contacts.filter(ContactNumber=ask["number"])
    if ask["do"] == "pages":
        return pages(ask, contacts)
    return contacts.filter(**options(ask))


def spelt(value):
    """A moment or a day that the client read, as the protocol spells it."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


contacts = None
for line in sys.stdin:
    ask = json.loads(line)
    if ask["do"] == "hello":
        contacts = connect(ask)
        # In JSON it only reads: every write of it is XML.
        can = READS + (WRITES if ask["format"] == "xml" else [])
        said = {"can": can, "client": {"name": "pyxero", "version": version("pyxero")}}
    else:
        try:
            found = perform(ask, contacts)
            # Instead of contacts the client may return bytes, or a whole answer: neither holds any for its caller.
            said = {"contacts": found if isinstance(found, list) else []}
        except Exception as error:  # whatever the client raises is what its caller gets
            status = getattr(getattr(error, "response", None), "status_code", None)
            said = {"error": {"message": str(error) or repr(error), "status": status}}
            said["error"]["messages"] = getattr(error, "errors", [])
    print(json.dumps({"message": ask["message"], **said}, default=spelt), flush=True)
