"""Where sentences and paragraphs begin and end (first version)."""

from __future__ import annotations

import re

_BREAK = re.compile(r"\n[^\S\n]*\n\s*")


def paragraph_spans(text: str) -> list[tuple[int, int]]:
    """Trimmed half-open character spans between blank lines."""
    spans, start = [], 0
    for match in [*_BREAK.finditer(text), None]:
        span = _trimmed(text, start, len(text) if match is None else match.start())
        if span is not None:
            spans.append(span)
        start = len(text) if match is None else match.end()
    return spans


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    body = piece.strip()
    if not body:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(body)


def sentence_spans(text: str, language: str | None = None) -> list[tuple[int, int]]:
    """Trimmed half-open character spans of the sentences."""
    spans = []
    for start, end in paragraph_spans(text):
        last = start
        for match in re.finditer(r"[.!?…]++[»”\"]?\s", text[start:end]):
            span = _trimmed(text, last, start + match.end())
            if span is not None:
                spans.append(span)
            last = start + match.end()
        span = _trimmed(text, last, end)
        if span is not None:
            spans.append(span)
    return spans
