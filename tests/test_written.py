"""What a language model writes, cut into sentences with their marks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import NOT_IN_THE_ARTICLES
from qa.marks import clean_marks
from qa.verification import Check, Judges
from qa.written import Draft, Written, _Checked, _with_marks, split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna opened it [1]. Bruno left [2].", [("Anna opened it.", (1,)), ("Bruno left.", (2,))]),
        ("Anna opened it. [1][2] Bruno left.", [("Anna opened it.", (1, 2)), ("Bruno left.", ())]),
        ("Half [1] of it, half [2].", [("Half of it, half.", (1, 2))]),
        ("- A came [1]\n- B went [2]", [("- A came", (1,)), ("- B went", (2,))]),
        ("In 12.5 percent [3] of cases. No.", [("In 12.5 percent of cases.", (3,)), ("No.", ())]),
        ("Il l'a dit [1] ! Puis « non » [2].", [("Il l'a dit !", (1,)), ("Puis « non ».", (2,))]),
        ("", []),
        ("[1]", []),
    ],
)
def test_sentences_with_their_marks(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(one.text, one.marks) for one in split(text, "en")] == expected


def test_what_stands_between_is_kept() -> None:
    assert [one.gap for one in split("A came. B went.\nC stayed.\n\nD left.")] == [" ", " ", "\n", "\n\n"]


class Believed(Draft):
    """Takes every sentence for supported, so that the cutting can be looked at alone."""

    def _judged(self, written: Written) -> Any:
        return _Checked(written, Check("supported"), (), ())

    def said(self) -> list[tuple[str, tuple[int, ...]]]:
        return [(one.written.text, one.written.marks) for one in self._checked]


TEXTS = [
    ("Am 6. November traf Macron in Astana Tokajew [1]. Am 7. November flog er weiter [2].", "de"),
    ("The G. W. Bush library opened [1]. It rained.", "en"),
    ("Macron met Tokayev\nThey signed. Then both went on to a dinner at the palace.", "en"),
    ("He said [1, 2]. Then\n\n- one [1]\n- two", "en"),
]


@pytest.mark.parametrize(("text", "language"), TEXTS)
@pytest.mark.parametrize("step", [1, 2, 5, 1000])
def test_however_it_arrives_the_sentences_are_the_same(text: str, language: str, step: int) -> None:
    draft = Believed([], Judges(), language)
    shown: list[tuple[str, tuple[int, ...]]] = []
    for piece in clean_marks((text[at : at + step] for at in range(0, len(text), step)), range(1, 9)):
        draft.add(piece)
        assert draft.said()[: len(shown)] == shown  # nothing that was shown is taken back
        shown = draft.said()
    draft.end()
    whole = Believed([], Judges(), language)
    whole.add("".join(clean_marks([text], range(1, 9))))
    whole.end()
    assert draft.said() == whole.said()


@given(st.text(alphabet="Ab. [1]2\n-", max_size=40))
def test_any_text_is_cut(text: str) -> None:
    found = split(text, "en")
    assert all(one.text for one in found)
    assert all(one.end <= len(text) for one in found)
    draft = Believed([], Judges(), "en")
    for letter in text:
        draft.add(letter)
    draft.end()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("He came.", "He came [1]."),
        ("Elle vient !", "Elle vient [1] !"),
        ("He said “no.”", "He said “no [1].”"),
        ("One", "One [1]"),
    ],
)
def test_marks_stand_before_the_full_stop(text: str, shown: str) -> None:
    assert _with_marks(text, "[1]") == shown


def test_a_model_that_says_no_says_nothing_else() -> None:
    for text, says_no in [
        (NOT_IN_THE_ARTICLES, True),
        (f"{NOT_IN_THE_ARTICLES} {NOT_IN_THE_ARTICLES}", True),
        (f"Macron met Putin [1]. {NOT_IN_THE_ARTICLES}", False),
        ("The articles do not say when he came back.", False),
    ]:
        draft = Believed([], Judges(), "en")
        draft.add(text)
        draft.end()
        assert draft.says_no is says_no
