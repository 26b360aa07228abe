"""Pages out of templates, with everything that came from elsewhere escaped: the only door to Jinja."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

_PAGES = Environment(
    loader=PackageLoader("conformance.report", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(name: str, values: Mapping[str, Any]) -> str:
    """The page of this name with the values in its gaps."""
    return _PAGES.get_template(f"{name}.html.j2").render(**values)
