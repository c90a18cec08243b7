"""Problems of a component's config: unknown, missing and wrong fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from node_engine.analysis.config_errors import ConfigError
from node_engine.analysis.schema_errors import schema_errors
from node_engine.analysis.suggestions import Suggestions, did_you_mean
from node_engine.models.description import BUILT_IN, ComponentDescription
from node_engine.models.flow import FlowComponent
from node_engine.models.json import JsonObject
from node_engine.models.problem import Problem, Severity

Validate = Callable[[str, JsonObject], Sequence[ConfigError]]
"""Checks a config against the Config model of the built-in component of that name: see `config_errors`."""


def config_problems(
    component: FlowComponent, description: ComponentDescription, validate: Validate | None
) -> Iterator[Problem]:
    """What is wrong with the config: by the model of a built-in where `validate` is given, else by the schema."""
    if validate is not None and description.source == BUILT_IN:
        errors: Iterable[ConfigError] = validate(component.name, component.config)
    else:
        errors = schema_errors(description.config_schema, component.config)
    for error in errors:
        yield (
            _unknown_field(component, description, error)
            if error.kind == "unknown"
            else Problem(
                "invalid-config",
                Severity.ERROR,
                error.message,
                component_key=component.key,
                field=f"config.{error.path}" if error.path else "config",
            )
        )


def _unknown_field(component: FlowComponent, description: ComponentDescription, error: ConfigError) -> Problem:
    guess = None
    if "." not in error.path:
        guess = Suggestions(_fields(description)).nearest(error.path)
    return Problem(
        "unknown-field",
        Severity.ERROR,
        f'"{component.name}" has no field "{error.path}". ' + did_you_mean(guess, "Remove it."),
        component_key=component.key,
        field=f"config.{error.path}",
        suggestion=guess,
    )


def _fields(description: ComponentDescription) -> JsonObject:
    properties = description.config_schema.get("properties")
    return properties if isinstance(properties, dict) else {}
