"""What every built-in says about itself: name, icon, form, help and a sample without problems."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from node_engine.analysis.problems import find_problems
from node_engine.components import BUILTINS
from node_engine.components.checking import check_config
from node_engine.engine.component import Component
from node_engine.models.description import BUILT_IN
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.json import JsonObject

ICONS = Path(__file__).parents[2] / "resources" / "icons"
WIDGETS = "text multiline template code expression context key choice mapping list rows json path flow"
CATALOG = {name: replace(item.describe(name), source=BUILT_IN) for name, item in BUILTINS.items()}

every_builtin = pytest.mark.parametrize("component", BUILTINS.values(), ids=BUILTINS)


def properties(component: type[Component]) -> JsonObject:
    schema = component.describe().config_schema.get("properties")
    assert isinstance(schema, dict)
    return schema


def test_these_components_are_built_in() -> None:
    names = """Aggregate Assert BackgroundProcess Chat Csv EmitEvents EvaluateContinue Expression Filter HttpRequest If
    InvokeFlow Join Json Log Loop NextComponent PythonFunction ReadFile Regex Repeat RetrieveContent Set Sort Split Stop
    StoreContent Switch Template Wait WriteFile"""

    assert " ".join(BUILTINS) == " ".join(names.split())


@every_builtin
def test_a_builtin_can_be_found_and_drawn(component: type[Component]) -> None:
    described = component.describe()

    assert described.description.endswith(".")
    assert len(described.synonyms) >= 3
    assert (ICONS / f"{described.icon}.svg").is_file()
    assert described.sample is not None


@every_builtin
def test_every_field_has_words_and_a_known_widget(component: type[Component]) -> None:
    for name, field in properties(component).items():
        assert isinstance(field, dict)
        assert field.get("title"), name
        assert str(field.get("description", "")).endswith("."), name
        assert str(field.get("widget", "text")) in WIDGETS.split(), name


@every_builtin
def test_the_help_explains_every_field(component: type[Component]) -> None:
    for name, field in properties(component).items():
        assert isinstance(field, dict)
        assert f"**{field['title']}**" in component.help, name


@every_builtin
def test_the_sample_of_a_builtin_has_no_problem(component: type[Component]) -> None:
    sample = component.sample
    assert sample is not None
    step = FlowComponent(key="sample", name=component.__name__, config=sample.config)

    assert find_problems(FlowDefinition(key="try", flow=[step], context=sample.context), CATALOG, check_config) == []


@every_builtin
def test_a_config_of_templates_alone_is_not_judged(component: type[Component]) -> None:
    config: JsonObject = dict.fromkeys(properties(component), "{{value}}")

    assert check_config(component.__name__, config) == []


def test_wrong_values_are_said_in_words() -> None:
    said = [error.message for error in check_config("Wait", {"seconds": -1})]
    said += [error.message for error in check_config("If", {"condition": "a &&"})]
    said += [error.message for error in check_config("Regex", {"pattern": "(", "text": ""})]
    said += [error.message for error in check_config("PythonFunction", {"code": "x = 1"})]

    assert said == [
        '"seconds" should be 0 or more.',
        '"condition": Expression "a &&", character 4: write and instead of &&',
        '"pattern": this is not a regular expression: missing ) at position 1',
        '"code": there is no function execute(ctx, config); write: async def execute(ctx, config):',
    ]
