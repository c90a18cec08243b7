"""Node Engine: flows of components that anyone can watch, step through and call from outside.

What a component needs is importable from here; it loads on first use, so `import node_engine` stays fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from node_engine.engine.component import (
        Component,
        ComponentServices,
        Family,
        FlowStep,
        Output,
        Sample,
        StepResult,
        Touch,
    )
    from node_engine.models.flow import FlowDefinition

__version__ = "0.1.0"
__all__ = [
    "Component",
    "ComponentServices",
    "Family",
    "FlowDefinition",
    "FlowStep",
    "Output",
    "Sample",
    "StepResult",
    "Touch",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'node_engine' has no attribute {name!r}")
    from node_engine.engine import component

    value = getattr(component, name)
    globals()[name] = value
    return value
