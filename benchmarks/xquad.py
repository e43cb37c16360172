"""Each leg of search alone, plain rank fusion, and our fusion, on XQuAD (measuring only, nothing is fitted on it).

XQuAD (Artetxe et al. 2020) has the same 240 paragraphs and 1,190 questions in several languages. The paragraphs of one
language are the articles of an index; a question has to find the paragraph that it was written about. A paragraph ranks
as its best passage does. Vectors alone are measured with our model and with all-MiniLM-L6-v2, each on its own passages.
In the mixed pool the paragraphs of all languages are in one index, and the right paragraph counts in whichever language
it is found. Prints Markdown.

    python -m benchmarks.xquad --data ../shared/data/eval/xquad --json xquad.json
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import OLD_MODEL, machine, old_model_folder, say, spread, table, write_json
from benchmarks.legs import Bench as Bench
from benchmarks.legs import Ranking
from benchmarks.models import RememberingEmbedder, add_arguments
from qa import measures

LANGUAGES = ("en", "es", "de", "ru", "tr")
PAIRS = (
    *((language, language) for language in LANGUAGES),
    *(("en", "es"), ("en", "de"), ("en", "ru"), ("en", "tr"), ("es", "en"), ("de", "en"), ("ru", "en")),
)
MIXED_QUESTIONS = "en"
OLD_VECTORS = f"vectors {OLD_MODEL}"
HEADINGS = {"vectors": "vectors, our model", OLD_VECTORS: f"vectors, {OLD_MODEL}", "ours": "ours (fused)"}
MEASURES = ("R@1", "R@5", "MRR")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of XQuAD in every language, and the number of its paragraph."""

    text: Mapping[str, str]
    paragraph: int
    answer: Mapping[str, tuple[int, int]]
    """Characters of the answer in the paragraph of each language."""


# ---- the data


def read(folder: Path, languages: Sequence[str] = LANGUAGES) -> tuple[dict[str, list[str]], list[Asked]]:
    """The paragraphs of each language, in the same order, and the questions."""
    paragraphs: dict[str, list[str]] = {}
    texts: dict[str, dict[str, str]] = {}
    answers: dict[str, dict[str, tuple[int, int]]] = {}
    where: dict[str, int] = {}
    for language in languages:
        data = json.loads((folder / f"{language}.json").read_text(encoding="utf-8"))["data"]
        flat = [paragraph for article in data for paragraph in article["paragraphs"]]
        paragraphs[language] = [paragraph["context"] for paragraph in flat]
        for number, paragraph in enumerate(flat):
            for row in paragraph["qas"]:
                texts.setdefault(row["id"], {})[language] = row["question"]
                start = row["answers"][0]["answer_start"]
                span = (start, start + len(row["answers"][0]["text"]))
                answers.setdefault(row["id"], {})[language] = span
                where[row["id"]] = number
    return paragraphs, [Asked(text, where[key], answers[key]) for key, text in texts.items()]


# ---- measuring


def measure_pair(
    bench: Bench, questions: Sequence[str], wanted: Sequence[str], old: Bench | None = None
) -> dict[str, dict[str, float]]:
    """R@1, R@5 and MRR of the right paragraph, for each way to rank; with `old` for its vectors too."""
    sums: dict[str, defaultdict[str, float]] = {}
    for question, right in zip(questions, wanted, strict=True):
        for name, ranking, place in _rankings(bench, old, question):
            own = sums.setdefault(name, defaultdict(float))
            for measure, value in judge(place.paragraphs(ranking), right).items():
                own[measure] += value
    return {
        name: {measure: own[measure] / len(questions) for measure in MEASURES} for name, own in sums.items()
    }


def judge(paragraphs: Sequence[str], right: str) -> dict[str, float]:
    """R@1, R@5 and reciprocal rank of the right paragraph in a ranking, best first, each in [0, 1]."""
    found = [frozenset({0} if paragraph == right else ()) for paragraph in paragraphs]
    return {
        "R@1": measures.recall(found, 1, 1),
        "R@5": measures.recall(found, 1, 5),
        "MRR": measures.reciprocal_rank(found),
    }


def measure_mixed(
    bench: Bench, asked: Sequence[Asked], old: Bench | None = None
) -> dict[str, dict[str, float]]:
    """R@1 and R@10 of the right paragraph in any language, and each language's share of the top 10 passages."""
    sums: dict[str, Counter[str]] = {}
    for one in asked:
        right = {f"{language}-{one.paragraph}" for language in bench.languages}
        for name, ranking, place in _rankings(bench, old, one.text[MIXED_QUESTIONS]):
            top, own = place.top(ranking, 10), sums.setdefault(name, Counter())
            own["R@1"] += bool(right.intersection(top[:1]))
            own["R@10"] += bool(right.intersection(top))
            own.update(f"share {article.partition('-')[0]}" for article in top)
    columns = ["R@1", "R@10", *(f"share {language}" for language in bench.languages)]
    return {
        name: {column: _mean(own, column, len(asked)) for column in columns} for name, own in sums.items()
    }


def _rankings(bench: Bench, old: Bench | None, question: str) -> Iterable[tuple[str, Ranking, Bench]]:
    """Every way to rank with its ranking and the index that its passages are in."""
    for name, ranking in bench.rankings(question).items():
        if name == "vectors" and old is not None:
            yield OLD_VECTORS, old.vectors(question), old
        yield name, ranking, bench


def _mean(own: Counter[str], column: str, questions: int) -> float:
    if column.startswith("share "):
        return own[column] / max(1, sum(count for name, count in own.items() if name.startswith("share ")))
    return own[column] / questions


def measure(
    folder: Path, data: Path, ours: RememberingEmbedder, old: RememberingEmbedder, most: int | None
) -> dict[str, Any]:
    """All pairs and the mixed pool; indexes are made in `folder`."""
    began = time.perf_counter()
    paragraphs, questions = read(data)
    asked = spread(questions, most)

    def benches(name: str, texts: Mapping[str, Sequence[str]]) -> tuple[Bench, Bench]:
        say(f"indexing {name}")
        return Bench(folder / name, texts, ours), Bench(folder / f"{name}-old", texts, old)

    pairs: dict[str, dict[str, dict[str, float]]] = {}
    for language in LANGUAGES:
        bench, beside = benches(language, {language: paragraphs[language]})
        for asking in (question for question, paragraph in PAIRS if paragraph == language):
            say(f"{asking}-{language}")
            wanted = [f"{language}-{one.paragraph}" for one in asked]
            texts = [one.text[asking] for one in asked]
            pairs[f"{asking}-{language}"] = measure_pair(bench, texts, wanted, beside)
    bench, beside = benches("all", paragraphs)
    say("mixed pool")
    mixed = measure_mixed(bench, asked, beside)
    return {
        "machine": machine(),
        "model": ours.identity,
        "questions": len(asked),
        "pairs": {f"{one}-{other}": pairs[f"{one}-{other}"] for one, other in PAIRS},
        "mixed": mixed,
        "seconds": time.perf_counter() - began,
        "vectors computed": ours.computed + old.computed,
    }


# ---- printing


def report(figures: dict[str, Any]) -> str:
    """The figures as Markdown."""
    pairs, mixed = figures["pairs"], figures["mixed"]
    ways = list(next(iter(pairs.values())))
    headings = [HEADINGS.get(way, way) for way in ways]
    first = [[pair, *(of[way]["R@1"] for way in ways), f"{_gain(of):+.3f}"] for pair, of in pairs.items()]
    more = [
        [pair, *(f"{of[way]['R@5']:.3f} / {of[way]['MRR']:.3f}" for way in ways)]
        for pair, of in pairs.items()
    ]
    columns = list(next(iter(mixed.values())))
    return "\n\n".join(
        [
            f"{figures['questions']} questions, our model {figures['model']}; {figures['seconds']:.0f} s, "
            f"{figures['vectors computed']} vectors computed, the others remembered.",
            "R@1, question language - paragraph language; the last column is our R@1 less that of the better of words "
            "and vectors of our model:",
            table(["pair", *headings, "gain"], first),
            "R@5 / MRR:",
            table(["pair", *headings], more),
            f"Mixed pool of all languages, questions in {MIXED_QUESTIONS}:",
            table(
                ["", *columns],
                [
                    [heading, *(mixed[way][column] for column in columns)]
                    for heading, way in zip(headings, ways, strict=True)
                ],
            ),
        ]
    )


def _gain(of: Mapping[str, Mapping[str, float]]) -> float:
    return of["ours"]["R@1"] - max(of["words"]["R@1"], of["vectors"]["R@1"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with en.json, es.json and the others"
    )
    parser.add_argument("--questions", type=int, help="only so many, spread evenly")
    parser.add_argument("--json", type=Path, help="write all figures here")
    add_arguments(parser)
    options = parser.parse_args()
    old = RememberingEmbedder(old_model_folder(), options.cache)
    ours = RememberingEmbedder(options.model, options.cache)
    with tempfile.TemporaryDirectory() as work:
        figures = measure(Path(work), options.data, ours, old, options.questions)
    print(report(figures))
    write_json(options.json, figures)


if __name__ == "__main__":
    main()
