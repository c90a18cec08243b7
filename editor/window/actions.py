"""What an action is, and the conditions under which actions apply; the actions themselves are in `action_table`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from editor.window.desk import Desk


class Menu(StrEnum):
    """The menus, in their order."""

    FILE = "File"
    EDIT = "Edit"
    VIEW = "View"
    RUN = "Run"
    DEBUG = "Debug"
    SERVICE = "Service"
    HELP = "Help"


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides which actions apply now."""

    has_flow: bool = False
    is_editable: bool = False
    selected: int = 0
    """Number of selected components."""
    wires: int = 0
    """Number of selected wires."""
    can_undo: bool = False
    can_redo: bool = False
    is_live: bool = False
    """A run of the open flow is under way."""
    is_paused: bool = False
    has_run: bool = False
    has_failed: bool = False
    """The shown run failed."""
    is_past: bool = False
    """An earlier step of a run is shown."""
    has_steps: bool = False
    """The shown run has steps to look at."""
    is_interrupted: bool = False
    """The shown run ended because the program did."""
    may_retry: bool = False
    """The shown run stands at a step that failed."""
    is_held: bool = False
    """Somebody outside waits for the shown run, which stands."""
    has_earlier_run: bool = False
    """There is a run of the same flow before the shown one."""
    is_armed: bool = False
    """Breakpoints stop runs of other programs."""
    stops_at_errors: bool = False
    has_closed_tab: bool = False
    has_breakpoints: bool = False
    is_serving: bool = False
    is_ready: bool = False
    """The engine runs."""


Condition = Callable[[Situation], bool]
Command = Callable[["Desk"], None]


def always(now: Situation) -> bool:
    """No condition."""
    return True


def has_flow(now: Situation) -> bool:
    """A flow is open."""
    return now.has_flow


def is_editable(now: Situation) -> bool:
    """The open flow may be changed."""
    return now.is_editable


def selects(now: Situation) -> bool:
    """Something is selected."""
    return now.selected > 0


def changes_selection(now: Situation) -> bool:
    """The selected components may be changed."""
    return now.is_editable and now.selected > 0


def changes_one(now: Situation) -> bool:
    """Exactly one component is selected and may be changed."""
    return now.is_editable and now.selected == 1


def can_run(now: Situation) -> bool:
    """A run can be started or continued."""
    return now.has_flow and now.is_ready and (now.is_paused or not now.is_live)


def can_start(now: Situation) -> bool:
    """A new run can be started."""
    return now.has_flow and now.is_ready and not now.is_live


def can_step(now: Situation) -> bool:
    """A run can be stepped, or begun step by step, or its past be gone through."""
    return can_run(now) or now.is_past


def can_go_to(now: Situation) -> bool:
    """A run can be begun or continued up to the one selected component."""
    return can_run(now) and now.selected == 1


def is_paused(now: Situation) -> bool:
    """A run stands."""
    return now.is_paused


def is_past(now: Situation) -> bool:
    """An earlier moment of a run is looked at."""
    return now.is_past


def has_steps(now: Situation) -> bool:
    """There are steps to look at."""
    return now.has_steps


def is_running(now: Situation) -> bool:
    """A run is under way and not paused."""
    return now.is_live and not now.is_paused


@dataclass(frozen=True, slots=True)
class Action:
    """One row. `canvas` actions have their key while the canvas has the focus, so that fields keep theirs."""

    id: str
    text: str
    command: Command
    menu: Menu
    group: int = 0
    """Groups of one menu are parted by a line."""
    keys: tuple[str, ...] = ()
    icon: str = ""
    enabled: Condition = always
    canvas: bool = False
    check: str = ""
    """Name of the setting or state that shows as a check mark, e.g. "theme:dark"."""
    hint: str = ""
    """What it does, where the text does not say it all."""
