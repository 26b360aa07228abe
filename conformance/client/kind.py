"""What a rule about clients is: scenarios that ask for something, and watches that look at all that was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from conformance.client.counterpart import Heard
from conformance.client.play import Play
from conformance.contract.model import Clause, Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One small story told with a client. It raises Broken, CouldNotRun or nothing."""

    clause: Clause
    #: the field or the variant; empty when the clause has only one scenario
    parameter: str
    tell: Callable[[Play], None]
    #: the messages that a driver must understand
    needs: tuple[str, ...] = ()
    #: the only formats it can be told in; empty for all
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """What is wrong with one request, in one sentence, and the request."""

    code: str
    sentence: str
    heard: Heard


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a watch saw: how many requests it could judge, and what is wrong with them."""

    judged: int
    offences: tuple[Offence, ...] = ()


Scenarios: TypeAlias = Callable[[Contract, Clause], Iterable[Scenario]]

Watch: TypeAlias = Callable[[Contract, Clause, Sequence[Heard]], Look]
"""Looks at all that was heard, in the order in which it came, whoever asked for it."""


def _none(_contract: Contract, _clause: Clause) -> Iterable[Scenario]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRule:
    """One kind of duty of a client. ``takes`` names the arguments of its clauses and what each of them names."""

    name: str
    scenarios: Scenarios = _none
    watch: Watch | None = None
    takes: Mapping[str, str] = field(default_factory=dict)
