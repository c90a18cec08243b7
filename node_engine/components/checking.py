"""Checking the config of a built-in component against its model, for `analysis.find_problems`."""

from __future__ import annotations

from node_engine.analysis.config_errors import ConfigError, config_errors
from node_engine.models.json import JsonObject


def check_config(name: str, config: JsonObject) -> list[ConfigError]:
    """What is wrong with a config as it is written; pass this function to `find_problems`. Nothing is run."""
    from node_engine.components import BUILTINS  # this module is one of those that BUILTINS looks into

    component_class = BUILTINS.get(name)
    if component_class is None or component_class.Config is None:
        return []
    return config_errors(component_class.Config, config)
