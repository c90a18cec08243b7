"""An entry of a registry: which component exists and how to load it (WIRE.md §2, §5)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from node_engine.models.json import JsonObject


class ComponentRegistration(BaseModel):
    """`type` module: config {module, class}; code: {code, class}; endpoint: {endpoint, component_name, class_name}.

    An unknown type is accepted here and fails when the component is loaded.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    key: str
    label: str
    description: str
    type: str
    config: JsonObject


class RegistryRow(BaseModel):
    """One row of `GET /registry`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    key: str
    label: str
    description: str
    type: str
