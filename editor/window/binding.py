"""Refuses the one pair of PySide6 and Python that dies in use, before any window opens."""

from __future__ import annotations

import sys

_BAD_BINDING = (6, 12, 0)
_FIRST_SOUND_PYTHON = (3, 12)


def binding_problem(binding: str | None = None, python: tuple[int, int] | None = None) -> str | None:
    """Why this pair cannot be used, and what to do; None for every other pair.

    Each call of PySide6 6.12.0 that returns nothing loses one reference to None. Below Python 3.12, where None is
    counted, the process aborts after some thousand calls.
    """
    installed = binding or _installed()
    used = python or (sys.version_info.major, sys.version_info.minor)
    if installed is None or used >= _FIRST_SOUND_PYTHON or _numbers(installed) != _BAD_BINDING:
        return None
    return (
        f"PySide6 {installed} aborts on Python {used[0]}.{used[1]}: it loses references to None.\n"
        "Install another version: pip install 'PySide6-Essentials>=6.8,<6.12'\n"
        "or use Python 3.12 or later."
    )


def _installed() -> str | None:
    try:
        import PySide6  # loads no part of Qt yet; asking the installed packages would take three times as long
    except ImportError:
        return None
    return PySide6.__version__


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3] if part.isdecimal())
