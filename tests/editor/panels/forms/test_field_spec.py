"""Which field a config schema asks for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from editor.panels.forms.field_spec import FieldSpec, Widget, fields_of
from node_engine.models.description import ComponentDescription, Output


class Inner(BaseModel):
    size: int = 1


class Config(BaseModel):
    name: str
    text: Annotated[str, Field(json_schema_extra={"widget": "multiline"})] = ""
    source: Annotated[str, Field(json_schema_extra={"widget": "code", "language": "sql"})] = ""
    share: Annotated[float, Field(ge=0, le=1, title="How much", description="From 0 to 1.")] = 0.5
    times: int = 3
    limit: int | None = None
    count: int | str = 1
    is_on: bool = True
    mode: Literal["a", "b"] = "a"
    items: list[str] = []
    rows: list[dict[str, Any]] = []
    headers: dict[str, str] = {}
    values: dict[str, Any] = {}
    inner: Inner = Inner()
    anything: Any = None
    target: str = ""


@pytest.fixture
def fields() -> dict[str, FieldSpec]:
    about = ComponentDescription(
        "X",
        "X",
        "",
        outputs=(Output("next", config="target"),),
        config_schema=Config.model_json_schema(),
        config_default=Config(name="").model_dump(exclude={"name"}),
    )
    return {spec.name: spec for spec in fields_of(about)}


@pytest.mark.parametrize(
    ("name", "widget"),
    [
        ("name", Widget.TEXT),
        ("text", Widget.MULTILINE),
        ("source", Widget.CODE),
        ("share", Widget.NUMBER),
        ("times", Widget.INTEGER),
        ("limit", Widget.INTEGER),
        ("count", Widget.NUMBER),
        ("is_on", Widget.BOOL),
        ("mode", Widget.CHOICE),
        ("items", Widget.LIST),
        ("rows", Widget.JSON),
        ("headers", Widget.MAPPING),
        ("values", Widget.MAPPING),
        ("inner", Widget.JSON),
        ("anything", Widget.JSON),
        ("target", Widget.KEY),
    ],
)
def test_each_type_has_its_control(fields: dict[str, FieldSpec], name: str, widget: Widget) -> None:
    assert fields[name].widget is widget


def test_a_field_knows_its_words_and_limits(fields: dict[str, FieldSpec]) -> None:
    share = fields["share"]

    assert (share.label, share.help, share.minimum, share.maximum) == ("How much", "From 0 to 1.", 0, 1)
    assert share.default == 0.5
    assert share.has_range


def test_required_fields_and_texts_are_known(fields: dict[str, FieldSpec]) -> None:
    assert fields["name"].is_required
    assert not fields["text"].is_required
    assert fields["items"].texts_only
    assert fields["headers"].texts_only
    assert not fields["values"].texts_only


def test_choices_and_languages_are_taken_over(fields: dict[str, FieldSpec]) -> None:
    assert fields["mode"].choices == ("a", "b")
    assert fields["source"].language == "sql"


def test_an_unknown_component_or_a_foreign_schema_has_no_fields() -> None:
    assert fields_of(None) == ()
    assert fields_of(ComponentDescription("X", "X", "", config_schema={"properties": [1]})) == ()


def test_a_schema_that_refers_to_itself_ends() -> None:
    loop = {"$ref": "#/$defs/A"}
    about = ComponentDescription("X", "X", "", config_schema={"properties": {"a": loop}, "$defs": {"A": loop}})

    assert fields_of(about)[0].widget is Widget.JSON
