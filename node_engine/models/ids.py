"""Ids as types of their own, so that a session id cannot be passed where a component key is meant."""

from typing import NewType

ComponentKey = NewType("ComponentKey", str)
"""The key of a component inside one flow; stable, unique in its flow."""
ComponentName = NewType("ComponentName", str)
"""The registry key of a component class, e.g. "If"."""
SessionId = NewType("SessionId", str)
RunId = NewType("RunId", str)
"""A run's id: 12 hex digits; also shown to people as a running number."""
FrameId = NewType("FrameId", str)
"""The path through nested flows, e.g. "main" or "main/improve#2": component key and its visit at each level."""

MAIN_FRAME = FrameId("main")
EXIT = ComponentKey("exit")
"""The key that ends a flow when a step names it as next."""
