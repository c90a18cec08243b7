"""The one error tree of the engine. Every message says what happened, where, and what to do.

NodeEngineError
├── FlowError               the flow is wrong: nothing in it, no such component, no such next, bad key
│   ├── UnknownComponentError
│   ├── UnknownKeyError
│   ├── DuplicateKeyError
│   └── FlowFileError       a file that holds no flow
├── ComponentError          theirs: failed to load, raised, timed out, wrote what is not JSON
│   ├── ComponentLoadError
│   ├── ComponentRunError
│   │   └── ChildFlowError    a child flow failed
│   └── NotJsonError
├── ExpressionError         a condition or expression that cannot be read or worked out
├── RunError                a run that is not there, or a verb that does not apply now
│   ├── UnknownRunError
│   └── RunStateError
├── LimitError              too big, too long, too deep, too many; carries the limit and the value
├── TrustError              not allowed without a token, a switch or the user's consent
└── StorageError            a disk, a database or a folder did not do what it was asked
"""

from __future__ import annotations


class NodeEngineError(Exception):
    """Any error the engine reports in words; `str(error)` is fit to be shown."""


class FlowError(NodeEngineError):
    """The flow itself is wrong. `flow_key` and `component_key` say where, where known."""

    def __init__(self, message: str, *, flow_key: str | None = None, component_key: str | None = None) -> None:
        super().__init__(message)
        self.flow_key = flow_key
        self.component_key = component_key


class UnknownComponentError(FlowError):
    """A component name that the registry does not hold; `nearest` is the best guess, if any."""

    def __init__(self, name: str, *, nearest: str | None = None, component_key: str | None = None) -> None:
        super().__init__(f"Component not found: {name}", component_key=component_key)
        self.name = name
        self.nearest = nearest


class UnknownKeyError(FlowError):
    """A component key that the flow does not hold."""

    def __init__(self, key: str, *, flow_key: str | None = None) -> None:
        super().__init__(f"No component found with key: {key}", flow_key=flow_key, component_key=key)


class DuplicateKeyError(FlowError):
    """Two components of one flow share a key; refused before the run (WIRE.md §3.3)."""

    def __init__(self, key: str, *, flow_key: str | None = None) -> None:
        super().__init__(
            f'Two components have the key "{key}". Rename one of them: each key stands for one component.',
            flow_key=flow_key,
            component_key=key,
        )


class FlowFileError(FlowError):
    """A file that cannot be read as a flow; the message names the place and what is wrong there."""


class ComponentError(NodeEngineError):
    """A component did not do what the engine asked of it."""

    def __init__(self, message: str, *, component_name: str | None = None, component_key: str | None = None) -> None:
        super().__init__(message)
        self.component_name = component_name
        self.component_key = component_key


class ComponentLoadError(ComponentError):
    """A component's source, class, constructor or config is not usable."""

    def __init__(self, name: str, reason: str, *, component_key: str | None = None, field: str | None = None) -> None:
        super().__init__(
            f"Error loading component: [{name}] {reason}", component_name=name, component_key=component_key
        )
        self.reason = reason
        self.field = field


class ComponentRunError(ComponentError):
    """`execute` raised, timed out or answered with something that is not a FlowStep."""

    def __init__(self, name: str, reason: str, *, component_key: str | None = None) -> None:
        super().__init__(
            f"Error executing component: [{name}] {reason}", component_name=name, component_key=component_key
        )
        self.reason = reason


class ChildFlowError(ComponentRunError):
    """A child flow failed; the text is the child's own, and `flow` is the child as it ended."""

    def __init__(self, message: str, flow: object) -> None:
        NodeEngineError.__init__(self, message)
        self.component_name = None
        self.component_key = None
        self.reason = message
        self.flow = flow


class NotJsonError(ComponentError):
    """A component wrote a value to the context that JSON cannot hold; `path` is its JSON Pointer (RFC 6901)."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"the value at {path or '/'} cannot be stored as JSON: {reason}")
        self.path = path
        self.reason = reason


class ExpressionError(NodeEngineError):
    """An expression that cannot be read or worked out; `position` is the 1-based character in `text`."""

    def __init__(self, text: str, reason: str, *, position: int | None = None) -> None:
        place = f", character {position}" if position is not None else ""
        shown = text if len(text) <= 80 else f"{text[:77]}..."
        super().__init__(f'Expression "{shown}"{place}: {reason}')
        self.text = text
        self.reason = reason
        self.position = position


class RunError(NodeEngineError):
    """Something that cannot be asked of a run; `run_id` says which."""

    def __init__(self, message: str, *, run_id: str) -> None:
        super().__init__(message)
        self.run_id = run_id


class UnknownRunError(RunError):
    """A run that is neither under way nor among the finished ones in memory."""

    def __init__(self, run_id: str) -> None:
        super().__init__(
            f'There is no run "{run_id}". It may have been forgotten; look into the list of runs.', run_id=run_id
        )


class RunStateError(RunError):
    """A verb that does not apply in the run's present state; the message says when it does."""


class LimitError(NodeEngineError):
    """A named limit of `models.limits` was passed."""

    def __init__(self, message: str, *, limit: float, value: float | None = None) -> None:
        super().__init__(message)
        self.limit = limit
        self.value = value


class TrustError(NodeEngineError):
    """Something that needs a token, a switch or consent was asked for without it."""


class StorageError(NodeEngineError):
    """A disk, database or folder did not do what it was asked; the message says where the data is safe."""
