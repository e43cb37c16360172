"""From question to cited answer: understand, search, read, choose sentences, quote them, and let a language model write
if there is one.

One function streams the states of an answer; the last state is the answer. Without a language model there is one state.
With one, the quoting answer comes first and stays when the model fails.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index import ArticleIndex, Filters
from index.names import query_keys
from qa.language_model import (
    SHOWN_SENTENCES,
    ChatModel,
    LanguageModelUnavailable,
    connect,
    write,
)
from qa.marks import marks_in
from qa.question import understand
from qa.quoting import cite, compose
from qa.reader import configured_reader
from qa.selection import Sentence, rank_sentences, rerank
from qa.types import NOT_IN_THE_ARTICLES, Answer


def ask(
    index: ArticleIndex,
    question: str,
    *,
    history: Sequence[str] = (),
    k: int = 10,
    filters: Filters | None = None,
    llm: str | ChatModel | None = None,
    wait_for_model: bool = True,
) -> Answer:
    """Answer a question from the articles.

    Args:
        index: The articles.
        question: In any language.
        history: Earlier questions of the conversation, oldest first.
        k: How many passages to consider and return.
        filters: Limits to languages, sources and dates.
        llm: "provider:model" or a LangChain chat model that writes the answer; None: quotes alone.
        wait_for_model: False: when the embedding model or the reader is not loaded yet, answer without it.
    Raises:
        BadRequest: The question is empty.
        ModelUnavailable: The embedding model or the reader cannot be loaded.
        ArticlesError: The index cannot be read. A failure never looks like "the articles do not say".
    """
    *_, answer = stream(
        index, question, history=history, k=k, filters=filters, llm=llm, wait_for_model=wait_for_model
    )
    return answer


def stream(
    index: ArticleIndex,
    question: str,
    *,
    history: Sequence[str] = (),
    k: int = 10,
    filters: Filters | None = None,
    llm: str | ChatModel | None = None,
    wait_for_model: bool = True,
) -> Iterator[Answer]:
    """The states of the answer as it grows; arguments and errors as for `ask`."""
    began = time.perf_counter()
    understood = understand(question, history)
    hits = index.search(understood.search_text, k, filters, wait_for_model=wait_for_model)
    reader = configured_reader(wait=wait_for_model)
    ranked = rank_sentences(index, understood, hits, reader=reader, wait_for_model=wait_for_model)
    known_keys = frozenset(key for name in query_keys(understood.search_text) for key in name.keys)
    composed = compose(ranked, known_keys)
    quoting = Answer(
        question=question,
        understood=understood.search_text,
        text=composed.text,
        lead=composed.lead,
        citations=composed.citations,
        hits=tuple(rerank(hits, ranked)),
        confidence=ranked[0].probability if ranked else 0.0,
        notice="No article passes the filters."
        if filters and not hits and not index.articles(filters)
        else None,
        complete=llm is None,
        seconds=time.perf_counter() - began,
    )
    yield quoting
    if llm is None:
        return
    try:
        yield from _written(quoting, llm, ranked[:SHOWN_SENTENCES], began)
    except LanguageModelUnavailable as error:
        yield replace(
            quoting,
            complete=True,
            notice=f"{str(error).rstrip('.')}. The answer is made of quotes, without the model.",
            seconds=time.perf_counter() - began,
        )


def _written(
    quoting: Answer,
    llm: str | ChatModel,
    sentences: Sequence[Sentence],
    began: float,
) -> Iterator[Answer]:
    """The states of an answer that a language model writes."""
    name = llm if isinstance(llm, str) else type(llm).__name__
    model = connect(llm) if isinstance(llm, str) else llm
    if not sentences:
        yield replace(quoting, complete=True, written_by=name, seconds=time.perf_counter() - began)
        return
    text = ""
    for piece in write(model, quoting.question, sentences):
        text += piece
        yield _state(quoting, name, text, sentences, complete=False, began=began)
    if not text.strip():
        raise LanguageModelUnavailable(f"the language model {name} gave an empty answer.")
    final = _state(quoting, name, text, sentences, complete=True, began=began)
    if final.text is not None and not final.citations:
        # Nothing is shown as an answer that stands on no passage.
        raise LanguageModelUnavailable(f"the language model {name} cited no passage.")
    yield final


def _state(
    quoting: Answer,
    name: str,
    text: str,
    sentences: Sequence[Sentence],
    *,
    complete: bool,
    began: float,
) -> Answer:
    """The answer so far: marks renumbered from 1 in the order of the text, with the citations they stand for."""
    shown = [number for number in marks_in(text) if 1 <= number <= len(sentences)]
    citations = tuple(cite(sentences[number - 1], position) for position, number in enumerate(shown, start=1))
    # Two passes, so that a new number is not taken for an old one.
    for number in shown:
        text = text.replace(f"[{number}]", f"\0{number}\0")
    for position, number in enumerate(shown, start=1):
        text = text.replace(f"\0{number}\0", f"[{position}]")
    says_no = complete and not citations and NOT_IN_THE_ARTICLES.rstrip(".") in text
    return replace(
        quoting,
        text=None if says_no else text.strip(),
        lead=(),
        citations=citations,
        written_by=name,
        complete=complete,
        seconds=time.perf_counter() - began,
    )
