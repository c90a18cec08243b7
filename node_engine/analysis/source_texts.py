"""Config texts in a language of their own, as their schema says: read to find mistakes, never run."""

from __future__ import annotations

import ast
import re
import warnings
from functools import lru_cache

from node_engine.models.json import JsonObject

_CERTAIN = ("missing )", "unbalanced", "unterminated", "nothing to repeat")
"""Mistakes in every kind of pattern; the component's own kind knows more than the standard one, such as \\p{L}."""


def wrong_text(text: str, schema: JsonObject) -> str | None:
    """What is wrong with an expression, Python source or a regular expression, in words; None for any other text."""
    if schema.get("widget") == "expression":
        return _wrong_expression(text)
    if schema.get("widget") == "code" and schema.get("language") == "python":
        return _wrong_python(text)
    return _wrong_pattern(text) if schema.get("format") == "regex" else None


@lru_cache(maxsize=2_048)
def _wrong_expression(text: str) -> str | None:
    """The grammar only: which functions and names there are is known to `engine.expressions`."""
    if not text.strip():
        return "write an expression, for example: count > 3"
    for wrong, right in (("&&", "and"), ("||", "or"), ("===", "==")):
        if wrong in text:
            return f"write {right} instead of {wrong}"
    return _wrong_python(f"({text}\n)", mode="eval")


@lru_cache(maxsize=256)
def _wrong_python(text: str, mode: str = "exec") -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<config>", mode, flags=ast.PyCF_ONLY_AST)
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}" if mode == "exec" else f"this cannot be read ({error.msg})"
    except (ValueError, MemoryError, RecursionError):
        return "this cannot be read"
    return None


@lru_cache(maxsize=512)
def _wrong_pattern(text: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(text)
    except re.error as error:
        is_certain = str(error.msg).startswith(_CERTAIN)
        return f"this is not a regular expression: {error}" if is_certain else None
    except (RecursionError, OverflowError):
        return "this regular expression is too large"
    return None
