"""What is wrong with a config while it is typed, as the inspector's forms ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from node_engine.analysis.config_problems import config_problems
from node_engine.models.description import Catalog
from node_engine.models.flow import FlowComponent
from node_engine.models.json import JsonObject

_FIELD = "config."


def config_checks(catalog: Callable[[], Catalog]) -> Callable[[str, JsonObject], Sequence[tuple[str, str]]]:
    """A callable that gives pairs of field path and message for a component's name and config."""

    def check(name: str, config: JsonObject) -> Sequence[tuple[str, str]]:
        description = catalog().get(name)
        if description is None:
            return ()
        from node_engine.components.checking import check_config  # the engine's thread has loaded it by now

        component = FlowComponent(key="checked", name=name, config=config)
        problems = config_problems(component, description, check_config)
        return [((problem.field or "").removeprefix(_FIELD), problem.message) for problem in problems]

    return check
