"""Several processes and threads on one index: readers see what a writer did, writers take turns, nothing breaks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from index import ArticleIndex, IndexBusy
from index.locking import write_lock
from tests.conftest import ROOT, use, write_articles
from tests.stand_in import StandInEmbedder

# What the other process does: one line of JSON for each step, so that nothing has to be waited for by the clock.
OPEN = """
import json, sys
from pathlib import Path
from index import ArticleIndex, ArticlesError
from tests.stand_in import StandInEmbedder
def tell(**what):
    print(json.dumps(what), flush=True)
def heard():
    return sys.stdin.readline().strip()
def opened():
    index = ArticleIndex.create(sys.argv[1])
    index.load_embedder(StandInEmbedder())
    return index
"""
READER = """
index = opened()
tell(ready=True)
while question := heard():
    hits = index.search(question, 3)
    tell(ids=[h.passage.article_id for h in hits],
         exact=all(h.passage.text == h.article.text[h.passage.start:h.passage.end] for h in hits))
"""
WRITER = """
index = opened()
tell(ready=True)
heard()
try:
    report = index.add([Path(sys.argv[2])], wait=float(sys.argv[3]))
    tell(added=report.added, bad=[str(bad) for bad in report.bad])
except ArticlesError as error:
    tell(error=type(error).__name__, message=str(error))
"""
THREADS = """
import threading, traceback
sys.setswitchinterval(1e-5)  # a thousand times as many chances to meet a half-done change
index = opened()
stop, errors, found = threading.Event(), [], []
def look():
    try:
        while not stop.is_set():
            hits = index.search("who spoke about water in Steadytown", 5)
            assert all(h.passage.text == h.article.text[h.passage.start:h.passage.end] for h in hits)
            assert hits[0].passage.article_id == "steady.txt", hits[0]
            found.append(len(hits))
    except BaseException:
        errors.append(traceback.format_exc())
threads = [threading.Thread(target=look) for _ in range(4)]
for thread in threads:
    thread.start()
for turn in range(6):
    (Path(sys.argv[2]) / f"{turn % 4}.txt").write_text(f"The mayor of town{turn} spoke on roads. " * (turn + 1))
    index.add([Path(sys.argv[2])])
    index.remove([f"{(turn + 2) % 4}.txt"])
stop.set()
for thread in threads:
    thread.join()
tell(errors=errors, searches=len(found), problems=index.check())
"""


class Other:
    """A process that runs one of the programs above."""

    def __init__(self, program: str, *arguments: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-c", OPEN + program, *map(str, arguments)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            pytest.fail(f"the other process ended: {self.process.communicate()[1]}")
        heard: dict[str, Any] = json.loads(line)
        return heard

    def end(self) -> None:
        _, complaints = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, complaints


@pytest.fixture
def own(tmp_path: Path) -> ArticleIndex:
    """An index with stand-in vectors that holds two articles."""
    index = use(ArticleIndex.create(tmp_path / "index"), StandInEmbedder())  # type: ignore[arg-type]
    texts = {"rain.txt": "Heavy rain fell on Bukhara.", "snow.txt": "Deep snow covered Almaty."}
    index.add([write_articles(tmp_path / "first", texts)])
    return index


def ids(index: ArticleIndex, question: str) -> list[str]:
    return [hit.passage.article_id for hit in index.search(question, 3)]


def test_a_reader_in_another_process_sees_each_change_in_its_next_search(
    own: ArticleIndex, tmp_path: Path
) -> None:
    reader = Other(READER, own.folder)
    assert reader.hear() == {"ready": True}

    def search(question: str) -> list[str]:
        reader.say(question)
        answer = reader.hear()
        assert answer["exact"]
        found: list[str] = answer["ids"]
        return found

    assert search("rain in Bukhara")[0] == "rain.txt"
    own.add([write_articles(tmp_path / "second", {"wind.txt": "Strong wind hit Khujand."})])
    assert search("wind in Khujand")[0] == "wind.txt"
    own.remove(["rain.txt"])
    assert "rain.txt" not in search("rain in Bukhara")
    write_articles(tmp_path / "first", {"snow.txt": "The thaw has reached Karaganda."})
    own.add([tmp_path / "first" / "snow.txt"])
    assert search("thaw in Karaganda")[0] == "snow.txt"
    own.rebuild()
    assert search("wind in Khujand")[0] == "wind.txt"
    reader.say("")
    reader.end()


def test_an_index_opened_before_sees_what_another_process_adds(own: ArticleIndex, tmp_path: Path) -> None:
    assert "wind.txt" not in ids(own, "wind in Khujand")
    folder = write_articles(tmp_path / "second", {"wind.txt": "Strong wind hit Khujand."})
    writer = Other(WRITER, own.folder, folder, 10)
    assert writer.hear() == {"ready": True}
    writer.say("go")
    assert writer.hear() == {"added": ["wind.txt"], "bad": []}
    assert ids(own, "wind in Khujand")[0] == "wind.txt"
    assert own.check() == []
    writer.end()


def test_a_reader_of_an_empty_index_sees_its_first_articles(tmp_path: Path) -> None:
    index = use(ArticleIndex.create(tmp_path / "index"), StandInEmbedder())  # type: ignore[arg-type]
    folder = write_articles(tmp_path / "a", {"wind.txt": "Strong wind hit Khujand."})
    writer = Other(WRITER, index.folder, folder, 10)
    writer.hear()
    writer.say("go")
    assert writer.hear()["added"] == ["wind.txt"]
    assert ids(index, "wind in Khujand") == ["wind.txt"]
    writer.end()


def test_a_second_writer_gives_up_with_what_to_do(own: ArticleIndex, tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "second", {"wind.txt": "Strong wind hit Khujand."})
    writer = Other(WRITER, own.folder, folder, 0.1)
    assert writer.hear() == {"ready": True}
    with write_lock(own.folder):
        writer.say("go")
        refused = writer.hear()
        assert refused["error"] == "IndexBusy"
        assert refused["message"] == (
            f"another process is writing to {own.folder}: wait until it is done and run the command again"
        )
        # Readers are not kept waiting meanwhile, and a writer in this process is refused the same way.
        assert ids(own, "rain in Bukhara")[0] == "rain.txt"
        with pytest.raises(IndexBusy):
            own.remove(["rain.txt"], wait=0)
    writer.end()
    assert own.check() == []
    assert {article.id for article in own.articles()} == {"rain.txt", "snow.txt"}


def test_a_second_writer_waits_for_its_turn(own: ArticleIndex, tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "second", {"wind.txt": "Strong wind hit Khujand."})
    writer = Other(WRITER, own.folder, folder, 30)
    assert writer.hear() == {"ready": True}
    with write_lock(own.folder):
        writer.say("go")
        assert own.article("wind.txt") is None
    assert writer.hear()["added"] == ["wind.txt"]
    writer.end()
    assert own.check() == []


def test_two_processes_add_different_folders_at_the_same_time(tmp_path: Path) -> None:
    folders = [
        write_articles(
            tmp_path / name,
            {f"{name}{n:02}.txt": f"Report {n}: the {name} of town{n} spoke. " * 5 for n in range(40)},
        )
        for name in ("mayor", "judge")
    ]
    writers = [Other(WRITER, tmp_path / "index", folder, 60) for folder in folders]
    for writer in writers:
        assert writer.hear() == {"ready": True}
    for writer in writers:
        writer.say("go")
    for writer in writers:
        outcome = writer.hear()
        assert len(outcome["added"]) == 40
        assert outcome["bad"] == []
        writer.end()
    index = use(ArticleIndex(tmp_path / "index"), StandInEmbedder())  # type: ignore[arg-type]
    assert index.check() == []
    assert len(index.articles()) == 80
    assert ids(index, "the judge of town7")[0] == "judge07.txt"
    assert ids(index, "the mayor of town31")[0] == "mayor31.txt"


def test_many_threads_search_while_one_adds_and_removes(tmp_path: Path) -> None:
    index = use(ArticleIndex.create(tmp_path / "index"), StandInEmbedder())  # type: ignore[arg-type]
    steady = {"steady.txt": "A speaker in Steadytown spoke about water. " * 3}
    others = {f"other{n}.txt": f"The mayor of city{n} opened a school in spring. " * 4 for n in range(60)}
    index.add([write_articles(tmp_path / "steady", steady | others)])
    index.close()
    # In a process of its own: what goes wrong between threads in native code would take the tests with it.
    changing = write_articles(tmp_path / "changing", {})
    searcher = Other(THREADS, index.folder, changing)
    outcome = searcher.hear()
    searcher.end()
    assert outcome["errors"] == []
    assert outcome["problems"] == []
    assert outcome["searches"] > 10
