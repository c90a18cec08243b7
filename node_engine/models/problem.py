"""A problem of a flow, as the Problems panel, `check` and `POST /check` show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps the flow from doing what is drawn; a warning may be meant; an info is a hint, not a problem."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem; `code` is stable (e.g. "unknown-component"), `message` says what to do."""

    code: str
    severity: Severity
    message: str
    component_key: str | None = None
    field: str | None = None
    """Path in the component, e.g. "config.condition", "next", "outputs.true"."""
    suggestion: str | None = None
    """A replacement for the value at `field`, where there is an obvious one."""


def count_problems(found: Iterable[Problem]) -> int:
    """How many there are apart from hints."""
    return sum(problem.severity is not Severity.INFO for problem in found)
