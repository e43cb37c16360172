"""The parts of the reader's training that can be checked without its data: what is shown, switched, cut, and
learned."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.languages import detect_language
from models import EMBEDDER
from models.training.corpora import Pair, is_held_out_article
from models.training.network import Body
from models.training.reader import batches, claims, examples, lessons, measuring, verifying
from models.training.reader.examples import Example
from models.training.reader.learning import ReaderNetwork, Recipe, loss_of, steps_done, train
from models.training.reader.lessons import Lessons, Shown
from models.training.reader.switching import Table

TEXT = (
    "The council of Arden met on Monday. Its head, Ilja Noven, said that the bridge would be closed for nine months. "
    "Traders in the old town asked for money, which the treasurer refused. The works begin in March."
)
FRENCH = Table(
    "fr", {"the": (["le", "la"], [0.6, 1.0]), "bridge": (["pont"], [0.9]), "closed": (["fermé"], [1.0])}
)


def example(question: str, answer: str | None, text: str = TEXT, title: str = "a") -> Example:
    spans = () if answer is None else ((text.index(answer), text.index(answer) + len(answer)),)
    return Example("piaf_fr", title, "en", question, "en", text, spans)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    found = Tokenizer.from_file(str(EMBEDDER / "tokenizer.json"))
    found.no_padding()
    found.no_truncation()
    return found


@pytest.mark.parametrize(
    "words", ["the bridge", "bridge would be closed", "nine months", "Ilja Noven", "closed"]
)
def test_a_span_goes_where_its_words_go(words: str) -> None:
    start = TEXT.index(words)
    text, span = FRENCH.switched(TEXT, (start, start + len(words)), random.Random(0), 0.0)
    assert span is not None
    expected = FRENCH.switched(words, None, random.Random(0), 0.0)[0]
    assert text[slice(*span)].replace("la ", "le ") == expected.replace("la ", "le ")
    assert "pont would be fermé" in text


@given(st.text(alphabet="ab the bridge,. 12", max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_what_stands_around_a_span_stays_around_it(text: str, one: int, two: int) -> None:
    bounds = sorted({0, len(text)} | {place for place in range(len(text)) if text[place] == " "})
    start, end = sorted((bounds[one % len(bounds)], bounds[two % len(bounds)]))
    switched, span = FRENCH.switched(text, (start, end), random.Random(0), 1.0)  # every word stays
    assert switched == text
    assert span == (start, end) or text[start:end].strip() == ""


def test_names_are_spelled_by_sound_in_cyrillic_and_capitals_stay() -> None:
    russian = Table("ru", {"met": (["встретил"], [1.0])})
    assert russian.switched("Shavkat met Boris", None, random.Random(0), 0.0)[0] == "Шавкат встретил Борис"
    assert FRENCH.switched("Bridge", None, random.Random(0), 0.0)[0] == "Pont"


@given(st.integers(0, 10_000), st.sampled_from([40, 80, 150, 400]), st.booleans())
def test_a_window_holds_the_answer_in_whole_words(seed: int, size: int, answered: bool) -> None:
    rng = random.Random(seed)
    words = list(itertools.accumulate(TEXT.split(), lambda at, word: f"{at} {word}"))
    first = rng.randrange(1, len(words) - 1)
    answer = (len(words[first - 1]) + 1, len(words[first])) if answered else None
    text, span = lessons.window(TEXT, size, answer, rng)
    assert text in TEXT
    assert set(text.split()) <= set(TEXT.split())
    if answer is None:
        assert span is None
        assert len(text) <= max(size, 1) or len(TEXT) <= size
    else:
        assert span is not None
        assert text[slice(*span)] == TEXT[slice(*answer)]


def test_the_sentence_that_answers_is_taken_out() -> None:
    asked = example("Who heads the council?", "Ilja Noven")
    rest = lessons.without_answer(asked)
    assert rest is not None
    assert "Noven" not in rest
    assert "Monday" in rest
    assert "March" in rest
    # Words that stand elsewhere too would still answer.
    again = example("Who?", "Ilja Noven", TEXT + " Ilja Noven left.")
    assert lessons.without_answer(again) is None


def test_lessons_show_answers_where_they_stand_and_nothing_that_is_held_out() -> None:
    titles = [f"title {number}" for number in range(60)]
    assert {is_held_out_article(title) for title in titles} == {True, False}
    known = [example(f"Who heads {title}?", "Ilja Noven", title=title) for title in titles]
    known += [example(f"When in {title}?", None, title=title) for title in titles]
    shown_ = Lessons(known, {}, {}, 0)
    drawn = [shown_.draw() for _ in range(300)]
    held_out = {e.question for e in known if e.held_out}
    assert not held_out & {one.question for one in drawn}
    assert {one.answer is None for one in drawn} == {True, False}
    for one in drawn:
        if one.answer is not None:
            assert one.text[slice(*one.answer)] == "Ilja Noven"
            assert one.question.startswith("Who")


def test_pieces_of_the_answer_are_found(tokenizer: Tokenizer) -> None:
    start = TEXT.index("nine months")
    batch = batches.encoded(
        [Shown("How long?", TEXT, (start, start + len("nine months"))), Shown("Who?", TEXT[:40], None)],
        tokenizer,
    )
    found = batch.ids[0, batch.starts[0] : batch.ends[0] + 1].tolist()
    pieces = "".join(tokenizer.id_to_token(piece) for piece in found)
    assert pieces.replace("▁", " ").strip() == "nine months"
    assert (batch.starts[1], batch.ends[1]) == (0, 0)
    assert batch.passage[0, batch.starts[0]]
    assert not batch.passage[:, 0].any()
    assert batch.mask[1].sum() < batch.mask[0].sum() == batch.mask.shape[1]


def test_what_is_cut_off_is_not_learned_from(tokenizer: Tokenizer) -> None:
    long = "word " * 400 + "end"
    batch = batches.encoded([Shown("?", long, (len(long) - 3, len(long))), Shown("?", long, None)], tokenizer)
    assert len(batch.ids) == 1
    assert batch.ids.shape[1] == batches.LONGEST


def _small(pieces: int) -> ReaderNetwork:
    torch.manual_seed(0)
    body = Body(layers=1, width=48, heads=4, inner=96)
    with torch.no_grad():
        for weights in body.parameters():
            if weights.ndim > 1:
                weights.normal_(std=0.1)
    return ReaderNetwork(body, torch.randn(pieces, 48))


def test_training_learns_goes_on_where_it_was_and_leaves_the_word_embeddings(
    tokenizer: Tokenizer, tmp_path: Path
) -> None:
    start = TEXT.index("Monday")
    batch = batches.encoded(
        [Shown("When?", TEXT, (start, start + 6)), Shown("Who?", TEXT[:60], None)], tokenizer
    )
    reader = _small(tokenizer.get_vocab_size())
    words = reader.words.clone()
    before = float(loss_of(reader, batch).detach())
    train(reader, itertools.repeat(batch), Recipe(minutes=0.03, rate=3e-3, smoothed=0.5), tmp_path)
    assert float(loss_of(reader, batch).detach()) < before
    assert torch.equal(reader.words, words)
    steps = steps_done(tmp_path)
    assert steps > 1
    other = _small(tokenizer.get_vocab_size())
    train(
        other, itertools.repeat(batch), Recipe(minutes=0.03, rate=3e-3), tmp_path
    )  # its minutes are spent already
    assert steps_done(tmp_path) == steps
    assert all(torch.equal(a, b) for a, b in zip(reader.parameters(), other.parameters(), strict=True))


def test_the_best_span_is_in_order_and_not_too_long() -> None:
    first, last = torch.full((60,), -5.0), torch.full((60,), -5.0)
    first[[0, 10, 40]] = torch.tensor([9.0, 3.0, 2.0])
    last[[0, 5, 12, 58]] = torch.tensor([9.0, 4.0, 1.0, 3.0])
    assert measuring.best_span(first, last) == (40, 58, 5.0)
    last[58] = -5.0
    assert measuring.best_span(first, last) == (10, 12, 4.0)


def test_overlap_is_f1_of_words() -> None:
    assert measuring.overlap("on Monday, the 3rd", "Monday the 3rd") == pytest.approx(6 / 7)
    assert measuring.overlap("Tuesday", "Monday") == 0.0


class TestClaims:
    OWN = (
        claims.Claim("Ilja Noven closed the bridge.", TEXT, True),
        claims.Claim("The treasurer closed the bridge.", TEXT, False),
    )
    PAIRS = (
        Pair(
            "fr",
            "Anna did not meet Boris Keller in Arden.",
            "Anna n'a pas rencontré Boris Keller à Arden.",
            "x",
        ),
        Pair("de", "Zelda was in Quux on 14 May.", "Zelda war am 14. Mai in Quux.", "x"),
    )

    def test_are_held_out_by_their_passage(self) -> None:
        own = list(claims.read_claims())
        assert len(own) > 1000
        by_passage: dict[str, set[bool]] = {}
        for claim in own:
            by_passage.setdefault(claim.passage, set()).add(claim.supported)
            assert claim.held_out == is_held_out_article(claim.passage)
        assert all(verdicts == {True, False} for verdicts in by_passage.values())
        assert 0.4 < sum(claim.supported for claim in own) / len(own) < 0.6

    def test_show_what_is_supported_and_what_is_changed(self) -> None:
        shown = claims.Claims([c for c in self.OWN if not c.held_out] or self.OWN, self.PAIRS, 0)
        shown._own = list(self.OWN)
        drawn = [shown.draw() for _ in range(300)]
        assert {claim.supported for claim in drawn} == {True, False}
        for claim in drawn:
            for pair in self.PAIRS:
                if claim.supported and claim.statement == pair.english:
                    assert pair.other in claim.passage

    @given(st.integers(0, 1000))
    def test_changed_sentences_are_changed(self, seed: int) -> None:
        shown = claims.Claims(self.OWN, self.PAIRS, seed)
        for pair in self.PAIRS:
            changed = shown._changed(pair.english)
            assert changed is not None
            assert changed != pair.english

    def test_the_second_head_learns_and_reading_goes_on(self, tokenizer: Tokenizer, tmp_path: Path) -> None:
        reader = _small(tokenizer.get_vocab_size())
        joint = verifying.JointNetwork(reader)
        start = TEXT.index("Monday")
        reading = batches.encoded([Shown("When?", TEXT, (start, start + 6))], tokenizer)
        both = itertools.cycle([verifying.of_claims(self.OWN, tokenizer), reading])
        before = [float(verifying.joint_loss(joint, batch).detach()) for batch in itertools.islice(both, 2)]
        recipe = Recipe(minutes=0.05, rate=3e-3, smoothed=0.5)
        train(joint, both, recipe, tmp_path, verifying.joint_loss)
        after = [float(verifying.joint_loss(joint, batch).detach()) for batch in itertools.islice(both, 2)]
        assert sum(after) < sum(before)


class TestTheDossiersOfOurOwn:
    def test_ask_each_question_of_each_article(self) -> None:
        dossiers = list(examples.read_dossiers())
        assert len(dossiers) > 9000
        asked: dict[tuple[str, str], list[Example]] = {}
        for e in dossiers:
            asked.setdefault((e.title, e.question), []).append(e)
        assert {len(found) for found in asked.values()} <= {4, 8}
        assert sum(not any(e.answers for e in found) for found in asked.values()) > len(asked) / 5
        for e in dossiers:
            assert (e.source == "dossiers") == bool(e.answers)
            for start, end in e.answers:
                assert e.text.count(e.text[start:end]) == 1, e.title


class TestTheNewsOfOurOwn:
    def test_is_in_eight_languages_with_questions_across(self) -> None:
        news = list(examples.read_news())
        assert {e.text_language for e in news} == {"en", "fr", "es", "de", "ru", "tr", "uz", "kk"}
        assert len(news) > 3000
        assert sum(e.language != e.text_language for e in news) > len(news) / 3
        assert sum(not e.answers for e in news) > len(news) / 5

    def test_answers_stand_in_their_texts_once(self) -> None:
        for e in examples.read_news():
            for start, end in e.answers:
                assert e.text.count(e.text[start:end]) == 1, e.title

    def test_is_in_the_language_that_it_says(self) -> None:
        texts = {e.text: e.text_language for e in examples.read_news()}
        wrong = [text[:60] for text, language in texts.items() if detect_language(text) != language]
        assert len(wrong) <= len(texts) / 50, wrong
