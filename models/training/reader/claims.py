"""What the reader learns of verifying: a statement and a passage, and whether the passage says it.

Pairs of our own (`claims/`, invented; two statements on each passage, of which one is wrong), and sentences with their
translations, of which one side is now and then changed: a name put for another, two names for each other, another
number, a "not" more. Without the translations too few languages would meet.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.names import find_names
from models.training.corpora import Pair, is_held_out_article

CLAIMS = Path(__file__).resolve().parent / "claims"
_OWN = 0.6
"""Share of pairs of our own."""
_CHANGED = 0.5
"""How often one side of a translation is changed, or another sentence put in its place."""
_AMONG_OTHERS = 0.4
"""How often the passage stands among sentences of others."""
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|will|would|can|could|should|must|did|does|do)\b(?! not)"
)
_NOT = re.compile(r"\b(is|are|was|were|has|have|will|would|can|could|should|must|did|does|do) not\b")
_NUMBER = re.compile(r"(?<![\w.,])\d{1,4}(?![\w.,]*\d)")


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement with what is cited for it."""

    statement: str
    passage: str
    supported: bool

    @property
    def held_out(self) -> bool:
        """Whether it is for decisions alone: of all statements on one passage in five."""
        return is_held_out_article(self.passage)


def read_claims(folder: Path = CLAIMS) -> Iterator[Claim]:
    """The pairs of our own."""
    for file in sorted(folder.glob("*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                yield Claim(row["statement"], row["passage"], row["verdict"] == "supported")


class Claims:
    """Draws for ever.

    Args:
        own: Pairs of our own; those held out are left out.
        pairs: Translated sentences.
    """

    def __init__(self, own: Iterable[Claim], pairs: Sequence[Pair], seed: int) -> None:
        self._rng = random.Random(seed)
        self._own = [claim for claim in own if not claim.held_out]
        self._pairs = pairs

    def draw(self) -> Claim:
        """The next one."""
        rng = self._rng
        claim = rng.choice(self._own) if rng.random() < _OWN or not self._pairs else self._translated()
        if rng.random() < _AMONG_OTHERS:
            other = rng.choice(self._own).passage
            if other != claim.passage:
                before, after = (other, claim.passage) if rng.random() < 0.5 else (claim.passage, other)
                claim = Claim(claim.statement, f"{before} {after}", claim.supported)
        return claim

    def _translated(self) -> Claim:
        rng = self._rng
        pair = rng.choice(self._pairs)
        english, other, supported = pair.english, pair.other, True
        if rng.random() < _CHANGED:
            changed = self._changed(english)
            if changed is None:
                other = rng.choice(self._pairs).other
            else:
                english = changed
            supported = False
        return Claim(english, other, supported) if rng.random() < 0.5 else Claim(other, english, supported)

    def _changed(self, text: str) -> str | None:
        """The English sentence with another meaning; None where nothing can be changed."""
        ways = [self._denied, self._names_exchanged, self._another_name, self._another_number]
        self._rng.shuffle(ways)
        return next((changed for way in ways if (changed := way(text)) is not None), None)

    def _denied(self, text: str) -> str | None:
        if _NOT.search(text):
            return _NOT.sub(r"\1", text, count=1)
        return _AUXILIARY.sub(r"\1 not", text, count=1) if _AUXILIARY.search(text) else None

    def _names_exchanged(self, text: str) -> str | None:
        names = [name for name in find_names(text) if name.start > 0]
        if len({name.text for name in names}) < 2:
            return None
        one, two = sorted(self._rng.sample(names, 2), key=lambda name: name.start)
        if one.text == two.text:
            return None
        return text[: one.start] + two.text + text[one.end : two.start] + one.text + text[two.end :]

    def _another_name(self, text: str) -> str | None:
        names = [name for name in find_names(text) if name.start > 0]
        others = [n for n in find_names(self._rng.choice(self._pairs).english) if n.start > 0]
        if not names or not others or names[0].text == others[0].text:
            return None
        name = self._rng.choice(names)
        return text[: name.start] + others[0].text + text[name.end :]

    def _another_number(self, text: str) -> str | None:
        match = _NUMBER.search(text)
        if match is None:
            return None
        value = int(match[0])
        others = [value + 1, value * 2 + 1, value * 10, max(0, value - 3)]
        changed = self._rng.choice([other for other in others if other != value])
        return text[: match.start()] + str(changed) + text[match.end() :]
