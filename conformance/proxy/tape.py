"""What came through, as a cassette that vcrpy reads; every secret is replaced before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance import __version__
from conformance.cassettes.origin import Origin
from conformance.cassettes.read import Interaction, read
from conformance.cassettes.store import written
from conformance.contract.model import Contract
from conformance.errors import BadCassette, BadOption
from conformance.proxy.traffic import Passed, hidden
from conformance.session.mask import Mask
from conformance.session.redact import MASK, Redactor
from conformance.targets.address import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Reel:
    """Where the traffic is written, and what its head says."""

    path: Path
    contract: Contract
    address: Address
    moment: str

    def check(self) -> None:
        """Find out whether it can be written. Raises BadOption; nothing that is no recording of ours is replaced."""
        try:
            ours = not self.path.exists() or not self.path.read_bytes().strip() or bool(read(self.path).head)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab"):
                pass
        except BadCassette:
            ours = False
        except OSError as error:
            raise BadOption(f"{self.path} cannot be written: {error.strerror}", "name another file") from error
        if not ours:
            raise BadOption(f"{self.path} is there, and is no recording of this suite", "name another file")

    def write(self, passed: Sequence[Passed]) -> None:
        """Write all that came through."""
        mask = _mask(passed, self.contract)
        interactions = [self._masked(each, mask) for each in passed]
        fresh = self.path.with_name(f"{self.path.name}.fresh")
        fresh.write_bytes(written(self._head(), interactions))
        fresh.replace(self.path)

    def _masked(self, passed: Passed, mask: Mask) -> Interaction:
        exchange = mask.exchange(passed.exchange)
        return Interaction(exchange=exchange, uri=f"{self.address.origin}{exchange.request.url}", failed=passed.failed)

    def _head(self) -> dict[str, object]:
        origin = Origin(
            recorded_from=str(self.address),
            recorded=self.moment,
            suite=__version__,
            generation=self.contract.generation,
            format=", ".join(self.contract.formats),
            contract=self.contract.digest,
            seed="none",
            profile="none",
            note="what came through conformance proxy",
        )
        return origin.head()


def _mask(passed: Sequence[Passed], contract: Contract) -> Mask:
    """Besides what is a secret wherever it stands: tenants and keys, however short they are, in their own places."""
    access = contract.access
    keys = {each.lower() for each in access.keys}
    whole: dict[tuple[str, str], str] = {}
    for each in passed:
        request = each.exchange.request
        whole |= {(name.lower(), value): MASK for name, value in request.query if name.lower() in keys}
        headers = [(name.lower(), value) for name, value in request.headers]
        whole |= {(name, value): MASK for name, value in headers if name == access.tenant_header.lower()}
    return Mask(redactor=Redactor.of(hidden(passed, contract)), whole=whole)
