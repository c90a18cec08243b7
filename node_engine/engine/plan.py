"""What a run needs to know of each component of a flow, worked out once and kept while the flow runs."""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError

from node_engine.analysis.ports import Port, ports
from node_engine.analysis.templates import has_template
from node_engine.engine.component import Component, missing_packages
from node_engine.engine.component_config import PlainConfig
from node_engine.engine.config import copied, is_kept
from node_engine.errors import ComponentLoadError
from node_engine.models.description import ComponentDescription
from node_engine.models.flow import FlowComponent
from node_engine.models.ids import ComponentKey, ComponentName
from node_engine.models.json import JsonObject


class Shape:
    """What matters of a component class while it runs."""

    __slots__ = ("class_name", "component_class", "defaults", "is_async", "model", "problem")

    def __init__(self, component_class: type[Component]) -> None:
        self.component_class = component_class
        self.class_name = component_class.__name__
        self.is_async = inspect.iscoroutinefunction(component_class.execute)
        self.model: type[BaseModel] | None = component_class.Config
        self.defaults: JsonObject = dict(getattr(component_class, "default_config", None) or {})
        self.problem = missing_packages(component_class) if component_class.requires else None

    def validated(self, name: str, key: str, config: JsonObject) -> Any:
        """The config as the component gets it. Raises ComponentLoadError naming the fields that do not fit."""
        if self.model is None:
            return PlainConfig(config, self.defaults)
        try:
            return self.model.model_validate(config)
        except ValidationError as error:
            field, reason = _config_errors(error)
            raise ComponentLoadError(name, reason, component_key=key, field=field) from error

    def description(self) -> ComponentDescription:
        """As much of a description as finding ports needs."""
        defaults = self.defaults
        if self.model is not None:
            fields = self.model.model_fields.items()
            defaults = {name: field.get_default() for name, field in fields if not field.is_required()}
        outputs = self.component_class.outputs
        return ComponentDescription(self.class_name, self.class_name, "", outputs=outputs, config_default=defaults)


@lru_cache(maxsize=1_024)
def shape_of(component_class: type[Component]) -> Shape:
    """The shape of a class, looked up once."""
    return Shape(component_class)


class Plan:
    """One component of a running flow: where it stands, how often it ran, and its config as far as it is fixed."""

    __slots__ = (
        "_ready",
        "component",
        "config",
        "has_template",
        "is_enabled",
        "is_flat",
        "is_simple",
        "key",
        "name",
        "nested",
        "position",
        "shape",
        "verbatim",
        "visits",
    )

    def __init__(self, component: FlowComponent, position: int) -> None:
        self.component = component
        self.position = position
        self.key = ComponentKey(component.key)
        self.name = ComponentName(component.name)
        self.is_enabled = component.enabled is not False
        self.is_flat = True
        """True when no value of the config is a list or object."""
        self.is_simple = component.retry is None and component.timeout_s is None
        self.visits = 0
        self.shape: Shape | None = None
        self.config: JsonObject = {}
        self.has_template = False
        self.nested: tuple[str, ...] = ()
        self.verbatim: tuple[str, ...] = ()
        self._ready: Any = None

    def prepare(self, shape: Shape) -> None:
        """Take in the class, and the config as a copy that nobody else holds."""
        self.shape = shape
        nested = self.nested = shape.component_class.nested
        verbatim = self.verbatim = shape.component_class.verbatim
        config = self.component.config
        if not config:
            return
        self.config = {name: copied(value) for name, value in config.items()}
        self.is_flat = not any(isinstance(value, dict | list) for value in config.values())
        self.has_template = any(
            has_template(value) for name, value in config.items() if not is_kept(name, value, nested, verbatim)
        )

    def reconfigure(self, config: JsonObject) -> None:
        """Take another config, as if the component had been written with it."""
        self.component = self.component.model_copy(update={"config": config})
        self.config = {}
        self.has_template = False
        self.is_flat = True
        self._ready = None
        self.shape = None

    def validated(self, config: JsonObject) -> Any:
        """The config for one step. A flat one without templates is validated once and then shared by all visits."""
        if self._ready is not None:
            return self._ready
        assert self.shape is not None  # prepare comes first
        if self.has_template:
            return self.shape.validated(self.name, self.key, config)
        if not self.is_flat:
            return self.shape.validated(self.name, self.key, {name: copied(value) for name, value in config.items()})
        ready = self.shape.validated(self.name, self.key, config.copy())
        if self.shape.model is not None:
            self._ready = ready
        return ready

    def port(self, name: str, config: JsonObject) -> Port | None:
        """The port of that name with its target, config after templates; None when there is no such port."""
        found = {port.name: port for port in self.ports(config)}
        return found.get(name)

    def ports(self, config: JsonObject) -> tuple[Port, ...]:
        """All ports."""
        assert self.shape is not None  # prepare comes first
        component = self.component
        if self.has_template:
            component = component.model_copy(update={"config": config})
        return ports(component, self.shape.description())


def _config_errors(error: ValidationError) -> tuple[str | None, str]:
    """The first field that does not fit, and a line of words on all of them."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    lines = [f"config.{_field(item['loc'])}: {item['msg'].removeprefix('Value error, ')}" for item in found[:3]]
    more = f" (and {len(found) - 3} more)" if len(found) > 3 else ""
    return _field(found[0]["loc"]) or None, "; ".join(lines).replace("config.:", "config:") + more


def _field(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")
