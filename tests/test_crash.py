"""Kill -9 in the middle of an `add`, at many points: nothing acknowledged is lost, nothing is half there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index import ArticleIndex
from tests.conftest import ROOT, write_articles
from tests.stand_in import StandInEmbedder

ARTICLES = 60
KILLS = 14


def start(index: Path, articles: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crash_child", str(index), str(articles)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_killed_at_many_points_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    articles = write_articles(
        tmp_path / "articles",
        [
            f"Report {n} on the summit.\n\n" + f"The minister of town{n} spoke about water. " * 12
            for n in range(ARTICLES)
        ],
    )
    versions: dict[str, list[str]] = {p.name: [p.read_text(encoding="utf-8")] for p in articles.iterdir()}
    acknowledged: dict[str, str] = {}  # the newest text of each article that was said to be on disk
    for attempt in range(KILLS):
        process = start(folder, articles)
        assert process.stdout is not None
        # Wait for a number of acknowledgements that grows, then a little, so that deaths fall everywhere.
        printed = [process.stdout.readline().strip() for _ in range(1 + attempt % 5)]
        time.sleep(0.003 * (attempt % 7))
        os.kill(process.pid, signal.SIGKILL)
        printed += process.stdout.read().split()
        process.wait()
        acknowledged |= {name: versions[name][-1] for name in printed if name in versions}

        index = ArticleIndex(folder)
        index.load_embedder(StandInEmbedder())  # type: ignore[arg-type]
        assert index.check() == []
        for name, text in acknowledged.items():
            article = index.article(name)
            assert article is not None, f"{name} was acknowledged and is gone"
            assert versions[name].index(article.text) >= versions[name].index(text)
        for article in index.articles():
            assert article.text in versions[article.id]
            covered = "".join(passage.text for passage in index.passages_of(article.id))
            assert "".join(covered.split()) == "".join(article.text.split())
        some = max(acknowledged)
        hits = index.search(f"minister town{int(some.split('.')[0])}", 3)
        assert hits[0].passage.article_id == some
        if len(acknowledged) == ARTICLES:
            # All are in: change half of them, so that the next run replaces.
            for name in sorted(versions)[attempt % 2 :: 2]:
                versions[name].append(f"{versions[name][0]}Update {attempt}.\n")
                (articles / name).write_text(versions[name][-1], encoding="utf-8")
        index.close()
