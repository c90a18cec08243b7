"""A config field that holds an expression: checked as it is written, worked out when the step runs."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from node_engine.engine import expressions


def _checked(text: str) -> str:
    reason = expressions.check(text)
    if reason is not None:
        raise ValueError(reason)
    return text


ExpressionText = Annotated[str, AfterValidator(_checked)]
"""Text in the expression language; a mistake in it is an error of the field."""
