"""The model client in this process: a driver that needs no program of its own to be started."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from conformance.client.driver import DriverLost
from conformance.client.model.behaviour import Behaviour
from conformance.client.model.driver import ModelDriver
from conformance.document import Value


@dataclass(eq=False)
class Inside:
    """The same as the program, as far as a scenario can see."""

    behaviour: Behaviour = field(default_factory=Behaviour)
    _driver: ModelDriver | None = None
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4))

    @property
    def running(self) -> bool:
        """Whether it has been started and not been ended since."""
        return self._driver is not None

    def ask(self, do: str, arguments: Mapping[str, Value], seconds: float) -> Mapping[str, Value]:
        """What it answers to one message. Raises DriverLost."""
        driver = self._driver or ModelDriver(self.behaviour)
        self._driver = driver
        said = self._pool.submit(driver.answer, {"do": do, **arguments})
        try:
            failure = said.exception(timeout=seconds)
        except TimeoutError:
            self.end()
            raise DriverLost(f"the driver did not answer within {seconds:g} s", hung=True) from None
        if failure is not None:
            self.end()
            raise DriverLost("the driver crashed", f"{type(failure).__name__}: {failure}")
        return said.result()

    def end(self) -> None:
        """Forget it."""
        self._driver = None
