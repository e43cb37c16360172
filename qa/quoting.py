"""Write an answer without a language model: a line that names what answers, then the sentences, quoted exactly, each
with its citations.

Nothing here can say what is not in an article: every character of a name or a quote is cut from the article's text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.names import find_names
from index.terms import content_terms
from qa import facts, wording
from qa.selection import Sentence
from qa.types import Citation, Named, Statement

Span = tuple[int, int]

_MOST_QUOTES = 5
_NEAR_BEST = 0.45  # a further sentence is quoted when it is at least this share as probable as the best one
_SAME = 0.65  # two sentences that share this much of the longer one's content say the same thing
_SAME_NEWS_DAYS = 7  # reports of one event come out within a week
_COPIED = 0.9  # two sentences that share this much are one text that two outlets print
_MOST_NAMED = 4
_STANDS_ALONE = 300  # characters: a longer sentence is not extended by the one before it


@dataclass(frozen=True, slots=True)
class Composed:
    """What `compose` makes; the same fields as in `Answer`."""

    text: str | None = None
    lead: tuple[Named, ...] = ()
    citations: tuple[Citation, ...] = ()
    sentences: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class _Quote:
    """A sentence with as much before it as is needed to understand it."""

    sentence: Sentence
    start: int

    def covers(self, sentence: Sentence) -> bool:
        same_article = sentence.article.id == self.sentence.article.id
        return same_article and self.start <= sentence.span[0] and sentence.span[1] <= self.sentence.span[1]


def compose(
    ranked: Sequence[Sentence], known_keys: frozenset[str], language: str = "en", kind: str = "other"
) -> Composed:
    """The text of the answer with its marks ``[1]``, and its citations; nothing without sentences.

    Args:
        ranked: From `rank_sentences`, best first.
        known_keys: Name keys of the question: a sentence without any is quoted with the one before that has them.
        language: Of the question: in it, outlet, day and language of a quote are given.
        kind: What is asked for (`Question.kind`).
    """
    if not ranked:
        return Composed()
    facts_found = _gathered(ranked, known_keys)
    lines: list[str] = []
    citations: list[Citation] = []
    statements: list[Statement] = []
    for fact in facts_found:
        first = len(citations) + 1
        made = [cite(quote.sentence, n, quote.start) for n, quote in enumerate(fact, start=first)]
        made = [made[0], *(_marked_copy(citation, made[0]) for citation in made[1:])]
        citations += made
        marks = "".join(f"[{citation.number}]" for citation in made)
        quote = f"“{' '.join(made[0].quote.split())}”"
        lines.append(f"{quote} {marks}{_said_where(made, language)}")
        statements.append(Statement(quote, tuple(c.number for c in made), "supported"))
    sentences = [quote.sentence for fact in facts_found for quote in fact]
    quoted = list(zip(sentences, citations, strict=True))
    lead = _lead(quoted, _read) or _lead(quoted, _KINDS.get(kind, _nothing))
    if lead:
        lines.insert(0, lead_line(lead, language))
        named = tuple(dict.fromkeys(number for one in lead for number in one.citations))
        statements.insert(0, Statement(", ".join(one.text for one in lead), named, "supported"))
    return Composed("\n\n".join(lines), lead, tuple(citations), tuple(statements))


def lead_line(lead: Sequence[Named], language: str) -> str:
    """The line that names what answers, with its marks; what is only planned is said to be."""
    return ", ".join(
        named.text
        + (f" ({wording.planned(language)})" if named.planned else "")
        + " "
        + "".join(f"[{number}]" for number in named.citations)
        for named in lead
    )


def _gathered(ranked: Sequence[Sentence], known_keys: frozenset[str]) -> list[list[_Quote]]:
    """Each fact with everything that says it, best first."""
    floor = ranked[0].probability * _NEAR_BEST
    found: list[list[_Quote]] = []
    for sentence in ranked:
        if sentence.probability < floor:
            break
        quoted = [quote for fact in found for quote in fact]
        if any(quote.covers(sentence) for quote in quoted):
            continue
        same = next((fact for fact in found if _say_the_same(fact[0].sentence, sentence)), None)
        if same is None and len(found) == _MOST_QUOTES:
            continue
        quote = _Quote(sentence, _start(sentence, known_keys, quoted))
        if same is None:
            found.append([quote])
        elif all(other.sentence.article.id != sentence.article.id for other in same):
            same.append(quote)
    return found


def _marked_copy(citation: Citation, first: Citation) -> Citation:
    one, two = (set(content_terms(c.quote, c.language)) for c in (first, citation))
    copied = bool(one) and len(one & two) / max(len(one), len(two)) >= _COPIED
    return replace(citation, copy_of=first.number) if copied else citation


def _said_where(citations: Sequence[Citation], language: str) -> str:
    first = citations[0]
    where = wording.about(first.source, first.published, first.language, language)
    copies = sum(citation.copy_of is not None for citation in citations)
    if copies:
        where = "; ".join(filter(None, [where, wording.one_text(copies + 1, language)]))
    return f" ({where})" if where else ""


def _lead(
    quoted: Sequence[tuple[Sentence, Citation]], answers: Callable[[Sentence], Sequence[Span]]
) -> tuple[Named, ...]:
    """What the quotes name as the answer, in their order, each once in whatever spelling."""
    found: list[Named] = []
    for sentence, citation in quoted:
        for span in answers(sentence):
            text = " ".join(sentence.article.text[slice(*span)].split())
            low = sentence.span[0]
            planned = facts.is_planned(sentence.text, citation.language, (span[0] - low, span[1] - low))
            for place, named in enumerate(found):
                if _same_answer(named.text, text):
                    numbers = tuple(dict.fromkeys((*named.citations, citation.number)))
                    found[place] = Named(named.text, numbers, named.planned and planned)
                    break
            else:
                found.append(Named(text, (citation.number,), planned))
    return tuple(found[:_MOST_NAMED])


def _read(sentence: Sentence) -> Sequence[Span]:
    """The words that the reader holds for the answer."""
    return () if sentence.answer is None else (sentence.answer,)


def _one_mark(sentence: Sentence) -> Sequence[Span]:
    """The one thing of the kind that is asked for; of several nobody knows which."""
    return sentence.marks if len(sentence.marks) == 1 else ()


def _all_marks(sentence: Sentence) -> Sequence[Span]:
    return sentence.marks


def _nothing(sentence: Sentence) -> Sequence[Span]:
    return ()


_KINDS: Mapping[str, Callable[[Sentence], Sequence[Span]]] = {
    "person": _all_marks,
    "date": _one_mark,
    "place": _one_mark,
}
"""What of a quote is named, by what is asked for, where the reader is not sure of any words; a number would stand there
without what it counts."""


def _same_answer(one: str, other: str) -> bool:
    """Whether two answers are one: the same text, or nothing but a name in two spellings, one of them perhaps shorter.

    "Ilja Noven" and "Новен" are; "President Macron" and "President Tokayev", "Anna and Boris" and "Boris", or the fifth
    and the seventh of November are not, although they share a word.
    """
    if one.casefold() == other.casefold():
        return True
    if not all(word[0].isupper() for text in (one, other) for word in re.findall(r"\w+", text)):
        return False
    fewer, more = sorted((find_names(one), find_names(other)), key=len)
    keys = [set(name.keys) for name in more]
    return bool(fewer) and all(any(own.intersection(name.keys) for own in keys) for name in fewer)


def cite(sentence: Sentence, number: int, start: int | None = None) -> Citation:
    """The sentence as citation `number`, from `start` on when what comes before is needed to understand it."""
    article = sentence.article
    start = sentence.span[0] if start is None else start
    end = sentence.span[1]
    return Citation(
        number,
        article.id,
        article.title,
        article.url,
        article.source,
        article.published,
        article.language,
        start,
        end,
        article.text[start:end],
        sentence.marks,
    )


def _start(sentence: Sentence, known_keys: frozenset[str], quoted: Sequence[_Quote]) -> int:
    """Where the quote begins: one sentence earlier when only that says who "he" is, and it is not quoted already."""
    start, end = sentence.span
    previous = sentence.previous
    if previous is None or end - start > _STANDS_ALONE:
        return start
    if any(quote.sentence.article.id == sentence.article.id and quote.start < start for quote in quoted):
        return start
    text = sentence.article.text
    named_here = any(not known_keys.isdisjoint(name.keys) for name in find_names(text[start:end]))
    named_before = any(not known_keys.isdisjoint(name.keys) for name in find_names(text[slice(*previous)]))
    return previous[0] if named_before and not named_here else start


def _say_the_same(first: Sentence, second: Sentence) -> bool:
    """Whether two sentences tell one fact: nearly the same content words, in one language.

    Not when one denies what the other says, nor when their numbers differ: two outlets that count differently are both
    quoted. Nor when they were published weeks apart: the same five presidents meet every year. Sentences in two
    languages are never taken for one fact: sharing names is not enough.
    """
    language = first.article.language
    days = [s.article.published for s in (first, second)]
    if language != second.article.language:
        return False
    if days[0] and days[1] and _days_between(days[0], days[1]) > _SAME_NEWS_DAYS:
        return False
    texts = [first.text, second.text]
    if _numbers(texts[0]) != _numbers(texts[1]):
        return False
    if facts.denials(texts[0], language) != facts.denials(texts[1], language):
        return False
    one, two = (set(content_terms(text, language)) for text in texts)
    return bool(one and two) and len(one & two) / max(len(one), len(two)) >= _SAME


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))


def _days_between(first: str, second: str) -> int:
    return abs((date.fromisoformat(first) - date.fromisoformat(second)).days)
