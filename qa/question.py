"""Understand a question: what kind of thing it asks for, and what it takes over from the questions before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

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
_POINTS_BACK = re.compile(
    r"(?<!\w)(?:he|she|they|him|her|his|their|them|il|elle|ils|elles|lui|leur|leurs|là-bas|son|sa|ses|он|она|они|его|"
    r"её|ее|ему|ей|им|ими|их|него|неё|нее|ним|ней|них|ними|нём|там|туда|uning|unga|uni|ular|ularning|ularga|ularni|"
    r"u yerda|u yerga|унинг|унга|уни|улар|у ерда|er|ihn|ihm|ihnen|dort|él|ella|ellos|allí|onun|ona|onlar|orada|оның|"
    r"олар)(?!\w)|(?<=-)(?:il|elle|ils|elles|y)(?!\w)|(?<!\w)there\W*$",
    re.IGNORECASE,
)
# Words that may point back, or to something in the question itself: they count only where it names nobody.
_MAY_POINT_BACK = re.compile(
    r"(?<!\w)(?:it|its|there|this|that|these|those|then|y|en|ce|cet|cette|ces|ça|cela|là|оно|этот|эта|это|эти|этом|этой|"
    r"тогда|u|bu|shu|o[ʻ‘'’]sha|у|бу|шу|sie|ihr|dies\w*|eso|este|esta|o|bu|ол)(?!\w)|(?<=-)ce(?!\w)",
    re.IGNORECASE,
)
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
    points_back = _POINTS_BACK.search(_behind_own_names(text, own_names)) is not None
    may_point_back = not own_names and _MAY_POINT_BACK.search(text) is not None
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


def _behind_own_names(text: str, own_names: Sequence[str]) -> str:
    """The text up to its first name: "Did Macron say that he ..." speaks of its own Macron."""
    places = [text.find(name) for name in own_names]
    return text[: min(places)] if places else text


def _names(text: str) -> list[str]:
    return [name.text for name in query_keys(text) if name.text[0].isupper()]


def _content(text: str) -> list[str]:
    return content_words(text, detect_language(text))
