"""The index from the outside: add, replace, remove, filters, passages, the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article, ArticleIndex, BadRequest, Embedder, Filters
from index.passages import passage_spans
from index.sentences import sentence_spans
from index.store import NewArticle, Store
from index.writing import add_paths
from qa import ask
from tests.conftest import ARTICLES, use, write_articles, write_jsonl
from tests.stand_in import StandInEmbedder

Found = list[tuple[str, int, int, float]]


@pytest.fixture
def own(tmp_path: Path) -> ArticleIndex:
    """An empty index with stand-in vectors: no model to load."""
    return use(ArticleIndex.create(tmp_path / "index"), StandInEmbedder())  # type: ignore[arg-type]


def reopened(index: ArticleIndex) -> ArticleIndex:
    return use(ArticleIndex(index.folder), StandInEmbedder())  # type: ignore[arg-type]


def search(index: ArticleIndex, question: str, **filters: object) -> Found:
    hits = index.search(question, 5, Filters(**filters) if filters else None)  # type: ignore[arg-type]
    return [(h.passage.article_id, h.passage.start, h.passage.end, round(h.score, 6)) for h in hits]


def ids(index: ArticleIndex, question: str, **filters: object) -> list[str]:
    return [found[0] for found in search(index, question, **filters)]


def no_embedder() -> Embedder:
    raise AssertionError("nothing had to be embedded")


# ---- add, replace, remove


def test_an_unchanged_article_is_not_embedded_again(own: ArticleIndex, tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "a", ["Rain fell on Bukhara.", "Snow covered Almaty."])
    rows = write_jsonl(tmp_path / "b.jsonl", [{"id": "j1", "text": "Wind hit Khujand."}])
    assert sorted(own.add([folder, rows]).added) == ["0000.txt", "0001.txt", "j1"]
    generation = own.store.generation()
    report = add_paths(own.folder, [folder, rows], no_embedder)
    assert (report.unchanged, report.added, report.replaced, report.passages) == (3, [], [], 0)
    (folder / "0000.txt").touch()
    (folder / "0001.txt").write_bytes(b"\xef\xbb\xbfSnow covered Almaty.")  # other bytes, the same article
    assert add_paths(own.folder, [folder], no_embedder).unchanged == 2
    assert own.store.generation() == generation


def test_a_changed_article_replaces_the_old_one_in_the_next_search(own: ArticleIndex, tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "a", ["Rain fell on Bukhara.", "Snow covered Almaty."])
    own.add([folder])
    assert ids(own, "rain in Bukhara")[0] == "0000.txt"
    write_articles(folder, {"0000.txt": "The mayor of Termez resigned."})
    report = own.add([folder])
    assert (report.added, report.replaced, report.unchanged) == ([], ["0000.txt"], 1)
    assert all(h.why.words == 0 and "Bukhara" not in h.passage.text for h in own.search("rain in Bukhara"))
    assert ids(own, "mayor of Termez")[0] == "0000.txt"
    assert own.check() == []


def test_a_removed_article_is_gone_from_the_next_search_and_answer(own: ArticleIndex, tmp_path: Path) -> None:
    own.add(
        [write_articles(tmp_path / "a", ["Anna Petrova opened the Bukhara summit.", "Snow covered Almaty."])]
    )
    question = "Who opened the Bukhara summit?"
    assert "Anna Petrova" in (ask(own, question).text or "")
    assert own.remove(["0000.txt", "nowhere.txt"]) == (["0000.txt"], ["nowhere.txt"])
    assert ids(own, question) == ["0001.txt"]
    answer = ask(own, question)
    assert answer.text is None
    assert answer.citations == ()
    assert own.article("0000.txt") is None
    assert own.passages_of("0000.txt") == []
    assert own.remove(["0001.txt"]) == (["0001.txt"], [])
    # No articles at all is an error, not articles that do not say.
    with pytest.raises(
        BadRequest, match="holds no articles: add some with `python -m index add PATH --index"
    ):
        ask(own, question)
    assert own.check() == []


def test_ids_are_relative_to_the_folder_or_given(own: ArticleIndex, tmp_path: Path) -> None:
    write_articles(tmp_path / "a" / "fr", {"x.txt": "Un."})
    write_articles(tmp_path / "a", {"x.txt": "One."})
    rows = write_jsonl(
        tmp_path / "a" / "b.jsonl", [{"id": "given/1", "text": "Two."}, {"id": 7, "text": "Three."}]
    )
    assert sorted(own.add([tmp_path / "a"]).added) == ["7", "fr/x.txt", "given/1", "x.txt"]
    assert own.add([tmp_path / "a" / "fr" / "x.txt"]).replaced == ["x.txt"]  # a file alone goes by its name
    article = own.article("x.txt")
    assert article is not None
    assert (article.text, article.title) == ("Un.", "Un.")
    assert own.add([rows]).unchanged == 2


def test_an_id_that_is_used_twice_is_refused(own: ArticleIndex, tmp_path: Path) -> None:
    one = write_jsonl(tmp_path / "one.jsonl", [{"id": "x", "text": "One."}, {"id": "x", "text": "Again."}])
    two = write_jsonl(tmp_path / "two.jsonl", [{"id": "x", "text": "Two."}, {"id": "y", "text": "Three."}])
    folder = write_articles(tmp_path / "z", {"y": "no ending", "x.txt": "Four."})
    report = own.add([one, two, folder])
    assert report.added == ["x", "y", "x.txt"]
    assert [bad.origin for bad in report.bad] == [f"{one}:2", str(two)]
    assert all(
        "the id 'x' was used on an earlier line" in str(b) or "used twice" in str(b) for b in report.bad
    )
    article = own.article("x")
    assert article is not None
    assert article.text == "One."


# ---- passages


def holds_everything_once(article: Article, spans: Sequence[tuple[int, int]]) -> None:
    end = 0
    for low, high in spans:
        assert end <= low < high <= len(article.text)
        assert not article.text[end:low].strip()
        end = high
    assert not article.text[end:].strip()


def test_passages_of_the_samples(samples: ArticleIndex) -> None:
    articles = samples.articles()
    assert len(articles) >= 24
    for article in articles:
        passages = samples.passages_of(article.id)
        assert all(passage.text == article.text[passage.start : passage.end] for passage in passages)
        holds_everything_once(article, [(passage.start, passage.end) for passage in passages])
        given = (ARTICLES / article.id).read_text(encoding="utf-8")
        assert given.endswith(article.text)  # as given: only the front matter is cut off
    embedder = samples.load_embedder()
    texts = [passage.text for article in articles for passage in samples.passages_of(article.id)]
    assert max(embedder.count_tokens(texts)) <= embedder.window


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def characters(texts: Sequence[str]) -> list[int]:
    return [len("".join(text.split())) for text in texts]


def unknown(texts: Sequence[str]) -> list[int]:
    return [0 for _ in texts]


def utf8_bytes(texts: Sequence[str]) -> list[int]:
    return [len("".join(text.split()).encode("utf-8", "replace")) for text in texts]


TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from([*"aЯ«»\n .,!?🙂國", "\n\n", "U.S. ", "слово ", "x" * 60, "word ", "\u00a0"]),
        max_size=80,
    ).map("".join),
)


@given(
    TEXTS,
    st.sampled_from([words, characters, unknown]),
    st.integers(1, 40),
    st.sampled_from([None, "ru", "de"]),
)
def test_passage_spans(
    text: str, count: Callable[[Sequence[str]], list[int]], window: int, language: str | None
) -> None:
    spans = passage_spans(text, language, count, window, 40)
    holds_everything_once(Article("x", "x", text), spans)
    # A window below 8 tokens is taken for 8: no model has one.
    assert all(tokens <= max(8, window) for tokens in count([text[low:high] for low, high in spans]))
    for low, high in spans:  # longer than the target only where one sentence is
        begun = [start for start, _ in sentence_spans(text, language) if low <= start < high]
        assert high - low <= 40 or len(begun) <= 1


def test_a_word_without_end_fits_the_window_of_a_byte_level_model() -> None:
    text = "國" * 200
    assert max(utf8_bytes([text[a:b] for a, b in passage_spans(text, None, utf8_bytes, 64)])) <= 64


# ---- filters and the store


def test_filters(own: ArticleIndex, tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"id": "a", "text": "Summit in Bukhara.", "lang": "en", "source": "Daily", "date": "2025-11-01"},
        {
            "id": "b",
            "text": "Summit in Bukhara again.",
            "lang": "fr",
            "source": "Globe",
            "published": "2025-11-06",
        },
        {"id": "c", "text": "Summit in Bukhara anew.", "language": "fra", "date": "2025-11-30T23:59:00Z"},
        {"id": "d", "text": "Summit in Bukhara once more.", "language": "en", "source": "Daily"},
    ]
    own.add([write_jsonl(tmp_path / "a.jsonl", rows)])

    def found(**filters: object) -> str:
        hits = "".join(sorted(ids(own, "summit in Bukhara", **filters)))
        assert hits == "".join(sorted(a.id for a in own.articles(Filters(**filters))))  # type: ignore[arg-type]
        return hits

    assert found() == "abcd"
    assert found(languages=("fr",)) == "bc"
    assert found(languages=("fr", "en"), sources=("Daily",)) == "ad"
    assert found(published_from="2025-11-06") == "bc"
    assert found(published_from="2025-11-01", published_to="2025-11-06") == "ab"
    assert found(published_to="2025-10-31") == ""
    assert found(languages=("xx",)) == ""
    assert [article.id for article in own.articles()] == ["c", "b", "a", "d"]  # newest first, undated last


def test_what_came_and_went_between_generations(tmp_path: Path) -> None:
    store = Store(tmp_path, writable=True)
    store.set_meta({"dimension": "4"})

    def new(name: str, passages: int, language: str = "en") -> NewArticle:
        spans = [(n, n + 1) for n in range(passages)]
        return NewArticle(
            Article(name, name, "abcdef", language), spans, np.eye(4, dtype=np.float32)[:passages]
        )

    assert store.write([new("a", 2), new("b", 1, "fr")]) == ([], 1)
    first = store.changes(0, 0)
    assert (first.generation, first.removed, first.added.tolist()) == (1, [], [1, 2, 3])
    assert first.languages == ["en", "en", "fr"]
    assert first.vectors.tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0]]
    assert store.write([new("a", 3)], remove=["b", "nowhere"]) == (["b", "a"], 2)
    assert store.write([new("c", 1)]) == ([], 3)
    since = store.changes(1, 3)
    assert (since.generation, sorted(since.removed)) == (3, [(1, 2), (3, 3)])
    assert since.added.tolist() == [4, 5, 6, 7]
    nothing = store.changes(3, 7)
    assert (nothing.generation, nothing.removed, nothing.added.tolist()) == (3, [], [])
    assert nothing.vectors.shape == (0, 4)
    # A passage number is never used twice, also after the last ones went.
    store.write(remove=["c"])
    store.write([new("d", 1)])
    assert store.changes(3, 7).added.tolist() == [8]
    assert store.pids().tolist() == [4, 5, 6, 8]
    store.close()
