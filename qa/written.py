"""What a language model has written so far: cut into sentences, each checked against what it cites before it is shown.

A sentence whose citations do not support it is looked for among the other sentences that the model was shown: models
often cite the neighbour of the right one. What nothing supports is withheld.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.languages import detect_language
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
    """What stands before it: a space, or the end of a paragraph."""


def split(text: str) -> list[Written]:
    """The sentences of a text with their marks, which stand in them or behind their full stop.

    >>> [(one.text, one.marks) for one in split("Anna opened it [1]. Bruno left. [2][3] Why?")]
    [('Anna opened it.', (1,)), ('Bruno left.', (2, 3)), ('Why?', ())]
    """
    bare, marks = [], []
    at = length = 0
    for match in _MARKS.finditer(text):
        bare.append(text[at : match.start()])
        length += match.start() - at
        marks.append((length, int(match[1])))
        at = match.end()
    bare.append(text[at:])
    plain = "".join(bare)
    spans = [
        (low, high)
        for low, high in sentence_spans(plain, detect_language(plain))
        if plain[low:high].strip(" \t.,;:–—-*•")
    ]
    found: list[Written] = []
    for number, (low, high) in enumerate(spans):
        until = spans[number + 1][0] if number + 1 < len(spans) else len(plain) + 1
        own = tuple(
            dict.fromkeys(mark for place, mark in marks if (low < place or number == 0) and place < until)
        )
        # A mark exactly between two sentences belongs to the one that has ended.
        own += tuple(m for place, m in marks if place == until and place == high and m not in own)
        before = plain[spans[number - 1][1] : low] if number else ""
        # A mark that was taken out leaves its space before the full stop.
        sentence = re.sub(r"\s+(?=[.,;]|$)", "", " ".join(plain[low:high].split()))
        found.append(Written(sentence, own, "\n" * before.count("\n") or " "))
    return found


class Draft:
    """A model's answer as it grows. Only whole sentences are looked at; the last one when `end` says that it is whole.

    Args:
        shown: The sentences that the model was shown, in the order of their numbers, from 1.
        judges: Of meaning, with likeness among them (`qa.verification`).
    """

    def __init__(self, shown: Sequence[Sentence], judges: Judges) -> None:
        self._shown, self._judges = shown, judges
        self._written = ""
        self._checked: list[tuple[Written, Check, tuple[int, ...]]] = []

    def add(self, piece: str) -> bool:
        """Take in what came; whether a sentence became whole by it."""
        self._written += piece
        return self._check(split(self._written)[:-1])

    def end(self) -> None:
        """Nothing more will come."""
        self._check(split(self._written))

    @property
    def is_empty(self) -> bool:
        return not self._written.strip()

    @property
    def says_no(self) -> bool:
        """Whether it says that the articles do not say, and nothing else that stands on them."""
        return NOT_IN_THE_ARTICLES.rstrip(".") in self._written and self.text is None

    @property
    def cites(self) -> bool:
        """Whether any of it cites anything."""
        return any(numbers for _, _, numbers in self._checked)

    @property
    def text(self) -> str | None:
        """The supported sentences with marks numbered from 1 in their order; None while there is none."""
        numbers = self._numbers()
        parts: list[str] = []
        for written, check, cited in self._checked:
            if check.verdict == "not":
                continue
            marks = "".join(f"[{numbers[number]}]" for number in cited)
            parts += [written.gap if parts else "", _with_marks(written.text, marks)]
        return "".join(parts) or None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All sentences so far, those withheld among them."""
        numbers = self._numbers()
        return tuple(
            Statement(
                written.text,
                tuple(numbers[number] for number in cited if number in numbers),
                check.verdict,
                check.faults,
            )
            for written, check, cited in self._checked
        )

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What the supported sentences cite, each with the verdict of what it is cited for."""
        numbers = self._numbers()
        verdicts: dict[int, Verdict] = {}
        for written, check, cited in self._checked:
            for number in cited if check.verdict != "not" else ():
                own = self._own_verdict(written, check, cited, number)
                if verdicts.get(number) in (None, "partly"):
                    verdicts[number] = own
        return tuple(
            replace(cite(self._shown[number - 1], place), verdict=verdicts[number])
            for number, place in numbers.items()
        )

    def _own_verdict(self, written: Written, check: Check, cited: tuple[int, ...], number: int) -> Verdict:
        """Of several citations one is "partly" when the sentence needs it not and it does not support it alone."""
        if len(cited) == 1:
            return check.verdict
        if self._verify(written, (number,)).verdict == "supported":
            return "supported"
        others = tuple(other for other in cited if other != number)
        needed = self._verify(written, others).verdict != check.verdict
        return check.verdict if needed else "partly"

    def _numbers(self) -> dict[int, int]:
        """Numbers of the shown sentences that are cited -> their numbers in the answer."""
        cited = dict.fromkeys(
            number for _, check, numbers in self._checked if check.verdict != "not" for number in numbers
        )
        return {number: place for place, number in enumerate(cited, start=1)}

    def _check(self, sentences: Sequence[Written]) -> bool:
        new = list(sentences[len(self._checked) :])
        for written in new:
            if _LEADS_IN.match(written.text) and not written.marks and not _states(written.text):
                # "Here is what the articles say:" claims nothing that could be checked.
                self._checked.append((written, Check("not", ()), ()))
                continue
            text = _BULLET.sub("", written.text)
            check, cited = self._supported(replace(written, text=text))
            self._checked.append((written, check, cited))
        return bool(new)

    def _supported(self, written: Written) -> tuple[Check, tuple[int, ...]]:
        check = self._verify(written, written.marks)
        # What names nothing that could be compared is not looked for elsewhere: anything would seem to say it.
        if check.verdict == "supported" or not _states(written.text):
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
        sources = [
            Source(sentence.article, sentence.span)
            for number in numbers
            if (sentence := self._shown[number - 1])
        ]
        return verify(written.text, sources, self._judges)


def _states(text: str) -> bool:
    language = detect_language(text)
    return bool(
        facts.numbers(text, language)
        or facts.days(text)
        or facts.names(text, language)
        or facts.countries(text)
    )


def _with_marks(text: str, marks: str) -> str:
    """The marks before the full stop, where readers look for them."""
    end = re.search(r"[.!?…]+[\"”»“]?$", text)
    return f"{text[: end.start()]} {marks}{text[end.start() :]}" if end else f"{text} {marks}"
