"""What the page knows about one reader who has it open."""

from __future__ import annotations

from dataclasses import dataclass, field

from page.conversation import Conversation
from page.limits import Limits
from page.wording import Words, words


@dataclass(slots=True)
class Visit:
    """One open page."""

    conversation: Conversation = field(default_factory=Conversation)
    language: str = "en"
    """Of the interface."""
    limits: Limits = field(default_factory=Limits)
    """The filters as they stand in the form."""
    setting: int = 0
    """Which setting of the filters by the page's address that is; the form takes over each new one."""
    asked_by_address: str = ""
    """A question that the page's address asks and that has not been put yet."""

    @property
    def say(self) -> Words:
        """The texts in its language."""
        return words(self.language)
