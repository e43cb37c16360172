"""What a question asks for, and where that stands in a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.names import query_keys
from qa.kinds import find_kind, kind_of


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("who met Mirziyoyev?", "person"),
        ("Whom did he meet?", "person"),
        ("Qui a rencontré Mirzioïev ?", "person"),
        ("Avec qui Scholz s'est-il entretenu ?", "person"),
        ("Кто встретился с Мирзиёевым?", "person"),
        ("С кем встретился Шольц?", "person"),
        ("Mirziyoyev bilan kim uchrashdi?", "person"),
        ("Мирзиёев билан ким учрашди?", "person"),
        ("Wer traf Mirsijojew?", "person"),
        ("¿Quién ganó el premio?", "person"),
        ("when did Macron visit Samarkand?", "date"),
        ("In which year was it founded?", "date"),
        ("Quand a eu lieu le sommet ?", "date"),
        ("Когда открылся собор?", "date"),
        ("Sammit qachon bo‘lgan?", "date"),
        ("Where was the summit held?", "place"),
        ("Où se trouvait Modi ?", "place"),
        ("Где прошёл саммит?", "place"),
        ("Sammit qayerda bo'ldi?", "place"),
        ("In which city did they meet?", "place"),
        ("How many aircraft were bought?", "number"),
        ("Combien d'avions ?", "number"),
        ("Сколько погибших?", "number"),
        ("nechta oltin medal?", "number"),
        ("Wie viele Tote?", "number"),
        ("¿Cuántos goles marcó?", "number"),
        ("Why did Luna-25 crash?", "other"),
        ("What did they sign?", "other"),
        ("", "other"),
    ],
)
def test_kind_of(question: str, kind: str) -> None:
    assert kind_of(question) == kind


def found(text: str, kind: str, question: str = "", language: str = "und") -> list[str]:
    known = frozenset(key for name in query_keys(question) for key in name.keys)
    return [text[start:end] for start, end in find_kind(text, kind, known, language)]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("The summit took place on 6 November 2025 in Washington.", ["6 November 2025"]),
        ("It opened on November 6, 2025.", ["November 6, 2025"]),
        ("Le sommet du 1er novembre 2023 à Astana", ["1er novembre 2023"]),
        ("Встреча прошла 6 ноября 2025 года", ["6 ноября 2025"]),
        ("Am 3. Oktober trafen sie sich", ["3. Oktober"]),
        ("El 18 de diciembre de 2022", ["18 de diciembre de 2022"]),
        ("2025-yil 3–4-aprel kunlari", ["2025-yil 3–4-aprel"]),
        ("published 2025-11-06", ["2025-11-06"]),
        ("The format dates from 2015.", ["2015"]),
        ("He may go; they march on.", []),
        ("71.12 % voted in favour", []),
    ],
)
def test_dates(text: str, dates: list[str]) -> None:
    assert found(text, "date") == dates


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("The turnout was 63.66 %.", ["63.66 %"]),
        ("12 milliards d'euros", ["12 milliards"]),
        ("погибли 59 человек", ["59"]),
        ("eight gold medals", ["eight"]),
        ("sakkiz oltin medal", ["sakkiz"]),
        ("On 6 November 2025 they signed 7 agreements", ["7"]),
        ("1 200 people", ["1 200"]),
        ("nobody came", []),
    ],
)
def test_numbers(text: str, numbers: list[str]) -> None:
    assert found(text, "number") == numbers


def test_persons_are_not_those_of_the_question() -> None:
    text = "Emmanuel Macron est arrivé à Samarcande, où il a été accueilli par Chavkat Mirzioïev."
    assert found(text, "person", "who met Mirziyoyev?") == ["Emmanuel Macron"]


def test_places_stand_after_a_preposition_or_before_a_suffix() -> None:
    assert found("They met in Samarkand.", "place") == ["Samarkand"]
    assert found("Они встретились в Самарканде.", "place") == ["Самарканде"]
    assert found("Ils se sont vus à Xi'an.", "place") == ["Xi'an"]


def test_one_german_capital_is_no_name() -> None:
    assert found("Die Sparer und die Kredite", "person", language="de") == []
    assert found("Gestern kam Olaf Scholz", "person", language="de") == ["Olaf Scholz"]


@given(st.text(), st.sampled_from(["person", "date", "place", "number", "other"]))
def test_spans_lie_in_the_text(text: str, kind: str) -> None:
    for start, end in find_kind(text, kind):
        assert 0 <= start < end <= len(text)
