"""Child flows: run inside a step, as a frame of the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node_engine.engine.frame import Frame
from node_engine.engine.report import answer
from node_engine.errors import ChildFlowError, LimitError
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import EXIT, FrameId
from node_engine.models.step import FlowStep

if TYPE_CHECKING:
    from node_engine.engine.plan import Plan
    from node_engine.engine.run import Run
    from node_engine.engine.step_scope import StepScope

NO_COMPONENTS = "No components found in flow"


async def invoke_child(run: Run, scope: StepScope, flow: FlowDefinition) -> FlowDefinition:
    """Run a child flow to its end. Raises ChildFlowError when it failed, LimitError when nested too deeply."""
    frame = _open(run, scope, flow)
    run.log_information(frame, "Invoking flow")
    mark = run.report.mark()
    first = frame.plans[0] if frame.plans else None
    await _run(run, scope, frame, first)
    if frame.plans:
        frame.context["session_id"] = frame.session_id
        changes, _ = frame.capture()
        run.history.edit(frame.id, changes, frame.mirror)
    run.log_information(frame, "Flow invocation complete")
    result = answer(frame, run.report.status(frame, mark), is_live=True)
    if frame.error is not None:
        raise ChildFlowError(frame.error, result)
    return result


async def invoke_child_component(run: Run, scope: StepScope, flow: FlowDefinition, component_key: str) -> FlowStep:
    """Run one component of a child flow; a failure is in the answer's status, as by `POST /invoke_component`."""
    frame = _open(run, scope, flow)
    mark = run.report.mark()
    next_key: str = EXIT
    if refuse_empty(run, frame):
        plan = find(run, frame, component_key)
        if plan is not None:
            scope.children += 1
            run.frames_alive.append(frame)
            try:
                next_key = await run.do_single_step(frame, plan)
            finally:
                run.frames_alive.remove(frame)
                scope.children -= 1
    return FlowStep.model_construct(
        next=next_key, flow_definition=answer(frame, run.report.status(frame, mark), is_live=True)
    )


def refuse_empty(run: Run, frame: Frame) -> bool:
    """False, with the error noted, when a frame cannot begin: refused by its limits, or nothing in it."""
    if frame.problem is not None:
        run.stepper.end_frame(frame, str(frame.problem))
    elif not frame.plans:
        run.stepper.end_frame(frame, NO_COMPONENTS)
    return frame.error is None


def find(run: Run, frame: Frame, component_key: str) -> Plan | None:
    """The component of that key; None, with the error noted, when there is none."""
    plan = frame.by_key.get(component_key)
    if plan is None:
        run.stepper.end_frame(frame, f"No component found with key: {component_key}")
    return plan


def _open(run: Run, scope: StepScope, flow: FlowDefinition) -> Frame:
    parent = scope.frame
    if parent.depth >= run.limits.nesting:
        raise LimitError(
            f"Flows are nested deeper than {run.limits.nesting} levels. Look for a flow that invokes itself.",
            limit=run.limits.nesting,
            value=parent.depth + 1,
        )
    place = f"{parent.id}/{scope.plan.key}#{scope.visit}"
    scope.opened += 1
    if scope.opened > 1:  # further children of the same step
        place = f"{place}.{scope.opened}"
    return run.open_frame(FrameId(place), flow, parent)


async def _run(run: Run, scope: StepScope, frame: Frame, first: Plan | None) -> None:
    if not refuse_empty(run, frame):
        return
    scope.children += 1
    run.frames_alive.append(frame)
    try:
        await run.stepper.run_frame(frame, first)
    finally:
        run.frames_alive.remove(frame)
        scope.children -= 1
