"""The line to a target: everything sent is counted, and goes on record with the step it was sent for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, perf_counter

from conformance.contract.model import Access
from conformance.errors import NoAnswer
from conformance.exchange import Exchange, Request, Response
from conformance.explore.surprise import Ended
from conformance.session.weather import Weather
from conformance.targets.target import Credentials, Target


@dataclass(eq=False, kw_only=True)
class Line:
    """A target with what its caller has to show. Raises Ended once its time is up."""

    target: Target
    access: Access
    credentials: Credentials
    #: the moment, on the monotonic clock, after which nothing is sent any more
    end: float
    requests: int = 0
    #: failures since the last answer, and all of them
    in_a_row: int = 0
    unanswered: list[str] = field(default_factory=list)
    weather: Weather = field(default_factory=Weather)
    #: what the weather was, in sentences
    waits: list[str] = field(default_factory=list)

    def send(self, request: Request, record: Callable[[Exchange], object]) -> Response:
        """The answer to a request. Raises NoAnswer when there is none."""
        asked = self.credentials.applied(self.access, request)
        return self.weather.out(lambda: self._exchange(asked, record), self.waits)

    def _exchange(self, asked: Request, record: Callable[[Exchange], object]) -> Response:
        if monotonic() > self.end:
            raise Ended
        self.requests += 1
        start = perf_counter()
        try:
            response = self.target.send(asked)
        except NoAnswer as error:
            record(Exchange(request=asked, failure=str(error)))
            self.unanswered.append(str(error))
            self.in_a_row += 1
            raise
        self.in_a_row = 0
        record(Exchange(request=asked, response=response, milliseconds=(perf_counter() - start) * 1000))
        return response
