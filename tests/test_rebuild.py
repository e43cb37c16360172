"""An index that another model built: refused by name, embedded anew while the old one answers, resumed after a kill."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import (
    ArticleIndex,
    Filters,
    IndexBusy,
    ModelUnavailable,
    Progress,
    WrongModel,
    article_index,
    embedder,
    rebuilding,
)
from index.cli import main
from index.locking import rebuild_lock, write_lock
from index.store import Store
from page import library
from page.conversation import Conversation
from page.newsroom import Newsroom
from tests.conftest import ROOT, use, write_articles
from tests.stand_in import OtherStandIn, StandInEmbedder

Captured = pytest.CaptureFixture[str]
ARTICLES = 30
QUESTIONS = ("the minister of town7 and water", "who spoke in town23?", "roads", "Ministers from Town11")


class SameLength(OtherStandIn):
    """Another model whose vectors have the length of the first one's."""

    name = "same-length"
    identity = "same-length@222222222222"
    dimension = StandInEmbedder.dimension


class FormerDefault(StandInEmbedder):
    name = "all-MiniLM-L6-v2"
    identity = "all-MiniLM-L6-v2@53aa51172d14"


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARTICLES_INDEX", "ARTICLES_MODEL", "ARTICLES_LLM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(rebuilding, "_BATCH_PASSAGES", 4)


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Where models come from when an index loads one by name: stand-ins, of which "other" is the default now."""
    there: dict[str, Any] = {model.name: model for model in (StandInEmbedder, OtherStandIn, FormerDefault)}

    def load(name: str, *, may_download: bool = False) -> Any:
        if name not in there:
            raise ModelUnavailable(f"the embedding model {name!r} cannot be loaded")
        return there[name]()

    monkeypatch.setattr(article_index, "Embedder", load)
    monkeypatch.setattr(embedder, "DEFAULT_MODEL", "other")
    return there


def build(folder: Path, model: Any) -> Path:
    """The folder of an index of many small articles, of which some were replaced and removed."""
    index = use(ArticleIndex.create(folder / "index", model.name), model)
    texts = [f"The minister of Town{n} spoke about water and roads. " * (1 + n % 5) for n in range(ARTICLES)]
    articles = write_articles(folder / "articles", texts)
    index.add([articles])
    index.remove(["0003.txt"])
    write_articles(articles, {"0005.txt": "The minister of Town5 has resigned over roads."})
    index.add([articles / "0005.txt"])
    index.close()
    return folder / "index"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("built"), StandInEmbedder())


@pytest.fixture(scope="module")
def former_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("former"), FormerDefault())


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "an index"))


@pytest.fixture
def former(former_built: Path, tmp_path: Path) -> Path:
    """An index that was built with the default of before."""
    return Path(shutil.copytree(former_built, tmp_path / "former"))


def opened(folder: Path, model: Any) -> ArticleIndex:
    return use(ArticleIndex(folder, model.name), model)


def rebuild(
    folder: Path, model: OtherStandIn, report: Callable[[Progress], None] | None = None
) -> rebuilding.RebuildReport:
    index = ArticleIndex(folder, model.name, any_model=True)
    return index.rebuild(loaded=model, report=report)  # type: ignore[arg-type]


def found(index: ArticleIndex, **options: Any) -> list[list[tuple[str, int, float]]]:
    return [
        [(h.passage.article_id, h.passage.start, round(h.score, 4)) for h in index.search(q, 8, **options)]
        for q in QUESTIONS
    ]


def tables(folder: Path) -> set[str]:
    with sqlite3.connect(folder / "articles.sqlite") as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


def must_be_of(folder: Path, model: Any, tmp_path: Path) -> None:
    """The index is what it would be had it been built with that model."""
    index = opened(folder, model)
    assert (index.info().model, index.info().dimension) == (model.identity, model.dimension)
    assert index.check() == []
    pids = index.store.pids()
    texts = [stored.passage.text for _, stored in sorted(index.store.passages(pids.tolist()).items())]
    vectors = index.store.vectors(pids.tolist(), model.identity)
    assert np.allclose(vectors, model.encode_passages(texts), atol=2e-3)
    again = use(ArticleIndex.create(tmp_path / "again", model.name), model)
    articles = write_articles(tmp_path / "all", {a.id: a.text for a in index.articles()})
    again.add([articles])
    assert [[(i, s) for i, s, _ in hits] for hits in found(index)] == [
        [(i, s) for i, s, _ in hits] for hits in found(again)
    ]
    assert "pending" not in tables(folder)
    index.close()


# ---- refused


def test_another_model_is_refused_with_the_command(folder: Path, tmp_path: Path) -> None:
    command = f"`python -m index rebuild --model other --index '{folder}'`"
    with pytest.raises(WrongModel) as refused:
        ArticleIndex(folder, "other")
    assert str(refused.value) == (
        f"{folder} was built with the model stand-in@000000000000, not other: use `--model stand-in`, or run "
        f"{command}, which embeds its passages anew"
    )
    index = ArticleIndex(folder, "other", any_model=True)
    for use_it in (
        lambda: index.search("roads"),
        lambda: index.add([write_articles(tmp_path / "a", ["Rain."])]),
        lambda: index.similarities("roads", ["water"]),
        lambda: use(ArticleIndex(folder), OtherStandIn()),  # type: ignore[arg-type]
    ):
        with pytest.raises(WrongModel, match="stand-in@000000000000, not other") as refused:
            use_it()
        assert command in str(refused.value)
    assert index.search("minister of Town7", 1, wait_for_model=False)[0].passage.article_id == "0007.txt"


def test_an_index_of_a_former_default(former: Path, models: dict[str, Any], capsys: Captured) -> None:
    """It says that this was the default; what needs no model works."""
    with pytest.raises(WrongModel) as refused:
        ArticleIndex(former)
    assert str(refused.value) == (
        f"{former} was built with the model all-MiniLM-L6-v2@53aa51172d14, not other (all-MiniLM-L6-v2 was the default "
        f"before and is no longer installed with this project): run `python -m index rebuild --index {former}`, which "
        f"embeds its passages anew"
    )
    at = ["--index", str(former)]
    for command in (["search", "roads"], ["add", str(former.parent)]):
        assert main([*command, *at]) == 1
        assert capsys.readouterr().err == f"error: {refused.value}\n"
    for command in (["list"], ["info"], ["check"], ["remove", "0001.txt"]):
        assert main([*command, *at]) == 0
    # By name it can still be used, by whoever has it.
    assert main(["search", "roads", *at, "--model", "all-MiniLM-L6-v2"]) == 0


def test_a_chosen_model_is_not_given_up_for_the_default(folder: Path, models: dict[str, Any]) -> None:
    assert ArticleIndex(folder).load_embedder().identity == StandInEmbedder.identity
    del models["stand-in"]
    with pytest.raises(ModelUnavailable) as missing:
        ArticleIndex(folder).load_embedder()
    assert f"`python -m index rebuild --model other --index '{folder}'` embeds its" in str(missing.value)
    # What is derived can be made anew without it, and nothing is embedded.
    assert ArticleIndex(folder).rebuild().former_model is None


# ---- from one model to the other


@pytest.mark.parametrize("model", [OtherStandIn, SameLength])
def test_rebuilt_it_is_as_if_built_so(folder: Path, model: type[OtherStandIn], tmp_path: Path) -> None:
    passages = ArticleIndex(folder).info().passages
    new = model()
    report = rebuild(folder, new)
    assert (report.model, report.former_model) == (new.identity, "stand-in@000000000000")
    assert (report.embedded, report.resumed, len(new.encoded)) == (passages, 0, passages)
    must_be_of(folder, new, tmp_path)
    with pytest.raises(WrongModel, match=f"built with the model {new.identity}, not stand-in"):
        ArticleIndex(folder, "stand-in")


def test_an_index_of_which_all_articles_were_removed(folder: Path) -> None:
    index = opened(folder, StandInEmbedder())
    index.remove([article.id for article in index.articles()])
    assert rebuild(folder, OtherStandIn()).embedded == 0
    assert ArticleIndex(folder, "other").check() == []


def test_the_same_model_embeds_nothing(folder: Path) -> None:
    class Counting(StandInEmbedder):
        def encode_passages(self, texts: Any) -> Any:
            raise AssertionError("nothing had to be embedded")

    expected = found(opened(folder, StandInEmbedder()))
    index = ArticleIndex(folder, "stand-in")
    report = index.rebuild(loaded=Counting())  # type: ignore[arg-type]
    assert (report.former_model, report.embedded) == (None, 0)
    assert found(opened(folder, StandInEmbedder())) == expected


def test_the_old_index_answers_until_the_switch(folder: Path) -> None:
    old, words = opened(folder, StandInEmbedder()), ArticleIndex(folder)
    expected, by_words = found(old), found(words, wait_for_model=False)
    seen: list[float] = []

    def look(progress: Progress) -> None:
        seen.append(progress.fraction)
        assert found(old) == expected
        assert found(words, wait_for_model=False) == by_words
        newly_opened = opened(folder, StandInEmbedder())
        assert found(newly_opened) == expected
        newly_opened.close()

    rebuild(folder, OtherStandIn(), look)
    assert len(seen) > 5
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("model", [OtherStandIn, SameLength])
def test_readers_that_were_open_across_the_switch(
    folder: Path, model: type[OtherStandIn], tmp_path: Path
) -> None:
    old, words, waiting = (
        opened(folder, StandInEmbedder()),
        ArticleIndex(folder),
        ArticleIndex(folder, model.name, any_model=True),
    )
    by_words = found(words, wait_for_model=False)
    found(old)
    rebuild(folder, model())
    for filters in (None, Filters(languages=("en",))):
        with pytest.raises(WrongModel) as refused:
            old.search("roads", 3, filters)
        assert str(refused.value) == (
            f"{folder} has been rebuilt with the model {model.identity} since it was opened with "
            f"stand-in@000000000000: start this program again"
        )
    with pytest.raises(WrongModel, match="was built with the model"):
        old.add([write_articles(tmp_path / "a", ["Rain fell on Bukhara."])])
    with pytest.raises(WrongModel, match="since it was opened with"):
        old.rebuild()  # a repair must not take it back
    assert found(words, wait_for_model=False) == by_words
    assert found(use(waiting, model())) == found(opened(folder, model()))  # type: ignore[arg-type]
    assert words.check() == waiting.check() == []


def test_threads_search_all_the_while(folder: Path) -> None:
    old, new = opened(folder, StandInEmbedder()), ArticleIndex(folder, "other", any_model=True)
    expected, stop = found(old), threading.Event()
    refused: list[WrongModel] = []
    errors: list[BaseException] = []

    def look() -> None:
        try:
            while not stop.is_set():
                assert new.search("minister of Town7", 1, wait_for_model=False)[0].article.id == "0007.txt"
                assert refused or found(old) == expected
        except WrongModel as error:
            refused.append(error)
        except BaseException as error:  # noqa: BLE001 - told to the thread that tests
            errors.append(error)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    new.rebuild(loaded=OtherStandIn())  # type: ignore[arg-type]
    assert found(new) == found(opened(folder, OtherStandIn()))
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []


def test_articles_come_and_go_meanwhile(folder: Path, tmp_path: Path) -> None:
    old = opened(folder, StandInEmbedder())
    steps: list[Callable[[], object]] = [
        lambda: old.add([write_articles(tmp_path / "a", {"new.txt": "Wind hit Khujand. " * 30})]),
        lambda: old.remove(["0001.txt", "0029.txt"]),  # one that is embedded already and one that is not
        lambda: old.add([write_articles(tmp_path / "b", {"0002.txt": "Snow covered Almaty."})]),
        lambda: old.remove(["new.txt"]),
        lambda: old.add([write_articles(tmp_path / "c", {"late.txt": "Rain fell on Bukhara. " * 99})]),
    ]

    def change(progress: Progress) -> None:
        # The last one when all were embedded, so it seemed.
        if steps and progress.done and (len(steps) > 1 or progress.fraction == 1):
            steps.pop(0)()

    rebuild(folder, OtherStandIn(), change)
    assert steps == []
    assert {"late.txt", "0002.txt"} <= {a.id for a in ArticleIndex(folder).articles()}
    must_be_of(folder, OtherStandIn(), tmp_path)


def test_the_switch_waits_for_a_writer(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "DEFAULT_WAIT", 0.05)
    writing, written = threading.Event(), threading.Event()

    def write() -> None:
        with write_lock(folder):
            writing.set()
            written.wait(20)

    writer = threading.Thread(target=write)
    writer.start()
    assert writing.wait(20)
    threading.Timer(0.3, written.set).start()
    rebuild(folder, OtherStandIn())
    assert written.is_set()
    writer.join()
    must_be_of(folder, OtherStandIn(), tmp_path)


def test_one_rebuild_at_a_time(folder: Path) -> None:
    with rebuild_lock(folder), pytest.raises(IndexBusy, match="another process is rebuilding"):
        ArticleIndex(folder, "other", any_model=True).rebuild(wait=0)


# ---- interrupted


def test_killed_and_resumed(folder: Path, tmp_path: Path) -> None:
    passages = ArticleIndex(folder).info().passages
    expected = found(opened(folder, StandInEmbedder()))
    embedded = 0
    for batches in (3, 1, 5):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.rebuild_child", str(folder)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(batches + 1)]
        os.kill(process.pid, signal.SIGKILL)
        told += [int(line) for line in process.stdout.read().split()]
        process.wait()
        assert told[0] >= embedded  # goes on where the one before was killed
        embedded = told[-1]
        assert embedded < passages
        old = opened(folder, StandInEmbedder())
        assert found(old) == expected
        assert old.check() == []
        old.close()
    model, reports = OtherStandIn(), []
    outcome = rebuild(folder, model, reports.append)
    assert outcome.resumed >= embedded
    assert outcome.embedded == len(model.encoded) == passages - outcome.resumed
    assert (reports[0].done, reports[0].resumed, reports[0].total) == (
        outcome.resumed,
        outcome.resumed,
        passages,
    )
    must_be_of(folder, model, tmp_path)


def test_stopped_between_the_switch_and_what_is_derived(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(rebuilding, "make_anew", stop)
        with pytest.raises(KeyboardInterrupt):
            rebuild(folder, OtherStandIn())
    must_be_of(folder, OtherStandIn(), tmp_path)


def test_what_the_command_says(
    former: Path, models: dict[str, Any], capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ["--index", str(former)]
    passages = ArticleIndex(former, any_model=True).info().passages
    batches = 0

    class Interrupted(OtherStandIn):
        def encode_passages(self, texts: Any) -> Any:
            nonlocal batches
            batches += 1
            if batches > 2:
                raise KeyboardInterrupt
            return super().encode_passages(texts)

    models["other"] = Interrupted
    assert main(["rebuild", *at]) == 130
    assert capsys.readouterr().err == (
        f"interrupted: 8 of {passages} passages are embedded; run the same command again to go on from here\n"
    )
    models["other"] = OtherStandIn
    assert main(["rebuild", *at]) == 0
    out, err = capsys.readouterr()
    assert err == f"resuming: 8 of {passages} passages are already embedded\n"
    assert out.startswith(f"{passages - 8} passages embedded with other@111111111111 in ")
    assert ", 8 by an earlier run; all-MiniLM-L6-v2@53aa51172d14 is no longer used\nword index and vec" in out
    assert main(["search", "roads", *at]) == 0
    assert main(["check", *at]) == 0
    assert main(["rebuild", *at, "--model", "nowhere"]) == 1
    assert "the embedding model 'nowhere' cannot be loaded" in capsys.readouterr().err


def test_the_model_that_it_has_gives_up_what_was_begun(folder: Path, models: dict[str, Any]) -> None:
    def stop(progress: Progress) -> None:
        if progress.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(folder, OtherStandIn(), stop)
    assert "pending" in tables(folder)
    ArticleIndex(folder).rebuild()
    assert "pending" not in tables(folder)


def test_a_store_of_before_has_the_same_tables(folder: Path) -> None:
    """Nothing has to be migrated: the table of a rebuild comes and goes with it."""
    before = tables(folder)
    rebuild(folder, OtherStandIn())
    assert tables(folder) == before
    assert "pending" not in before


def test_vectors_of_another_model_are_not_handed_out(folder: Path) -> None:
    store = Store(folder)
    pids = store.pids().tolist()
    assert len(store.vectors(pids, "stand-in@000000000000")) == len(pids)
    assert len(store.vectors(pids, "other@111111111111")) == 0


def test_progress_counts_what_this_run_did() -> None:
    resumed = Progress(done=75, fraction=0.75, seconds=25, unit="passages", total=100, resumed=50)
    assert (resumed.rate, resumed.seconds_left) == (1.0, 25.0)
    assert str(resumed) == " 75%  75 passages, 1.0/s, 0:25 left"
    begun = Progress(done=50, fraction=0.5, seconds=0.1, unit="passages", total=100, resumed=50)
    assert (begun.rate, begun.seconds_left) == (0.0, None)


# ---- the page


@pytest.mark.parametrize("installed", [True, False])
def test_the_page_takes_a_former_default_to_the_new_one(
    former: Path, models: dict[str, Any], installed: bool, tmp_path: Path
) -> None:
    """It answers meanwhile: with the old model where that is still there, else by words and names."""
    going, go_on = threading.Event(), threading.Event()

    class Slow(OtherStandIn):
        def encode_passages(self, texts: Any) -> Any:
            going.set()
            assert go_on.wait(20)
            return super().encode_passages(texts)

    models["other"] = Slow
    if not installed:
        del models["all-MiniLM-L6-v2"]
    newsroom = Newsroom(former, None, tmp_path / "nothing")
    newsroom.start()
    assert going.wait(20)
    assert newsroom.status.phase == "rebuilding"
    assert "0 passages" in library.status(newsroom.status)
    question = "What did the minister of Town7 speak about?"
    try:
        *_, turn = Conversation().ask(newsroom, question, Filters())
        assert turn.error is None
        assert turn.answer is not None
        assert turn.answer.hits[0].article.id == "0007.txt"
        assert (turn.answer.hits[0].why.cosine is not None) == installed
        assert newsroom.ready_index().embedder_ready == installed
    finally:
        go_on.set()
    while newsroom.status.phase == "rebuilding":
        newsroom._settled.wait(0.01)
        threading.Event().wait(0.01)
    assert newsroom.status.phase == "ready"
    *_, turn = Conversation().ask(newsroom, question, Filters())
    assert turn.error is None
    assert newsroom.ready_index().load_embedder().identity == "other@111111111111"


def test_the_page_refuses_a_model_that_did_not_build_the_index(folder: Path, tmp_path: Path) -> None:
    newsroom = Newsroom(folder, "other", tmp_path / "nothing")
    newsroom.start()
    assert newsroom.wait(20)
    assert newsroom.status.phase == "failed"
    assert "`python -m index rebuild --model other --index" in (newsroom.status.error or "")
