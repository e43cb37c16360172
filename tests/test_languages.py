"""Language identification on the short questions people type, and Uzbek's two alphabets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.function_words import FUNCTION_WORDS
from index.languages import LANGUAGE_NAMES, detect_language, uzbek_to_latin

QUESTIONS = [
    ("en", "Who met Mirziyoyev?"),
    ("en", "What did Macron say in Tashkent?"),
    ("en", "who leads the central bank"),
    ("fr", "Qui a rencontré Mirziyoyev ?"),
    ("fr", "Où a lieu le sommet ?"),
    ("fr", "Quel ministre a démissionné ?"),
    ("ru", "Кто встретился с Мирзиёевым?"),
    ("ru", "Сколько человек погибло?"),
    ("ru", "Что такое C5+1?"),
    ("uz", "Mirziyoyev kim bilan uchrashdi?"),
    ("uz", "Makron Toshkentda nima dedi?"),
    ("uz", "Saylovda kim gʻolib chiqdi?"),
    ("uz", "Sammit qayerda bo'ldi?"),
    ("uz", "Мирзиёев ким билан учрашди?"),
    ("uz", "Саммит қаерда бўлди?"),
    ("uz", "Сайловда ким ғолиб чиқди?"),
    ("de", "Wer traf Mirsijojew?"),
    ("de", "Was sagte Macron in Taschkent?"),
    ("es", "¿Quién se reunió con Mirziyoyev?"),
    ("es", "¿Cuántas personas murieron?"),
    ("tr", "Mirziyoyev kiminle görüştü?"),
    ("tr", "Hangi bakan istifa etti?"),
    ("kk", "Тоқаев кіммен кездесті?"),
    ("kk", "Саммит қайда өтті?"),
    ("it", "Chi ha incontrato il presidente?"),
    ("uk", "Хто зустрівся з Зеленським?"),
]


@pytest.mark.parametrize(("language", "question"), QUESTIONS)
def test_language_of_a_question(language: str, question: str) -> None:
    assert detect_language(question) == language


def test_an_article_with_line_breaks() -> None:
    text = "Le président est arrivé à Paris.\nIl a rencontré des ministres.\n\n" * 500
    assert detect_language(text) == "fr"


@pytest.mark.parametrize("text", ["", " \n", "12,5 % 2019", "?!", "\u0301", "xqzt"])
def test_nothing_to_tell_by(text: str) -> None:
    assert detect_language(text) == "und"


@given(st.text())
def test_any_text_has_a_code(text: str) -> None:
    assert 2 <= len(detect_language(text)) <= 3


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("Ўзбекистон Республикаси Президенти", "Oʻzbekiston Respublikasi Prezidenti"),
        ("Шавкат Мирзиёев", "Shavkat Mirziyoyev"),
        ("Европа ва поезд", "Yevropa va poyezd"),
        ("ғалаба қозонди", "gʻalaba qozondi"),
        ("маъно, бюджет", "maʼno, byudjet"),
        ("ЧЎЛ ва ШАҲАР, Ҳоким", "CHOʻL va SHAHAR, Hokim"),
        ("цирк, милиция, концерт", "sirk, militsiya, konsert"),
        ("Oʻzbekiston C5+1", "Oʻzbekiston C5+1"),
    ],
)
def test_uzbek_alphabets(cyrillic: str, latin: str) -> None:
    assert uzbek_to_latin(cyrillic) == latin


@given(st.text(alphabet="абвгдеёжзийклмнопрстуфхцчшщъыьэюяўқғҳАЕЎШ xyz.\n"))
def test_no_uzbek_cyrillic_is_left(text: str) -> None:
    assert not any("\u0400" <= letter <= "\u04ff" for letter in uzbek_to_latin(text))


def test_every_language_has_a_name_and_function_words() -> None:
    assert LANGUAGE_NAMES.keys() == FUNCTION_WORDS.keys()
    for language, words in FUNCTION_WORDS.items():
        assert len(words) > 60, language
        assert all(word == word.lower() and word.strip() == word for word in words)
