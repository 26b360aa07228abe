"""Bodies that are forms, as browsers and some clients send them: the document stands in a field."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote_to_bytes

from conformance.contract.model import Contract
from conformance.exchange import Request


def opened(contract: Contract, request: Request) -> Request:
    """The request as if its document had come by itself; the same request when it is no form of this generation."""
    form = contract.form
    called = request.headers.first("Content-Type").partition(";")[0].strip().lower()
    if form is None or called != form.media_type:
        return request
    fields = (each.partition(b"=") for each in request.body.split(b"&"))
    found = next((value for name, _, value in fields if name == form.field.encode()), None)
    if found is None:
        return request
    headers = request.headers.with_field("Content-Type", contract.formats[form.format].media_type)
    return replace(request, headers=headers, body=unquote_to_bytes(found.replace(b"+", b" ")))
