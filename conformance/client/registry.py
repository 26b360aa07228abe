"""The kinds of duties that exist, every module of ``rules`` that holds a ``RULE``, and the duties of generations."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from conformance.client import rules as package
from conformance.client.kind import ClientRule
from conformance.contract import load
from conformance.contract.model import Contract
from conformance.rules.registry import contract as served

#: what any duty may say: why its breach matters to whoever uses the client
_ALWAYS = {"matters": "text"}


@cache
def rules() -> dict[str, ClientRule]:
    """Every rule by its name."""
    modules = (import_module(f"{package.__name__}.{each.name}") for each in pkgutil.iter_modules(package.__path__))
    found = [module.RULE for module in modules if hasattr(module, "RULE")]
    return {rule.name: rule for rule in found}


@cache
def contract(generation: str) -> Contract:
    """The contract of a generation with what it asks of clients in place of what it asks of servers. Raises BadSpec."""
    kinds = {name: {**rule.takes, **_ALWAYS} for name, rule in rules().items()}
    return load.duties(served(generation), kinds)
