"""What a gateway tells Prometheus of itself: numbers alone, nothing of who asked about whom."""

from __future__ import annotations

import hmac
from bisect import bisect_left
from collections import Counter as Count
from collections.abc import Callable, Iterable, Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from xinyun.base import Refusal, Text

ROUTE = "/metrics"
CONTENT_TYPE = CONTENT_TYPE_LATEST.encode()
_AT_HOME = ("127.0.0.1", "::1")
_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


class NotForStrangers(Refusal):
    """Metrics are for this machine, and for who has their token."""

    code = "metrics-refused"
    status = 403


class _Histogram(Collector):
    """Numbers of which each check adds some: the library's own takes a lock and walks its buckets for each of them."""

    def __init__(self, name: str, help: str, bounds: Sequence[float], registry: CollectorRegistry) -> None:
        self._name, self._help, self._bounds = name, help, bounds
        self._counts, self._sum = [0] * (len(bounds) + 1), 0.0
        registry.register(self)

    def observe(self, found: Iterable[float]) -> None:
        """Add some."""
        for one in found:
            self._counts[bisect_left(self._bounds, one)] += 1
            self._sum += one

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """What has been observed, as the library writes it."""
        so_far, buckets = 0, []
        for bound, count in zip((*self._bounds, float("inf")), self._counts, strict=True):
            so_far += count
            buckets.append((floatToGoString(bound), so_far))
        yield HistogramMetricFamily(self._name, self._help, buckets=buckets, sum_value=self._sum)


class Metrics:
    """The numbers of one desk."""

    def __init__(
        self, age: Callable[[], float], away: Callable[[], bool], unsealed: Callable[[], int]
    ) -> None:
        self._registry = CollectorRegistry()
        told = {"registry": self._registry}
        self._answers = Counter("xinyun_checks", "Checks answered.", ["outcome"], **told)
        self._by_outcome: dict[str, Counter] = {}
        self._refusals = Counter("xinyun_refusals", "Requests refused.", ["code"], **told)
        self._seconds = _Histogram(
            "xinyun_check_seconds", "From a question to its answer.", _SECONDS, self._registry
        )
        self._group = _Histogram(
            "xinyun_write_checks", "Checks in one durable write.", _SIZES, self._registry
        )
        self._write = _Histogram("xinyun_write_seconds", "One durable write.", _SECONDS, self._registry)
        gauges = (
            ("xinyun_knowledge_age_seconds", "How old what is known is.", age),
            ("xinyun_archive_away", "Whether the archive did not answer.", away),
            ("xinyun_unsealed_bytes", "Answered checks that are not in the ledger yet.", unsealed),
        )
        for name, help, tell in gauges:
            Gauge(name, help, **told).set_function(tell)

    def refused(self, code: str) -> None:
        """Count a refusal."""
        self._refusals.labels(code).inc()

    def written(self, outcomes: Sequence[str], waited: Iterable[float], seconds: float) -> None:
        """Count answers that were written down together, how long each waited, and how long the write took."""
        for outcome, count in Count(outcomes).items():
            if outcome not in self._by_outcome:
                self._by_outcome[outcome] = self._answers.labels(outcome)
            self._by_outcome[outcome].inc(count)
        self._seconds.observe(waited)
        self._group.observe((len(outcomes),))
        self._write.observe((seconds,))

    def text(self) -> bytes:
        """The numbers in Prometheus' own form."""
        return generate_latest(self._registry)


def demand_allowed(client: str, authorization: str, token: str) -> None:
    """Let in who asks from this machine, or brings the token, where one is set.

    :raises NotForStrangers: neither.
    """
    brought = authorization.removeprefix("Bearer ").strip()
    if client in _AT_HOME or (token and hmac.compare_digest(brought.encode(), token.encode())):
        return
    raise NotForStrangers(
        Text("指标只供本机读取。", "Metrics are read from this machine alone."),
        Text(
            "要从别处读取，请设 XINYUN_METRICS_TOKEN，并在 Authorization: Bearer 中带上。",
            "To read them from elsewhere set XINYUN_METRICS_TOKEN, and send it as Authorization: Bearer.",
        ),
    )
