"""The pages of the help window: Markdown files of resources/help and the shortcuts, made from the action table."""

from __future__ import annotations

from importlib.resources import files

from editor.window.action_set import key_text
from editor.window.action_table import ACTIONS
from editor.window.actions import Menu

PAGES = {
    "getting-started": "Getting started",
    "debugging": "Finding mistakes",
    "shortcuts": "Keyboard shortcuts",
    "api": "From other programs",
}
"""Titles by name, in their order."""


def page_text(name: str, url: str | None) -> str:
    """The Markdown of a page; `url` of the running service replaces {url}."""
    if name == "shortcuts":
        return shortcuts_text()
    text = files("resources").joinpath("help", f"{name}.md").read_text(encoding="utf-8")
    return text.replace("{url}", url or "http://127.0.0.1:8000")


def shortcuts_text() -> str:
    """One table per menu with the keys of every action that has some, and the mouse on the canvas."""
    parts = ["# Keyboard shortcuts\n"]
    for menu in Menu:
        rows = [row for row in ACTIONS if row.menu is menu and row.keys]
        if rows:
            parts.append(f"## {menu.value}\n\n| Keys | What it does |\n| :--- | :--- |")
            parts.extend(f"| {_keys(row.keys)} | {row.text.rstrip('…')} |" for row in rows)
            parts.append("")
    parts.append(files("resources").joinpath("help", "canvas-keys.md").read_text(encoding="utf-8"))
    return "\n".join(parts)


def _keys(keys: tuple[str, ...]) -> str:
    return " or ".join(f"**{key_text(key)}**" for key in keys)
