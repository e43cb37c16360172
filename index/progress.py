"""How far a long piece of work is: count, rate, time left. The work reports; a terminal or a page shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """One report about work in progress."""

    done: int
    """Articles (or what `unit` says) dealt with so far."""
    fraction: float
    """Share of the work that is done, in [0, 1]."""
    seconds: float
    """Since the work began."""
    unit: str = "articles"
    """What is counted."""
    total: int | None = None
    """How many there are; None when that is not known."""
    resumed: int = 0
    """Of `done`, what an earlier, interrupted run had done."""

    @property
    def rate(self) -> float:
        """Articles per second so far."""
        return (self.done - self.resumed) / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Estimate from the share done so far; None as long as nothing is done."""
        share = self.fraction * (1 - self.resumed / self.done) if self.done else self.fraction
        return self.seconds * (1 - self.fraction) / share if share > 0 else None

    def __str__(self) -> str:
        left = self.seconds_left
        tail = "" if left is None else f", {_clock(left)} left"
        return f"{self.fraction:4.0%}  {self.done} {self.unit}, {self.rate:.1f}/s{tail}"


Report = Callable[[Progress], None]


class Stopwatch:
    """Turns counts into `Progress` reports."""

    def __init__(self, report: Report | None, unit: str = "articles", resumed: int = 0) -> None:
        self._report = report
        self._unit = unit
        self._resumed = resumed
        self._began = time.monotonic()

    def tell(self, done: int, fraction: float, total: int | None = None) -> None:
        """Report that `done` (of `total`) and `fraction` of the work are done."""
        if self._report is not None:
            seconds = time.monotonic() - self._began
            self._report(Progress(done, min(1.0, fraction), seconds, self._unit, total, self._resumed))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
