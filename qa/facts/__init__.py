"""What a sentence states that can be compared exactly: numbers, dates, names, countries, quotations, and whether it
denies or plans. In the languages we serve, without a model."""

from qa.facts.dates import Day, days, resolved
from qa.facts.mood import denials, is_planned, normalised, quotations
from qa.facts.names import countries, names
from qa.facts.numbers import Values, numbers

__all__ = [
    "Day",
    "Values",
    "countries",
    "days",
    "denials",
    "is_planned",
    "names",
    "normalised",
    "numbers",
    "quotations",
    "resolved",
]
