"""Problems: what can be said about a flow without running it."""

from __future__ import annotations

import time
from typing import Literal

from pydantic import BaseModel, Field

from node_engine.analysis.config_errors import ConfigError, config_errors
from node_engine.analysis.problems import find_problems
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonObject
from node_engine.models.problem import Problem, Severity
from tests.analysis.catalog import CATALOG, described, flow_of, step


def codes(flow: FlowDefinition) -> list[tuple[str | None, str, str | None]]:
    return [(found.component_key, found.code, found.field) for found in find_problems(flow, CATALOG)]


def only(flow: FlowDefinition) -> Problem:
    (problem,) = find_problems(flow, CATALOG)
    return problem


def test_a_sound_flow_has_no_problem() -> None:
    flow = flow_of(
        step("a", "Write", config={"target": "x"}),
        step("b", "If", outputs={"true": "d", "false": "exit"}),
        step("d", config={"text": "{{x}} {{a_count}} {{n.deep[0]}} {{session_id}}"}),
        context={"n": 1},
    )

    assert codes(flow) == []


def test_an_empty_flow_says_so() -> None:
    assert codes(flow_of()) == [(None, "empty-flow", None)]


def test_an_unknown_component_gets_the_nearest_name() -> None:
    problem = only(flow_of(step("a", "Stepp")))

    assert (problem.code, problem.field, problem.suggestion) == ("unknown-component", "name", "Step")
    assert problem.message == 'There is no component "Stepp" in the registry. Did you mean "Step"?'


def test_duplicate_keys_are_an_error_at_the_second() -> None:
    problem = only(flow_of(step("a"), step("a")))

    assert (problem.code, problem.field, problem.suggestion) == ("duplicate-key", "key", "a_2")


def test_keys_that_are_hard_to_use_are_shown_with_a_better_one() -> None:
    first, second = find_problems(flow_of(step("my step!"), step("exit")), CATALOG)

    assert (first.code, first.severity, first.suggestion) == ("bad-key", Severity.WARNING, "my_step")
    assert "never runs" in second.message


def test_a_missing_target_names_the_nearest_key() -> None:
    problem = only(flow_of(step("a", on_error={"go_to": "resceu"}), step("rescue")))

    assert (problem.code, problem.field, problem.suggestion) == ("missing-target", "on_error.go_to", "rescue")


def test_a_port_that_must_be_connected_is_missing_its_target() -> None:
    assert codes(flow_of(step("a", "GoTo", config={}))) == [("a", "missing-target", "config.next")]


def test_a_connection_of_an_unknown_output_is_a_problem() -> None:
    problem = only(flow_of(step("a", "If", outputs={"ture": "b"}), step("b")).model_copy())

    assert (problem.code, problem.field, problem.suggestion) == ("unknown-field", "outputs.ture", "true")


def test_what_nothing_leads_to_is_unreachable() -> None:
    flow = flow_of(step("a", next="c"), step("b"), step("c", "Stop"), step("d"))

    assert codes(flow) == [("b", "unreachable", None), ("d", "unreachable", None)]


def test_nothing_is_called_unreachable_when_a_template_decides() -> None:
    assert codes(flow_of(step("a", "GoTo", config={"next": "{{session_id}}"}), step("b"))) == []


def test_an_own_component_may_reach_every_key_in_its_config() -> None:
    flow = flow_of(step("a", "Own", next="c", config={"paths": {"big": ["b"]}}), step("b"), step("c"))

    assert codes(flow) == []


def test_a_loop_that_nothing_leaves_is_endless() -> None:
    flow = flow_of(step("start"), step("a"), step("b"), step("again", "GoTo", config={"next": "a"}))

    (problem,) = find_problems(flow, CATALOG)

    assert (problem.code, problem.component_key, problem.field) == ("endless-loop", "again", "config.next")
    assert "a → b → again → a" in problem.message


def test_a_limit_a_branch_or_an_own_component_makes_a_loop_fine() -> None:
    limited = flow_of(step("a"), step("again", "GoTo", config={"next": "a", "limit": {"max": 3}}))
    branching = flow_of(step("a", "If", outputs={"true": "b"}), step("b", next="a"))
    own = flow_of(step("a", "Own"), step("again", next="a"))

    assert [codes(flow) for flow in (limited, branching, own)] == [[], [], []]


def test_a_component_that_leads_to_itself_is_endless() -> None:
    assert codes(flow_of(step("a", next="a"))) == [("a", "endless-loop", "next")]


def test_a_template_that_nothing_writes_names_the_nearest_name() -> None:
    problem = only(flow_of(step("a", config={"messages": [{"text": "Hi {{nmae}}"}]}), context={"name": "Ada"}))

    assert (problem.code, problem.field, problem.suggestion) == (
        "unresolved-template",
        "config.messages[0].text",
        "name",
    )
    assert problem.message.startswith('"{{nmae}}" reads "nmae"')


def test_expressions_are_read_for_names_too() -> None:
    flow = flow_of(
        step("a", "Write", config={"target": "x", "when": "len(x) > lmit and any(i > 1 for i in ctx)"}),
        context={"limit": 3},
    )

    problem = only(flow)

    assert (problem.code, problem.field, problem.suggestion) == ("unresolved-template", "config.when", "limit")


def test_a_component_that_may_write_anything_silences_all_but_near_misses() -> None:
    flow = flow_of(step("a", "Own"), step("b", config={"x": "{{whatever}} {{namee}}"}), context={"name": "Ada"})

    problem = only(flow)

    assert (problem.severity, problem.suggestion) == (Severity.INFO, "name")


def test_the_schema_finds_unknown_and_missing_fields() -> None:
    flow = flow_of(step("a", "GoTo", config={"nxt": "a", "next": "exit"}), step("b", "Write", config={}))

    found = find_problems(flow, CATALOG)

    assert [(item.code, item.field, item.suggestion) for item in found if item.code != "unreachable"] == [
        ("unknown-field", "config.nxt", "next"),
        ("invalid-config", "config.target", None),
    ]


class _Limit(BaseModel):
    max: int


class _Config(BaseModel, extra="forbid"):
    times: float = Field(ge=0)
    mode: Literal["fast", "slow"] = "fast"
    limits: list[_Limit] | None = None


def _validate(name: str, config: JsonObject) -> list[ConfigError]:
    return config_errors(_Config, config)


def test_a_validator_gives_the_fields_and_words() -> None:
    flow = flow_of(step("a", config={"times": "many", "mode": "slowly", "limits": [{"max": 1}, {"max": []}], "x": 1}))

    found = find_problems(flow, CATALOG, _validate)

    assert [(item.field, item.message) for item in found] == [
        ("config.times", '"times" should be a number.'),
        ("config.mode", "\"mode\" should be one of 'fast' or 'slow'."),
        ("config.limits[1].max", '"limits[1].max" should be a whole number.'),
        ("config.x", '"Step" has no field "x". Remove it.'),
    ]


def test_values_that_hold_templates_are_not_judged() -> None:
    written = {"times": "{{n}}", "mode": {"$ctx": "n"}, "limits": [{"max": "{{n}}"}]}

    assert find_problems(flow_of(step("a", config=written), context={"n": 1}), CATALOG, _validate) == []


def test_a_disabled_component_is_not_checked_inside() -> None:
    assert codes(flow_of(step("a", "Nobody", enabled=False, config={"x": "{{gone}}"}))) == []


def test_a_component_that_cannot_be_used_says_why() -> None:
    catalog = {"Sql": described("Sql", problem="needs: pip install duckdb")}

    (problem,) = find_problems(flow_of(step("a", "Sql")), catalog)

    assert problem.message == 'The component "Sql" cannot be used: needs: pip install duckdb'


def test_problems_inside_a_nested_flow_are_shown_at_its_holder() -> None:
    inner = {"key": "inner", "flow": [{"key": "x", "name": "Step"}, {"key": "y", "name": "Stpe"}]}
    flow = flow_of(step("a", "Nest", config={"flow_definition": inner}))

    (problem,) = find_problems(flow, CATALOG)

    assert (problem.component_key, problem.field) == ("a", "config.flow_definition.flow[1].name")
    assert problem.message.startswith('In the nested flow, "y": There is no component')


def test_a_nested_flow_that_is_none_is_invalid_config() -> None:
    problem = only(flow_of(step("a", "Nest", config={"flow_definition": {"flow": 3}})))

    assert (problem.code, problem.field) == ("invalid-config", "config.flow_definition")


def test_ten_thousand_wrong_components_are_checked_at_once() -> None:
    components = [step(f"c{n}", "If" if n % 3 else "Stpe", next=f"gone{n}") for n in range(10_000)]

    started = time.perf_counter()
    found = find_problems(flow_of(*components), CATALOG)

    assert len(found) > 10_000
    assert time.perf_counter() - started < 5.0
