"""The desk: all that commands of the action table can reach, one object per area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from editor.window.debug_commands import DebugCommands
    from editor.window.edit_commands import EditCommands
    from editor.window.file_commands import FileCommands
    from editor.window.run_commands import RunCommands
    from editor.window.service_commands import ServiceCommands
    from editor.window.view_commands import ViewCommands


@dataclass(frozen=True, slots=True)
class Desk:
    """The commands of one window by area."""

    files: FileCommands
    edit: EditCommands
    runs: RunCommands
    debug: DebugCommands
    view: ViewCommands
    service: ServiceCommands
