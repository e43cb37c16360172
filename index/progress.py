"""How far a long piece of work is: count, rate, time left. The work reports; a terminal or a page shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """One report about work in progress."""

    done: int
    """Articles dealt with so far."""
    fraction: float
    """Share of the work that is done, in [0, 1]."""
    seconds: float
    """Since the work began."""

    @property
    def rate(self) -> float:
        """Articles per second so far."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Estimate from the share done so far; None as long as nothing is done."""
        return self.seconds * (1 - self.fraction) / self.fraction if self.fraction > 0 else None

    def __str__(self) -> str:
        left = self.seconds_left
        tail = "" if left is None else f", {_clock(left)} left"
        return f"{self.fraction:4.0%}  {self.done} articles, {self.rate:.1f}/s{tail}"


Report = Callable[[Progress], None]


class Stopwatch:
    """Turns counts into `Progress` reports."""

    def __init__(self, report: Report | None) -> None:
        self._report = report
        self._began = time.monotonic()

    def tell(self, done: int, fraction: float) -> None:
        """Report that `done` articles and `fraction` of the work are done."""
        if self._report is not None:
            self._report(Progress(done, min(1.0, fraction), time.monotonic() - self._began))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
