"""A conversation that several checks read is held once, is the same whoever comes first, and fails for all alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.derive.cases import Case, cases
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.registry import contract
from conformance.rules.story import Story
from conformance.session.events import case_event
from conformance.session.outcome import Verdict
from conformance.session.redact import Redactor
from conformance.session.run import Settings, run
from conformance.targets.embedded import embedded

NEWEST = "2.0-2026"


def made(story: Story) -> str:
    return str(story.given(story.new())[story.identity])


def reads(story: Story) -> None:
    story.scene("made", made)


def blames(story: Story) -> None:
    raise Broken("wrong", f"the record {story.scene('made', made)} is not to my taste")


def cannot(story: Story) -> str:
    raise CouldNotRun(f"no {story.one} could be made")


def case(number: int, tell: object) -> Case:
    plain = [each for each in cases(NEWEST) if each.format == "json"][number]
    return replace(plain, check=replace(plain.check, tell=tell, glance=None))


def test_it_is_held_once_and_shown_again_only_to_whoever_blames() -> None:
    target, settings = embedded(contract(NEWEST)), Settings()
    first, second, third = (
        run(case(number, tell), target, settings) for number, tell in ((0, reads), (1, reads), (2, blames))
    )
    assert (len(first.exchanges), len(second.exchanges), len(third.exchanges)) == (2, 0, 0)
    assert [each.teller for each in second.told_with] == [first.case.id]
    assert third.verdict is Verdict.FAIL
    events = [case_event(each, Redactor(())) for each in (first, second, third)]
    assert [len(each["exchanges"]) for each in events] == [2, 0, 2]
    assert all(each["shared"] for each in events[2]["exchanges"])
    assert events[2]["told_with"] == [first.case.id]


def test_it_sends_the_same_bytes_whoever_comes_first() -> None:
    sent = []
    for number in (0, 5):
        outcome = run(case(number, reads), embedded(contract(NEWEST)), Settings())
        sent.append([each.request for each in outcome.exchanges])
    assert sent[0] == sent[1]


def test_when_it_fails_none_of_its_readers_can_run() -> None:
    target, settings = embedded(contract(NEWEST)), Settings()

    def tell(story: Story) -> None:
        story.scene("impossible", cannot)

    outcomes = [run(case(number, tell), target, settings) for number in (0, 1)]
    assert [each.verdict for each in outcomes] == [Verdict.COULD_NOT_RUN] * 2
    assert outcomes[0].reason == outcomes[1].reason


@pytest.mark.parametrize("generation", [NEWEST])
def test_the_cases_of_a_scene_say_so_and_stay_in_one_process(generation: str) -> None:
    target, settings = embedded(contract(generation)), Settings()
    scenes = {each.id: each.check.scene for each in cases(generation)}
    for each in cases(generation):
        for played in run(each, target, settings).told_with:
            assert scenes[each.id], f"{each.id} reads a conversation of {played.teller}, and names no scene"
            assert scenes[each.id] == scenes[played.teller]
