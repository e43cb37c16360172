"""How long an answer takes on an index of a realistic size, step by step, and how fast an unchanged folder is re-added.

The index is built once and kept: the sample articles and news up to the number of passages asked for. Every question is
asked once, after a few others, so that no cache knows it; somebody's second question on the same story is faster.
``ARTICLES_READER=off`` measures without the reader.

    python -m benchmarks.latency --passages 10000 --index data/benchmarks --news ../shared/data/news/*.jsonl.xz
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import (
    GOLD_FILES,
    SAMPLE_ARTICLES,
    Record,
    gold_questions,
    machine,
    news,
    percentile,
    say,
    spread,
    table,
    write_json,
    write_jsonl,
)
from index import ArticleIndex
from index.names import query_keys
from qa.question import understand
from qa.quoting import compose
from qa.reader import configured_reader
from qa.selection import rank_sentences, rerank

STEPS = ("question vector", "search", "reading, sentence choice", "rest", "all")
TARGET_P50_MS, TARGET_P95_MS, TARGET_ARTICLES_PER_SECOND = 250, 500, 500
WARM_UP = 5  # questions asked before any is timed
_AT_ONCE = 50  # articles added between two looks at the number of passages
_SMALL = 300  # characters of a small file

Asked = tuple[str, tuple[str, ...]]
"""A question and the ones before it."""


# ---- the index


def build(folder: Path, passages: int, files: Sequence[Path]) -> ArticleIndex:
    """The index in `folder`, filled up to at least that many passages."""
    index = ArticleIndex.create(folder)
    if index.info().passages >= passages:
        return index
    index.add([SAMPLE_ARTICLES])
    records = news(files)
    with tempfile.TemporaryDirectory() as work:
        batch = Path(work) / "batch.jsonl"
        while (held := index.info().passages) < passages:
            say(f"indexing: {held} of {passages} passages")
            some = list(islice(records, _AT_ONCE))
            if not some:
                raise SystemExit(f"the news hold only {held} passages: give more files with --news")
            write_jsonl(batch, some)
            if bad := index.add([batch]).bad:
                say(f"left out: {bad[0]}")
    return index


# ---- answering


def gold(files: Sequence[Path]) -> list[Asked]:
    """The gold questions with their conversations, each once."""
    rows = gold_questions(files)
    return list({(row.question, row.history): (row.question, row.history) for row in rows}.values())


def headlines(index: ArticleIndex, most: int) -> list[Asked]:
    """Titles of articles all over the index, asked as a reader types them into a search box."""
    titles = sorted({article.title for article in index.articles()})
    return [(title, ()) for title in spread(titles, most)]


def answer_in_steps(index: ArticleIndex, question: str, history: Sequence[str]) -> dict[str, float]:
    """Seconds that each step of `qa.ask` takes, by the same calls in the same order."""
    began = time.perf_counter()
    understood = understand(question, history)
    at_understood = time.perf_counter()
    index.load_embedder().encode_question(understood.search_text)  # search finds it ready
    at_vector = time.perf_counter()
    hits = index.search(understood.search_text, 10)
    at_hits = time.perf_counter()
    ranked = rank_sentences(index, understood, hits, reader=configured_reader())
    rerank(hits, ranked)
    at_ranked = time.perf_counter()
    compose(ranked, frozenset(key for name in query_keys(understood.search_text) for key in name.keys))
    end = time.perf_counter()
    rest = (at_understood - began) + (end - at_ranked)
    steps = (at_vector - at_understood, at_hits - at_vector, at_ranked - at_hits, rest, end - began)
    return dict(zip(STEPS, steps, strict=True))


def time_answers(index: ArticleIndex, asked: Sequence[Asked]) -> dict[str, dict[str, float]]:
    """p50 and p95 of each step, in ms."""
    taken = [answer_in_steps(index, *one) for one in asked]
    return {
        step: {f"p{p}": percentile([one[step] for one in taken], p) * 1000 for p in (50, 95)}
        for step in STEPS
    }


# ---- re-adding


def time_readding(folder: Path, files: int, records: Iterable[Record], repeats: int = 3) -> float:
    """Articles per second when a folder of small files that the index holds already is added again (best of three)."""
    small, index = folder / "files", ArticleIndex.create(folder / "index")
    if not small.exists() or len(list(small.iterdir())) != files:
        small.mkdir(parents=True, exist_ok=True)
        for number, text in enumerate(islice(_beginnings(records), files)):
            (small / f"{number}.txt").write_text(text, encoding="utf-8")
    say(f"indexing {files} small files")
    index.add([small])
    rates = []
    for _ in range(repeats):
        began = time.perf_counter()
        result = index.add([small])
        rates.append(result.unchanged / (time.perf_counter() - began))
        if result.unchanged != files:
            raise SystemExit(f"only {result.unchanged} of {files} files are unchanged: {result}")
    return max(rates)


def _beginnings(records: Iterable[Record]) -> Iterator[str]:
    """Short texts: the beginning of each article, up to a space."""
    for record in records:
        yield record["text"][:_SMALL].rpartition(" ")[0] or record["text"][:_SMALL]


# ---- printing


def report(figures: dict[str, Any]) -> str:
    """The figures as Markdown, targets beside."""
    groups = figures["answers"]
    header = [
        "ms",
        *(f"{name} ({group['questions']}) {p}" for name, group in groups.items() for p in ("p50", "p95")),
    ]
    rows = [
        [step, *(f"{group['steps'][step][p]:.1f}" for group in groups.values() for p in ("p50", "p95"))]
        for step in STEPS
    ]
    targets = ["target", *(str(ms) for _ in groups for ms in (TARGET_P50_MS, TARGET_P95_MS))]
    return "\n\n".join(
        [
            machine(),
            f"Question to quoted answer on {figures['passages']} passages of {figures['articles']} articles "
            f"({', '.join(f'{language} {count}' for language, count in figures['languages'].items())}):",
            table(header, [*rows, targets]),
            f"Re-adding an unchanged folder of {figures['small_files']} small files: "
            f"{figures['readding']:.0f} articles/s (target: at least {TARGET_ARTICLES_PER_SECOND}).",
        ]
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument(
        "--index", type=Path, default=Path("data/benchmarks"), help="keep the indexes in here"
    )
    parser.add_argument("--news", type=Path, nargs="+", default=[], help=".jsonl.xz files")
    parser.add_argument("--gold", type=Path, nargs="+", default=GOLD_FILES)
    parser.add_argument("--questions", type=int, help="at most so many gold questions and headlines each")
    parser.add_argument("--files", type=int, default=2000, help="how many small files are added again")
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()

    index = build(options.index / f"passages-{options.passages}", options.passages, options.news)
    asked = {
        "gold questions": spread(gold(options.gold), options.questions),
        "headlines": headlines(index, (options.questions or 200) + WARM_UP),
    }
    for question, history in asked["headlines"][:WARM_UP]:
        answer_in_steps(index, question, history)
    asked["headlines"] = asked["headlines"][WARM_UP:]
    say("answering")
    answers = {
        name: {"questions": len(group), "steps": time_answers(index, group)} for name, group in asked.items()
    }
    info = index.info()
    figures = {
        "machine": machine(),
        "passages": info.passages,
        "articles": info.articles,
        "languages": info.languages,
        "answers": answers,
        "small_files": options.files,
        "readding": time_readding(
            options.index / f"files-{options.files}", options.files, news(options.news)
        ),
    }
    print(report(figures))
    write_json(options.json, figures)


if __name__ == "__main__":
    main()
