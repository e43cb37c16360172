"""What a language model has written so far: cut into sentences, each checked against what it cites before it is shown.

A sentence whose citations do not support it is looked for among the other sentences that the model was shown: models
often cite the neighbour of the right one. What nothing supports is withheld.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index import UNKNOWN_LANGUAGE
from index.sentences import sentence_spans
from qa import facts
from qa.quoting import cite
from qa.selection import Sentence
from qa.types import NOT_IN_THE_ARTICLES, Citation, Statement, Verdict
from qa.verification import Check, Judges, Source, verify

_MARKS = re.compile(r"[ \u00a0]?\[(\d{1,6})\]")
_TRIED = 4
"""Other sentences that are looked at when the cited ones do not support."""
_LEADS_IN = re.compile(r"^[^.!?]{0,160}:\W*$")
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Written:
    """One sentence as it was written."""

    text: str
    """Without marks."""
    marks: tuple[int, ...]
    """Numbers of the shown sentences that it cites."""
    gap: str
    """What stands before it: a space, or the end of a line or paragraph."""
    end: int = 0
    """Where it ends in the text that was split, its marks among it."""


def split(text: str, language: str = UNKNOWN_LANGUAGE) -> list[Written]:
    """The sentences of a text with their marks, which stand in them or behind their full stop; a line's end ends one.

    >>> [(one.text, one.marks) for one in split("Anna opened it [1]. Bruno left. [2][3] Why?")]
    [('Anna opened it.', (1,)), ('Bruno left.', (2, 3)), ('Why?', ())]

    Args:
        text: With marks ``[n]``.
        language: Of the text, for its abbreviations.
    """
    found: list[Written] = []
    at = newlines = 0
    for line in text.split("\n"):
        for one in _of_line(line, language):
            gap = "\n" * min(2, newlines) or " "
            found.append(replace(one, gap=gap, end=at + one.end))
            newlines = 0
        at += len(line) + 1
        newlines += 1
    return found


def _of_line(line: str, language: str) -> list[Written]:
    bare: list[str] = []
    marks: list[tuple[int, int, int]] = []  # place in the bare text, number, end in the line
    at = length = 0
    for match in _MARKS.finditer(line):
        bare.append(line[at : match.start()])
        length += match.start() - at
        marks.append((length, int(match[1]), match.end()))
        at = match.end()
    bare.append(line[at:])
    plain = "".join(bare)
    spans = [span for span in sentence_spans(plain, language) if plain[slice(*span)].strip(" \t.,;:–—-*•")]
    found: list[Written] = []
    taken = 0
    for number, (low, high) in enumerate(spans):
        following = spans[number + 1][0] if number + 1 < len(spans) else len(plain) + 1
        # A mark between two sentences belongs to the one that has ended.
        own = [mark for mark in marks[taken:] if mark[0] < following or mark[0] == high]
        taken += len(own)
        # A mark that was taken out leaves its space before the full stop.
        sentence = re.sub(r"\s+(?=[.,;]|$)", "", " ".join(plain[low:high].split()))
        end = max([high + sum(_width(line, mark) for mark in marks[:taken]), *(mark[2] for mark in own)])
        found.append(Written(sentence, tuple(dict.fromkeys(mark[1] for mark in own)), " ", end))
    return found


def _width(line: str, mark: tuple[int, int, int]) -> int:
    """Characters of the mark in the line, the space before it among them."""
    begin = line.rfind("[", 0, mark[2])
    return mark[2] - begin + (begin > 0 and line[begin - 1] in " \u00a0")


@dataclass(frozen=True, slots=True)
class _Checked:
    written: Written
    check: Check
    cited: tuple[int, ...]
    """Numbers of the shown sentences that it is shown with."""
    verdicts: tuple[Verdict, ...]
    """Of each of them."""


class Draft:
    """A model's answer as it grows. Only whole sentences are looked at; the last one when `end` says that it is whole.

    Args:
        shown: The sentences that the model was shown, in the order of their numbers, from 1.
        judges: Of meaning, with likeness among them (`qa.verification`).
        language: Of the answer.
    """

    def __init__(self, shown: Sequence[Sentence], judges: Judges, language: str = UNKNOWN_LANGUAGE) -> None:
        self._shown, self._judges, self._language = shown, judges, language
        self._written = ""
        self._until = 0  # what stands before is checked and never looked at again
        self._checked: list[_Checked] = []

    def add(self, piece: str) -> bool:
        """Take in what came; whether a sentence became whole by it."""
        self._written += piece
        if not re.search(r"[\s.!?…]", piece):
            return False
        rest = self._written[self._until :]
        found = split(rest, self._language)
        # A sentence is whole when a whole word of the next one has come: "Am 6." goes on with "November".
        whole = [
            one
            for one, after in pairwise(found)
            if "\n" in after.gap or re.search(r"\S\s", rest[one.end :].lstrip()) is not None
        ]
        return self._check(whole)

    def end(self) -> None:
        """Nothing more will come."""
        self._check(split(self._written[self._until :], self._language))

    @property
    def is_empty(self) -> bool:
        return not self._written.strip()

    @property
    def says_no(self) -> bool:
        """Whether it says that the articles do not say, and nothing else."""
        phrase = NOT_IN_THE_ARTICLES.rstrip(".")
        return bool(self._checked) and all(one.written.text.rstrip(".") == phrase for one in self._checked)

    @property
    def cites(self) -> bool:
        """Whether any of it cites anything."""
        return any(one.cited for one in self._checked)

    @property
    def text(self) -> str | None:
        """The supported sentences with marks numbered from 1 in their order; None while there is none."""
        numbers = self._numbers()
        parts: list[str] = []
        for one in self._shown_ones():
            marks = "".join(f"[{numbers[number]}]" for number in one.cited)
            parts += [one.written.gap if parts else "", _with_marks(one.written.text, marks)]
        return "".join(parts) or None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All sentences so far, those withheld among them."""
        numbers = self._numbers()
        return tuple(
            Statement(
                one.written.text,
                tuple(numbers[number] for number in one.cited if number in numbers),
                one.check.verdict,
                one.check.faults,
            )
            for one in self._checked
        )

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What the supported sentences cite, each with the best verdict of what it is cited for."""
        verdicts: dict[int, Verdict] = {}
        for one in self._shown_ones():
            for number, verdict in zip(one.cited, one.verdicts, strict=True):
                if verdicts.get(number) != "supported":
                    verdicts[number] = verdict
        return tuple(
            replace(cite(self._shown[number - 1], place), verdict=verdicts[number])
            for number, place in self._numbers().items()
        )

    def _shown_ones(self) -> Iterator[_Checked]:
        return (one for one in self._checked if one.check.verdict != "not")

    def _numbers(self) -> dict[int, int]:
        """Numbers of the shown sentences that are cited -> their numbers in the answer."""
        cited = dict.fromkeys(number for one in self._shown_ones() for number in one.cited)
        return {number: place for place, number in enumerate(cited, start=1)}

    def _check(self, whole: Sequence[Written]) -> bool:
        for written in whole:
            self._checked.append(self._judged(written))
        if whole:
            self._until += whole[-1].end
        return bool(whole)

    def _judged(self, written: Written) -> _Checked:
        if not written.marks and _LEADS_IN.match(written.text) and not _states(written.text, self._language):
            # "Here is what the articles say:" claims nothing that could be checked.
            return _Checked(written, Check("not", ()), (), ())
        check, cited = self._supported(written)
        verdicts = tuple(self._own_verdict(written, check, cited, number) for number in cited)
        return _Checked(written, check, cited, verdicts)

    def _own_verdict(self, written: Written, check: Check, cited: tuple[int, ...], number: int) -> Verdict:
        """Of several citations one is "partly" when the sentence needs it not and it does not support it alone."""
        if len(cited) == 1 or check.verdict == "not":
            return check.verdict
        if self._verify(written, (number,)).verdict == "supported":
            return "supported"
        others = tuple(other for other in cited if other != number)
        needed = self._verify(written, others).verdict != check.verdict
        return check.verdict if needed else "partly"

    def _supported(self, written: Written) -> tuple[Check, tuple[int, ...]]:
        check = self._verify(written, written.marks)
        # What names nothing that could be compared is not looked for elsewhere: anything would seem to say it.
        if check.verdict == "supported" or not _states(written.text, self._language):
            return check, written.marks
        for number in self._others(written):
            if self._verify(written, (number,)).verdict == "supported":
                return Check("supported"), (number,)
        return check, written.marks

    def _others(self, written: Written) -> Iterator[int]:
        if self._judges.similarity is None:
            return
        near = self._judges.similarity(written.text, [sentence.text for sentence in self._shown])
        order = sorted(range(len(near)), key=lambda place: -near[place])
        others = [place + 1 for place in order if place + 1 not in written.marks]
        yield from others[:_TRIED]

    def _verify(self, written: Written, numbers: Sequence[int]) -> Check:
        shown = [self._shown[number - 1] for number in numbers]
        sources = [Source(sentence.article, sentence.span) for sentence in shown]
        return verify(_without_bullet(written.text), sources, self._judges)


def _without_bullet(text: str) -> str:
    """Without a dash or a number before the item of a list; "3. Oktober" is none."""
    match = _BULLET.match(text)
    if match is None or (match[0].strip()[0].isdigit() and facts.days(text[: match.end() + 20])):
        return text
    return text[match.end() :]


def _states(text: str, language: str) -> bool:
    return bool(
        facts.numbers(text, language)
        or facts.days(text, language)
        or facts.names(text, language)
        or facts.countries(text)
    )


def _with_marks(text: str, marks: str) -> str:
    """The marks before the full stop, where readers look for them."""
    bare = text.rstrip('"”»“').rstrip(".!?…").rstrip()
    return f"{bare} {marks}{text[len(bare) :]}" if bare else f"{text} {marks}"
