"""The parts of the embedder's training that can be checked without its data: letters, units, states, going on."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from models.training import batches, corpora, distil, vocabulary
from models.training.corpora import Pair, Question
from models.training.network import Body, pooled, without_layers
from models.training.uzbek import to_cyrillic, to_latin


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Oʻzbekiston Respublikasi", "Ўзбекистон Республикаси"),
        ("yer va ekologiya", "ер ва экология"),
        ("Toshkent shahrida", "Тошкент шаҳрида"),
        ("maʼno", "маъно"),
    ],
)
def test_uzbek_in_both_scripts(latin: str, cyrillic: str) -> None:
    assert to_cyrillic(latin) == cyrillic
    assert to_latin(cyrillic) == latin


def test_any_apostrophe_makes_the_uzbek_letter() -> None:
    assert {to_cyrillic(f"o{mark}zbek") for mark in "ʻʼ’‘'`"} == {"ўзбек"}


def test_an_uzbek_pair_comes_in_both_scripts_and_others_as_they_are() -> None:
    pairs = [Pair("uz", "city", "shahar", "x"), Pair("fr", "city", "ville", "x")]
    assert [pair.other for pair in corpora.both_scripts(pairs)] == ["shahar", "шаҳар", "ville"]


def test_a_sentence_is_held_out_in_every_language_or_in_none() -> None:
    texts = [f"sentence number {number}" for number in range(6400)]
    held_out = [text for text in texts if corpora.is_held_out_pair(text)]
    assert 60 < len(held_out) < 140
    assert all(corpora.is_held_out_pair(text.upper() + " ") for text in held_out)


def test_lists_of_words_are_told_from_sentences() -> None:
    assert all(Pair("de", "a", "b", source).is_word for source in ("dict", "names", "dict-freedict-deu-eng"))
    assert not any(Pair("de", "a", "b", source).is_word for source in ("tatoeba", "vlc-l10n"))


PIECES = [
    *vocabulary.SPECIAL,
    "▁",
    "▁city",
    "▁ville",
    "▁book",
    "▁livre",
    "▁the",
    "▁le",
    "▁la",
    "'",
    "▁l",
    "eau",
]


def _tokenizer() -> Tokenizer:
    return vocabulary.build(PIECES, [0.0] * 4 + [-5.0] * (len(PIECES) - 4))


@pytest.mark.parametrize("mark", "'ʻʼ‘’`´")
def test_an_apostrophe_between_letters_is_one_however_it_is_typed(mark: str) -> None:
    assert _tokenizer().encode(f"l{mark}eau").tokens == ["<s>", "▁l", "'", "eau", "</s>"]
    quoted = _tokenizer().encode(f"the{mark} city")  # not between letters: left as it is
    assert ("'" in quoted.tokens) == (mark == "'")


def test_used_pieces_are_kept_and_then_the_likeliest_in_our_alphabets() -> None:
    pieces = [*vocabulary.SPECIAL, "▁city", "▁ville", "▁город", "城市", "▁12", "▁name"]
    scores = np.array([0, 0, 0, 0, -9, -8, -7, -1, -2, -3], dtype=np.float32)
    uses = {"en": np.array([0, 0, 0, 0, 3, 0, 0, 0, 0, 0]), "fr": np.array([0, 0, 0, 0, 0, 1, 0, 0, 0, 0])}
    assert vocabulary.chosen(pieces, scores, uses, most=6) == [0, 1, 2, 3, 4, 5]
    # 城市 and ▁12 are likelier, but the one is in no alphabet of ours and the other in none.
    assert vocabulary.chosen(pieces, scores, uses, most=8) == [0, 1, 2, 3, 4, 5, 6, 9]
    assert vocabulary.chosen(pieces, scores, uses, most=99) == [0, 1, 2, 3, 4, 5, 6, 9]


def test_pieces_are_counted() -> None:
    counts = vocabulary.count(_tokenizer(), ["the city", "the book"])
    assert counts[PIECES.index("▁the")] == 2
    assert counts[PIECES.index("▁book")] == 1
    assert counts.sum() == 4


def test_the_body_computes_what_bert_computes() -> None:
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=50, hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96
    )
    bert = BertModel(config, add_pooling_layer=False).eval()
    state = bert.state_dict()
    body = Body(layers=2, width=48, heads=4, inner=96).read(state)
    ids = torch.tensor([[2, 5, 7, 3], [2, 9, 3, 0]])
    mask = torch.tensor([[True, True, True, True], [True, True, True, False]])
    words = torch.nn.functional.embedding(ids, state["embeddings.word_embeddings.weight"])
    with torch.no_grad():
        expected = pooled(bert(input_ids=ids, attention_mask=mask.long()).last_hidden_state, mask)
        assert torch.allclose(pooled(body(words, mask)[-1], mask), expected, atol=0.02)
    with_gradient = pooled(body(words, mask)[-1], mask)  # takes another way through attention
    assert torch.allclose(with_gradient, expected, atol=0.02)
    written = body.written()
    assert all(torch.equal(written[name], state[name]) for name in written)
    last = without_layers(state, [1])
    prefix = "encoder.layer.{}.output.dense.weight"
    assert torch.equal(last[prefix.format(0)], state[prefix.format(1)])
    assert prefix.format(1) not in last


def test_windows_of_long_paragraphs_hold_the_answer() -> None:
    text = " ".join(f"word{number}" for number in range(400))
    rng = random.Random(0)
    for number in (0, 1, 37, 200, 398, 399):
        start = text.index(f"word{number}")
        question = Question("en", "t", "q", text, start, start + len(f"word{number}"))
        for _ in range(20):
            passage = batches.around(question, rng)
            assert len(passage) <= batches.PASSAGE_CHARACTERS
            assert f"word{number}" in passage


def test_batches_hold_texts_of_like_length_with_their_prefixes() -> None:
    pairs = {
        "fr": [Pair("fr", f"the city {n}", f"la ville {n} " * (1 + n % 9), "tatoeba") for n in range(60)],
        "de": [Pair("de", "city", "Stadt", "dict"), Pair("de", "where is it?", "wo ist es?", "tatoeba")],
    }
    passages = {"en": ["a longer text about a city and a book. " * 30]}
    stream = batches.texts(pairs, {"fr": 0.7, "de": 0.3, "tr": 1.0}, passages, {"en": 1.0}, 0.3, seed=0)
    seen = [item for _ in range(30) for item in next(stream)]
    assert {item.text.split(" ", 1)[0] for item in seen} == {"query:", "passage:"}
    assert all(item.text.endswith("?") for item in seen if item.text.startswith("query: "))
    alone = [item for item in seen if item.english is None]
    assert alone
    assert all(len(item.text) <= len("passage: ") + 600 for item in alone)
    # A word of a list is never joined to other texts.
    assert {item.text for item in seen if "Stadt" in item.text} == {"passage: Stadt"}


def test_questions_of_an_article_come_together_each_with_its_passage() -> None:
    asked = [Question("en", f"t{n // 10}", f"q{n}", f"paragraph {n // 2}", 0, 4) for n in range(100)]
    batch = next(batches.questions(asked, seed=0))
    assert len(batch) == batches.QUESTIONS
    assert len({one.paragraph for one in batch}) == len(batch)
    for one in batch:
        number = int(one.question.removeprefix("query: q"))
        assert one.passage == f"passage: paragraph {number // 2}"


def _train(saved: Path, minutes: float) -> distil.Student:
    torch.manual_seed(0)
    size = {"width": 24, "heads": 2, "inner": 48}
    words = torch.randn(len(PIECES), 24)
    recipe = distil.Recipe(minutes=minutes, body_rate=1e-3, word_rate=1e-2, states=0.5, questions=0.5)
    student = distil.Student(Body(layers=1, **size), words.clone(), recipe)
    items = [
        batches.Item("la ville", "the city"),
        batches.Item("le livre", "the book"),
        batches.Item("la city"),
    ]
    asked = [batches.Asked("la ville", "the city", 0), batches.Asked("le livre", "the book", 1)]
    teacher = distil.TeacherModel(Body(layers=2, **size).requires_grad_(False), words, [1])
    distil.train(student, teacher, _tokenizer(), itertools.repeat(items), itertools.repeat(asked), saved)
    return student


def test_training_goes_on_where_it_stopped(tmp_path: Path) -> None:
    first = _train(tmp_path, 0.02)
    # A run whose time is spent only takes up what was saved.
    again = _train(tmp_path, 0.02)
    assert torch.equal(first.words, again.words)
    assert all(
        torch.equal(one, two)
        for one, two in zip(first.body.parameters(), again.body.parameters(), strict=True)
    )
    moments = again.optimiser.state_dict()["state"]
    assert moments
    assert any(value["exp_avg"].abs().sum() > 0 for value in moments.values())
    spent = json.loads((tmp_path / "state.json").read_text(encoding="utf-8"))["minutes"]
    longer = _train(tmp_path, spent + 0.01)  # a slow machine's last step may have taken more than its time
    assert not torch.equal(longer.words, again.words)


def test_the_export_is_a_sentence_transformers_folder(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    from models.training.exporting import export

    torch.manual_seed(0)
    tokenizer = _tokenizer()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    body = Body(layers=1, width=24, heads=2, inner=48)
    for parameter in body.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    words = torch.randn(len(PIECES), 24)
    export(body, words, tmp_path / "tokenizer.json", tmp_path / "model")
    model = SentenceTransformer(str(tmp_path / "model"), device="cpu", local_files_only=True).float()
    texts = ["query: la ville", "passage: la ville"]
    ids, mask = batches.encode(tokenizer, texts, 16)
    with torch.no_grad():
        expected = pooled(body(torch.nn.functional.embedding(ids, words), mask)[-1], mask)
    found = torch.from_numpy(np.stack([model.encode_query("la ville"), model.encode_document("la ville")]))
    assert torch.allclose(found, expected, atol=0.03)


def test_a_saved_state_without_its_description_is_not_taken_up(tmp_path: Path) -> None:
    # Killed between the two: the weights are there, what they are is not.
    save_file({"words": torch.zeros(len(PIECES), 24)}, tmp_path / "state.safetensors")
    assert distil.steps_done(tmp_path) == 0
    assert _train(tmp_path, 0.005).words.abs().sum() > 0
    assert distil.steps_done(tmp_path) > 0
