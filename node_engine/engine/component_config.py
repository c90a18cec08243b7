"""How a component reads its config by name, whether it has a Config model or none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from node_engine.models.json import JsonObject


class PlainConfig:
    """The config of a component without a `Config` model: a mapping with the documented system's rules.

    A value is the step's own if the key is there (also null), else the default of the call if not null, else the
    class's default, else null (WIRE.md §6).
    """

    __slots__ = ("config", "defaults")

    def __init__(self, config: JsonObject, defaults: JsonObject) -> None:
        self.config = config
        self.defaults = defaults

    def get(self, name: str, default: Any = None) -> Any:
        """The value of one field by the rules above."""
        if name in self.config:
            return self.config[name]
        return default if default is not None else self.defaults.get(name)

    def has_key(self, name: str) -> bool:
        """True when the step's own config holds the field."""
        return name in self.config

    def __getitem__(self, name: str) -> Any:
        return self.config[name] if name in self.config else self.defaults[name]

    def __contains__(self, name: str) -> bool:
        return name in self.config or name in self.defaults

    def __iter__(self) -> Iterator[str]:
        return iter({**self.defaults, **self.config})

    def keys(self) -> list[str]:
        """Names of all fields that have a value."""
        return list(self)


def add_mapping_access(config_class: Any) -> None:
    """Give a Config model `.get(name, default)` and `[name]`, unless it has fields of those names."""
    for name, function in (("get", _config_get), ("has_key", _config_has_key), ("__getitem__", _config_item)):
        if not hasattr(config_class, name):
            setattr(config_class, name, function)


def _config_get(self: BaseModel, name: str, default: Any = None) -> Any:
    if default is None or name in self.model_fields_set:
        return getattr(self, name, default)
    return default


def _config_has_key(self: BaseModel, name: str) -> bool:
    return name in self.model_fields_set


def _config_item(self: BaseModel, name: str) -> Any:
    try:
        return getattr(self, name)
    except AttributeError:
        raise KeyError(name) from None
