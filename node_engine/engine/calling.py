"""Calling one component: load it, make its config, run `execute` under its time limit, take in its answer."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING, Any

from node_engine.engine.component import StepResult
from node_engine.engine.config import nearest_key, resolve
from node_engine.engine.failure import StepFailure, load_failure, run_failure, stack_of
from node_engine.errors import ComponentLoadError, ComponentRunError, NodeEngineError
from node_engine.models.json import JsonObject
from node_engine.models.status import LogLevel
from node_engine.models.step import FlowStep

if TYPE_CHECKING:
    from node_engine.engine.plan import Plan, Shape
    from node_engine.engine.step_scope import StepScope

_REARM_S = 0.05


async def call_component(scope: StepScope) -> StepResult:
    """Run the component of a step once. Raises StepFailure, or CancelledError when the whole run is to end."""
    plan = scope.plan
    shape = plan.shape or _load(scope)
    component = _made(scope, shape)
    timeout_s = plan.component.timeout_s
    timer = None if timeout_s is None else _timer(scope, timeout_s, timeout_s)
    try:
        if shape.is_async:
            answer = await component.execute()
        else:
            answer = await _in_thread(scope, component.execute)
    except asyncio.CancelledError as error:
        raise _cancelled(scope) from error
    except GeneratorExit:
        raise
    except BaseException as error:  # the edge to components: whatever they raise is their step's failure
        if scope.is_overdue:
            raise _cancelled(scope) from error
        scope.run.log.stack(scope, stack_of(error))
        raise run_failure(plan.name, error) from error
    finally:
        if timer is not None:
            timer.cancel()
    if scope.is_overdue:
        raise _cancelled(scope)
    return answer if answer.__class__ is StepResult else _as_result(scope, answer)


def _load(scope: StepScope) -> Shape:
    plan = scope.plan
    try:
        shape = scope.run.shape_of(plan.name)
    except Exception as error:  # the edge to components: their modules raise what they like
        raise load_failure(plan.name, error) from error
    if shape.problem is not None:
        raise load_failure(plan.name, ComponentLoadError(plan.name, shape.problem))
    plan.prepare(shape)
    return shape


def _made(scope: StepScope, shape: Shape) -> Any:
    """The component with its config, ready to execute."""
    plan = scope.plan
    scope.class_name = shape.class_name
    try:
        config = _resolved(scope, plan) if plan.has_template else plan.config
        scope.record.config = config
        scope.config = plan.validated(config)
        frame = scope.frame
        return shape.component_class(frame.definition, plan.key, scope, scope.run.tunnel_authorization)
    except Exception as error:  # the edge to components: constructors and validators are theirs
        if not isinstance(error, NodeEngineError):
            scope.run.log.stack(scope, stack_of(error))
        raise load_failure(plan.name, error) from error


def _resolved(scope: StepScope, plan: Plan) -> JsonObject:
    mirror = scope.frame.mirror

    def warn(field: str, path: str) -> None:
        near = nearest_key(mirror, path)
        hint = f' Did you mean "{near}"?' if near and near != path else ""
        message = f"config.{field}: nothing in the context at {{{{{path}}}}}, so it was left as written.{hint}"
        scope.log(LogLevel.WARNING, message)

    return resolve(plan.config, mirror, warn, scope.run.limits, plan.nested, plan.verbatim)


def _cancelled(scope: StepScope) -> BaseException:
    """What a cancellation of this step means: its time was up, the run is to end, or the component did it itself."""
    task = asyncio.current_task()
    assert task is not None  # steps run in tasks
    name = scope.plan.name
    if scope.is_overdue and task.uncancel() == 0:
        reason = f"it took longer than its limit of {scope.timeout_s:g} s"
        return StepFailure(str(ComponentRunError(name, reason)))
    if task.cancelling() > 0:
        return asyncio.CancelledError()
    return StepFailure(str(ComponentRunError(name, "it cancelled itself")))


def _timer(scope: StepScope, timeout_s: float, wait_s: float) -> asyncio.TimerHandle:
    """Watch a step's own time limit; time spent paused inside of it does not count."""

    def look() -> None:
        left_s = timeout_s - scope.run.clock.worked_s(scope.tried_s)
        if left_s <= 0.001:
            scope.end_overdue(timeout_s)
        elif scope.frame.scope is scope:
            _timer(scope, timeout_s, max(left_s, _REARM_S))

    return scope.run.loop.call_later(wait_s, look)


async def _in_thread(scope: StepScope, function: Callable[[], Any]) -> Any:
    """Run a blocking `execute` in a daemon thread, which cannot keep the process alive.

    A thread cannot be stopped. When the step is cancelled the frame gets another context, so that the thread
    changes nothing any more.
    """
    loop = scope.run.loop
    outcome: asyncio.Future[tuple[Any, BaseException | None]] = loop.create_future()
    variables = contextvars.copy_context()

    def settle(value: Any, error: BaseException | None) -> None:
        if not outcome.done():
            outcome.set_result((value, error))

    def work() -> None:
        value, error = None, None
        try:
            value = variables.run(function)
        except BaseException as raised:  # noqa: BLE001  # raised again by the step, on the engine's thread
            error = raised
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, value, error)

    Thread(target=work, name=f"component {scope.plan.key}", daemon=True).start()
    try:
        value, error = await outcome
    except asyncio.CancelledError:
        scope.frame.detach()
        scope.run.log.runtime(
            scope.frame, LogLevel.WARNING, f'The thread of "{scope.plan.key}" cannot be stopped; it ends by itself.'
        )
        raise
    if error is not None:
        raise error
    return await value if inspect.isawaitable(value) else value


def _as_result(scope: StepScope, answer: object) -> StepResult:
    """The answer of a component of the documented system, or of one that answers with something else."""
    if isinstance(answer, StepResult):
        return answer
    if isinstance(answer, FlowStep):
        definition = answer.flow_definition
        return StepResult(next=answer.next, error=definition.status.error, flow_definition=definition)
    reason = (
        f"execute answered with {type(answer).__name__}; "
        "end it with return self.continue_flow(), self.output(port) or self.exit_flow_with_error(message)"
    )
    raise StepFailure(str(ComponentRunError(scope.plan.name, reason)))
