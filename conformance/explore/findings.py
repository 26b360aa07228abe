"""What an exploration has found, in words that a person can act on, and free of secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile

from conformance.explore.documents import Offence
from conformance.explore.surprise import Step, Surprise
from conformance.report.text import curl
from conformance.session.events import exchange_event
from conformance.session.redact import Redactor


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One story: what was done, what was to be expected, what was seen, and commands that do it again."""

    explorer: str
    generation: str
    #: the clause it touches, or the operation
    about: str
    steps: tuple[str, ...] = ()
    expected: str = ""
    saw: str = ""
    promise: str = ""
    #: commands that send the same again; variables in them stand for identifiers that the server gives
    curl: tuple[str, ...] = ()
    repeat: str = ""


def of_surprise(surprise: Surprise, generation: str, repeat: str, redactor: Redactor) -> Finding:
    """The finding in a play that ended in a surprise."""
    clause = surprise.clause
    commands: list[str] = []
    for number, each in enumerate(surprise.steps, 1):
        commands += [f"# step {number}", *_commands(each, surprise.identities, redactor)]
    return Finding(
        explorer="sequences",
        generation=generation,
        about=clause.id,
        steps=tuple(redactor.text(each.sentence) for each in surprise.steps),
        expected=redactor.text(surprise.expected),
        saw=redactor.text(surprise.saw),
        promise=f"{clause.sentence} ({clause.grade}: {clause.source})",
        curl=tuple(commands),
        repeat=repeat,
    )


def _commands(step: Step, identities: Mapping[str, str], redactor: Redactor) -> list[str]:
    commands = [curl(exchange_event(each, redactor)["request"]) for each in step.exchanges]
    for identity, label in identities.items():
        commands = [_named(each, identity, label) for each in commands]
    return commands


def _named(command: str, identity: str, label: str) -> str:
    """The command with a shell variable in place of an identifier, which another run would not get again."""
    first, *rest = command.split(identity)
    for each in rest:
        quoted = first.replace("'\"'\"'", "").count("'") % 2
        first += f"'\"${label}\"'{each}" if quoted else f'"${label}"{each}'
    return first


def of_offence(offence: Offence, generation: str, repeat: str, redactor: Redactor) -> Finding:
    """The finding in an answer that the document rules out."""
    # What follows are values and bodies at full length; the reports of schemathesis have them.
    lines = takewhile(lambda line: not line.startswith(("[", "Value:")), map(str.strip, offence.what.splitlines()))
    said = [each.removeprefix("- ").removesuffix(":") for each in lines if each and each not in "{}"]
    return Finding(
        explorer="documents",
        generation=generation,
        about=offence.operation,
        expected="an answer as the OpenAPI document has it",
        saw=redactor.text("; ".join(said[:4])),
        curl=(redactor.text(offence.curl),),
        repeat=repeat,
    )
