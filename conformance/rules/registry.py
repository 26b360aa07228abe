"""The rule kinds that exist: every module of this package that holds a ``RULE``. The folder is the registration."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from conformance import rules as package
from conformance.contract import load
from conformance.contract.model import Contract
from conformance.rules.kind import Rule


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its name."""
    modules = (import_module(f"{package.__name__}.{each.name}") for each in pkgutil.iter_modules(package.__path__))
    found = [module.RULE for module in modules if hasattr(module, "RULE")]
    return {rule.name: rule for rule in found}


@cache
def contract(generation: str) -> Contract:
    """The contract of a generation, checked against the rules that exist. Raises BadSpec or BadOption."""
    return load.load(generation, {name: rule.takes for name, rule in rules().items()})
