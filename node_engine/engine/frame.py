"""One level of nesting of a run: a flow with its context, the engine's mirror of it, and where each component is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from node_engine.engine.config import copied
from node_engine.engine.context import UNCHANGEABLE, Context
from node_engine.engine.delta import SMALL, Capture, check_name, escaped, small_size
from node_engine.engine.patch import PatchError, apply
from node_engine.engine.plan import Plan
from node_engine.errors import DuplicateKeyError, LimitError, NodeEngineError, NotJsonError
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import FrameId, SessionId
from node_engine.models.json import JsonObject
from node_engine.models.limits import Limits
from node_engine.models.status import FlowStatus

if TYPE_CHECKING:
    from node_engine.engine.breakpoints import FlowBreakpoints
    from node_engine.engine.step_scope import StepScope
    from node_engine.models.run import StepRecord

_MISSING: Any = object()
_SMALL_BYTES = 64
_CLEARED = ("error", "debug_information")
"""Context keys that an earlier run left and that a new one begins without (WIRE.md §3.6)."""


class Frame:
    """A flow at work. The component's context and the private mirror are compared after each step."""

    def __init__(self, frame_id: FrameId, flow: FlowDefinition, limits: Limits, parent: Frame | None = None) -> None:
        self.id = frame_id
        self.parent = parent
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.flow_key = flow.key
        self.session_id = SessionId(flow.session_id)
        self.log_prefix = f"s:{flow.session_id} | f:{flow.key} | "
        self.error: str | None = None
        self.current: Plan | None = None
        self.scope: StepScope | None = None
        """The step under way."""
        self.task: asyncio.Task[Any] | None = None
        """The task in which its steps run."""
        self.facts: JsonObject = {}
        """What every life-cycle event of this frame says."""
        self.record: StepRecord | None = None
        """The step begun last."""
        self.settled = 0
        """Number of the last step whose end the gate looked at."""
        self.stops: FlowBreakpoints | None = None
        """The breakpoints of its flow, if any and if the run stops at them."""
        self._limits = limits
        self.mirror: JsonObject = {}
        self._sizes: dict[str, int] = {}
        self.size_bytes = 1
        self.written_bytes = 0
        """Size of the values in the changes that were captured last."""
        context = Context({key: value for key, value in dict.items(flow.context) if key not in _CLEARED})
        self.context = context
        """The context that components of this frame see."""
        self.definition = _running(flow, context)
        self.plans: list[Plan] = []
        self.by_key: dict[str, Plan] = {}
        self.problem = self._begin()

    def is_within(self, other: Frame) -> bool:
        """True when `other` is this frame or one around it."""
        frame: Frame | None = self
        while frame is not None and frame is not other:
            frame = frame.parent
        return frame is not None

    # Order

    def after(self, plan: Plan) -> Plan | None:
        """The following component in the list."""
        position = plan.position + 1
        return self.plans[position] if position < len(self.plans) else None

    def capture(self) -> tuple[list[JsonObject], NodeEngineError | None]:
        """What changed in the context since the last capture, and the first value that had to be refused.

        A refused value is put back to what it was, so that context and mirror agree afterwards.
        """
        context = self.context
        changes: list[JsonObject] = []
        problem: NodeEngineError | None = None
        self.written_bytes = 0
        if context.touched:
            for key in context.touched:
                problem = self._capture_key(context, key, changes) or problem
            context.touched.clear()
        return changes, problem

    def capture_everything(self) -> list[JsonObject]:
        """As `capture`, for all keys: finds what was changed behind the engine's back. Refused values are put back."""
        self.context.touch_all()
        return self.capture()[0]

    def restore(self) -> None:
        """Forget what the step under way changed, as before a retry."""
        context = self.context
        for key in tuple(context.touched):
            self._put_back(context, key)
        context.touched.clear()

    def detach(self) -> None:
        """Give the frame a context of its own again; whoever still holds the old one changes nothing any more."""
        self.context = Context({key: copied(value) for key, value in self.mirror.items()})
        self.definition = _running(self.definition, self.context)

    def adopt(self, definition: FlowDefinition) -> None:
        """Go on with another definition that a component answered with, or with a context it put in place."""
        context = self.context = Context(definition.context)
        context.touch_all()
        context.touched.update(dict.fromkeys(self.mirror))
        is_other_flow = definition.flow is not self.definition.flow and definition.flow != self.definition.flow
        self.definition = _running(definition, context)
        if is_other_flow:
            visits = {plan.key: plan.visits for plan in self.plans}
            self._plan()
            for plan in self.plans:
                plan.visits = visits.get(plan.key, 0)

    def reconfigure(self, key: str, config: JsonObject) -> None:
        """Give a component another config from its next step on. The definition stays the same object."""
        plan = self.by_key[key]
        plan.reconfigure(config)
        flow = list(self.definition.flow)
        flow[plan.position] = plan.component
        self.definition.flow = flow

    def forget(self) -> None:
        """Let go of what only a running flow needs."""
        self.plans = []
        self.by_key = {}
        self.scope = None
        self.task = None

    def edit(self, changes: list[JsonObject]) -> list[JsonObject]:
        """Apply JSON Patch operations to the context; return what they changed. Raises PatchError and others."""
        edited = apply(self.mirror, changes)
        if not isinstance(edited, dict):
            raise PatchError("The context must stay an object.")
        context = self.context
        for key in (*self.mirror, *edited):
            value = edited.get(key, _MISSING)
            if value is _MISSING:
                context.pop(key, None)
            elif value is not self.mirror.get(key, _MISSING):
                context[key] = copied(value)
        done, problem = self.capture()
        if problem is not None:
            raise problem
        return done

    # Inside

    def _begin(self) -> NodeEngineError | None:
        """Take in the flow; the error returned refuses the run."""
        self.context.touch_all()
        _, problem = self.capture()
        for key, value in self.mirror.items():
            if value.__class__ not in UNCHANGEABLE:  # until here it was the caller's own
                dict.__setitem__(self.context, key, copied(value))
        if len(self.definition.flow) > self._limits.flow_components:
            count = len(self.definition.flow)
            return LimitError(
                f"The flow has {count:,} components, more than the limit of {self._limits.flow_components:,}. "
                "Move a part of it into a flow of its own and invoke it.",
                limit=self._limits.flow_components,
                value=count,
            )
        try:
            self._plan()
        except DuplicateKeyError as error:
            return error
        return problem

    def _plan(self) -> None:
        self.plans = [Plan(component, position) for position, component in enumerate(self.definition.flow)]
        self.by_key = {plan.key: plan for plan in self.plans}
        if len(self.by_key) < len(self.plans):
            seen: set[str] = set()
            for plan in self.plans:
                if plan.key in seen:
                    raise DuplicateKeyError(plan.key, flow_key=self.flow_key)
                seen.add(plan.key)

    def _capture_key(self, context: Context, key: str, changes: list[JsonObject]) -> NodeEngineError | None:
        new = dict.get(context, key, _MISSING)
        old = self.mirror.get(key, _MISSING)
        if new is old:
            return None
        first = len(changes)
        if old.__class__ in SMALL and new.__class__ in SMALL and self._replace_small(key, old, new, changes):
            return None
        capture = Capture(changes, self._limits.json_depth)
        try:
            value = self._captured(capture, key, old, new)
            self._check_limits(key, capture.grown_bytes)
        except (NotJsonError, LimitError) as error:
            del changes[first:]
            self._put_back(context, key)
            return error
        if len(changes) > first:
            self._keep(key, value, capture)
        if capture.is_normalised and value is not _MISSING:
            dict.__setitem__(context, key, copied(value))
        return None

    def _replace_small(self, key: str, old: Any, new: Any, changes: list[JsonObject]) -> bool:
        """A number or truth value became another: the most common change. False for a number of very many digits."""
        if old == new and old.__class__ is new.__class__:
            return True
        size = small_size(new)
        if size > _SMALL_BYTES:
            return False
        grown = size - small_size(old)
        changes.append({"op": "replace", "path": f"/{escaped(key)}", "value": new})
        self.mirror[key] = new
        self._sizes[key] += grown
        self.size_bytes += grown
        self.written_bytes += size
        return True

    def _captured(self, capture: Capture, key: str, old: Any, new: Any) -> Any:
        if old is _MISSING:
            check_name(key)
            capture.grown_bytes += len(key) + 4
            return capture.added(new, f"/{escaped(key)}")
        if new is _MISSING:
            capture.removed(old, f"/{escaped(key)}")
            return _MISSING
        return capture.compared(old, new, f"/{escaped(key)}")

    def _check_limits(self, key: str, grown_bytes: int) -> None:
        if grown_bytes <= 0:
            return
        limits = self._limits
        size = self._sizes.get(key, 0) + grown_bytes
        if size - len(key) - 4 > limits.value_bytes:
            raise LimitError(
                f'the value of "{key}" would take {size - len(key) - 4:,} bytes, more than the limit of '
                f"{limits.value_bytes:,}; store it in a file and keep its path in the context",
                limit=limits.value_bytes,
                value=size,
            )
        total = self.size_bytes + grown_bytes
        if total > limits.context_bytes:
            raise LimitError(
                f'with "{key}" the context would take {total:,} bytes, more than the limit of '
                f"{limits.context_bytes:,}; store large values in files and keep their paths in the context",
                limit=limits.context_bytes,
                value=total,
            )

    def _keep(self, key: str, value: Any, capture: Capture) -> None:
        self.written_bytes += capture.written_bytes
        self.size_bytes += capture.grown_bytes
        if value is _MISSING:
            del self.mirror[key]
            self.size_bytes -= len(key) + 4
            del self._sizes[key]
        else:
            self.mirror[key] = value
            self._sizes[key] = self._sizes.get(key, 0) + capture.grown_bytes

    def _put_back(self, context: Context, key: str) -> None:
        if key in self.mirror:
            dict.__setitem__(context, key, copied(self.mirror[key]))
        else:
            dict.pop(context, key, None)


def _running(flow: FlowDefinition, context: Context) -> FlowDefinition:
    """A definition for components to see, with a Context in it and a status of its own."""
    return FlowDefinition.model_construct(
        key=flow.key,
        session_id=flow.session_id,
        flow=flow.flow,
        registry=flow.registry,
        context=context,
        status=FlowStatus.model_construct(current_component=None, error=None, log=[], trace=[]),
    )
