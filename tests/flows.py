"""One builder for the flows of all tests: `flow("a", "b").looping("b", to="a")`."""

from __future__ import annotations

from typing import Any

from node_engine.models.flow import FlowComponent, FlowDefinition


class FlowBuilder(FlowDefinition):
    """A flow that grows in the reading direction of a test. Every method returns the flow itself."""

    def step(self, key: str, name: str = "Add", config: dict[str, Any] | None = None, **options: Any) -> FlowBuilder:
        """Add a component at the end."""
        self.flow.append(FlowComponent.model_validate({"key": key, "name": name, "config": config or {}, **options}))
        return self

    def looping(self, key: str, to: str) -> FlowBuilder:
        """Lead a component that is there already back to another."""
        self._component(key).next = to
        return self

    def having(self, **context: Any) -> FlowBuilder:
        """Put values into the context."""
        self.context.update(context)
        return self

    def _component(self, key: str) -> FlowComponent:
        return next(component for component in self.flow if component.key == key)


def flow(*keys: str, name: str = "Add", session_id: str = "session") -> FlowBuilder:
    """A flow called "flow" whose components, one for each key, all have the same name."""
    built = FlowBuilder(key="flow", session_id=session_id, flow=[])
    for key in keys:
        built.step(key, name)
    return built
