"""Cut an article into passages: whole sentences, never across a paragraph unless both are short, sized for the
embedder's window.

A passage is what is embedded and retrieved as one. Too long, and the model cuts off its end and blurs its subject; too
short, and a sentence loses the neighbours that say who "he" is. Spans are cut first and the text taken from the span,
so offsets are right by construction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from index.sentences import paragraph_spans, sentence_spans

Span = tuple[int, int]

CountTokens = Callable[[Sequence[str]], list[int]]
"""How many tokens of the embedding model each text takes, special tokens not counted."""

TARGET_CHARACTERS = 700
"""A passage is closed before it would grow past this, or past the model's window, whichever comes first. In characters,
because a script that a model hardly knows costs it many tokens a word, and words and names are found all the same."""

_BREAK = re.compile(r"(?<=[;:,–—])\s+|\s+")


def passage_spans(
    text: str, language: str | None, count_tokens: CountTokens, window: int, target: int = TARGET_CHARACTERS
) -> list[Span]:
    """Half-open character spans of the passages of `text`, in order, not overlapping.

    Every character that is not white space is in exactly one passage. No passage takes more than `window` tokens
    unless a single character does.

    Args:
        text: The article's text.
        language: ISO 639-1 code that helps to find sentence ends, or None.
        count_tokens: Counts tokens of several texts at once.
        window: The most tokens that the model reads.
        target: The size aimed at, in characters; a single sentence may be longer.
    """
    limit = max(8, window)
    paragraphs = paragraph_spans(text)
    units: list[tuple[Span, int]] = []  # each sentence with the number of the paragraph it stands in
    sentences = sentence_spans(text, language)
    at = 0
    for sentence in sentences:
        while at + 1 < len(paragraphs) and sentence[0] >= paragraphs[at][1]:
            at += 1
        units.append((sentence, at))
    lengths = count_tokens([text[start:end] for (start, end), _ in units])

    spans: list[Span] = []
    open_start = open_end = open_tokens = 0
    open_paragraph = -1

    def close() -> None:
        if open_tokens:
            spans.append((open_start, open_end))

    for ((start, end), paragraph), tokens in zip(units, lengths, strict=True):
        tokens = max(1, tokens)
        if tokens > limit:
            close()
            open_tokens = 0
            spans += _cut_long(text, start, end, count_tokens, limit)
            continue
        # A new paragraph starts a new passage, unless what is open is too short to stand alone (a heading, a lead).
        apart = paragraph != open_paragraph and (open_end - open_start) * 3 >= target
        if open_tokens == 0 or open_tokens + tokens > limit or end - open_start > target or apart:
            close()
            open_start, open_tokens = start, 0
        open_end = end
        open_tokens += tokens
        open_paragraph = paragraph
    close()
    return spans


def _cut_long(text: str, start: int, end: int, count_tokens: CountTokens, limit: int) -> list[Span]:
    """Cut a sentence that is longer than a passage may be: at white space, and inside a word only if it must be."""
    pieces: list[Span] = []
    at = start
    for match in _BREAK.finditer(text, start, end):
        pieces.append((at, match.start()))
        at = match.end()
    pieces.append((at, end))
    pieces = [piece for piece in pieces if piece[1] > piece[0]]
    lengths = count_tokens([text[piece[0] : piece[1]] for piece in pieces])

    spans: list[Span] = []
    open_start = open_end = open_tokens = 0
    for (piece_start, piece_end), tokens in zip(pieces, lengths, strict=True):
        tokens = max(1, tokens)
        if open_tokens and open_tokens + tokens > limit:
            spans.append((open_start, open_end))
            open_tokens = 0
        if tokens > limit:
            spans += _cut_word(text, piece_start, piece_end, count_tokens, limit)
            continue
        if open_tokens == 0:
            open_start = piece_start
        open_end = piece_end
        open_tokens += tokens
    if open_tokens:
        spans.append((open_start, open_end))
    return spans


def _cut_word(text: str, start: int, end: int, count_tokens: CountTokens, limit: int) -> list[Span]:
    """Halve a word that is longer than a passage until each part fits."""
    if end - start == 1 or count_tokens([text[start:end]])[0] <= limit:
        return [(start, end)]
    middle = (start + end) // 2
    return [
        *_cut_word(text, start, middle, count_tokens, limit),
        *_cut_word(text, middle, end, count_tokens, limit),
    ]
