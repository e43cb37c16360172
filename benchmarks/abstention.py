"""Risk and coverage: when only the surest questions are answered, how many of the answers are wrong?

    python -m benchmarks.abstention --svg risk_coverage.svg

The gold questions about the sample articles (`tests/gold/`), those without an answer among them, each in its
conversation. They are sorted by the product's confidence that the articles answer; at each coverage (share of the
questions answered) the risk is the share of the answers whose first citation is not right, or that should not have been
given (El-Yaniv and Wiener 2010). Nothing is fitted on them. Prints a table, the area under the curve, the expected
calibration error of the confidence (ten bins), and what the shipped threshold does; draws the curve.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from benchmarks import ROOT, say, write_json
from index import ArticleIndex
from qa import abstention, answering
from qa.evaluation import evaluate, load_gold

COVERAGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question as it is answered when none is refused."""

    confidence: float
    answerable: bool
    right: bool
    """Whether its first citation is evidence."""


def curve(asked: Sequence[Answered]) -> list[tuple[float, float]]:
    """Coverage and risk after each question, the surest first; both in [0, 1]."""
    wrong = 0
    points = []
    for number, one in enumerate(sorted(asked, key=lambda one: -one.confidence), start=1):
        wrong += not one.right
        points.append((number / len(asked), wrong / number))
    return points


def area(points: Sequence[tuple[float, float]]) -> float:
    """Mean risk over all coverages: 0 is best."""
    return sum(risk for _, risk in points) / len(points)


def calibration_error(asked: Sequence[Answered], bins: int = 10) -> float:
    """Mean distance of confidence and share of answerable questions in bins of like confidence (Guo et al. 2017)."""
    total = 0.0
    for at in range(bins):
        low, high = at / bins, (at + 1) / bins
        inside = [a for a in asked if low <= a.confidence < high or (high == 1 and a.confidence == 1)]
        if inside:
            sure = sum(a.confidence for a in inside)
            total += abs(sure - sum(a.answerable for a in inside)) / len(asked)
    return total


def refusals(asked: Sequence[Answered], threshold: float) -> tuple[float, float]:
    """Of the answerable questions the share refused, of the others the share refused."""
    shares = []
    for kind in (True, False):
        among = [a.confidence < threshold for a in asked if a.answerable is kind]
        shares.append(sum(among) / len(among) if among else 0.0)
    return shares[0], shares[1]


def draw(points: Sequence[tuple[float, float]], file: Path) -> None:
    """The curve as an SVG: coverage to the right, risk upwards."""
    width, height, left, bottom, margin = 560, 360, 60, 50, 20

    def across(coverage: float) -> float:
        return left + (width - left - margin) * coverage

    def up(risk: float) -> float:
        return height - bottom - (height - bottom - margin) * risk

    x = [across(coverage) for coverage, _ in points]
    y = [up(risk) for _, risk in points]
    path = " ".join(
        f"{'M' if at == 0 else 'L'}{a:.1f},{b:.1f}" for at, (a, b) in enumerate(zip(x, y, strict=True))
    )
    ticks = "".join(
        f'<text x="{across(t):.0f}" y="{height - bottom + 18}" text-anchor="middle">{t:.1f}</text>'
        f'<text x="{left - 8}" y="{up(t) + 4:.0f}" text-anchor="end">{t:.1f}</text>'
        for t in (0, 0.2, 0.4, 0.6, 0.8, 1.0)
    )
    file.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12">'
        f'<rect width="{width}" height="{height}" fill="white"/>{ticks}'
        f'<path d="M{left},20V{height - bottom}H{width - 20}" fill="none" stroke="#777"/>'
        f'<path d="{path}" fill="none" stroke="#9b1c1c" stroke-width="2"/>'
        f'<text x="{width / 2}" y="{height - 10}" text-anchor="middle">share of the questions that are answered</text>'
        f'<text transform="translate(16 {height / 2}) rotate(-90)" text-anchor="middle">share of wrong answers</text>'
        "</svg>\n",
        encoding="utf-8",
    )


def ask_all(gold: Sequence[Path]) -> list[Answered]:
    """Every question, none refused."""
    rows = [row for path in gold for row in load_gold(path)]
    with tempfile.TemporaryDirectory() as work, mock.patch.object(answering, "ANSWERS", 0.0):
        index = ArticleIndex.create(Path(work) / "index")
        index.add([ROOT / "articles"])
        report = evaluate(
            index, rows, progress=lambda done, of: say(f"{done} of {of}") if done % 50 == 0 else None
        )
        index.close()
    return [
        Answered(
            item.answer.confidence,
            bool(item.gold.evidence),
            bool(item.scores.get("citation_first", 0.0)),
        )
        for item in report.judged
    ]


def main() -> None:
    """Ask, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--gold", type=Path, nargs="+", default=sorted((ROOT / "tests" / "gold").glob("*.jsonl"))
    )
    parser.add_argument("--svg", type=Path, help="draw the curve here")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    asked = ask_all(options.gold)
    points = curve(asked)
    print(f"{len(asked)} questions, {sum(not a.answerable for a in asked)} without an answer\n")
    print("| coverage | risk |\n| ---: | ---: |")
    for coverage in COVERAGES:
        print(f"| {coverage:.1f} | {points[max(0, round(coverage * len(points)) - 1)][1]:.3f} |")
    print(f"\narea under the curve {area(points):.3f}, calibration error {calibration_error(asked):.3f}")
    for threshold in sorted({0.2, 0.3, 0.4, 0.5, 0.6, abstention.ANSWERS}):
        refused, rightly = refusals(asked, threshold)
        shipped = " (shipped)" if threshold == abstention.ANSWERS else ""
        print(
            f"threshold {threshold}{shipped}: answerable refused {refused:.3f}, unanswerable refused {rightly:.3f}"
        )
    if options.svg:
        draw(points, options.svg)
    write_json(
        options.json,
        {
            "curve": points,
            "area": area(points),
            "calibration error": calibration_error(asked),
            "questions": [
                {"confidence": a.confidence, "answerable": a.answerable, "right": a.right} for a in asked
            ],
        },
    )


if __name__ == "__main__":
    main()
