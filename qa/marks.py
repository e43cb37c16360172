"""Citation marks in text that a language model writes: keep those it was shown, remove the others, while it streams."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# [1] and [1, 2]; doubled [[1]], wide 【1】 and [^1] are the variants that models are known to write.
# A range [1-3] stands for all its numbers. 【1†source】 is how one family of models writes a mark.
_MARK = re.compile(
    r"\[\[[\s\^]*\d[\d\s,;^–-]*\]\]|\[\s*\^?\d[\d\s,;^–-]*\]|【\s*\^?\d[\d\s,;^–-]*(?:†[^】\n]{0,40})?】"
)
_LONGEST = 400  # characters of a mark: with all numbers there are it has fewer
_MAYBE_A_MARK = re.compile(
    rf"(?:\[[\[【】\s\^\d,;–-]{{0,{_LONGEST}}}\]?|【[\s\^\d,;–-]{{0,{_LONGEST}}}(?:†[^】\n]{{0,40}})?】?)$"
)
_HALF_A_MARK = re.compile(r"\[[\[【】\s\^\d,;–-]*$|【[\s\^\d,;–-]*(?:†[^】\n]*)?$")


def clean_marks(pieces: Iterable[str], shown: range | frozenset[int]) -> Iterator[str]:
    """The streamed text with every mark written as ``[n]`` and unknown numbers removed.

    Text is held back only while it may be the beginning of a mark; what is left of half a mark at the end is dropped.
    """
    held = ""
    for piece in pieces:
        held += piece
        unfinished = _MAYBE_A_MARK.search(held)
        ready = held[: unfinished.start()] if unfinished else held
        held = held[len(ready) :]
        if ready:
            yield _rewrite(ready, shown)
    rest = _HALF_A_MARK.sub("", _rewrite(held, shown))
    if rest:
        yield rest


def marks_in(text: str) -> list[int]:
    """Numbers of the marks in `text`, in order of first appearance."""
    return list(dict.fromkeys(int(number) for number in re.findall(r"\[(\d{1,6})\]", text)))


def _rewrite(text: str, shown: range | frozenset[int]) -> str:
    def one(match: re.Match[str]) -> str:
        # A number of more digits is no sentence's, and Python refuses to read one of thousands.
        numbers: list[int] = []
        for first, last in re.findall(r"(\d+)(?:\s*[–-]\s*(\d+))?", match.group().partition("†")[0]):
            if len(first) <= 6 and len(last) <= 6:
                numbers += range(int(first), min(int(last), int(first) + 50) + 1) if last else [int(first)]
        return "".join(f"[{number}]" for number in numbers if number in shown)

    while True:  # what is left of "[[9]99]" when its inner mark goes is a mark again
        rewritten = _MARK.sub(one, text)
        if rewritten == text:
            return text
        text = rewritten
