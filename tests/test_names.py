"""Spellings of one name meet in a key; offsets hold; lower-case questions give their names."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.names import find_names, name_keys, query_keys

ONE_NAME = [
    "Mirziyoyev Mirzioïev Мирзиёев Mirzoyoyev Mirsijojew Mirziyaev Мирзиеев",
    "Tokayev Tokaïev Токаев Tokajew Toqayev Тоқаев Tokaev",
    "Japarov Жапаров Dschaparow Zhaparov Djaparov Japarow",
    "Rahmon Рахмон Rakhmon Rachmon",
    "Berdimuhamedov Berdimouhamedov Berdimuhamedow Бердымухамедов Berdymukhammedov",
    "Macron Макрон Makron",
    "Trump Трамп Tramp",
    "Scholz Шольц Sholts",
    "Lavrov Lawrow Лавров",
    "Putin Poutine Путин",
    "Zelensky Зеленский Selenskyj Zelenskiy",
    "Erdogan Erdoğan Эрдоган",
    "Merz Мерц Merts",
    "Modi Моди",
    "Orbán Орбан Orban",
    "Navalny Навальный Nawalny",
    "Shoigu Шойгу Choïgou Schoigu",
    "Timoshenko Тимошенко Timochenko Timoschenko",
    "Khrushchev Хрущёв Khrouchtchev Chruschtschow",
    "Gorbachev Горбачёв Gorbatchev Gorbatschow",
    "Yeltsin Ельцин Eltsine Jelzin",
    "Karimov Каримов Karimow",
    "Nazarbayev Назарбаев Nazarbaïev Nasarbajew Nazarboyev",
    "Aliyev Алиев Aliev Alijew Əliyev",
    "Pashinyan Пашинян Pachinian Paschinjan",
    "Starmer Стармер",
    "Guterres Гутерриш",
    "Meloni Мелони",
    "Lukashenko Лукашенко Loukachenko Lukaschenko",
    "Netanyahu Нетаньяху Netanyahou Netanjahu",
    "Kassym Касым Қасым Qosim",
    "Jomart Жомарт Dschomart Zhomart",
    "Samarkand Samarcande Самарканд Samarqand",
    "Tashkent Tachkent Ташкент Toshkent Taschkent",
    "Washington Вашингтон Vashington",
    "Kazakhstan Казахстан Kasachstan Қазақстан Qazaqstan",
    "Uzbekistan Ouzbékistan Узбекистан Usbekistan Oʻzbekiston O'zbekiston Ўзбекистон",
    "Azerbaijan Азербайджан Azerbaïdjan Aserbaidschan Ozarbayjon",
    "Kyiv Kiev Киев Kiew",
    "Hamburg Гамбург",
]

INFLECTED = [
    ("Мирзиёев", "Мирзиёева Мирзиёевым Мирзиёеву Мирзиёеве Мирзиёевнинг Мирзиёевга"),
    ("Mirziyoyev", "Mirziyoyevning Mirziyoyevni Mirziyoyevga Mirziyoyevdan Mirziyoyevlar Mirziyoyevs"),
    ("Токаев", "Токаева Токаевым Тоқаевтың Тоқаевқа"),
    ("Бердымухамедов", "Бердымухамедова Бердымухамедовым"),
    ("Жапаров", "Жапарова Жапарову"),
    ("Рахмон", "Рахмона Рахмоном Рахмону"),
    ("Трамп", "Трампом Трампа Трампу"),
    ("Макрон", "Макрона Макроном"),
    ("Зеленский", "Зеленского Зеленскому Зеленским"),
    ("Toqayev", "Toqayevga Toqayevning"),
    ("Toshkent", "Toshkentda Toshkentdan Toshkentga Ташкенте"),
    ("Macron", "Macrons"),
]

DIFFERENT = [
    ("Macron", "Makarov"),
    ("Trump", "Trumpet"),
    ("Lavrov", "Lvov"),
    ("Putin", "Pavlov"),
    ("Mirziyoyev", "Medvedev"),
    ("Tokayev", "Karimov"),
    ("Japarov", "Sharapov"),
    ("Rahmon", "Raymond"),
    ("Berdimuhamedov", "Mukhamedov"),
    ("Nazarbayev", "Nazarov"),
    ("Uzbekistan", "Afghanistan"),
    ("Iran", "Iraq"),
    ("Washington", "Wellington"),
    ("Gaza", "Gazeta"),
]


def plainest_key(word: str) -> str:
    return next(iter(name_keys(word)), "")


@pytest.mark.parametrize("spellings", ONE_NAME)
def test_spellings_share_a_key_with_the_first(spellings: str) -> None:
    first, *others = spellings.split()
    assert [other for other in others if not set(name_keys(first)) & set(name_keys(other))] == []


@pytest.mark.parametrize(("name", "forms"), INFLECTED)
def test_case_endings(name: str, forms: str) -> None:
    assert [form for form in forms.split() if plainest_key(name) not in name_keys(form)] == []


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_names_differ(one: str, other: str) -> None:
    assert not set(name_keys(one)) & set(name_keys(other))


@pytest.mark.parametrize("word", ["Xi", "EU", "A", "Ли", "", "'", "42", "\u0301"])
def test_words_too_short_to_tell_have_no_key(word: str) -> None:
    assert name_keys(word) == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Kassym-Jomart Tokayev flew to Paris.", ["Kassym", "Jomart", "Tokayev", "Paris"]),
        ("The visit of Rahmon's envoy", ["Rahmon"]),
        ("la visite d'Emmanuel Macron", ["Emmanuel", "Macron"]),
        ("L’Ouzbékistan accueille qu'Astana", ["Ouzbékistan", "Astana"]),
        ("Она видела Макрона.", ["Макрона"]),
        (
            "Erdoğan'ın Türkiye’nin Oʻzbekiston O'zbekiston",
            ["Erdoğan", "Türkiye", "Oʻzbekiston", "O'zbekiston"],
        ),
        ("So Kim met Sen. Then it rained.", ["Kim", "Sen"]),
        ("nothing here is a name", []),
        ("O'Brien and Ma'ruf", ["O'Brien", "Ma'ruf"]),
        ("E\u0301lyse\u0301e", ["E\u0301lyse\u0301e"]),
        ("მირზიოევი", ["მირზიოევი"]),
    ],
)
def test_names_of_a_text(text: str, names: list[str]) -> None:
    assert [name.text for name in find_names(text)] == names


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("who met mirziyoyev in tashkent", {"Mirziyoyev", "Tashkent"}),
        ("qui a rencontré mirzioïev à tachkent ?", {"Mirziyoyev", "Tashkent"}),
        ("кто встретился с мирзиёевым в ташкенте", {"Mirziyoyev", "Tashkent"}),
        ("mirziyoyev kim bilan uchrashdi", {"Mirziyoyev"}),
        ("wer traf mirsijojew in taschkent", {"Mirziyoyev", "Tashkent"}),
    ],
)
def test_questions_in_lower_case(question: str, wanted: set[str]) -> None:
    found = {key for name in query_keys(question) for key in name.keys}
    assert {name for name in wanted if plainest_key(name) not in found} == set()


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Who met Mirziyoyev?", ["Mirziyoyev"]),
        ("Qui a rencontré Mirzioïev ?", ["Mirzioïev"]),
        ("Что сказал Ким?", ["Ким"]),
        ("Kim bilan Toqayev uchrashdi?", ["Toqayev"]),
        ("Мирзиёев ким билан учрашди?", ["Мирзиёев", "учрашди"]),
        ("what is it about?", []),
        ("", []),
    ],
)
def test_names_of_a_question(question: str, names: list[str]) -> None:
    assert [name.text for name in query_keys(question)] == names


TEXTS = st.one_of(st.text(), st.text(alphabet="AaBbОо'’ʻʼ-. \nnsdlqu\u0301ınÖ"))


@given(TEXTS)
def test_offsets_and_keys_of_any_text(text: str) -> None:
    for names in (find_names(text), query_keys(text)):
        for name in names:
            assert text[name.start : name.end] == name.text
            assert 1 <= len(name.keys) <= 6
            assert all(len(key) >= 3 and key.isascii() and key.isalpha() for key in name.keys)
        assert all(one.end <= other.start for one, other in pairwise(names))


@given(st.text())
def test_a_key_does_not_depend_on_case(word: str) -> None:
    if word.upper().lower() == word.lower():
        assert name_keys(word.upper()) == name_keys(word.lower())
