"""A config field that holds an expression: checked as it is written, worked out when the step runs."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from node_engine.engine import expressions
from node_engine.engine.component import Component
from node_engine.models.json import JsonValue


def _checked(text: str) -> str:
    reason = expressions.check(text)
    if reason is not None:
        raise ValueError(reason)
    return text


ExpressionText = Annotated[str, AfterValidator(_checked)]
"""Text in the expression language; a mistake in it is an error of the field."""


def worked_out(component: Component, text: str, **names: JsonValue) -> JsonValue:
    """The value of an expression in a component's step.

    Besides the keys of the context and `names` it may use `visit` (how often the component was entered), `key` (its
    key) and `run_id`. Raises ExpressionError.
    """
    return expressions.evaluate(
        text, component.context, visit=component.visit, key=component.key, run_id=component.run_id, **names
    )
