"""From question to cited answer: understand, search, read, choose sentences, quote them, and let a language model write
if there is one.

One function streams the states of an answer; the last state is the answer. Without a language model there is one state.
With one, the quoting answer comes first; it is replaced only by sentences that were verified, and stays when the model
fails. Every sentence of every answer is checked against what it cites (`qa.verification`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index import ArticleIndex, Filters
from index.article_index import whole_characters
from index.languages import detect_language
from index.names import find_names, query_keys
from qa.abstention import ANSWERS, confidence
from qa.language_model import (
    SHOWN_SENTENCES,
    ChatModel,
    LanguageModelUnavailable,
    connect,
    restated,
    write,
)
from qa.question import understand
from qa.quoting import compose
from qa.reader import configured_reader
from qa.selection import Sentence, rank_sentences, rerank
from qa.types import Answer, Exchange, Question
from qa.verification import Judges, check_quotes
from qa.written import Draft

History = Sequence[str | Exchange]
"""Earlier questions of the conversation, oldest first, with what was answered if that is known."""


def ask(
    index: ArticleIndex,
    question: str,
    *,
    history: History = (),
    k: int = 10,
    filters: Filters | None = None,
    llm: str | ChatModel | None = None,
    wait_for_model: bool = True,
) -> Answer:
    """Answer a question from the articles.

    Args:
        index: The articles.
        question: In any language.
        history: Earlier questions of the conversation, oldest first; an `Exchange` says what was answered too, so that
            "he" can be somebody whom only the answer named (`as_exchange`).
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
    history: History = (),
    k: int = 10,
    filters: Filters | None = None,
    llm: str | ChatModel | None = None,
    wait_for_model: bool = True,
) -> Iterator[Answer]:
    """The states of the answer as it grows; arguments and errors as for `ask`."""
    began = time.perf_counter()
    asking = _Asking(index, question, k, filters, wait_for_model, began)
    exchanges = [Exchange(earlier) if isinstance(earlier, str) else earlier for earlier in history]
    quoting, ranked = asking.quoted(understand(question, exchanges), complete=llm is None)
    yield quoting
    if llm is None:
        return
    name = llm if isinstance(llm, str) else type(llm).__name__
    try:
        model = connect(llm) if isinstance(llm, str) else llm
        if exchanges:
            understood = restated(model, question, exchanges)
            if understood is not None and understood.search_text != quoting.understood:
                quoting, ranked = asking.quoted(understood, complete=False)
                yield quoting
        yield from asking.written(quoting, ranked, model, name)
    except LanguageModelUnavailable as error:
        yield replace(
            quoting,
            complete=True,
            notice=f"{str(error).rstrip('.')}. The answer is made of quotes, without the model.",
            seconds=time.perf_counter() - began,
        )


def as_exchange(answer: Answer) -> Exchange:
    """What a later question may lean on: the words that answered, or of a written answer the first name that the
    question has not."""
    if answer.lead:
        return Exchange(answer.question, tuple(named.text for named in answer.lead))
    asked = {key for name in query_keys(answer.understood) for key in name.keys}
    for sentence in answer.sentences if answer.written_by != "quotes" else ():
        new = [name for name in find_names(sentence.text) if asked.isdisjoint(name.keys)]
        if sentence.verdict != "not" and new:
            run = new[:1]
            run += [name for name in new[1:2] if name.start - run[0].end == 1]
            return Exchange(answer.question, (sentence.text[run[0].start : run[-1].end],))
    return Exchange(answer.question)


@dataclass(frozen=True, slots=True)
class _Asking:
    """One question on its way."""

    index: ArticleIndex
    question: str
    k: int
    filters: Filters | None
    wait: bool
    began: float

    def quoted(self, understood: Question, *, complete: bool) -> tuple[Answer, list[Sentence]]:
        """The answer made of quotes, and the sentences that were considered for it, best first."""
        index = self.index
        hits = index.search(understood.search_text, self.k, self.filters, wait_for_model=self.wait)
        reader = configured_reader(wait=self.wait)
        ranked = rank_sentences(index, understood, hits, reader=reader, wait_for_model=self.wait)
        known_keys = frozenset(key for name in query_keys(understood.search_text) for key in name.keys)
        sure = confidence(ranked, read=reader is not None)
        composed = compose(
            ranked if sure >= ANSWERS else (),
            known_keys,
            detect_language(whole_characters(self.question)),
            understood.kind,
        )
        citations, statements = check_quotes(index.article, composed.citations, composed.sentences)
        searched = index.count(self.filters)
        answer = Answer(
            question=self.question,
            understood=understood.search_text,
            text=composed.text,
            sentences=statements,
            lead=composed.lead,
            citations=citations,
            hits=tuple(rerank(hits, ranked)),
            confidence=sure,
            notice="No article passes the filters." if self.filters and not searched else None,
            searched=searched,
            complete=complete,
            seconds=time.perf_counter() - self.began,
        )
        return answer, ranked

    def written(
        self, quoting: Answer, ranked: Sequence[Sentence], model: ChatModel, name: str
    ) -> Iterator[Answer]:
        """The states of an answer that a language model writes, each of verified sentences alone."""
        shown = ranked[:SHOWN_SENTENCES]
        if not shown:
            yield replace(quoting, complete=True, written_by=name, seconds=time.perf_counter() - self.began)
            return
        reader = configured_reader(wait=self.wait)
        supports = reader.supports if reader is not None and reader.verifies else None
        language = detect_language(quoting.understood)
        draft = Draft(shown, Judges(self.index.similarities, supports), language)
        for piece in write(model, quoting.understood, shown):
            if draft.add(piece) and draft.text is not None:
                yield self._state(quoting, name, draft, complete=False)
        draft.end()
        if draft.says_no:
            yield replace(
                self._state(quoting, name, draft, complete=True), text=None, citations=(), sentences=()
            )
            return
        if draft.is_empty:
            raise LanguageModelUnavailable(f"the language model {name} gave an empty answer")
        if draft.text is None:
            # Nothing is shown as an answer that stands on no passage.
            raise LanguageModelUnavailable(
                f"what the language model {name} wrote was withheld: its sources do not say it"
                if draft.cites
                else f"the language model {name} cited no passage"
            )
        yield self._state(quoting, name, draft, complete=True)

    def _state(self, quoting: Answer, name: str, draft: Draft, *, complete: bool) -> Answer:
        return replace(
            quoting,
            text=draft.text,
            sentences=draft.statements,
            lead=(),
            citations=draft.citations,
            written_by=name,
            complete=complete,
            seconds=time.perf_counter() - self.began,
        )
