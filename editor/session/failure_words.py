"""Why something failed, without the preamble that programs match on: "[Chat] no key" is read faster as "no key"."""

from __future__ import annotations

import re

_PREAMBLE = re.compile(r"(?:Error (?:executing|loading) component: \[[^\]\n]*\] )+")


def reason_of(error: str) -> str:
    """The reason alone of an error as runs tell it; other texts as they are."""
    return _PREAMBLE.sub("", error, count=1) if _PREAMBLE.match(error) else error
