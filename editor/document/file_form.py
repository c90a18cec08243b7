"""Components and heads as a file holds them: known keys in a fixed order, defaults left out, unknown keys last."""

from __future__ import annotations

from collections.abc import Mapping

from editor.document.edit import Aside
from editor.document.json_text import Spelling, carried_spelling, number_text, write_json
from node_engine.models.flow import FlowComponent, RetryPolicy
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.registration import ComponentRegistration

KNOWN = tuple(FlowComponent.model_fields)
_NESTED_KNOWN = {"retry": tuple(RetryPolicy.model_fields), "on_error": ("go_to",)}
_DEFAULTS: Mapping[str, JsonValue] = {
    "config": {},
    "outputs": {},
    "on_error": "stop",
    "retry": {},
    "enabled": True,
    "note": "",
}
_RETRY_DEFAULTS: JsonObject = RetryPolicy().model_dump()


def split_unknown(raw: JsonObject) -> tuple[JsonObject, JsonObject]:
    """The known keys of a component in a file, and the unknown ones; those inside `retry` stay under its name."""
    known = {name: value for name, value in raw.items() if name in KNOWN}
    extras = {name: value for name, value in raw.items() if name not in KNOWN}
    for name, fields in _NESTED_KNOWN.items():
        inner = known.get(name)
        if isinstance(inner, dict) and (unknown := {each: inner[each] for each in inner if each not in fields}):
            known[name] = {each: inner[each] for each in inner if each in fields}
            extras[name] = unknown
    return known, extras


def unknown_names(extras: JsonObject) -> list[str]:
    """The unknown keys by name; those inside a known one as "retry.jitter"."""
    names: list[str] = []
    for name, value in extras.items():
        if name in KNOWN and isinstance(value, dict):
            names.extend(f"{name}.{inner}" for inner in value)
        else:
            names.append(name)
    return names


def component_form(component: FlowComponent, extras: JsonObject) -> JsonObject:
    """The component as a file holds it."""
    form: JsonObject = {
        name: value for name, value in component.model_dump().items() if _DEFAULTS.get(name, ...) != value
    }
    if component.retry is not None:
        retry = {
            name: _whole(value)
            for name, value in component.retry.model_dump().items()
            if value != _RETRY_DEFAULTS[name]
        }
        form.pop("retry", None)
        if retry:
            form = _with_in_order(form, "retry", retry)
    if component.timeout_s is not None:
        form["timeout_s"] = _whole(component.timeout_s)
    for name, value in extras.items():
        if name not in KNOWN:
            form[name] = value
        elif isinstance(inner := form.get(name), dict) and isinstance(value, dict):
            form[name] = {**inner, **value}
    return form


def component_text(component: FlowComponent, aside: Aside, level: int) -> str:
    """The component's JSON: as the file has it while it is the same, else in our form with the file's numbers."""
    if aside.text is not None and aside.loaded is component:
        return aside.text
    form = component_form(component, aside.extras)
    if not aside.spelling or aside.loaded is None:
        return write_json(form, {}, level)
    old = component_form(aside.loaded, aside.extras)
    return write_json(form, carried_spelling(aside.spelling, old, form), level)


def option_spelling(raw: JsonObject, component: FlowComponent, spelling: Spelling) -> Spelling:
    """The spelling of a component's own numbers ("60.0"), where we would write them otherwise ("60")."""
    form = component_form(component, {})
    return {**spelling, **_number_spelling(raw, form, spelling, ("timeout_s", "retry", "times", "delay_s", "backoff"))}


def registry_form(registry: list[ComponentRegistration]) -> list[JsonValue]:
    """Registry entries as plain JSON."""
    return [entry.model_dump() for entry in registry]


def _whole(number: JsonValue) -> JsonValue:
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _with_in_order(form: JsonObject, name: str, value: JsonValue) -> JsonObject:
    full = {**form, name: value}
    return {each: full[each] for each in KNOWN if each in full}


def _number_spelling(raw: JsonObject, form: JsonObject, spelling: Spelling, names: tuple[str, ...]) -> Spelling:
    found: Spelling = {}
    for name in names:
        value, old = form.get(name), raw.get(name)
        spelled = spelling.get(name)
        if isinstance(value, dict) and isinstance(old, dict):
            if inner := _number_spelling(old, value, spelled if isinstance(spelled, dict) else {}, names):
                found[name] = inner
        elif isinstance(value, int | float) and isinstance(old, int | float):
            text = spelled[1] if isinstance(spelled, tuple) else number_text(old)
            if text != number_text(value):
                found[name] = (value, text)
    return found
