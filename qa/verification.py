"""Whether what an answer says stands in what it cites: one verdict for each of its sentences, without a model that
writes.

Exact things are compared exactly: quotations letter by letter, numbers, dates. Names and countries are compared in all
spellings; one that is missing counts, unless it may be no name at all (the first word of a sentence, a German noun, a
body whose name is translated) and the meaning is surely the same. The meaning as a whole, with denial and with who did
it to whom, is judged by the reader, and without it by words and likeness.

What the cited sentences lack may stand elsewhere in the cited article: then the sentence is partly supported. What
stands nowhere in it makes it unsupported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from index import Article
from index.languages import detect_language
from index.names import Name, find_names
from index.sentences import sentence_spans
from index.terms import content_terms
from qa import facts
from qa.types import Citation, Fault, Statement, Verdict

Span = tuple[int, int]
Similarity = Callable[[str, Sequence[str]], Sequence[float]]
"""How near each text is to the first one in meaning: 0 for unrelated, 1 at most (`ArticleIndex.similarities`)."""

FindArticle = Callable[[str], Article | None]

Supports = Callable[[str, Sequence[str]], Sequence[float]]
"""Log-odds that each text says what the first one says (`Reader.supports`)."""

_ORDER: tuple[Verdict, ...] = ("supported", "partly", "not")
_SAME_MEANING = 0.62
"""Names of bodies are translated; one as near as this to a name of the source is taken for it."""
_UNRELATED, _RELATED = 0.30, 0.42
"""Likeness of meaning below which a sentence is not, and only partly, supported, where there is no reader."""
_COVERED = 0.55
"""Share of a sentence's content words in a source of its language that makes up for little likeness."""
_DENIED, _SURE = -1.0, 0.0
"""Log-odds below which a sentence is not, and only partly, supported; chosen on pairs that no test has."""
_FAR = 0.6
"""The reader's no counts only where the likeness of meaning is below this too: alone it is wrong too often. Its yes
does not count for what is unrelated, nor, below this, for a sentence that names nothing."""
_SAID = 0.75
"""Share of a sentence's content words in a source of its language from which on it is said there."""
_EXCUSES = {"certain": 2.0, "translated": 1.0, "no name": -1.0}
"""Log-odds of the meaning, as the reader has it, from which a missing name is passed over: what is certainly one,
what may be translated, and what may be none. Without the reader only the last is."""


@dataclass(frozen=True, slots=True)
class Judges:
    """What judges meaning; None where it is not at hand."""

    similarity: Similarity | None = None
    supports: Supports | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A stretch of an article that is cited."""

    article: Article
    span: Span

    @property
    def text(self) -> str:
        return self.article.text[slice(*self.span)]


@dataclass(frozen=True, slots=True)
class Check:
    """What verifying one sentence came to."""

    verdict: Verdict
    faults: tuple[Fault, ...] = ()
    """What is wrong, or stands only elsewhere in the article; empty when supported."""


def stands(quote: str, article: Article | None, start: int, end: int) -> bool:
    """Whether `quote` stands in the article at these characters, Unicode normalisation and white space aside."""
    return article is not None and facts.normalised(article.text[start:end]) == facts.normalised(quote) != ""


def check_quotes(
    find: FindArticle, citations: Sequence[Citation], statements: Sequence[Statement]
) -> tuple[tuple[Citation, ...], tuple[Statement, ...]]:
    """The same, with the verdict of each: whether the quotes stand in the articles as these are now.

    Args:
        find: An article by its id, None when it is gone.
        citations: Of an answer that is made of quotes.
        statements: Its quotes and its lead, whose every part must stand in a quote.
    """
    standing = {c.number: stands(c.quote, find(c.article_id), c.start, c.end) for c in citations}
    checked = tuple(
        replace(citation, verdict="supported" if standing[citation.number] else "not")
        for citation in citations
    )
    quotes = {c.number: facts.normalised(c.quote) for c in citations}
    judged: list[Statement] = []
    for statement in statements:
        good = [number for number in statement.citations if standing.get(number, False)]
        if not good:
            judged.append(replace(statement, verdict="not", faults=("changed",)))
            continue
        said = facts.normalised(statement.text).strip('"')
        held = any(said in quotes[number] for number in good) or all(
            any(part in quotes[number] for number in good) for part in said.split(", ")
        )
        judged.append(
            replace(statement, verdict="supported", faults=())
            if held
            else replace(statement, verdict="not", faults=("quotation",))
        )
    return checked, tuple(judged)


def verify(statement: str, sources: Sequence[Source], judges: Judges = Judges()) -> Check:
    """Whether the cited stretches support a sentence.

    Args:
        statement: A sentence of an answer, without its marks.
        sources: What it cites.
        judges: Of meaning; without any, words alone are compared, between languages not at all.
    """
    if not sources:
        return Check("not", ("uncited",))
    claim = _Claim(statement)
    cited = _Ground(sources)
    whole = _Lazy(sources)
    found: dict[Fault, Verdict] = {}

    def note(fault: Fault, verdict: Verdict) -> None:
        found[fault] = max(found.get(fault, "supported"), verdict, key=_ORDER.index)

    for quoted in facts.quotations(statement):
        if not cited.holds(quoted):
            note("quotation", _quotation(quoted, claim, cited, whole.ground, judges.similarity))
    for number in claim.numbers:
        if not cited.counts(number):
            note("number", "partly" if whole.ground.counts(number) else "not")
    for day in claim.days:
        if not cited.dates(day):
            note("date", _missing_day(day, cited, whole.ground))
    meaning = _meaning(claim, cited, judges)
    for country in claim.countries:
        kind = "translated" if claim.is_foreign_to(cited) else "certain"
        if country not in cited.countries and not meaning.excuses(kind):
            note("country", "partly" if country in whole.ground.countries else "not")
    for name in claim.names:
        kind = _how_certain(name, claim, cited)
        if not cited.names_it(name) and not meaning.excuses(kind):
            verdict = _missing_name(name, claim, cited, whole.ground, judges.similarity)
            if verdict == "not" and kind == "translated" and not _beside(name, claim):
                verdict = "partly"  # one word of another language: as often right as wrong
            if verdict != "supported":
                note("name", verdict)
    if meaning.odds < _SURE or meaning.fault != "meaning":
        note(meaning.fault, "not" if meaning.odds < _DENIED else "partly")
    verdict = max(found.values(), key=_ORDER.index, default="supported")
    return Check(verdict, tuple(found))


# ---- what is compared


class _Text:
    """A sentence and what it states."""

    def __init__(self, text: str, language: str) -> None:
        self.text, self.language = text, language
        self.countries = set(facts.countries(text).values())
        self.numbers = facts.numbers(text, language)
        self.denials = facts.denials(text, language)
        self.terms = set(content_terms(text, language))


class _Claim(_Text):
    def __init__(self, statement: str) -> None:
        super().__init__(statement, detect_language(statement))
        self.days = facts.days(statement, self.language)
        self.names = facts.names(statement, self.language)

    @property
    def names_something(self) -> bool:
        """Whether it states anything that can be compared: "See the sentences below" does not."""
        return bool(self.names or self.numbers or self.days or self.countries)

    def is_foreign_to(self, ground: _Ground) -> bool:
        """Whether no source is in its language."""
        return self.language not in {source.article.language for source in ground.sources}


class _Ground:
    """Cited stretches and what they state."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self.sentences = [
            _Text(source.text[slice(*span)], source.article.language)
            for source in sources
            for span in sentence_spans(source.text, source.article.language)
        ]
        self.days = [
            day
            for source in sources
            for day in facts.resolved(
                facts.days(source.text, source.article.language), source.article.published
            )
        ]
        self.published = [d for source in sources for d in facts.days(source.article.published or "")]
        self.numbers = [number for sentence in self.sentences for number in sentence.numbers]
        self.countries = set().union(*(sentence.countries for sentence in self.sentences))
        outlets = " ".join(filter(None, (source.article.source for source in sources)))
        self.keys = {
            key
            for text in (*(sentence.text for sentence in self.sentences), outlets)
            for name in find_names(text)
            for key in name.keys
        }
        self._folded = facts.normalised(" ".join([*(source.text for source in sources), outlets]))

    def holds(self, text: str) -> bool:
        """Whether these words stand in it, punctuation at their ends aside."""
        wanted = re.escape(facts.normalised(text).strip(" .,;:!?…"))
        return re.search(rf"(?<!\w){wanted}(?!\w)", self._folded) is not None

    def names_it(self, name: Name) -> bool:
        """Whether it has this name, in whatever spelling."""
        return not self.keys.isdisjoint(name.keys) or self.holds(name.text)

    def counts(self, number: facts.Values) -> bool:
        """Whether it has this number; 1500 may have been taken for a year."""
        return any(number & other for other in self.numbers) or any(
            float(day.year or 0) in number for day in self.days
        )

    def dates(self, day: facts.Day) -> bool:
        """Whether it says as much of this day; a year alone may have been taken for a number."""
        if any(day.is_within(other) for other in self.days):
            return True
        alone = day.month is None and day.day is None and day.weekday is None and day.year is not None
        return alone and any(float(day.year or 0) in number for number in self.numbers)


class _Lazy:
    """The whole articles, looked at only when something is missing from what is cited."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources

    @cached_property
    def ground(self) -> _Ground:
        return _Ground(_with_all_around(self._sources))


def _with_all_around(sources: Sequence[Source]) -> list[Source]:
    """The whole articles, titles aside."""
    articles = {source.article.id: source.article for source in sources}
    return [Source(article, (0, len(article.text))) for article in articles.values()]


# ---- what is missing


def _quotation(
    quoted: str, claim: _Claim, cited: _Ground, whole: _Ground, similarity: Similarity | None
) -> Verdict:
    if whole.holds(quoted):
        return "partly"
    languages = {source.article.language for source in cited.sources}
    if claim.language in languages or similarity is None:
        return "not"
    # A translation cannot be compared letter by letter, and a reader must know that it is one.
    near = max(similarity(quoted, [sentence.text for sentence in cited.sentences]), default=0.0)
    return "partly" if near >= _RELATED else "not"


def _missing_day(day: facts.Day, cited: _Ground, whole: _Ground) -> Verdict:
    if whole.dates(day):
        return "partly"
    # The day of publication is known, but whether it happened then is not said.
    if any(day.is_within(published) for published in cited.published):
        return "partly"
    return "not"


def _missing_name(
    name: Name, claim: _Claim, cited: _Ground, whole: _Ground, similarity: Similarity | None
) -> Verdict:
    if whole.names_it(name):
        return "partly"
    run = _run_of(name, claim)
    if similarity is not None and claim.is_foreign_to(cited) and " " in run:
        runs = [text for sentence in cited.sentences for text in _runs(sentence.text)]
        if max(similarity(run, runs), default=0.0) >= _SAME_MEANING:
            return "supported"
    return "not"


def _run_of(name: Name, claim: _Claim) -> str:
    return next(
        (
            run
            for run in _runs(claim.text)
            if name.text in run and abs(claim.text.find(run) - name.start) < 80
        ),
        name.text,
    )


_JOINS = re.compile(r"[\s\u00a0](?:(?:de|des|du|of|the|la|le|l['’]|für|der|die|del|por)[\s\u00a0])?|-")


def _runs(text: str) -> list[str]:
    """Capitalised words side by side, one to six."""
    found: list[list[int]] = []
    for name in find_names(text):
        if found and _JOINS.fullmatch(text, found[-1][1], name.start):
            found[-1][1] = name.end
        else:
            found.append([name.start, name.end])
    return [text[low:high] for low, high in found]


def _beside(name: Name, claim: _Claim) -> list[Name]:
    """The names directly before and behind this one: the other parts of a person's or a body's."""
    return [
        other
        for other in claim.names
        if other is not name and (abs(other.start - name.end) <= 2 or abs(name.start - other.end) <= 2)
    ]


def _how_certain(name: Name, claim: _Claim, cited: _Ground) -> str:
    """A key of `_EXCUSES`: the first word of a sentence and a German noun may be no names, a body's is translated, and
    of a person's two the short one may be spelled beyond recognition."""
    beside = _beside(name, claim)
    opens = not claim.text[: name.start].strip(" «»“”„\"'(—–-")
    across = claim.is_foreign_to(cited)
    if not beside and (opens or claim.language == "de"):
        return "no name"
    if across and any(cited.names_it(other) for other in beside):
        return "no name"
    return "translated" if across else "certain"


# ---- meaning


@dataclass(frozen=True, slots=True)
class _Meaning:
    odds: float
    """Log-odds that the sources say it."""
    fault: Fault
    """What is wrong, or may be."""
    read: bool
    """Whether the reader judged."""

    def excuses(self, kind: str) -> bool:
        """Whether a missing name of this kind (`_EXCUSES`) is passed over."""
        return self.odds >= _EXCUSES[kind] if self.read else kind == "no name"


def _meaning(claim: _Claim, cited: _Ground, judges: Judges) -> _Meaning:
    best, near = _nearest(claim, cited, judges.similarity)
    # Between languages "failed to" and "n'a pas" are not told from a denial well enough.
    denies = (
        best is not None and best.language == claim.language and (claim.denials > 0) != (best.denials > 0)
    )
    swapped = _roles_swapped(claim, cited)
    fault: Fault = "denial" if denies else "roles" if swapped else "meaning"
    if judges.supports is not None:
        (odds,) = judges.supports(claim.text, [" ".join(source.text for source in cited.sources)])
        if _covered(claim, cited) >= _SAID:
            odds = max(odds, _SURE)
        elif judges.similarity is not None and near >= _FAR:
            odds = max(odds, _DENIED) if claim.names_something else odds
        elif near < _UNRELATED or not claim.names_something:
            odds = min(odds, 2 * _DENIED)
        return _Meaning(odds, fault, True)
    odds = 0.5 - 2 * denies - 2 * swapped - 2 * (near < _UNRELATED) - 0.75 * (near < _RELATED)
    return _Meaning(odds, fault, False)


def _nearest(claim: _Claim, cited: _Ground, similarity: Similarity | None) -> tuple[_Text | None, float]:
    """The cited sentence that is nearest, and how near all of them together come, 0 to 1."""
    if not cited.sentences:
        return None, 0.0
    shared = [_share(claim, sentence) for sentence in cited.sentences]
    if similarity is None:
        near = [1.0 if share is None else share for share in shared]
    else:
        near = list(similarity(claim.text, [sentence.text for sentence in cited.sentences]))
    best = max(range(len(near)), key=lambda at: near[at] + (shared[at] or 0.0))
    return cited.sentences[best], max(near[best], _RELATED if _covered(claim, cited) >= _COVERED else 0.0)


def _covered(claim: _Claim, cited: _Ground) -> float:
    """Share of the claim's content words in the sources of its language, 0 where there are none."""
    together = {term for s in cited.sentences if s.language == claim.language for term in s.terms}
    return len(claim.terms & together) / len(claim.terms) if claim.terms and together else 0.0


def _share(claim: _Text, sentence: _Text) -> float | None:
    """Share of the claim's content words; None between languages."""
    if claim.language != sentence.language or not claim.terms:
        return None
    return len(claim.terms & sentence.terms) / len(claim.terms)


# ---- who did it to whom

_PASSIVE = re.compile(
    r"(?<!\w)(?:(?:was|were|been|being|is|are|be)\s(?:\w+\s)?\w+(?:ed|en|t|ne)\b|(?:a|ont|avait)\sété|"
    r"(?:est|sont|fut|furent|était)\s\w+(?:é|ée|és|ées|u|ue|i|ie|is)\b|wurden?|worden|wird|werden|fue|fueron|ha sido|"
    r"был[аои]?|были)(?!\w)",
    re.IGNORECASE,
)
"""What may be a passive: then nobody knows by order alone who did it."""


def _roles_swapped(claim: _Claim, cited: _Ground) -> bool:
    """Whether a sentence of the same language has the same two names about the same verb the other way round."""
    for sentence in cited.sentences:
        if (
            sentence.language != claim.language
            or _PASSIVE.search(sentence.text)
            or _PASSIVE.search(claim.text)
        ):
            continue
        ours, theirs = _roles(claim.text, claim.language), _roles(sentence.text, sentence.language)
        for verb, (before, after) in ours.items():
            if verb not in theirs:
                continue
            other_before, other_after = theirs[verb]
            swapped = _meet(before, other_after) and _meet(after, other_before)
            kept = _meet(before, other_before) or _meet(after, other_after)
            if swapped and not kept:
                return True
    return False


def _roles(text: str, language: str) -> dict[str, tuple[set[str], set[str]]]:
    """For each content word, name keys before and behind it."""
    roles: dict[str, tuple[set[str], set[str]]] = {}
    found = find_names(text)
    for match in re.finditer(r"[^\W\d_]+(?:['’ʻʼ-][^\W\d_]+)*", text):
        word = match[0]
        if word[0].isupper():
            continue
        for term in content_terms(word, language):
            before = {key for name in found if name.end <= match.start() for key in name.keys}
            after = {key for name in found if name.start >= match.end() for key in name.keys}
            if before and after:
                roles[term] = before, after
    return roles


def _meet(one: Iterable[str], other: set[str]) -> bool:
    return not other.isdisjoint(one)
