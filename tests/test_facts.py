"""What a sentence states: numbers, dates, countries, names, quotations, denial, plans, in the languages we serve."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import facts
from qa.facts import Day


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("12,5 millions d'euros pour deux villes", "fr", [{12.5e6}, {2}]),
        ("1,500 troops and $2.5 billion over twenty-five years", "en", [{1.5, 1500}, {2.5e9}, {25}]),
        ("двадцать пять соглашений на 1,5 млрд долларов", "ru", [{1.5e9}, {25}]),
        ("fünfundzwanzig Minister, 3.000 Soldaten, 20 Millionen", "de", [{3, 3000}, {20e6}, {25}]),
        ("once jugadores, 3 mil millones", "es", [{3e9}, {11}]),
        ("o‘n besh kishi va 40 mln soʻm", "uz", [{40e6}, {15}]),
        ("1 234 567 habitants", "fr", [{1234567}]),
        ("won 4-2 on penalties", "en", [{4}, {2}]),
        ("2 Billionen Euro", "de", [{2e12}]),
        ("2 billion euros", "en", [{2e9}]),
        ("deux cents personnes", "fr", [{200}]),
        ("On 6 November 2025 in 2024", "en", []),  # dates are no numbers
        ("nothing of the kind", "en", []),
        ("One million people", "en", [{1e6}]),
        ("dos mil quinientos", "es", [{2500}]),
        ("deux mille vingt-cinq", "fr", [{2025}]),
        ("quatre-vingt-dix", "fr", [{90}]),
        ("dreitausendfünfhundert Menschen", "de", [{3500}]),
        ("двадцать пять тысяч", "ru", [{25000}]),
        ("In 2024 300 soldiers", "en", [{300}]),
        ("20 pour cent", "fr", [{20}]),
        ("yuz berdi", "uz", []),
        ("thousands of people", "en", []),
        ("€5m and 200 m", "en", [{5e6}, {200}]),
    ],
)
def test_numbers(text: str, language: str, expected: list[set[float]]) -> None:
    found = [set(values) for values in facts.numbers(text, language)]
    assert sorted(found, key=sorted) == sorted(expected, key=sorted)


@pytest.mark.parametrize(
    "text",
    [
        "6 ноября",
        "November 6",
        "6 novembre",
        "le 6 novembre",
        "6. November",
        "6 de noviembre",
        "6-noyabr kuni",
        "6 Kasım",
        "on the 6th of nothing, 6 November",
    ],
)
def test_one_day_in_all_languages(text: str) -> None:
    assert Day(month=11, day=6) in facts.days(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-yil 6-noyabr kuni", [Day(2025, 11, 6)]),
        ("2025-11-06", [Day(2025, 11, 6)]),
        ("les 6 et 7 novembre 2025", [Day(2025, 11, 6), Day(2025, 11, 7)]),
        ("im März 2024", [Day(2024, 3)]),
        ("in 2023", [Day(2023)]),
        ("в четверг", [Day(weekday=3)]),
        ("jeudi dernier", [Day(weekday=3)]),
        ("he may march on", []),
        ("12.5 percent of 300", []),
    ],
)
def test_dates(text: str, expected: list[Day]) -> None:
    assert facts.days(text) == expected


@pytest.mark.parametrize(
    ("text", "language", "month"),
    [
        ("в ноябре", "ru", 11),
        ("в мае", "ru", 5),
        ("noyabr oyida", "uz", 11),
        ("Kasım ayında", "tr", 11),
        ("au mois de mai", "fr", 5),
        ("before June", "en", 6),
        ("im März", "de", 3),
        ("A mayor was arrested by Martin", "en", None),
        ("en mayor medida", "es", None),
    ],
)
def test_months_that_stand_alone(text: str, language: str, month: int | None) -> None:
    assert facts.days(text, language) == ([] if month is None else [Day(month=month)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from 6 to 7 November", {6, 7}),
        ("с 6 по 7 ноября", {6, 7}),
        ("du 6 au 7 novembre", {6, 7}),
        ("vom 6. bis 7. November", {6, 7}),
        ("the 7th of November", {7}),
        ("Nov. 7, 2025", {7}),
        ("7 нояб. 2025", {7}),
        ("2024 жылғы 7 қараша", {7}),
    ],
)
def test_ranges_and_short_months(text: str, expected: set[int]) -> None:
    assert {day.day for day in facts.days(text)} == expected
    assert {day.month for day in facts.days(text)} == {11}


def test_names_that_look_like_months_are_names() -> None:
    text = "Then Julian Assange met Martin and Domingo."
    assert facts.days(text, "en") == []
    assert [n.text for n in facts.names(text, "en")] == ["Julian", "Assange", "Martin", "Domingo"]


class TestDays:
    def test_agree_when_the_other_says_as_much(self) -> None:
        assert Day(month=11, day=6).is_within(Day(2025, 11, 6))
        assert Day(weekday=3).is_within(Day(2025, 11, 6))  # it was a Thursday
        assert not Day(weekday=4).is_within(Day(2025, 11, 6))
        assert not Day(2025, 11, 6).is_within(Day(2025, 11))
        assert not Day(2025, 11, 7).is_within(Day(2025, 11, 6))

    def test_take_their_year_and_their_weekday_from_the_day_of_publication(self) -> None:
        assert Day(2025, 11, 6) in facts.resolved([Day(weekday=3)], "2025-11-07")
        assert Day(2025, 11, 13) in facts.resolved([Day(weekday=3)], "2025-11-07")
        assert Day(2025, 12, 30) in facts.resolved([Day(month=12, day=30)], "2026-01-02")
        assert facts.resolved([Day(weekday=3)], None) == [Day(weekday=3)]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("the Uzbek president in the United States", {"UZ", "US"}),
        ("le président ouzbek aux États-Unis", {"UZ", "US"}),
        ("президент Узбекистана в США", {"UZ", "US"}),
        ("usbekischer Präsident in Kasachstan", {"UZ", "KZ"}),
        ("Oʻzbekiston va Qozogʻiston", {"UZ", "KZ"}),
        ("Tell us about it", set()),
        ("la reunión; кроме того; Michael Jordan met", set()),
        ("Ирана, Китая, Индии", {"IR", "CN", "IN"}),
        ("the U.S. and Canadian presidents", {"US", "CA"}),
    ],
)
def test_countries(text: str, codes: set[str]) -> None:
    assert set(facts.countries(text).values()) == codes


def test_german_nouns_are_no_names() -> None:
    text = "Der Präsident traf am Montag Emmanuel Macron in Samarkand und lobte die Reformen."
    assert [name.text for name in facts.names(text, "de")] == ["Emmanuel", "Macron", "Samarkand"]


def test_quotations_between_the_marks_of_every_language() -> None:
    text = '“We will win it” — «мы победим их» — „wir gewinnen“ — "we lose it all" — "no" and "yes" — \'no\''
    assert facts.quotations(text) == ["We will win it", "мы победим их", "wir gewinnen", "we lose it all"]


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("He did not come.", "en", 1),
        ("Il n'est pas venu.", "fr", 1),
        ("Он не приехал.", "ru", 1),
        ("Er kam nicht.", "de", 1),
        ("U kelmadi.", "uz", 1),
        ("Gelmedi.", "tr", 1),
        ("Not only he came.", "en", 0),
        ("He came.", "en", 0),
        ("Il vient à Paris.", "fr", 0),
    ],
)
def test_denials(text: str, language: str, count: int) -> None:
    assert facts.denials(text, language) == count


@pytest.mark.parametrize(
    ("text", "language", "planned"),
    [
        ("Trump will meet Xi in May.", "en", True),
        ("Trump met Xi in May.", "en", False),
        ("Macron rencontrera Tokaïev mardi.", "fr", True),
        ("Macron a rencontré Herrera à la caméra.", "fr", False),
        ("Will Smith read the will.", "en", False),
        ("Er soll ihn getötet haben.", "de", False),
        ("Токаев встретится с Макроном.", "ru", True),
        ("Токаев встретился с Макроном.", "ru", False),
        ("Scholz soll am Montag reisen.", "de", True),
        ("Sánchez viajará a Samarcanda.", "es", True),
    ],
)
def test_plans(text: str, language: str, planned: bool) -> None:
    assert facts.is_planned(text, language) is planned


def test_only_the_clause_that_answers_says_what_is_planned() -> None:
    text = "Trump, who won the election, will take office in January."
    assert not facts.is_planned(text, "en", (0, 5))
    assert facts.is_planned(text, "en", (text.index("January"), len(text) - 1))


@given(st.text(max_size=80), st.sampled_from(["en", "fr", "ru", "de", "es", "tr", "uz", "kk", "und"]))
def test_any_text_is_read(text: str, language: str) -> None:
    facts.numbers(text, language)
    facts.days(text)
    facts.names(text, language)
    facts.countries(text)
    facts.denials(text, language)
