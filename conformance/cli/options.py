"""Options that several commands have: what a target is shown of the caller, and how long it may take."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, TypeVar

import click

_F = TypeVar("_F", bound=Callable[..., Any])

_CALLER: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
    click.option("--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="Sent with every request."),
    click.option("--token", default="", envvar="CONFORMANCE_TOKEN", help="Access token. [$CONFORMANCE_TOKEN]"),
    click.option("--tenant", "tenants", multiple=True, help="Tenant id."),
    click.option("--api-key", default="", envvar="CONFORMANCE_API_KEY", help="Partner key of 1.0."),
    click.option("--xero-key", default="", envvar="CONFORMANCE_XERO_KEY", help="Customer key of 1.0."),
    click.option("--timeout", default="10", show_default=True, help="Seconds that one exchange may take."),
)


def caller(command: _F) -> Callable[..., Any]:
    """The command with the options about the caller, in the order in which its help shows them."""
    # Decorators are applied from the last to the first.
    return reduce(lambda made, option: option(made), reversed(_CALLER), command)
