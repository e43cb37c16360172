"""Each leg of search alone, plain rank fusion, and our fusion, on XQuAD (measuring only, nothing is fitted on it).

XQuAD (Artetxe et al. 2020) has the same 240 paragraphs and 1,190 questions in several languages. The paragraphs of one
language are the articles of an index; a question has to find the paragraph that it was written about. A paragraph ranks
as its best passage does. In the mixed pool the paragraphs of all languages are in one index, and the right paragraph
counts in whichever language it is found. Prints Markdown.

    python -m benchmarks.xquad --data ../shared/data/eval/xquad --json xquad.json
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import machine, say, spread, table, write_json, write_jsonl
from index import ArticleIndex, Embedder
from index.derived import Derived
from index.search import name_clues, word_clues
from qa import measures

LANGUAGES = ("en", "es", "de", "ru", "tr")
PAIRS = (
    *((language, language) for language in LANGUAGES),
    *(("en", "es"), ("en", "de"), ("en", "ru"), ("es", "en"), ("ru", "en")),
)
MIXED_QUESTIONS = "en"
RANK_CONSTANT = 60  # of reciprocal rank fusion
ANY_DEPTH = 1_000_000  # every passage that has a score

Ranking = list[int]
"""Passage numbers, best first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of XQuAD in every language, and the number of its paragraph."""

    text: Mapping[str, str]
    paragraph: int


# ---- the data


def read(folder: Path) -> tuple[dict[str, list[str]], list[Asked]]:
    """The paragraphs of each language, in the same order, and the questions."""
    paragraphs: dict[str, list[str]] = {}
    texts: dict[str, dict[str, str]] = {}
    where: dict[str, int] = {}
    for language in LANGUAGES:
        data = json.loads((folder / f"{language}.json").read_text(encoding="utf-8"))["data"]
        flat = [paragraph for article in data for paragraph in article["paragraphs"]]
        paragraphs[language] = [paragraph["context"] for paragraph in flat]
        for number, paragraph in enumerate(flat):
            for row in paragraph["qas"]:
                texts.setdefault(row["id"], {})[language] = row["question"]
                where[row["id"]] = number
    return paragraphs, [Asked(text, where[key]) for key, text in texts.items()]


# ---- one index


class Bench:
    """An index of paragraphs and every way to rank its passages.

    Args:
        folder: For the index; kept ones are used again.
        paragraphs: By language.
        embedder: One for all indexes; None loads it.
    """

    def __init__(
        self, folder: Path, paragraphs: Mapping[str, Sequence[str]], embedder: Embedder | None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.index = ArticleIndex.create(folder / "index")
        self.embedder = self.index.load_embedder(embedder)
        records = [
            {"id": f"{language}-{number}", "title": "", "text": text, "lang": language}
            for language, texts in paragraphs.items()
            for number, text in enumerate(texts)
        ]
        write_jsonl(folder / "paragraphs.jsonl", records)
        self.index.add([folder / "paragraphs.jsonl"])
        self._derived = Derived(self.index.folder, self.index.store)
        stored = self.index.store.passages(self.index.store.pids().tolist())
        self._article = {pid: passage.article.id for pid, passage in stored.items()}
        self._pids = {(at.article.id, at.passage.start): pid for pid, at in stored.items()}
        self.languages = sorted(self._derived.pools)

    def rankings(self, question: str) -> dict[str, Ranking]:
        """Passages by each leg alone, by plain reciprocal rank fusion, and by our search."""
        words, vectors = self._words(question), self._vectors(question)
        return {
            "words": words,
            "vectors": vectors,
            "names": self._names(question),
            "rank fusion": fuse(words, vectors),
            "ours": self._ours(question),
        }

    def paragraphs(self, ranking: Iterable[int]) -> list[str]:
        """Articles in the order of their best passage."""
        return list(dict.fromkeys(self._article[pid] for pid in ranking))

    def top(self, ranking: Ranking, k: int) -> list[str]:
        """The articles of the first k passages, repeated as they come."""
        return [self._article[pid] for pid in ranking[:k]]

    def _words(self, question: str) -> Ranking:
        """The words of the question (names among them in any spelling), each language's passages by its own words."""
        scored = [
            (score, pid)
            for language in self.languages
            for pid, score in self._derived.words.search(
                word_clues(self._derived, question, language), len(self._article)
            )
            if self._article[pid].startswith(f"{language}-")
        ]
        return [pid for _, pid in sorted(scored, key=lambda pair: (-pair[0], pair[1]))]

    def _vectors(self, question: str) -> Ranking:
        vector = self.embedder.encode_question(question)
        return [pid for pid, _ in self._derived.vectors.search(vector, len(self._article))]

    def _names(self, question: str) -> Ranking:
        found = self._derived.words.search(name_clues(self._derived, question), len(self._article))
        return [pid for pid, _ in found]

    def _ours(self, question: str) -> Ranking:
        hits = self.index.search(question, ANY_DEPTH)
        return [self._pids[hit.passage.article_id, hit.passage.start] for hit in hits]


def fuse(*rankings: Ranking) -> Ranking:
    """Reciprocal rank fusion (Cormack et al. 2009): the sum of 1 / (60 + rank) over the rankings."""
    score: defaultdict[int, float] = defaultdict(float)
    for ranking in rankings:
        for rank, pid in enumerate(ranking, start=1):
            score[pid] += 1 / (RANK_CONSTANT + rank)
    return sorted(score, key=lambda pid: (-score[pid], pid))


# ---- measuring


def measure_pair(
    bench: Bench, questions: Sequence[str], wanted: Sequence[str]
) -> dict[str, dict[str, float]]:
    """R@1 and MRR of the right paragraph, for each way to rank."""
    sums: dict[str, defaultdict[str, float]] = {}
    for question, right in zip(questions, wanted, strict=True):
        for name, ranking in bench.rankings(question).items():
            found = [frozenset({0} if article == right else ()) for article in bench.paragraphs(ranking)]
            own = sums.setdefault(name, defaultdict(float))
            own["R@1"] += measures.recall(found, 1, 1)
            own["MRR"] += measures.reciprocal_rank(found)
    return {
        name: {measure: own[measure] / len(questions) for measure in ("R@1", "MRR")}
        for name, own in sums.items()
    }


def measure_mixed(bench: Bench, asked: Sequence[Asked]) -> dict[str, dict[str, float]]:
    """R@1 and R@10 of the right paragraph in any language, and each language's share of the top 10 passages."""
    sums: dict[str, Counter[str]] = {}
    for one in asked:
        right = {f"{language}-{one.paragraph}" for language in bench.languages}
        for name, ranking in bench.rankings(one.text[MIXED_QUESTIONS]).items():
            top, own = bench.top(ranking, 10), sums.setdefault(name, Counter())
            own["R@1"] += bool(right.intersection(top[:1]))
            own["R@10"] += bool(right.intersection(top))
            own.update(f"share {article.partition('-')[0]}" for article in top)
    columns = ["R@1", "R@10", *(f"share {language}" for language in bench.languages)]
    return {
        name: {column: _mean(own, column, len(asked)) for column in columns} for name, own in sums.items()
    }


def _mean(own: Counter[str], column: str, questions: int) -> float:
    if column.startswith("share "):
        return own[column] / max(1, sum(count for name, count in own.items() if name.startswith("share ")))
    return own[column] / questions


def measure(folder: Path, data: Path, most: int | None) -> dict[str, Any]:
    """All pairs and the mixed pool; indexes are made in `folder`."""
    paragraphs, questions = read(data)
    asked = spread(questions, most)
    embedder: Embedder | None = None
    pairs: dict[str, dict[str, dict[str, float]]] = {}
    for language in LANGUAGES:
        say(f"indexing {language}")
        bench = Bench(folder / language, {language: paragraphs[language]}, embedder)
        embedder = bench.embedder
        for asking in (question for question, paragraph in PAIRS if paragraph == language):
            say(f"{asking}-{language}")
            wanted = [f"{language}-{one.paragraph}" for one in asked]
            pairs[f"{asking}-{language}"] = measure_pair(bench, [one.text[asking] for one in asked], wanted)
    say("indexing all languages")
    bench = Bench(folder / "all", paragraphs, embedder)
    say("mixed pool")
    ordered = {f"{one}-{other}": pairs[f"{one}-{other}"] for one, other in PAIRS}
    return {
        "machine": machine(),
        "model": bench.embedder.identity,
        "questions": len(asked),
        "pairs": ordered,
        "mixed": measure_mixed(bench, asked),
    }


# ---- printing


def report(figures: dict[str, Any]) -> str:
    """The figures as Markdown."""
    pairs, mixed = figures["pairs"], figures["mixed"]
    ways = list(next(iter(pairs.values())))
    rows = [
        [pair, *(f"{of[way]['R@1']:.3f} / {of[way]['MRR']:.3f}" for way in ways), f"{_gain(of):+.3f}"]
        for pair, of in pairs.items()
    ]
    columns = list(next(iter(mixed.values())))
    return "\n\n".join(
        [
            f"{figures['questions']} questions, {figures['model']}.",
            "R@1 / MRR, question language - paragraph language; the last column is our R@1 less that of the better "
            "of words and vectors:",
            table(["pair", *ways, "gain"], rows),
            f"Mixed pool of all languages, questions in {MIXED_QUESTIONS}:",
            table(["", *columns], [[way, *(mixed[way][column] for column in columns)] for way in ways]),
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
    parser.add_argument("--index", type=Path, help="keep the indexes in this folder")
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        figures = measure(options.index or Path(work), options.data, options.questions)
    print(report(figures))
    write_json(options.json, figures)


if __name__ == "__main__":
    main()
