"""Sentence and paragraph spans: what each language writes, and what holds for any text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import paragraph_spans, sentence_spans

# Sentences are separated by "|"; the text is the line without it.
CASES = [
    # French
    ("fr", "M. Tokaïev est arrivé à Paris. |Il repart demain."),
    ("fr", "MM. Macron et J.-P. Barrot ont signé. |Le texte est public."),
    ("fr", "« Jamais ! » dit-il en sortant. |Puis il se tut."),
    ("fr", "Il a dit : « Nous signerons. » |Le président a quitté la salle."),
    ("fr", "«\u00a0Nous signerons.\u00a0» |Le président est parti."),
    ("fr", "La ville fut fondée au IIe siècle av. J.-C. par des marchands. |Elle prospéra."),
    ("fr", "Alexandre y passa en 329 av. J.-C. |La ville résista."),
    ("fr", "Il vend des fruits, des légumes, etc. |Le marché ferme à midi."),
    ("fr", "Vraiment ?! |Oui… |Peut-être."),
    ("fr", "Il hésita... puis signa."),
    ("fr", "L'inflation est de 3.5 % (cf. p. 12). |Elle baisse."),
    ("fr", "Mme. Dupont et Mlle. Petit votent. |Me. Roux aussi."),
    ("fr", "Le texte [...] Le reste suit."),
    # English
    ("en", "The U.S. President met Mr. Tokayev. |They talked."),
    ("en", "He studied in the U.S. |He then moved to London."),
    ("en", "Dr. Smith and Mrs. Jones live on St. Mark's Place. |It is noisy."),
    ("en", "It costs 3.5 million. |See No. 5 on p. 12. |Done!"),
    ("en", "“We will sign.” |The president left."),
    ("en", '"We will sign." |The president left.'),
    ("en", '"Will you sign?" he asked. |"Yes."'),
    ("en", "He was born in Washington, D.C. in 1950. |He died there."),
    ("en", "(He left early.) |Nobody noticed."),
    ("en", "The meeting is at 5 p.m. on Friday. |It is at 5 p.m. |The room is small."),
    ("en", "J. R. R. Tolkien wrote it. |I read it."),
    ("en", "Apple Inc. President Tim Cook spoke. |He works for Apple Inc. |The firm grew."),
    ("en", "No. |He said no. |Then he left."),
    ("en", "What?! |You signed? |Fine."),
    ("en", "Sen. Smith and Gen. Lee met vs. Rep. Jones. |It rained."),
    ("en", "Tell me. |Martin Luther King Jr. spoke. |He knew King Jr. |He wept."),
    # Russian
    ("ru", "Ш. М. Мирзиёев прибыл в Париж. |Он встретился с Э. Макроном."),
    ("ru", "Это было в 2019 г. и позже. |Он вернулся в 2020 г. |Москва ждала."),
    ("ru", "Он живёт в г. Москва на ул. Ленина. |Дом старый."),
    ("ru", "Цена 5 руб. и т.д. |Товар подорожал."),
    ("ru", "Хлеб, молоко и т. д. продают здесь. |Магазин закрыт."),
    ("ru", "«Подпишем!» — сказал он. |Зал молчал."),
    ("ru", "Он сказал: «Подпишем». |Зал молчал."),
    ("ru", "Об этом сообщил проф. Иванов, т.е. автор. |См. стр. 5."),
    ("ru", "Бюджет вырос на 5,5 млн руб. |Доходы упали."),
    ("ru", "Куда?.. |Никто не знал."),
    # Uzbek, both alphabets
    ("uz", "Sh. M. Mirziyoyev Parijga keldi. |U Makron bilan uchrashdi."),
    ("uz", "Ш. М. Мирзиёев Парижга келди. |У Макрон билан учрашди."),
    ("uz", "Oʻ. Rasulov va Gʻ. Karimov keldi. |Yigʻilish boshlandi."),
    ("de", "Äpfel u. Ä. sind billig, u. a. hier. |Sie sind reif."),
    ("de", "1. Oktober 2025 in Berlin. |Es regnet."),
    ("ru", "Это сказал я. |Зал молчал."),
    ("uz", "“Biz imzolaymiz”, dedi u. |Zal jim qoldi."),
    # German
    ("de", "Am 3. Oktober feiert das Land. |Am 4. ist alles vorbei."),
    ("de", "Er mag Obst, z. B. Äpfel, d. h. Gesundes. |Sie nicht."),
    ("de", "„Wir unterschreiben.“ |Der Präsident ging."),
    ("de", "Dr. Merz traf Prof. Klein am 12.10.2025. |Es regnete."),
    ("de", "Im 19. Jahrhundert war das anders. |Es waren 25. |Die Zahl stieg."),
    ("de", "„Warum?“, fragte sie. |Er schwieg."),
    # Spanish
    ("es", "¿Quién vino? |El Sr. Pérez y la Sra. Gómez. |¡Qué bien!"),
    ("es", "—¿Viene? —preguntó ella. |No vino."),
    ("es", "El presidente de EE.UU. viajó a México. |Volvió ayer."),
    ("es", "Vive en la Av. Juárez, núm. 5. |Es tarde."),
    # Turkish
    ("tr", "Prof. Dr. Yılmaz geldi. |Toplantı 29. Ekim Caddesi'nde yapıldı."),
    ("tr", "Sayın Erdoğan 12. Cumhurbaşkanı oldu. |Bu bir ilkti."),
    ("tr", "Bunu yapan sen. |Ben değilim."),
    # Kazakh
    ("kk", "Қ. К. Тоқаев Парижге келді. |Ол Макронмен кездесті."),
    ("kk", "Бұл 2019 ж. болды. |Ол қайтты."),
    # Not told
    (None, "Am 3. Oktober kam M. Macron. |Er ging."),
    (None, "1. Le président arrive."),
    (None, "他来了\u3002|他走了\u3002"),
    (None, "هل وصل؟ |نعم."),
    (None, "Tashkent hosts C5+1 summit"),
]


def split(marked: str) -> tuple[str, list[str]]:
    pieces = marked.split("|")
    return "".join(pieces), [piece.strip() for piece in pieces]


@pytest.mark.parametrize(("language", "marked"), CASES)
def test_sentences_of_a_language(language: str | None, marked: str) -> None:
    text, expected = split(marked)
    assert [text[start:end] for start, end in sentence_spans(text, language)] == expected


@pytest.mark.parametrize(
    ("language", "marked"), [case for case in CASES if case[0] not in (None, "de", "tr")]
)
def test_sentences_without_knowing_the_language(language: str, marked: str) -> None:
    text, expected = split(marked)
    assert [text[start:end] for start, end in sentence_spans(text)] == expected


def test_lines() -> None:
    text = (
        "Tashkent summit\nThe presidents met on Friday in the capital and signed a paper.\n\n"
        "They agreed on:\n- water\n- trade\n1. a date\n\nA line that is broken at a\nmargin goes on. New one."
    )
    assert [text[start:end] for start, end in sentence_spans(text)] == [
        "Tashkent summit",
        "The presidents met on Friday in the capital and signed a paper.",
        "They agreed on:",
        "- water",
        "- trade",
        "1. a date",
        "A line that is broken at a\nmargin goes on.",
        "New one.",
    ]


def test_paragraphs() -> None:
    text = "\n\n  One\nline. \n \t\n\n Two. \n\n\n"
    assert [text[start:end] for start, end in paragraph_spans(text)] == ["One\nline.", "Two."]
    assert paragraph_spans("") == paragraph_spans(" \n\n ") == []


TEXTS = st.one_of(
    st.text(),
    st.text(alphabet=" \n\t\u00a0.!?…«»“”\"'()[]-—:;,1aAЯяM。"),
    st.lists(
        st.sampled_from([*"«»\n. !?", "M. ", "\n\n", "U.S.", "т. д.", "Он ", "die ", "3. ", "...", "- "])
    ).map("".join),
)


@given(TEXTS, st.sampled_from([None, "fr", "de", "ru", "xx"]))
def test_spans_partition_the_text(text: str, language: str | None) -> None:
    for spans in (sentence_spans(text, language), paragraph_spans(text)):
        end = 0
        for first, last in spans:
            assert end <= first < last <= len(text)
            assert text[first:last] == text[first:last].strip()
            assert not text[end:first].strip()
            end = last
        assert not text[end:].strip()


@given(TEXTS)
def test_no_sentence_crosses_a_paragraph(text: str) -> None:
    paragraphs = paragraph_spans(text)
    for start, end in sentence_spans(text):
        assert any(first <= start and end <= last for first, last in paragraphs)


@pytest.mark.parametrize(
    "unit", ["a", "a ", ".", ". ", "(", "»", "\n", "\n ", " ", ".)", "1. ", "A.", "A. ", "- \n", "!\u00a0»"]
)
def test_time_is_linear(unit: str) -> None:
    text = unit * (1_000_000 // len(unit)) + "x"
    started = time.process_time()
    spans = sentence_spans(text)
    assert spans[-1][1] == len(text)
    assert time.process_time() - started < 8
