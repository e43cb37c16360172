"""Understand a question: what kind of thing it asks for, and what it takes over from the questions before it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from index import UNKNOWN_LANGUAGE
from index.article_index import MOST_CHARACTERS, whole_characters
from index.languages import detect_language
from index.names import find_names, name_keys, query_keys
from index.terms import content_words
from qa.facts import countries, names
from qa.kinds import PLACE_AFTER as _PLACE_AFTER
from qa.kinds import PLACE_BEFORE as _PLACE_BEFORE
from qa.kinds import kind_of
from qa.types import Exchange, Question

# A question that begins like this goes on from the one before ("et pourquoi ?", "а где?", "va qachon?").
_CONNECTED = re.compile(
    r"^\W*(?:and|but|also|so|what about|how about|et|mais|alors|donc|а|и|но|ну|va|lekin|ammo|unda|chi|ва|лекин|und|"
    r"aber|y|pero|ve|peki|ал|және)(?!\w)|\w-?chi\W*$|\w-?чи\W*$",
    re.IGNORECASE,
)
# Persons and places that only an earlier question can have named, whatever else the question says.
_POINTING_BACK = {
    "en": r"he|she|they|him|her|his|their|them|(?<!\w)there(?=\W*$)",
    "fr": r"il|elle|ils|elles|lui|leur|leurs|là-bas|son|sa|ses",
    "ru": r"он|она|они|его|её|ее|ему|ей|им|ими|их|него|неё|нее|ним|ней|них|ними|нём|там|туда",
    "uz": r"uning|unga|uni|ular|ularning|ularga|ularni|u yerda|u yerga|унинг|унга|уни|улар|у ерда",
    "de": r"er|ihn|ihm|ihnen|dort",
    "es": r"él|ella|ellos|allí",
    "tr": r"onun|ona|onlar|orada",
    "kk": r"оның|олар",
}
# "Y a-t-il", "il faut": nobody's "il".
_NOBODY = re.compile(
    r"(?<!\w)(?:y a-t-il|y a-t-elle|il y a(?:vait)?|(?:se |s['’])\w+-t-il|s['’]agit-il|faut-il|il (?:faut|s['’]agit)|"
    r"est-il (?:vrai|possible|prévu))(?!\w)",
    re.IGNORECASE,
)
# Words that may point back, or to something in the question itself: they count only where it names nobody.
_MAYBE_POINTING_BACK = {
    "en": r"it|its|there|this|that|these|those|then",
    "fr": r"y|en|ce|cet|cette|ces|ça|cela|là",
    "ru": r"оно|этот|эта|это|эти|этом|этой|тогда",
    "uz": r"u|bu|shu|o[ʻ‘'’]sha|у|бу|шу",
    "de": r"sie|ihr|dies\w*",
    "es": r"eso|este|esta",
    "tr": r"o|bu",
    "kk": r"бұл|ол",
}


def _pattern(words: Mapping[str, str], extra: str) -> dict[str, re.Pattern[str]]:
    """By language; "und" for any of them."""
    found = {
        language: re.compile(
            rf"(?<!\w)(?:{pattern})(?!\w)" + (extra if language == "fr" else ""), re.IGNORECASE
        )
        for language, pattern in words.items()
    }
    anything = "|".join(words.values())
    return found | {UNKNOWN_LANGUAGE: re.compile(rf"(?<!\w)(?:{anything})(?!\w){extra}", re.IGNORECASE)}


_POINTS_BACK = _pattern(_POINTING_BACK, r"|(?<=-)(?:il|elle|ils|elles|y)(?!\w)")
_MAY_POINT_BACK = _pattern(_MAYBE_POINTING_BACK, r"|(?<=-)ce(?!\w)")
_FEW_WORDS = 2  # a question with no more content words than this says too little to stand alone
_LEANING_WORDS = 4  # one with more says what it is about by itself, whatever "this" may be

_UNNAMED_WORDS = 3  # one that names nobody and has no more than these leans on those that do
_MOST_CARRIED = 6
_LONGEST_NAME = 5  # words
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")


def understand(text: str, history: Sequence[str | Exchange] = ()) -> Question:
    """What the question asks for, and what to search for.

    A question that leans on the ones before it (it begins with "and", says "he" or "there", or says next to nothing)
    takes over the names that the last question with names has, and, if it has too few words of its own, that
    question's other words too. One that names somebody and points at nothing changes the subject: it takes over
    nothing.

    Where a pronoun points back ("when did he arrive?") it may be at somebody whom only the last answer named: the first
    name of that answer is taken over too.

    Args:
        text: The question.
        history: Earlier questions of the conversation, oldest first, with their answers where these are known.
    """
    text = " ".join(whole_characters(text)[:MOST_CHARACTERS].split())
    exchanges = [Exchange(earlier) if isinstance(earlier, str) else earlier for earlier in history]
    exchanges = [replace(e, question=whole_characters(e.question)[:MOST_CHARACTERS]) for e in exchanges]
    carried = _carried(text, exchanges) if text and exchanges else ()
    return Question(text, " ".join([text, *carried]), carried, kind_of(text))


def _carried(text: str, history: Sequence[Exchange]) -> tuple[str, ...]:
    if not _leans(text):
        return ()
    own_names = _names(text)
    own_keys = {key for name in query_keys(text) for key in name.keys}
    taken = _subject(history)
    if own_names and _is_place(text, own_names[0]):
        # "And in Kazakhstan?" asks the same of another place.
        earlier = " ".join(exchange.question for exchange in history)
        taken = [name for name in taken if not _is_place(earlier, name)] or taken
    carried = [name for name in taken if own_keys.isdisjoint(name_keys(name)) and name not in text]
    few = not own_names and len(_content(text)) <= _FEW_WORDS
    # Typed in lower case throughout, every content word may be a name.
    last = [e.question for e in history if _names(e.question)] or [e.question for e in history]
    others = _content(last[-1]) if few or not taken else []
    known = {name.casefold() for name in carried}
    others = [w for w in others if w.casefold() not in known and own_keys.isdisjoint(name_keys(w))]
    points_back = _points_back(text)
    answered = _answered(history[-1]) if points_back and not own_names else ()
    return tuple(dict.fromkeys([*answered, *carried, *others]))


def _leans(text: str) -> bool:
    """Whether a question cannot be understood without the ones before it."""
    if _CONNECTED.search(text) is not None or _points_back(text):
        return True
    if _names(text):
        return False
    words = len(_content(text))
    pattern = _MAY_POINT_BACK[_language(text)]
    may_point_back = pattern.search(_NOBODY.sub(" ", text)) is not None
    return words <= (_LEANING_WORDS if may_point_back else _UNNAMED_WORDS)


def _points_back(text: str) -> bool:
    return _POINTS_BACK[_language(text)].search(_NOBODY.sub(" ", _before_own_names(text))) is not None


def _language(text: str) -> str:
    language = detect_language(text)
    return language if language in _POINTS_BACK else UNKNOWN_LANGUAGE


def _subject(history: Sequence[Exchange]) -> list[str]:
    """The names and years that the conversation is about: those of the last question that names something, and, if that
    one leans on others, what it took over from them."""
    subject: list[str] = []
    for exchange in history:
        question = exchange.question
        own = [*_names(question), *_YEAR.findall(question)]
        if own and not (subject and _leans(question)):
            subject = own
        elif own:
            keys = {key for name in own for key in name_keys(name)}
            subject = [*own, *(n for n in subject if n not in own and keys.isdisjoint(name_keys(n)))]
    return subject[:_MOST_CARRIED]


def _is_place(text: str, name: str) -> bool:
    """Whether a name stands where places stand: behind "in", "à", "в", or in a local case."""
    at = text.find(name)
    return at >= 0 and bool(_PLACE_BEFORE.search(text[:at]) or _PLACE_AFTER.search(text[at + len(name) :]))


def _answered(exchange: Exchange) -> tuple[str, ...]:
    """The first name that an answer gave, if it gave one: dates and reasons are nobody's "he"."""
    for answer in exchange.answers:
        found = find_names(answer)
        if found and len(answer.split()) <= _LONGEST_NAME and not any(letter.isdigit() for letter in answer):
            return (answer,)
    return ()


def _before_own_names(text: str) -> str:
    """The text up to its first name: "Did Macron say that he ..." speaks of its own Macron."""
    places = [name.start for name in query_keys(text) if name.text[0].isupper()]
    return text[: min(places)] if places else text


def _names(text: str) -> list[str]:
    """The words with a capital that may be names; of German nouns only those that hardly are anything else."""
    found = [name for name in query_keys(text) if name.text[0].isupper()]
    if detect_language(text) == "de":
        places = countries(text)
        sure = {name.start for name in names(text, "de")} | {start for start, _ in places}
        found = [n for n in found if n.start in sure or n.text.isupper()] or found[:1]
    return [name.text for name in found]


def _content(text: str) -> list[str]:
    return content_words(text, detect_language(text))
