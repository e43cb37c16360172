"""Damage to what is derived from the store: opening works, search finds the same, check tells, rebuild repairs."""

from __future__ import annotations

import json
import logging
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from index import ArticleIndex
from tests.conftest import use, write_articles
from tests.stand_in import StandInEmbedder

QUESTIONS = ("the minister of town7 and water", "who spoke in town23?", "roads", "Ministers from Town11")
Found = list[list[tuple[str, int, float]]]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index in which articles were added, replaced and removed; copied, not changed."""
    folder = tmp_path_factory.mktemp("sound")
    index = use(ArticleIndex.create(folder / "index"), StandInEmbedder())  # type: ignore[arg-type]
    texts = [f"The minister of Town{n} spoke about water and roads. " * (1 + n % 5) for n in range(40)]
    articles = write_articles(folder / "articles", texts)
    index.add([articles])
    index.remove(["0003.txt"])
    write_articles(articles, {"0005.txt": "The minister of Town5 has resigned over roads."})
    index.add([articles / "0005.txt"])
    assert index.check() == []
    index.close()
    return folder / "index"


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "index"))


def opened(folder: Path) -> ArticleIndex:
    return use(ArticleIndex(folder), StandInEmbedder())  # type: ignore[arg-type]


def found(index: ArticleIndex) -> Found:
    return [
        [
            (hit.passage.article_id, hit.passage.start, round(hit.score, 4))
            for hit in index.search(question, 8)
        ]
        for question in QUESTIONS
    ]


def vectors(folder: Path) -> Path:
    (file,) = folder.glob("vectors-*.faiss")
    return file


def manifest(**changes: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        written = json.loads((folder / "derived.json").read_text(encoding="utf-8"))
        (folder / "derived.json").write_text(json.dumps(written | changes), encoding="utf-8")

    return change


def words(change: Callable[[Path], None], pattern: str = "*") -> Callable[[Path], None]:
    """A damage to every file of the word index of which the name matches."""

    def damage(folder: Path) -> None:
        files = [file for file in folder.glob(f"words-*/{pattern}") if not file.name.startswith(".")]
        assert files
        for file in files:
            change(file)

    return damage


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def garbage(file: Path) -> None:
    file.write_bytes(random.Random(1).randbytes(max(16, file.stat().st_size)))


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def clear(folder: Path, *patterns: str) -> None:
    for file in [file for pattern in patterns for file in folder.glob(pattern)]:
        if file.is_dir():
            shutil.rmtree(file)
        else:
            file.unlink()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "vectors truncated": lambda folder: truncate(vectors(folder)),
    "vectors emptied": lambda folder: emptied(vectors(folder)),
    "vectors garbage": lambda folder: garbage(vectors(folder)),
    "vectors deleted": lambda folder: vectors(folder).unlink(),
    "manifest deleted": lambda folder: (folder / "derived.json").unlink(),
    "manifest truncated": lambda folder: truncate(folder / "derived.json"),
    "manifest garbage": lambda folder: garbage(folder / "derived.json"),
    "manifest a list": lambda folder: (folder / "derived.json").write_text("[]"),
    "manifest of a later version": manifest(colour="blue"),
    "manifest without vectors": manifest(vectors_file="", vectors_generation=0, vectors_last_pid=0),
    "manifest behind": manifest(words_generation=1, words_last_pid=0),
    "manifest ahead": manifest(words_generation=99, words_last_pid=9999),
    "vectors of another generation": manifest(vectors_generation=99, vectors_last_pid=9999),
    "another words folder": manifest(words_folder="words-7"),
    "words folder deleted": lambda folder: clear(folder, "words-*"),
    "words folder emptied": words(Path.unlink),
    "words meta garbage": words(garbage, "meta.json"),
    "words meta emptied": words(emptied, "meta.json"),
    "words meta deleted": words(Path.unlink, "meta.json"),
    "words terms deleted": words(Path.unlink, "*.term"),
    "words all garbage": words(garbage),
    "everything derived deleted": lambda folder: clear(folder, "words-*", "vectors-*", "derived.json"),
}


def must_heal(folder: Path, expected: Found) -> None:
    index = opened(folder)
    assert found(index) == expected
    problems = index.check()
    assert all("damaged" in problem or "lacks" in problem for problem in problems)
    index.rebuild()
    assert found(index) == expected
    assert index.check() == []
    index.close()
    again = opened(folder)
    assert found(again) == expected
    assert again.check() == []
    again.close()


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage(damage: str, folder: Path, sound: Path) -> None:
    expected = found(opened(sound))
    DAMAGE[damage](folder)
    must_heal(folder, expected)


@pytest.mark.parametrize("ending", ["term", "idx", "store", "fast", "fieldnorm", "pos"])
@pytest.mark.parametrize("change", [truncate, garbage, emptied])
def test_damage_to_one_file_of_the_word_index(
    ending: str, change: Callable[[Path], None], folder: Path, sound: Path
) -> None:
    expected = found(opened(sound))
    if not list(folder.glob(f"words-*/*.{ending}")):
        pytest.skip(f"the word index has no .{ending} file")
    words(change, f"*.{ending}")(folder)
    must_heal(folder, expected)


@pytest.mark.parametrize(
    "changes",
    [
        {"vectors_file": 5},
        {"words_folder": None},
        {"words_folder": "words"},
        {"words_last_pid": "many"},
    ],
)
def test_a_manifest_with_values_of_the_wrong_kind(
    changes: dict[str, object], folder: Path, sound: Path
) -> None:
    expected = found(opened(sound))
    manifest(**changes)(folder)
    must_heal(folder, expected)


def test_what_check_says_of_a_damaged_vector_file(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    truncate(vectors(folder))
    with caplog.at_level(logging.WARNING):
        index = opened(folder)
    assert "the vectors are taken from the store instead" in caplog.text
    (problem,) = index.check()
    assert "the saved vectors are damaged" in problem
    assert "checksum differs" in problem


def test_files_of_another_index_are_not_believed(folder: Path, sound: Path, tmp_path: Path) -> None:
    other = use(ArticleIndex.create(tmp_path / "other"), StandInEmbedder())  # type: ignore[arg-type]
    texts = [f"A goal in the match of Town{n} won the cup. " * (1 + n % 5) for n in range(40)]
    other.add([write_articles(tmp_path / "b", texts)])
    other.close()
    expected = found(opened(sound))
    shutil.copy(vectors(tmp_path / "other"), vectors(folder))
    must_heal(folder, expected)


def test_a_store_restored_from_a_backup(tmp_path: Path) -> None:
    """What the message of `IndexDamaged` advises: the old store under newer derived files."""
    index = use(ArticleIndex.create(tmp_path / "index"), StandInEmbedder())  # type: ignore[arg-type]
    articles = write_articles(tmp_path / "a", ["Rain fell on Bukhara.", "Snow covered Almaty."])
    index.add([articles])
    store, backup = index.store.path, tmp_path / "backup.sqlite"
    with sqlite3.connect(store) as now, sqlite3.connect(backup) as kept:
        now.backup(kept)
    write_articles(articles, {"0001.txt": "A goal was scored in Termez."})
    index.add([articles])
    index.rebuild()
    index.close()
    for leftover in store.parent.glob("articles.sqlite*"):
        leftover.unlink()
    shutil.copy(backup, store)
    restored = opened(tmp_path / "index")
    assert [h.passage.article_id for h in restored.search("snow in Almaty", 1)] == ["0001.txt"]
    assert restored.search("snow in Almaty", 1)[0].why.words > 0
    # A change after the restoring takes the number that the lost article had.
    write_articles(articles, {"0000.txt": "The mayor of Navoi resigned."})
    restored.add([articles / "0000.txt"])
    (best,) = restored.search("mayor of Navoi", 1)
    assert best.passage.text == "The mayor of Navoi resigned."
    assert best.why.words > 0
    assert restored.check() == []
