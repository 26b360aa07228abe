"""All faithful variants of a generation."""

from __future__ import annotations

from functools import cache

from conformance.rules.registry import contract
from conformance.variants import any as any_
from conformance.variants import choices, json, xml
from conformance.variants.kind import Variant


@cache
def variants(generation: str) -> tuple[Variant, ...]:
    """The variants of a generation: what every format shows, then each format's, then the open choices."""
    made = contract(generation)
    return tuple(each for part in (any_, json, xml, choices) for each in part.variants(made))


def find(name: str, generation: str) -> Variant | None:
    """The variant of that name, if the generation has it."""
    return next((each for each in variants(generation) if each.name == name), None)
