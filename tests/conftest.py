"""What several test files share: one loaded embedding model, and an index of the sample articles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from index import ArticleIndex, Embedder

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = ROOT / "articles"
GOLD = sorted((ROOT / "tests" / "gold").glob("*.jsonl"))


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The shipped embedding model, loaded once."""
    return Embedder()


@pytest.fixture(scope="session")
def samples(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> ArticleIndex:
    """An index of the sample articles; not to be changed by a test."""
    index = use(ArticleIndex.create(tmp_path_factory.mktemp("samples") / "index"), embedder)
    report = index.add([ARTICLES])
    assert not report.bad
    return index


@pytest.fixture
def index(embedder: Embedder, tmp_path: Path) -> ArticleIndex:
    """An empty index of a test's own."""
    return use(ArticleIndex.create(tmp_path / "index"), embedder)


def use(index: ArticleIndex, embedder: Embedder) -> ArticleIndex:
    """The index with a model that is loaded already: loading takes seconds and gives the same one."""
    index.load_embedder(embedder)
    return index


def write_articles(folder: Path, texts: Sequence[str] | dict[str, str]) -> Path:
    """A folder with one .txt article for each text, named by number or as given."""
    folder.mkdir(parents=True, exist_ok=True)
    named = texts if isinstance(texts, dict) else {f"{n:04}.txt": text for n, text in enumerate(texts)}
    for name, text in named.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def write_jsonl(path: Path, rows: Sequence[dict[str, object]]) -> Path:
    """A JSONL file of these records."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path
