"""The model client in this process: a driver that needs no program of its own to be started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Thread

from conformance.client.driver import DriverLost
from conformance.client.model.behaviour import Behaviour
from conformance.client.model.driver import ModelDriver
from conformance.document import Value


@dataclass(eq=False)
class Inside:
    """The same as the program, as far as a scenario can see."""

    behaviour: Behaviour = field(default_factory=Behaviour)
    _driver: ModelDriver | None = None

    @property
    def running(self) -> bool:
        """Whether it has been started and not been ended since."""
        return self._driver is not None

    def ask(self, do: str, arguments: Mapping[str, Value], seconds: float) -> Mapping[str, Value]:
        """What it answers to one message. Raises DriverLost."""
        driver = self._driver or ModelDriver(self.behaviour)
        self._driver, found = driver, Queue[Mapping[str, Value]]()
        Thread(target=lambda: found.put(_answered(driver, do, arguments)), daemon=True).start()
        try:
            answer = found.get(timeout=seconds)
        except Empty:
            self.end()
            raise DriverLost(f"the driver did not answer within {seconds:g} s", hung=True) from None
        if not answer:
            self.end()
            raise DriverLost("the driver crashed")
        return answer

    def end(self) -> None:
        """Forget it."""
        self._driver = None


def _answered(driver: ModelDriver, do: str, arguments: Mapping[str, Value]) -> Mapping[str, Value]:
    """What the driver answers; nothing where it crashes, as a program would."""
    try:
        return driver.answer({"do": do, **arguments})
    except Exception:  # a crash of a client, whatever it is
        return {}
