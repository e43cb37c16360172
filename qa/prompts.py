"""Read the words that are sent to a language model from ``prompts/``."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "prompts"


class PromptError(ValueError):
    """A prompt file lacks a placeholder, or has one that nobody fills."""


def fill(name: str, **values: str) -> str:
    """The prompt ``prompts/NAME.txt`` with its placeholders filled in one pass.

    What is filled in is not searched for placeholders again, so article text cannot reach into the prompt.

    Raises:
        PromptError: The file's placeholders are not exactly the given ones.
    """
    path = FOLDER / f"{name}.txt"
    text = path.read_text(encoding="utf-8")
    wanted = set(re.findall(r"\{(\w+)\}", text))
    if wanted != set(values):
        raise PromptError(
            f"{path.name} has the placeholders {sorted(wanted)}, the code fills {sorted(values)}: put back the missing "
            f"ones"
        )
    return re.sub(r"\{(\w+)\}", lambda match: values[match.group(1)], text)
