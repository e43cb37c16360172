"""Citation marks in text that a language model writes: keep those it was shown, remove the others, while it streams."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# [1] and [1, 2]; doubled [[1]], wide 【1】 and [^1] are the variants that models are known to write.
_MARK = re.compile(r"\[\[\s*[\d\s,;^]+\]\]|[\[【]\s*\^?\d[\d\s,;]*[\]】]")
_UNFINISHED = re.compile(r"[\[【][\[\s\^\d,;]{0,40}\]?$")


def clean_marks(pieces: Iterable[str], shown: range | frozenset[int]) -> Iterator[str]:
    """The streamed text with every mark written as ``[n]`` and unknown numbers removed.

    Text is held back only while it may be the beginning of a mark; what is left of half a mark at the end is dropped.
    """
    held = ""
    for piece in pieces:
        held += piece
        unfinished = _UNFINISHED.search(held)
        ready = held[: unfinished.start()] if unfinished else held
        held = held[len(ready) :]
        if ready:
            yield _rewrite(ready, shown)
    complete = _rewrite(held, shown)
    if complete and not _UNFINISHED.fullmatch(complete):
        yield complete


def marks_in(text: str) -> list[int]:
    """Numbers of the marks in `text`, in order of first appearance."""
    return list(dict.fromkeys(int(number) for number in re.findall(r"\[(\d+)\]", text)))


def _rewrite(text: str, shown: range | frozenset[int]) -> str:
    def one(match: re.Match[str]) -> str:
        numbers = [int(number) for number in re.findall(r"\d+", match.group())]
        return "".join(f"[{number}]" for number in numbers if number in shown)

    return _MARK.sub(one, text)
