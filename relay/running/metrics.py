"""Figures for Prometheus: counts and times, never who, what or which case."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from relay.mail.worker import Sent
from relay.store.database import Store, Unavailable
from relay.store.outbox import waiting
from relay.store.schema import cases
from relay.store.writer import Writer

__all__ = ["CONTENT_TYPE_LATEST", "Metrics"]

SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Metrics:
    """The relay's figures, in a registry of their own.

    Attributes:
        registry: Where they are collected.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._commits = Histogram(
            "cong_relay_commit_seconds",
            "Time that one commit took, with what was written in it",
            buckets=SECONDS,
            registry=self.registry,
        )
        self._letters = Counter(
            "cong_relay_letters", "Letters tried", ["outcome"], registry=self.registry
        )

    def committing(self) -> AbstractContextManager[object]:
        """A context whose length is counted as a commit's: for ``Writer``."""
        return self._commits.time()

    def letters(self, sent: Sent) -> None:
        """Counts what became of letters."""
        for outcome, count in (
            ("sent", sent.sent),
            ("failed", sent.failed),
            ("dropped", sent.dropped),
        ):
            self._letters.labels(outcome).inc(count)

    def watch(self, store: Store, writer: Writer, now: Callable[[], dt.datetime]) -> None:
        """Adds what the database knows, asked whenever somebody looks."""
        self.registry.register(_Stock(store, writer, now))

    def text(self) -> bytes:
        """All of it as Prometheus reads it."""
        return generate_latest(self.registry)


class _Stock(Collector):
    """What there is at the moment."""

    def __init__(self, store: Store, writer: Writer, now: Callable[[], dt.datetime]) -> None:
        self._store, self._writer, self._now = store, writer, now

    def collect(self) -> Iterator[Metric]:
        """The figures of the moment; those of the database only while it answers."""
        yield GaugeMetricFamily(
            "cong_relay_writer_queue", "Works that wait to be written", self._writer.waiting
        )
        yield CounterMetricFamily(
            "cong_relay_unavailable", "Works that were told 503", self._writer.refused
        )
        grouped = (cases.c.kind, cases.c.route, cases.c.state)
        try:
            with self._store.reading() as connection:
                mail = waiting(connection)
                stock = connection.execute(select(*grouped, func.count()).group_by(*grouped)).all()
        except Unavailable:
            return
        yield GaugeMetricFamily("cong_relay_outbox", "Letters that wait", mail.count)
        age = (self._now() - mail.oldest).total_seconds() if mail.oldest else 0.0
        yield GaugeMetricFamily(
            "cong_relay_outbox_age_seconds", "Since when the oldest letter waits", max(age, 0.0)
        )
        family = GaugeMetricFamily(
            "cong_relay_cases", "Cases received so far", labels=["kind", "route", "state"]
        )
        for kind, route, state, count in stock:
            family.add_metric([kind, route, state], count)
        yield family

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: the database is not asked until somebody looks."""
        return iter(())
