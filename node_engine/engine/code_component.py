"""A component whose class is given as source text in the registry (type "code"): each step runs in a worker process."""

from __future__ import annotations

from typing import Any, ClassVar

from node_engine.engine.component import Component, StepResult
from node_engine.engine.module_source import read_components
from node_engine.engine.worker import CodeRequest
from node_engine.errors import ComponentLoadError
from node_engine.models.description import Family, Touch
from node_engine.models.registration import ComponentRegistration


class CodeComponent(Component):
    """Sends the class's text, the context and the config to a worker and takes over what came of it."""

    family: ClassVar[Family] = Family.CODE
    touches: ClassVar[frozenset[Touch]] = frozenset({Touch.CODE})
    source: ClassVar[str] = ""
    class_name: ClassVar[str] = ""

    async def execute(self) -> StepResult:
        """Run the class's `execute` in a worker."""
        request = CodeRequest(
            name=self.name,
            source=self.source,
            context=self.context,
            config={name: self.config[name] for name in self.config},
            class_name=self.class_name,
            key=self.component_key,
            flow=self.flow_definition.model_dump(mode="json", exclude={"context", "status"}),
            frame=self.frame,
            visit=self.visit,
            run_id=self.run_id,
            tunnel_authorization=self.tunnel_authorization,
            on_log=lambda level, message: self.log(message, level=level),
            on_event=self.emit,
        )
        result = await self.services.workers.run_code(request)
        result.apply(self.context)
        if result.failure is not None:
            return self.exit_flow_with_error(result.failure)
        return StepResult(next=result.next, port=result.port)


def load_code(registration: ComponentRegistration) -> type[Component]:
    """The component class for an entry {code, class}; the code is parsed, not run.

    Raises ComponentLoadError when the text is not Python or holds no such class.
    """
    source, class_name = registration.config.get("code"), registration.config.get("class")
    if not isinstance(source, str) or not isinstance(class_name, str):
        raise ComponentLoadError(registration.key, 'a component of type code needs "code" and "class" as text')
    try:
        described = read_components(source).get(class_name)
    except SyntaxError as error:
        raise ComponentLoadError(registration.key, f"line {error.lineno} of the code: {error.msg}") from error
    if described is None:
        reason = f'the code has no class "{class_name}" that derives from Component and has an execute'
        raise ComponentLoadError(registration.key, reason)
    values: dict[str, Any] = {
        "source": source,
        "class_name": class_name,
        "label": registration.label or described.label,
        "description": registration.description or described.description,
        "outputs": described.outputs,
        "reads": described.reads,
        "writes": described.writes,
        "default_config": described.config_default,
        "__doc__": registration.description,
    }
    return type(class_name, (CodeComponent,), values)
