"""Side by side with what a user builds from the tutorials (`benchmarks/tutorial.py`): quality, speed, memory.

Both index the same articles and are asked the same gold questions. Every measurement runs in a process of its own, in
turn, so that neither warms up the other. Prints Markdown.

    python -m benchmarks.compare --news ../shared/data/news/wikinews_fr.jsonl.xz --json compare.json
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

from benchmarks import (
    GOLD_FILES,
    ROOT,
    SAMPLE_ARTICLES,
    as_record,
    gold_questions,
    in_fresh_process,
    machine,
    megabytes,
    news,
    percentile,
    read_articles,
    say,
    table,
    write_json,
    write_jsonl,
)
from benchmarks.tutorial import TOP, Chunk, Tutorial, load_model
from index import Article, ArticleIndex, Hit, Passage, Why
from qa import Answer, GoldQuestion, ask
from qa.evaluation import Judged, judge, summarise
from qa.question import understand

SYSTEMS = ("tutorial", "ours")
FIRST_QUESTION = "who met Mirziyoyev?"
WARM_UP = ("What happened in the parliament?", "Quel temps fait-il ?", "Где прошла встреча?")
QUALITY = ("recall@5", "success@5")
MORE = "recall@10"  # only ours: the tutorial stops at five


# ---- quality


def measure_quality(articles: Path, gold_files: Sequence[Path], most: int | None) -> dict[str, Any]:
    """Recall and success among the top 5 for both, by language pair, with and without follow-up questions.

    Our passages are shorter than the tutorial's chunks, so five of them show less text: how much is in the row
    "overall", and our recall among ten passages beside.
    """
    gold = gold_questions(gold_files, most)
    with tempfile.TemporaryDirectory() as folder:
        index = ArticleIndex.create(folder)
        index.add([articles])
        texts = {article.id: article for article in index.articles()}
        tutorial = Tutorial.build(load_model(), read_articles([articles]))
        found = {
            "tutorial": [_judged(index, row, _tutorial_hits(tutorial, texts, row)) for row in gold],
            "ours": [_judged(index, row, _our_hits(index, row)) for row in gold],
        }
        index.close()
    return {
        "all questions": {name: _quality(judged) for name, judged in found.items()},
        "without follow-ups": {
            name: _quality([item for item in judged if not item.gold.history])
            for name, judged in found.items()
        },
    }


def _our_hits(index: ArticleIndex, row: GoldQuestion) -> list[Hit]:
    return index.search(understand(row.question, row.history).search_text, k=2 * TOP)


def _tutorial_hits(tutorial: Tutorial, articles: dict[str, Article], row: GoldQuestion) -> list[Hit]:
    """The tutorial's chunks as hits; it knows no conversation, so it is given the question as it is."""
    return [
        Hit(_passage(chunk), articles[chunk.article_id], score, Why(score, 0.0, 0.0))
        for chunk, score in tutorial.search(row.question)
    ]


def _passage(chunk: Chunk) -> Passage:
    return Passage(chunk.article_id, chunk.start, chunk.start + len(chunk.text), chunk.text)


def _judged(index: ArticleIndex, row: GoldQuestion, hits: list[Hit]) -> Judged:
    """Judged by the evaluation's own rule of which evidence a stretch of text holds."""
    return judge(index, row, Answer(row.question, row.question, None, hits=tuple(hits)))


def _quality(judged: Sequence[Judged]) -> dict[str, dict[str, float | None]]:
    """The measures by language pair and overall; "characters@k" is how much text the top k put before the reader."""
    answerable = [item for item in judged if item.gold.evidence]
    if not answerable:
        return {}
    report = summarise(answerable)
    shown = {f"characters@{k}": _characters(answerable, k) for k in (TOP, 2 * TOP)}
    rows = {
        pair: {name: values[name] for name in ("questions", *QUALITY, MORE)}
        for pair, values in report.pairs.items()
    }
    overall = {name: report.overall[name] for name in (*QUALITY, MORE)}
    return rows | {"overall": {"questions": float(len(answerable)), **overall, **shown}}


def _characters(judged: Sequence[Judged], k: int) -> float:
    """How many characters the first k hits hold, on average."""
    return mean(sum(len(hit.passage.text) for hit in item.answer.hits[:k]) for item in judged)


# ---- speed and memory


@dataclass(frozen=True, slots=True)
class Indexing:
    """How indexing went."""

    articles: int
    characters: int
    """Of all articles; a character that stands in two overlapping chunks counts once."""
    passages: int
    seconds: float
    """With the model loaded: read, split, embed and save."""
    memory: float
    """Greatest size of the process, MB."""


def index_tutorial(corpus: Path, folder: Path) -> Indexing:
    """Index a JSONL file as the tutorial does."""
    model = load_model()
    began = time.perf_counter()
    articles = read_articles([corpus])
    tutorial = Tutorial.build(model, articles)
    tutorial.save(folder)
    return _indexing(articles, len(tutorial.chunks), time.perf_counter() - began)


def index_ours(corpus: Path, folder: Path) -> Indexing:
    """Index a JSONL file with the product."""
    index = ArticleIndex.create(folder)
    index.load_embedder()
    began = time.perf_counter()
    index.add([corpus])
    seconds = time.perf_counter() - began
    return _indexing(index.articles(), index.info().passages, seconds)


def _indexing(articles: Sequence[Article], passages: int, seconds: float) -> Indexing:
    characters = sum(len(article.text) for article in articles)
    return Indexing(len(articles), characters, passages, seconds, _peak())


def time_tutorial(folder: Path, gold_files: Sequence[Path], most: int | None) -> list[float]:
    """Seconds from question to chunks, model loaded."""
    tutorial = Tutorial.load(load_model(), folder)
    for question in WARM_UP:
        tutorial.search(question)
    seconds = []
    for row in gold_questions(gold_files, most):
        began = time.perf_counter()
        tutorial.search(row.question)
        seconds.append(time.perf_counter() - began)
    return seconds


def time_ours(folder: Path, gold_files: Sequence[Path], most: int | None) -> list[float]:
    """Seconds from question to quoted answer, model loaded."""
    index = ArticleIndex(folder)
    for question in WARM_UP:
        ask(index, question)
    seconds = []
    for row in gold_questions(gold_files, most):
        began = time.perf_counter()
        ask(index, row.question, history=row.history)
        seconds.append(time.perf_counter() - began)
    return seconds


def start(system: str, folder: Path) -> tuple[float, float]:
    """Seconds from the start of a process to its answer (it ends with it), and its greatest size in MB."""
    arguments = {
        "tutorial": ["-m", "benchmarks.tutorial", "ask", str(folder), FIRST_QUESTION],
        "ours": ["-m", "qa", "ask", FIRST_QUESTION, "--index", str(folder)],
    }[system]
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    # A child's peak starts from its parent's: this process loads no model, so it stays the smaller one.
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(arguments)} failed with status {process.returncode}")
    return seconds, megabytes(usage.ru_maxrss)


def _peak() -> float:
    return megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def write_corpus(path: Path, articles: Path, files: Sequence[Path], characters: int) -> None:
    """Articles and then news up to that many characters, as JSONL."""
    records = [as_record(article) for article in read_articles([articles])]
    size = sum(len(record["text"]) for record in records)
    for record in news(files):
        if size >= characters:
            break
        records.append(record)
        size += len(record["text"])
    write_jsonl(path, records)


def measure_speed(options: argparse.Namespace, work: Path) -> dict[str, dict[str, Any]]:
    """Indexing, answering and starting for both, one after the other and again."""
    corpus = work / "corpus.jsonl"
    write_corpus(corpus, options.articles, options.news, options.characters)
    indexing: dict[str, list[Indexing]] = {name: [] for name in SYSTEMS}
    seconds: dict[str, list[float]] = {}
    starts: dict[str, list[tuple[float, float]]] = {name: [] for name in SYSTEMS}
    functions = {"tutorial": index_tutorial, "ours": index_ours}
    for repeat in range(options.repeats):
        # Turned round every time: what comes second finds a machine that is warm, or busy.
        for name in SYSTEMS if repeat % 2 == 0 else SYSTEMS[::-1]:
            say(f"indexing, {name} ({repeat + 1}/{options.repeats})")
            indexing[name].append(in_fresh_process(functions[name], corpus, work / f"{name}-{repeat}"))
    say("answering")
    for name, function in (("tutorial", time_tutorial), ("ours", time_ours)):
        seconds[name] = in_fresh_process(function, work / f"{name}-0", options.gold, options.questions)
    say("starting")
    for name in SYSTEMS:
        start(name, work / f"{name}-0")  # files of both in the system's cache
    for _ in range(options.repeats):
        for name in SYSTEMS:
            starts[name].append(start(name, work / f"{name}-0"))
    return {name: _speed(indexing[name], seconds[name], starts[name]) for name in SYSTEMS}


def _speed(
    indexing: Sequence[Indexing], seconds: Sequence[float], starts: Sequence[tuple[float, float]]
) -> dict[str, Any]:
    """Medians over the repeats; percentiles over the questions."""
    usual = sorted(indexing, key=lambda one: one.seconds)[len(indexing) // 2]
    return {
        "indexing": asdict(usual),
        "passages_per_second": usual.passages / usual.seconds,
        "characters_per_second": usual.characters / usual.seconds,
        "answer_p50_ms": percentile(seconds, 50) * 1000,
        "answer_p95_ms": percentile(seconds, 95) * 1000,
        "first_answer_seconds": median(one[0] for one in starts),
        "first_answer_memory_mb": median(one[1] for one in starts),
        "indexing_memory_mb": median(one.memory for one in indexing),
    }


# ---- printing


def quality_table(figures: dict[str, Any]) -> str:
    """One row for each language pair, tutorial beside ours."""
    tutorial, ours = figures["tutorial"], figures["ours"]
    header = [
        "question-evidence",
        "questions",
        *(f"{name} {who}" for name in QUALITY for who in SYSTEMS),
        f"{MORE} ours",
    ]
    rows = [
        [
            pair,
            round(tutorial[pair]["questions"]),
            *(who[pair][name] for name in QUALITY for who in (tutorial, ours)),
            ours[pair][MORE],
        ]
        for pair in tutorial
    ]
    return table(header, rows)


def speed_table(speed: dict[str, dict[str, Any]]) -> str:
    """One row for each measurement, tutorial beside ours."""
    rows = [
        ("passages made", "{indexing[passages]}"),
        ("indexing, passages/s", "{passages_per_second:.1f}"),
        ("indexing, characters/s", "{characters_per_second:.0f}"),
        ("question to answer, p50 ms", "{answer_p50_ms:.1f}"),
        ("question to answer, p95 ms", "{answer_p95_ms:.1f}"),
        ("process start to first answer, s", "{first_answer_seconds:.2f}"),
        ("peak memory, one question, MB", "{first_answer_memory_mb:.0f}"),
        ("peak memory, indexing, MB", "{indexing_memory_mb:.0f}"),
    ]
    return table(
        ["", *SYSTEMS], [[name, *(form.format(**speed[who]) for who in SYSTEMS)] for name, form in rows]
    )


def report(quality: dict[str, Any], speed: dict[str, dict[str, Any]]) -> str:
    """Everything as Markdown."""
    parts = [machine()]
    for title, figures in quality.items():
        if figures["ours"]:
            parts += [f"Top 5, {title}:", quality_table(figures)]
    shown = {who: figures["overall"] for who, figures in quality["all questions"].items()}
    parts.append(
        f"Text shown on average: tutorial, top 5: {shown['tutorial']['characters@5']:.0f} characters; ours, top 5: "
        f"{shown['ours']['characters@5']:.0f}, top 10: {shown['ours']['characters@10']:.0f}."
    )
    corpus = speed["ours"]["indexing"]
    parts.append(
        f"Speed and memory on {corpus['articles']} articles, {corpus['characters']} characters; the tutorial's answer "
        f"is its chunks, ours the quoted sentences:"
    )
    return "\n\n".join([*parts, speed_table(speed)])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--articles", type=Path, default=SAMPLE_ARTICLES, help="folder that the gold is about"
    )
    parser.add_argument("--gold", type=Path, nargs="+", default=GOLD_FILES)
    parser.add_argument("--news", type=Path, nargs="+", default=[], help=".jsonl.xz files to index for speed")
    parser.add_argument("--characters", type=int, default=500_000, help="how much text to index for speed")
    parser.add_argument("--repeats", type=int, default=3, help="of what is timed once")
    parser.add_argument("--questions", type=int, help="only so many gold questions")
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()
    say("quality")
    quality = in_fresh_process(measure_quality, options.articles, options.gold, options.questions)
    with tempfile.TemporaryDirectory() as work:
        speed = measure_speed(options, Path(work))
    print(report(quality, speed))
    write_json(options.json, {"machine": machine(), "quality": quality, "speed": speed})


if __name__ == "__main__":
    main()
