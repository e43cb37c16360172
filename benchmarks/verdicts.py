"""How well verification tells what a passage says from what it does not: `tests/verdicts.jsonl`.

    python -m benchmarks.verdicts

170 statements with passages in six languages, made by hand without sight of the code: true ones, and ones with one
fault (a wrong name, number or date, a denial, swapped roles, an invented quotation, another action). Verdicts
"supported" and "partly" count as shown, "not" as withheld. By facts and likeness alone, with the reader as well, and by
the reader alone; by case, and in one language and across. Nothing is fitted on them.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import ROOT, write_json
from index import Article, ArticleIndex
from qa.reader import Reader
from qa.verification import Judges, Source, verify

Pair = dict[str, Any]
Judged = Callable[[Pair], str]
"""The verdict on a statement."""


def by_verdict(judges: Judges) -> Judged:
    """As the product does."""

    def judged(pair: Pair) -> str:
        text = pair["passage"]
        article = Article("x", "", text, pair["passage_language"], None, None, pair["published"])
        return verify(pair["statement"], [Source(article, (0, len(text)))], judges).verdict

    return judged


def figures(pairs: Sequence[Pair], judge: Judged) -> dict[str, float]:
    """Precision and recall of what is shown, of that with the verdict "supported" alone, the share of faults that are
    found, and the share right by case."""
    right: dict[str, list[bool]] = defaultdict(list)
    supported = {True: 0, False: 0}
    counted = {(good, shown): 0 for good in (True, False) for shown in (True, False)}
    for pair in pairs:
        verdict = judge(pair)
        good, shown = pair["verdict"] == "supported", verdict != "not"
        counted[good, shown] += 1
        supported[good] += verdict == "supported"
        right[pair["case"]].append(good == shown)
        across = pair["language"] != pair["passage_language"]
        right["across languages" if across else "one language"].append(good == shown)
    found = {
        "precision of “supported”": supported[True] / max(1, sum(supported.values())),
        "recall of “supported”": supported[True] / max(1, counted[True, True] + counted[True, False]),
        "precision": counted[True, True] / max(1, counted[True, True] + counted[False, True]),
        "recall": counted[True, True] / max(1, counted[True, True] + counted[True, False]),
        "faults found": counted[False, False] / max(1, counted[False, False] + counted[False, True]),
    }
    return found | {name: sum(values) / len(values) for name, values in sorted(right.items())}


def main() -> None:
    """Judge and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pairs", type=Path, default=ROOT / "tests" / "verdicts.jsonl")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    pairs = [json.loads(line) for line in options.pairs.read_text(encoding="utf-8").splitlines()]
    reader = Reader()
    with tempfile.TemporaryDirectory() as work:
        index = ArticleIndex.create(Path(work) / "index")
        ways = {
            "without the reader": by_verdict(Judges(index.similarities)),
            "reader alone": lambda pair: (
                "supported" if reader.supports(pair["statement"], [pair["passage"]])[0] > 0 else "not"
            ),
            "product": by_verdict(Judges(index.similarities, reader.supports)),
        }
        table = {name: figures(pairs, judge) for name, judge in ways.items()}
        index.close()
    print(f"| {len(pairs)} pairs | " + " | ".join(table) + " |\n| --- |" + " ---: |" * len(table))
    for name in next(iter(table.values())):
        print(f"| {name} | " + " | ".join(f"{found[name]:.3f}" for found in table.values()) + " |")
    write_json(options.json, table)


if __name__ == "__main__":
    main()
