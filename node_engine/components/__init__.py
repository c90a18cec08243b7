"""The built-in components, one file and one class each; `BUILTINS` finds them, nothing else names them.

A component's form is made from the JSON Schema of its `Config` (`description.config_schema`). Each field has a title, a
description, maybe `examples`, and for the editor a key "widget":

    text         one line of text (the default for strings)
    multiline    several lines of text
    template     several lines of text in which {{path}} stands for values of the context
    code         source text; "language" says which ("python", "json")
    expression   one line in the expression language (`engine.expressions`)
    context      a path in the context, e.g. "order.lines[0]": offer the known names
    key          the key of another component of this flow
    choice       one of the schema's "enum"
    mapping      an object of name → value; "values" says how a value is edited: "text", "json" or "key"
    list         a list of texts
    rows         a list of objects; the columns are the properties of the items' schema
    json         any JSON value
    path         a file path inside the flow's folder
    flow         a nested flow: a FlowDefinition or a list of components; open it as a flow of its own

Numbers and truth values have no widget, their type says it. Any field may hold a template instead of its value, as
text with `{{path}}` or as {"$ctx": "path"}: values are validated after templates are filled in. Further keys:
"advanced": true (below a fold), "placeholder" (shown while empty), "limits_loop": true (a value here keeps a loop
from running for ever).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from inspect import isabstract
from pkgutil import iter_modules
from typing import TypeGuard

from node_engine.engine.component import Component
from node_engine.models.registration import ComponentRegistration

_LOADED_LATER = ("endpoint",)
"""Modules without a built-in that take long to import."""


def _discover() -> dict[str, type[Component]]:
    """Every concrete Component class that a module of this package defines, by class name."""
    found: dict[str, type[Component]] = {}
    for module_info in iter_modules(__path__):
        if module_info.name in _LOADED_LATER:
            continue
        module = import_module(f"{__name__}.{module_info.name}")
        for value in vars(module).values():
            if _is_component(value) and value.__module__ == module.__name__:
                found[value.__name__] = value
    return dict(sorted(found.items()))


def _is_component(value: object) -> TypeGuard[type[Component]]:
    return isinstance(value, type) and issubclass(value, Component) and not isabstract(value)


BUILTINS: dict[str, type[Component]] = _discover()
"""Built-in component classes by registry key."""


def _load_endpoint(registration: ComponentRegistration) -> type[Component]:
    from node_engine.components.endpoint import load_endpoint  # imports httpx, 50 ms that most programs never need

    return load_endpoint(registration)


LOADERS: Mapping[str, Callable[[ComponentRegistration], type[Component]]] = {"endpoint": _load_endpoint}
"""How the engine's registry loads entries of types that need the network: `Registry(BUILTINS, root, LOADERS)`."""
