"""Citation marks in what a language model writes: known ones kept, unknown ones removed, whole or in pieces."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa.marks import clean_marks, marks_in

SHOWN = range(1, 4)


def clean(*pieces: str, shown: range | frozenset[int] = SHOWN) -> str:
    return "".join(clean_marks(pieces, shown))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Biden met them [1].", "Biden met them [1]."),
        ("Both say so [1][3].", "Both say so [1][3]."),
        ("Both say so [1, 3].", "Both say so [1][3]."),
        ("Both say so [1,3].", "Both say so [1][3]."),
        ("Both say so [1; 3].", "Both say so [1][3]."),
        ("Both say so [ 1 ].", "Both say so [1]."),
        ("Doubled [[2]].", "Doubled [2]."),
        ("Doubled [[1, 2]].", "Doubled [1][2]."),
        ("Wide 【1】.", "Wide [1]."),
        ("Wide 【1, 2】.", "Wide [1][2]."),
        ("Footnote [^3].", "Footnote [3]."),
        ("At the end [[1]]", "At the end [1]"),
        ("At the end [1, 2]", "At the end [1][2]"),
        # Not shown: removed, also in company.
        ("Invented [9].", "Invented ."),
        ("Invented [0].", "Invented ."),
        ("Invented [[9]] 【9】[^9].", "Invented  ."),
        ("One is shown [1, 9, 3].", "One is shown [1][3]."),
        ("Twice [2][2].", "Twice [2][2]."),
        # A year in brackets looks like a mark, and is removed with the unknown ones: it could lead nowhere.
        ("In Samarkand [2025].", "In Samarkand ."),
        # Brackets that hold anything else than numbers are text.
        ("He said [sic] so.", "He said [sic] so."),
        ("A gap [...] here [1].", "A gap [...] here [1]."),
        ("No mark [1a] [a1] (1) {1} [].", "No mark [1a] [a1] (1) {1} []."),
        ("All of them [1-3].", "All of them [1][2][3]."),
        ("So they write【1†source】.", "So they write[1]."),
        ("[x] done, [ ] open.", "[x] done, [ ] open."),
        ("", ""),
    ],
)
def test_a_mark_as_models_write_it(written: str, expected: str) -> None:
    assert clean(written) == expected
    assert clean(*written) == expected  # letter by letter
    for at in range(len(written) + 1):
        assert clean(written[:at], written[at:]) == expected, (written[:at], written[at:])


@pytest.mark.parametrize("half", ["[", "[1", "[1,", "[1, 2", "[[", "[[1", "【", "【1", "[^", "[^2"])
def test_half_a_mark_at_the_end_is_dropped(half: str) -> None:
    assert clean(f"It rained {half}") == "It rained "
    assert clean(*f"It rained {half}") == "It rained "


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("It rained [1]", "It rained [1]"),
        ("It rained [1][2]", "It rained [1][2]"),
    ],
)
def test_a_whole_mark_at_the_end_is_kept(written: str, expected: str) -> None:
    assert clean(written) == expected
    assert clean(*written) == expected


def test_text_is_held_back_only_while_it_may_be_a_mark() -> None:
    assert list(clean_marks(["It ", "rained ", "[", "1", "]", " and [", "sic]", " snowed."], SHOWN)) == [
        "It ",
        "rained ",
        "[1] and ",
        "[sic]",
        " snowed.",
    ]


def test_a_long_mark_in_pieces() -> None:
    numbers = list(range(1, 25))
    written = f"All agree [{', '.join(map(str, numbers))}, 99]."
    expected = "All agree " + "".join(f"[{number}]" for number in numbers) + "."
    assert clean(written, shown=range(1, 25)) == expected
    assert clean(*written, shown=range(1, 25)) == expected


@pytest.mark.parametrize("written", ["Nested [[9]99].", "Nested [[9]0].", "Nested [9[9]]."])
def test_no_unknown_mark_arises_from_removing_one(written: str) -> None:
    assert set(marks_in(clean(written))) <= set(SHOWN)


def test_a_number_of_thousands_of_digits_is_an_unknown_mark() -> None:
    assert clean(f"Much [{'1' * 5000}].") == "Much ."


MARKED = st.lists(
    st.sampled_from(
        ["[1]", "[2, 9]", "[[3]]", "【1】", "[9]", "[^2]", "[sic]", "[2025]", "It rained", " ", ".", "[", "]"]
    )
).map("".join)
LOOSE = st.text(alphabet="[]【】^,; 129a.", max_size=30)


@given(st.one_of(MARKED, LOOSE), st.data())
@example("[1] x", None)
def test_pieces_give_the_same_as_the_whole(text: str, data: st.DataObject | None) -> None:
    cuts = [1] if data is None else sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    edges = [0, *cuts, len(text)]
    pieces = [text[low:high] for low, high in pairwise(edges)]
    assert "".join(pieces) == text
    assert clean(*pieces) == clean(text)


@given(st.text(alphabet="[]【】 sic.а", max_size=40))
def test_text_without_numbers_stays_but_for_half_a_mark_at_the_end(text: str) -> None:
    cleaned = clean(text + "$")
    assert cleaned == text + "$"


def test_marks_in_order_of_first_appearance_each_once() -> None:
    assert marks_in("One [3], two [1][3], three [22]; not [sic], [1, 2], [1.") == [3, 1, 22]
    assert marks_in("") == []
