"""What a language model writes, cut into sentences with their marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.written import split


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
    assert [(one.text, one.marks) for one in split(text)] == expected


def test_what_stands_between_is_kept() -> None:
    assert [one.gap for one in split("A came. B went.\nC stayed.\n\nD left.")] == [" ", " ", "\n", "\n\n"]


@given(st.text(alphabet="Ab. [1]2\n-", max_size=40))
def test_any_text_is_cut_and_only_grows(text: str) -> None:
    found = split(text)
    assert all(one.text for one in found)
    # Sentences that are whole stay what they are when more comes, so nothing shown is taken back.
    longer = split(text + " Then Zed came.")
    assert [one.text for one in longer[: max(0, len(found) - 1)]] == [one.text for one in found[:-1]]
