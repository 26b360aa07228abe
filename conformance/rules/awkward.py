"""Texts that are legal everywhere and get mangled somewhere: markup, quotes, scripts, astral characters."""

from __future__ import annotations

from conformance.contract.model import Contract, Field, Kind
from conformance.contract.values import token
from conformance.rules.story import Story

TEXTS = (
    "Søren & Ængström",
    'O\'Neil "the quoted"',
    "漢字 かな 한글",
    "emoji 😀 and \U0001d50a",
    "שלום עולם",
    "e\u0301 combining",
    "100% a+b #1; x=y/z \\ back",
    "&amp; taken literally",
)


def text_fields(contract: Contract) -> list[Field]:
    """Plain text fields in which any words will do."""
    resource = contract.resource
    own = {resource.name, resource.number, resource.status}
    plain = [each for each in resource.fields if each.writable and each.kind is Kind.TEXT and each.name not in own]
    return [each for each in plain if not (each.choices or each.examples or each.format)]


def members(story: Story, start: int, name: str) -> dict[str, str]:
    """An awkward name made of ``name``, and awkward texts for all text fields, beginning with the one at ``start``."""
    found = {story.contract.resource.name: f"{name} Søn & Co's 漢"}
    for place, each in enumerate(text_fields(story.contract)):
        # Some members must be unique in the organisation, so no two records say the same.
        text = TEXTS[(place + start) % len(TEXTS)]
        found[each.name] = f"{text} {token(story.seed, each.name, str(start))}"
    return found
