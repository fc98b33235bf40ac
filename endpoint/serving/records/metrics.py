"""The numbers of the service for Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

from __future__ import annotations

import os
from collections import Counter as Counts
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import cast

from flask import Blueprint, Response, current_app, request
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    values,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from endpoint.engine.observer import Observer, QueryEnd, StopReason
from endpoint.engine.release_engine import EngineState
from endpoint.serving.records.access_log import RequestRecord

blueprint = Blueprint("metrics", __name__)

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""The upper bounds of the time histograms."""

States = Callable[[], Iterable[tuple[str, EngineState]]]
"""Tells the state of every engine with the id of its release, that of the current one first."""


class Metrics(Observer):
    """Counts requests, queries and worker processes, over all releases that this process has served."""

    def __init__(self, folder: Path | None = None, pid: Callable[[], int | str] = lambda: "self") -> None:
        """Start at zero, with a registry of its own.

        Where several processes count in one ``folder``, the registry tells their sums, and those of the
        processes before them. ``pid`` is the process whose memory and processor time are told.
        """
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no type for it
        self.registry = self._counting = CollectorRegistry()
        ProcessCollector(pid=pid, registry=self.registry)
        if folder:
            _count_in(folder)
            self._counting = CollectorRegistry()
            MultiProcessCollector(self.registry, str(folder))  # type: ignore[no-untyped-call]
        self._requests = self._counters("requests", "Requests by route", "route", "method", "status")
        self._seconds = self._histograms("request_seconds", "Time from a request to its answer", "route")
        self._problems = self._counters("problems", "Requests answered with an error, by kind", "kind")
        self._queries = self._counters("queries", "Queries by how they ended", "lane", "outcome")
        waited = "Time from a query to its answer, the wait for a worker included"
        self._query_seconds = self._histograms("query_seconds", waited, "lane")
        started = "Worker processes that became ready"
        self._started = Counter("kembar_workers_started", started, registry=self._counting)
        self._stopped = self._counters("workers_stopped", "Worker processes that ended", "why")

    def _counters(self, name: str, documentation: str, *labels: str) -> Callable[..., Counter]:
        """Return a function from label values to their counter, which is looked up once."""
        return cache(Counter("kembar_" + name, documentation, labels, registry=self._counting).labels)

    def _histograms(self, name: str, documentation: str, label: str) -> Callable[..., Histogram]:
        full_name = "kembar_" + name
        histogram = Histogram(full_name, documentation, [label], buckets=SECONDS, registry=self._counting)
        return cache(histogram.labels)

    def observe(self, states: States) -> None:
        """Report the state of engines too, whenever the numbers are read."""
        self.registry.register(_States(states))

    def request_ended(self, record: RequestRecord) -> None:
        """Count a request."""
        self._requests(record.route, record.method, record.status).inc()
        self._seconds(record.route).observe(record.seconds)
        if record.problem:
            self._problems(record.problem).inc()

    def query_ended(self, end: QueryEnd) -> None:
        """Count a query."""
        self._queries(end.lane, end.outcome).inc()
        self._query_seconds(end.lane).observe(end.seconds)

    def worker_started(self) -> None:
        """Count a new worker process."""
        self._started.inc()

    def worker_stopped(self, why: StopReason) -> None:
        """Count the end of a worker process."""
        self._stopped(why).inc()


def _count_in(folder: Path) -> None:
    """Let the library count in files that processes share, which it decides when it is imported."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]


class _States(Collector):
    """The state of all engines at the moment in which they are asked."""

    def __init__(self, states: States) -> None:
        self._states = states

    def collect(self) -> Iterator[Metric]:
        states = list(self._states())
        current = [((name,), 1) for name, _ in states[:1]]
        workers = [((name,), state.workers) for name, state in states]
        waiting = [((name, lane), count) for name, state in states for lane, count in state.waiting.items()]
        entries = [((name,), state.cache.entries) for name, state in states]
        size = [((name,), state.cache.bytes) for name, state in states]
        yield _gauge("release_info", "1 for the release served now", ["release"], current)
        yield _gauge("workers", "Living worker processes", ["release"], workers)
        yield _gauge("waiting", "Requests that wait for a worker", ["release", "lane"], waiting)
        yield _gauge("cache_entries", "Answers kept in memory", ["release"], entries)
        yield _gauge("cache_bytes", "Bytes of the answers kept in memory", ["release"], size)


def _gauge(
    name: str, documentation: str, labels: Sequence[str], values: Iterable[tuple[tuple[str, ...], int]]
) -> GaugeMetricFamily:
    """Return the metric with the sums of the values that have the same labels."""
    sums: Counts[tuple[str, ...]] = Counts()
    for key, value in values:
        sums[key] += value
    family = GaugeMetricFamily("kembar_" + name, documentation, labels=labels)
    for key, total in sums.items():
        family.add_metric(key, total)
    return family


@blueprint.get("/metrics")
def report() -> Response:
    """Answer /metrics : all numbers as text, in the format that the Accept header prefers."""
    metrics = cast("Metrics", current_app.extensions["kembar.metrics"])
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    response = Response(encode(metrics.registry), content_type=content_type)
    response.vary.add("Accept")
    response.cache_control.no_store = True
    return response
