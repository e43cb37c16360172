"""The word index alone: what is removed is gone, and scores stay shares."""

from __future__ import annotations

from pathlib import Path

from index.words import Words


def filled(folder: Path, passages: int = 60) -> Words:
    words = Words(folder)
    for pid in range(1, passages + 1):
        words.add(pid, "en", "", f"The minister of town{pid} spoke about water.")
    words.commit()
    return words


def test_removed_passages_are_gone(tmp_path: Path) -> None:
    words = filled(tmp_path)
    words.remove([3, 4, 60, 1000])
    words.commit()
    assert words.pids().tolist() == [pid for pid in range(1, 60) if pid not in (3, 4)]
    assert words.search([words.clue("en:town3", (), 60)], 5) == []


def test_adding_again_replaces(tmp_path: Path) -> None:
    words = filled(tmp_path, 5)
    words.add(2, "en", "", "Snow fell.")
    words.commit()
    assert words.pids().tolist() == [1, 2, 3, 4, 5]
    assert [pid for pid, _ in words.search([words.clue("en:snow", (), 5)], 5)] == [2]


def test_scores_stay_shares_when_most_passages_are_deleted(tmp_path: Path) -> None:
    words = filled(tmp_path)
    words.remove(range(3, 61))
    words.commit()
    clues = [words.clue(stem, (), 2) for stem in ("en:minist", "en:town1", "en:water")]
    found = words.search(clues, 5)
    assert [pid for pid, _ in found] == [1, 2]
    assert all(0 < score <= 1 for _, score in found)
