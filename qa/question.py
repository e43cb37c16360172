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
from qa.kinds import kind_of
from qa.types import Exchange, Question

# A question that begins like this goes on from the one before ("et pourquoi ?", "а где?", "va qachon?").
_CONNECTED = re.compile(
    r"^\W*(?:and|but|also|so|what about|how about|et|mais|alors|donc|а|и|но|ну|va|lekin|ammo|unda|chi|ва|лекин|und|"
    r"aber|y|pero|ve|peki|ал|және)(?!\w)",
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

_LONGEST_NAME = 5  # words


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
    words = _content(text)
    own_names = _names(text)
    connected = _CONNECTED.search(text) is not None
    language = detect_language(text)
    language = language if language in _POINTS_BACK else UNKNOWN_LANGUAGE
    own_part = _NOBODY.sub(" ", _before_own_names(text))
    points_back = _POINTS_BACK[language].search(own_part) is not None
    may_point_back = not own_names and _MAY_POINT_BACK[language].search(_NOBODY.sub(" ", text)) is not None
    too_short = not own_names and len(words) <= _FEW_WORDS
    if not (connected or points_back or (may_point_back and len(words) <= _LEANING_WORDS) or too_short):
        return ()
    own_keys = {key for name in query_keys(text) for key in name.keys}
    # The last question that names somebody; typed in lower case throughout, every content word may be a name.
    named = [earlier.question for earlier in history if _names(earlier.question)]
    earlier = (named or [exchange.question for exchange in history])[-1]
    names = [
        name.text
        for name in query_keys(earlier)
        if own_keys.isdisjoint(name.keys) and (not _names(earlier) or name.text[0].isupper())
    ]
    others = [] if own_names or len(words) > _FEW_WORDS else _content(earlier)
    taken = {name.casefold() for name in names}
    others = [
        word for word in others if word.casefold() not in taken and own_keys.isdisjoint(name_keys(word))
    ]
    answered = _answered(history[-1]) if points_back and not own_names else ()
    return tuple(dict.fromkeys([*answered, *names, *others]))


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
    return [name.text for name in query_keys(text) if name.text[0].isupper()]


def _content(text: str) -> list[str]:
    return content_words(text, detect_language(text))
