"""Random sequences: the only door to hypothesis, which draws them, shrinks what fails, and repeats it by its seed."""

from __future__ import annotations

from collections.abc import Sequence
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, configuration, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from conformance.contract.model import Role
from conformance.explore import choices, looks, updates, writes
from conformance.explore.play import CROWD, Play
from conformance.explore.stage import Stage
from conformance.explore.surprise import Ended, Surprise
from conformance.explore.writes import Wish

T = TypeVar("T")

_LENGTHS = (4, 14)
"""Steps of a play at most: what short plays show is sooner shrunk, so they come first."""


def explore(stage: Stage, *, number: int, examples: int) -> None:
    """Play until something is found, ``examples`` plays are over, or the line's time is up."""
    for place, length in enumerate(_LENGTHS):
        if stage.found is None and not stage.trouble:
            _run(stage, number + place, length, max(examples // len(_LENGTHS), 1))


def _run(stage: Stage, number: int, length: int, examples: int) -> None:
    machine = type("Machine", (Machine,), {"stage": stage})
    bounds = settings(
        max_examples=examples,
        stateful_step_count=length,
        database=None,
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    with TemporaryDirectory() as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            run_state_machine_as_test(seed(number)(machine), settings=bounds)
        except Ended as ended:
            stage.early = stage.early or not ended.args
        except (Surprise, Flaky):
            # The stage keeps the shortest story by itself.
            return


_PLACES = st.lists(st.integers(0, 11), max_size=4)
_WHO = st.integers(0, CROWD - 1)
_WAY = st.integers(0, 3)
_WHICH = st.integers(0, 15)
_MANY = st.integers(0, 39)


class Machine(RuleBasedStateMachine):
    """The steps that hypothesis may take, and when."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.play: Play = self.stage.open()

    def _wish(self, places: list[int], way: int, **more: Any) -> Wish:
        ways, plain = self.stage.ways, self.play.promises.plain
        chosen = [plain[each % len(plain)].name for each in places]
        return Wish(way=ways[way % len(ways)], fields=tuple(dict.fromkeys(chosen)), **more)

    @precondition(lambda self: choices.offers(self.play, Role.UPSERT, room=True))
    @rule(places=_PLACES, way=_WAY, bare=st.booleans())
    def post(self, places: list[int], way: int, bare: bool) -> None:
        """An upsert of a new record."""
        with self.stage.watching(self.play):
            writes.create(self.play, Role.UPSERT, self._wish(places, way, bare=bare))

    @precondition(lambda self: choices.offers(self.play, Role.CREATE, room=True))
    @rule(places=_PLACES, way=_WAY, bare=st.booleans())
    def put(self, places: list[int], way: int, bare: bool) -> None:
        """A create of a new record."""
        with self.stage.watching(self.play):
            writes.create(self.play, Role.CREATE, self._wish(places, way, bare=bare))

    @precondition(lambda self: choices.offers(self.play, Role.UPSERT, room=True))
    @rule(places=_PLACES, way=_WAY, which=st.booleans(), bare=st.booleans())
    def everything(self, places: list[int], way: int, which: bool, bare: bool) -> None:
        """A new record with all members that can be sent freely, but for a few."""
        role = Role.CREATE if which and Role.CREATE in self.play.contract.operations else Role.UPSERT
        left = [each for each in range(len(self.play.promises.plain)) if each not in places]
        with self.stage.watching(self.play):
            writes.create(self.play, role, self._wish(left, way, bare=bare))

    @precondition(lambda self: bool(choices.updatable(self.play)))
    @rule(who=_WHO, road=_WHO, places=_PLACES, way=_WAY, bare=st.booleans())
    def update(self, who: int, road: int, places: list[int], way: int, bare: bool) -> None:
        """A partial update by one of its roads."""
        self._update(who, road, self._wish(places, way, bare=bare))

    @precondition(lambda self: bool(choices.updatable(self.play)))
    @rule(who=_WHO, road=_WHO, which=_WHO, way=_WAY)
    def item(self, who: int, road: int, which: int, way: int) -> None:
        """An update with one item of a list whose items have keys."""
        plain = self.play.promises.plain
        keyed = [place for place, each in enumerate(plain) if each.keyed_by]
        self._update(who, road, self._wish(keyed[which % len(keyed) :][:1], way, few=True))

    @precondition(lambda self: bool(choices.updatable(self.play)) and bool(self.play.promises.forbidden))
    @rule(who=_WHO, road=_WHO, which=_MANY, places=_PLACES, way=_WAY)
    def sneak(self, who: int, road: int, which: int, places: list[int], way: int) -> None:
        """An update with a read-only member in it."""
        self._update(who, road, self._wish(places, way, intruders=self._forbidden(which)))

    @precondition(lambda self: choices.offers(self.play, Role.UPSERT, room=True) and bool(self.play.promises.forbidden))
    @rule(which=_MANY, role=st.booleans(), way=_WAY)
    def sneak_in(self, which: int, role: bool, way: int) -> None:
        """A new record with a read-only member in it."""
        put = role and Role.CREATE in self.play.contract.operations
        with self.stage.watching(self.play):
            wish = self._wish([], way, intruders=self._forbidden(which))
            writes.create(self.play, Role.CREATE if put else Role.UPSERT, wish)

    def _forbidden(self, which: int) -> list[str]:
        """One read-only member, or all of them: shrinking ends with one."""
        names = [each.name for each in self.play.promises.forbidden]
        return names[which : which + 1] or names

    def _update(self, who: int, road: int, wish: Wish) -> None:
        one = _pick(choices.updatable(self.play), who)
        with self.stage.watching(self.play):
            updates.update(self.play, one, _pick(updates.roads(self.play, one), road), wish)

    @precondition(lambda self: bool(choices.renamable(self.play)) and not self.play.over)
    @rule(who=_WHO, which=st.integers(0, 2), places=_PLACES, way=_WAY)
    def rename(self, who: int, which: int, places: list[int], way: int) -> None:
        """An update that gives another name, by identifier or by number, or another number."""
        resource, one = self.play.resource, _pick(choices.renamable(self.play), who)
        numbered = which == 1 and resource.number in updates.roads(self.play, one)
        road, key = resource.number if numbered else resource.identity, resource.number if which == 2 else resource.name
        with self.stage.watching(self.play):
            updates.update(self.play, one, road, self._wish(places, way), (key,))

    @precondition(lambda self: bool(choices.conflicts(self.play)))
    @rule(which=_WHICH, places=_PLACES, way=_WAY, bare=st.booleans())
    def conflict(self, which: int, places: list[int], way: int, bare: bool) -> None:
        """A create that collides."""
        one, key = _pick(choices.conflicts(self.play), which)
        with self.stage.watching(self.play):
            updates.conflict(self.play, one, key, self._wish(places, way, bare=bare))

    @precondition(lambda self: bool(choices.archivable(self.play)) and not self.play.over)
    @rule(who=_WHO, way=_WAY)
    def archive(self, who: int, way: int) -> None:
        """An update that archives."""
        with self.stage.watching(self.play):
            updates.archive(self.play, _pick(choices.archivable(self.play), who), self._wish([], way))

    @precondition(lambda self: choices.offers(self.play, Role.UPSERT, room=True) and bool(choices.free(self.play)))
    @rule(which=_WHICH, places=_PLACES, way=_WAY)
    def reuse(self, which: int, places: list[int], way: int) -> None:
        """A new record with what an older one has given up."""
        free = _pick(choices.free(self.play), which)
        with self.stage.watching(self.play):
            writes.create(self.play, free.role, self._wish(places, way), free)

    @precondition(lambda self: bool(choices.repeatable(self.play)) and not self.play.over)
    @rule(who=_WHO, way=_WAY)
    def again(self, who: int, way: int) -> None:
        """The last upsert once more."""
        with self.stage.watching(self.play):
            updates.again(self.play, _pick(choices.repeatable(self.play), who), self._wish([], way))

    @precondition(lambda self: choices.offers(self.play, Role.UPSERT, room=True))
    @rule(count=st.integers(0, 2), places=_PLACES, way=_WAY, few=st.booleans())
    def several(self, count: int, places: list[int], way: int, few: bool) -> None:
        """A list of updates and a new record."""
        with self.stage.watching(self.play):
            updates.several(self.play, choices.renamable(self.play)[:count], self._wish(places, way, few=few))

    @precondition(lambda self: bool(self.play.people) and not self.play.over)
    @rule(who=_WHO, numbered=st.booleans(), way=_WAY)
    def look(self, who: int, numbered: bool, way: int) -> None:
        """One record fetched, by identifier or by number."""
        resource, one = self.play.resource, _pick(self.play.people, who)
        by = resource.number if numbered and not one.archived and one.text(resource.number) else resource.identity
        with self.stage.watching(self.play):
            looks.look(self.play, self._wish([], way).way, one, by)

    @precondition(lambda self: bool(self.play.active()) and not self.play.over)
    @rule(way=_WAY, whole=st.integers(0, 3))
    def listing(self, way: int, whole: int) -> None:
        """The list, which holds the records of all plays before; so more often lists narrowed to one record."""
        with self.stage.watching(self.play):
            looks.listing(self.play, self._wish([], way).way, whole=whole == 3)

    def teardown(self) -> None:
        """Once more at all that have seen others change."""
        for each in self.play.people if len(self.play.people) > 1 else ():
            if not self.play.over:
                with self.stage.watching(self.play):
                    looks.look(self.play, self.stage.ways[0], each, self.play.resource.identity)


def _pick(among: Sequence[T], which: int) -> T:
    return among[which % len(among)]
