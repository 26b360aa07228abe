"""Bodies of requests and answers, in any format: the face of this floor."""

from __future__ import annotations

from conformance.wire.answer import read_answer
from conformance.wire.bodies import Answer, ErrorBody, ErrorElement, Fate, RequestBody
from conformance.wire.request import read_request, write_request
from conformance.wire.served import Layout, Stamp, write_answer, write_error

__all__ = [
    "Answer",
    "ErrorBody",
    "ErrorElement",
    "Fate",
    "Layout",
    "RequestBody",
    "Stamp",
    "read_answer",
    "read_request",
    "write_answer",
    "write_error",
    "write_request",
]
