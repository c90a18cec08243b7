"""Breakpoints in words: where they stand, when they count, what they do."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from node_engine.models.breakpoint import BreakPlace, Breakpoint, HitKind


def _tr(text: str) -> str:
    return QCoreApplication.translate("breakpoints", text)


def place_words(one: Breakpoint) -> str:
    """Where a breakpoint stands: "before criticise", "on the wire criticise · true"."""
    key = one.component_key
    match one.place:
        case BreakPlace.BEFORE:
            return _tr("before {0}").format(key)
        case BreakPlace.AFTER:
            return _tr("after {0}").format(key)
        case BreakPlace.WIRE if one.port is None:
            return _tr("on every way out of {0}").format(key)
        case BreakPlace.WIRE:
            return _tr("on the wire {0} · {1}").format(key, one.port)
        case BreakPlace.ERROR:
            return _tr("on any error") if key is None else _tr("on an error of {0}").format(key)
        case BreakPlace.CHANGE if key is None:
            return _tr("when {0} changes").format(one.path)
        case BreakPlace.CHANGE:
            return _tr("when {1} changes {0}").format(one.path, key)
        case _:
            return _tr("on the event {0}").format(one.event) + ("" if key is None else _tr(" of {0}").format(key))


def hits_words(one: Breakpoint) -> str:
    """Which of its hits count: "" for all, "3rd only", "from 3rd on", "every 3rd"."""
    rule = one.hit_rule
    if rule is None:
        return ""
    kind, count = rule
    texts = {
        HitKind.EXACTLY: _tr("{0} only"),
        HitKind.FROM: _tr("from {0} on"),
        HitKind.EVERY: _tr("every {0}"),
    }
    return texts[kind].format(ordinal(count))


def then_words(one: Breakpoint) -> str:
    """What a hit does: "stop", "stop once", or the message that is logged."""
    if one.log is not None:
        return _tr("log “{0}”").format(one.log)
    return _tr("stop once") if one.once else _tr("stop")


def spoken(one: Breakpoint) -> str:
    """All of a breakpoint in one sentence, for tooltips and people who cannot see the list."""
    state = "" if one.enabled else _tr(" (off)")
    parts = [then_words(one).capitalize() + " " + place_words(one)]
    if one.condition is not None:
        parts.append(_tr("if {0}").format(one.condition))
    if one.hits is not None:
        parts.append(hits_words(one))
    return ", ".join(parts) + state


def ordinal(number: int) -> str:
    """A number as a place in order: 1st, 2nd, 3rd, 11th."""
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else endings.get(number % 10, 'th')}"
