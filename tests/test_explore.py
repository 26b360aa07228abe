"""The explorers: a faithful target is blamed for nothing, seeded faults are found, told shortly, and found again."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from click.testing import CliRunner, Result
from loopback import Server, serving

from conformance.cli import commands
from conformance.contract.load import generations
from conformance.derive.faults import require
from conformance.errors import BadOption, NoAnswer, TargetDown
from conformance.exchange import Request, Response
from conformance.explore.expedition import Charter, Leg, expedition
from conformance.explore.findings import _named
from conformance.reference.http import Served
from conformance.rules.registry import contract
from conformance.targets.embedded import embedded
from conformance.targets.target import Credentials, Target

NEWEST, OLDER, OLDEST = "2.0-2026", "2.0-2010", "1.0"

# Each with the chapter that the story must be about.
FAULTS = [
    (NEWEST, "upsert.match-by-number.ignored", "upsert"),
    (NEWEST, "partial-update.kept-on-every-road.loses-archived", "partial-update"),
    (NEWEST, "create-conflict.name-refused.ignores", "create-conflict"),
    (NEWEST, "create-conflict.number-harmless.overwrites", "create-conflict"),
    (NEWEST, "create-conflict.archived-name-free.counts", "create-conflict"),
    (NEWEST, "partial-update.phones-merged.replaces", "partial-update"),
    (NEWEST, "partial-update.nothing-else-changes.second-update", "partial-update"),
    (NEWEST, "partial-update.others-untouched.touches-by-Name", "partial-update"),
    (NEWEST, "read-only.ignored-on-update.takes-Website", "read-only"),
    (OLDER, "upsert.match-by-id.refuses", "upsert"),
    (OLDEST, "upsert.match-by-number.ignored", "upsert"),
]


class Silent:
    """A target that answers some requests, and then none."""

    def __init__(self, answers: int) -> None:
        self.server, self.answers, self.asked = embedded(contract(NEWEST)), answers, 0

    def send(self, request: Request) -> Response:
        self.asked += 1
        if self.asked > self.answers:
            raise NoAnswer("there was no answer within 1 s")
        return self.server.send(request)


def travel(folder: Path, opened: Callable[[str], Target], *names: str, **more: object) -> list[Leg]:
    known = {"seed": "1", "mark": "m", "examples": 120, "explorers": ("sequences",), "end": monotonic() + 120, **more}
    made = tuple(map(contract, names))
    charter = Charter(target="here", contracts=made, open=opened, credentials=Credentials(), folder=folder, **known)
    return list(expedition(charter, lambda _words, _requests: None))


def broken(fault: str, generation: str) -> Callable[[str], Target]:
    seeded = require(fault, (generation,))[generation]
    return lambda name: embedded(contract(name), seeded.fault, seeded.formats)


def invoke(*words: str) -> Result:
    return CliRunner().invoke(commands, ["explore", *words], standalone_mode=False)


@pytest.mark.parametrize("generation", generations())
def test_a_faithful_target_is_blamed_for_nothing(tmp_path: Path, generation: str) -> None:
    (leg,) = travel(tmp_path, lambda name: embedded(contract(name)), generation, examples=40)
    assert not leg.findings, leg.findings[0]
    assert not leg.trouble
    assert leg.requests > 150


@pytest.mark.parametrize(("generation", "fault", "chapter"), FAULTS)
def test_a_fault_is_found_and_told_shortly(tmp_path: Path, generation: str, fault: str, chapter: str) -> None:
    (leg,) = travel(tmp_path, broken(fault, generation), generation)
    assert leg.findings, f"{fault} was not found in {leg.requests} requests"
    finding = leg.findings[0]
    assert re.match(chapter, finding.about), finding
    assert len(finding.steps) <= 5, finding.steps
    assert finding.expected
    assert finding.saw
    assert sum(each.startswith("curl") for each in finding.curl) >= len(finding.steps)


def test_the_seed_repeats_a_story_and_another_mark_gives_it_other_names(tmp_path: Path) -> None:
    fault = "create-conflict.name-refused.ignores"
    stories = [
        travel(tmp_path, broken(fault, NEWEST), NEWEST, seed=seed, mark=mark, examples=40)[0].findings[0]
        for seed, mark in (("7", "one"), ("7", "one"), ("7", "two"))
    ]
    assert stories[0] == stories[1]
    nameless = [[re.sub(r"[0-9a-f]{10}", "", each) for each in story.steps] for story in stories]
    assert nameless[0] == nameless[2]
    assert stories[0].steps != stories[2].steps
    assert "--seed 7" in stories[0].repeat


def test_a_living_server_may_be_explored_twice_with_one_seed(tmp_path: Path) -> None:
    living = embedded(contract(NEWEST))
    with Served(living.server) as url:
        words = ("--only", "sequences", "--examples", "10", "--reports", str(tmp_path))
        results = [invoke(f"mock:{url}", *words, "--seed", "3") for _ in range(2)]
    assert [each.return_value for each in results] == [0, 0], results[-1].output
    assert all("nothing found" in each.output for each in results)


def test_a_finding_is_written_without_secrets_and_fits_eighty_columns(tmp_path: Path) -> None:
    target = "embedded:create-conflict.name-refused.ignores"
    words = ("--generation", NEWEST, "--only", "sequences", "--token", Credentials().token, "--reports", str(tmp_path))
    done = invoke(target, *words)
    assert done.return_value == 1
    written = (tmp_path / "explore" / "explore.json").read_text("utf-8")
    document = json.loads(written)
    assert document["legs"][0]["findings"][0]["about"] == "create-conflict.name-refused"
    assert Credentials().token not in written + done.output
    assert f"seed 1, mark {document['mark']}" in done.output
    story = done.output.partition("# ")[0]
    assert "1. " in story
    assert max(map(len, story.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "'nowhere' is not a target"),
        (("embedded", "--generation", "9"), "there is no generation '9'"),
        (("embedded", "--only", "documents", "--generation", OLDEST), "use --only sequences"),
        (("mock:http://127.0.0.1:9", "--timeout", "x"), "not a number of seconds"),
    ],
)
def test_a_usage_error_is_one_line(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = invoke(*words, "--reports", str(tmp_path))
    assert isinstance(done.exception, BadOption)
    assert said in str(done.exception)
    assert "\n" not in str(done.exception)


def test_a_missing_library_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delitem(sys.modules, "conformance.explore.expedition")
    monkeypatch.delitem(sys.modules, "conformance.explore.sequences")
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    done = invoke("embedded", "--reports", str(tmp_path))
    assert isinstance(done.exception, BadOption)
    assert "the extra 'explore'" in str(done.exception)


def test_a_target_that_is_not_there_or_hangs_is_down(tmp_path: Path) -> None:
    start = monotonic()
    with serving(_mute) as server:
        done = invoke(f"mock:{server.address}", "--timeout", "0.3", "--reports", str(tmp_path))
    assert isinstance(done.exception, TargetDown)
    assert monotonic() - start < 10


def _mute(server: Server, _sock: object, _number: int) -> None:
    server.over.wait(20)


def test_a_target_that_falls_silent_ends_it_as_incomplete(tmp_path: Path) -> None:
    silent = Silent(50)
    (leg,) = travel(tmp_path, lambda _name: silent, NEWEST)
    assert leg.trouble == "there was no answer within 1 s"
    assert not leg.findings
    assert silent.asked < 60


def test_its_time_is_bounded(tmp_path: Path) -> None:
    (leg,) = travel(tmp_path, lambda name: embedded(contract(name)), NEWEST, examples=100_000, end=monotonic() + 1)
    assert leg.early
    assert leg.seconds < 10


def test_no_other_command_waits_for_its_libraries() -> None:
    told = "import sys, conformance.cli; sys.exit(bool({'hypothesis', 'schemathesis', 'requests'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0


def test_the_model_asks_no_rule_how_it_keeps_its_promise() -> None:
    folder = Path(__file__).resolve().parent.parent / "conformance" / "explore"
    texts = {each.name: each.read_text("utf-8") for each in folder.glob("*.py")}
    assert not [name for name, text in texts.items() if re.search(r"enforce|registry|reference\.(build|server)", text)]


def test_identifiers_in_commands_are_variables_of_the_shell() -> None:
    assert _named("curl --data-binary '<a>ID</a>' \"$BASE\"/x/ID", "ID", "A") == (
        'curl --data-binary \'<a>\'"$A"\'</a>\' "$BASE"/x/"$A"'
    )


@pytest.mark.slow
def test_random_documents_blame_a_faithful_target_for_nothing(tmp_path: Path) -> None:
    opened = embedded(contract(NEWEST))
    (leg,) = travel(tmp_path, lambda _name: opened, NEWEST, explorers=("documents",), examples=10)
    assert not leg.findings, leg.findings[0]
    assert not leg.trouble
    assert leg.requests > 100
    assert {"junit.xml", "allure-results"} <= {each.name for each in (tmp_path / "schemathesis" / NEWEST).iterdir()}


@pytest.mark.slow
def test_random_documents_find_an_answer_that_no_document_has(tmp_path: Path) -> None:
    opened = broken("upsert.success-status.created", NEWEST)
    (leg,) = travel(tmp_path, opened, NEWEST, explorers=("documents",), examples=10)
    assert "POST /api.xro/2.0/Contacts" in {each.about for each in leg.findings}
    assert "Received: 201" in leg.findings[0].saw
    assert '"$BASE"' in leg.findings[0].curl[0]


@pytest.mark.slow
def test_random_documents_end_with_a_target_that_falls_silent(tmp_path: Path) -> None:
    silent = Silent(20)
    (leg,) = travel(tmp_path, lambda _name: silent, NEWEST, explorers=("documents",))
    assert leg.trouble
    assert not leg.findings
    assert leg.seconds < 60
