"""A language model writes the answer from numbered sentences, through LangChain; it can cite nothing it was not shown.

``ARTICLES_LLM=provider:model`` names it ("openai:gpt-5-mini"; Ollama, vLLM and llama.cpp speak OpenAI's protocol: set
``OPENAI_BASE_URL``). Keys and addresses are the provider's own environment variables.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from index import ArticlesError
from index.article_index import MOST_CHARACTERS
from index.languages import detect_language
from qa import wording
from qa.kinds import kind_of
from qa.marks import clean_marks
from qa.prompts import fill
from qa.selection import Sentence
from qa.types import NOT_IN_THE_ARTICLES, Exchange, Question

SHOWN_SENTENCES = 24
"""How many of the best sentences the model gets to see."""
_SHOWN_EXCHANGES = 4  # of the conversation, the latest
_LONGEST_RESTATED = 400  # characters; more is not a question
_LONGEST_ABOUT = 120  # characters of an outlet, a title or earlier answers
_MOST_WRITTEN = 20_000  # characters of an answer; a model that goes on is stopped
_TIMEOUT = 60.0  # seconds without an answer before the model counts as not there


class LanguageModelUnavailable(ArticlesError):
    """The language model is not configured properly, cannot be reached, or broke off."""


class ChatModel(Protocol):
    """What is needed of a LangChain chat model."""

    def stream(self, input: Any) -> Iterator[Any]:
        """Messages as they come."""
        ...


def configured_model() -> str | None:
    """The model named by ``ARTICLES_LLM``, or None."""
    return os.environ.get("ARTICLES_LLM") or None


def connect(name: str) -> ChatModel:
    """The chat model "provider:model".

    Raises:
        LanguageModelUnavailable: The name, the key or the provider's package is missing or wrong.
    """
    os.environ.setdefault("LANGSMITH_TRACING", "false")

    if ":" not in name:
        raise LanguageModelUnavailable(
            f"ARTICLES_LLM={name!r} names no provider: write provider:model, such as openai:gpt-5-mini"
        )
    try:
        from langchain.chat_models import init_chat_model

        model: ChatModel = init_chat_model(name, temperature=0, timeout=_TIMEOUT, max_retries=1)
    except ImportError as error:
        raise LanguageModelUnavailable(f"the provider of {name!r} needs a package: {error}") from error
    except Exception as error:  # every provider has errors of its own; to the reader all mean: not there
        raise LanguageModelUnavailable(
            f"the language model {name!r} cannot be used: {_first_line(error)}"
        ) from error
    return model


def write(model: ChatModel, question: str, sentences: Sequence[Sentence]) -> Iterator[str]:
    """The model's answer in pieces as they come; marks ``[n]`` count the sentences from 1, others are removed.

    Raises:
        LanguageModelUnavailable: No connection, a time-out, or the stream broke off.
    """
    prompt = fill(
        "answer",
        sentences="\n".join(_numbered(sentences)),
        question=question,
        language=wording.name_of(wording.known(detect_language(question)), "en"),
        not_in_the_articles=NOT_IN_THE_ARTICLES,
    )
    yield from clean_marks(_pieces(model, prompt), range(1, len(sentences) + 1))


def restated(model: ChatModel, question: str, history: Sequence[Exchange]) -> Question | None:
    """A follow-up question as one that stands by itself; None where the model says nothing that can be used.

    Raises:
        LanguageModelUnavailable: No connection, a time-out, or the stream broke off.
    """
    earlier = "\n".join(
        f"- {_flat(e.question, _LONGEST_RESTATED)}"
        + (f" (answer: {_flat(', '.join(e.answers), _LONGEST_ABOUT)})" if e.answers else "")
        for e in history[-_SHOWN_EXCHANGES:]
    )
    prompt = fill("understand", history=earlier, question=_flat(question, MOST_CHARACTERS))
    text = " ".join("".join(_pieces(model, prompt)).split()).strip('"“”«»')
    if not text or len(text) > _LONGEST_RESTATED:
        return None
    return Question(question, text, (), kind_of(text))


def _numbered(sentences: Sequence[Sentence]) -> Iterator[str]:
    for number, sentence in enumerate(sentences, start=1):
        article = sentence.article
        about = ", ".join(filter(None, [article.source, article.published])) or article.title
        yield f"[{number}] ({_flat(about, _LONGEST_ABOUT)}) {' '.join(sentence.text.split())}"


def _flat(text: str, longest: int) -> str:
    """One line, so that what comes from an article cannot look like a line of the prompt."""
    return " ".join(text.split())[:longest]


def _pieces(model: ChatModel, prompt: str) -> Iterator[str]:
    length = 0
    try:
        for message in model.stream(prompt):
            piece = str(message.text)
            length += len(piece)
            yield piece
            if length > _MOST_WRITTEN:
                return
    except Exception as error:  # as in `connect`; the quoting answer stands, and the notice says why
        raise LanguageModelUnavailable(f"the language model did not answer: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.split("\n", 1)[0] if text else type(error).__name__
