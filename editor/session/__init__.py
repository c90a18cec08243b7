"""Bridges from the window to the engine. No widget can be imported here."""

from editor.session.change_texts import ChangeText, change_texts
from editor.session.debugger import Debugger
from editor.session.engine_session import EngineSession
from editor.session.jobs import Jobs
from editor.session.run_model import EventRow, RunModel
from editor.session.run_view import LogRow, Mark, Overlay, Pause, RunView, StepRow

__all__ = [
    "ChangeText",
    "Debugger",
    "EngineSession",
    "EventRow",
    "Jobs",
    "LogRow",
    "Mark",
    "Overlay",
    "Pause",
    "RunModel",
    "RunView",
    "StepRow",
    "change_texts",
]
