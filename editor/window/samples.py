"""The sample flows that ship with the program, as the welcome page offers them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class SampleFlow:
    """One sample: its files and the words of its card."""

    name: str
    title: str
    text: str
    path: Path
    order: int = 100
    icon: str = "play"
    family: str = "control"
    has_walk: bool = False
    """True when its page leads through the flow, to be read while doing."""

    def make_folder(self, root: Path) -> Path:
        """A folder of the user's own for what the sample reads and writes, with the files it comes with.

        Files that are there already are kept: they may have been edited. Raises OSError.
        """
        folder = root / "samples" / self.name
        folder.mkdir(parents=True, exist_ok=True)
        for file in self.path.parent.iterdir():
            if file.is_file() and file.name not in self._own_files() and not (folder / file.name).exists():
                shutil.copyfile(file, folder / file.name)
        return folder

    def _own_files(self) -> set[str]:
        return {self.path.name, f"{self.name}.layout.jsonl", "page.md", "sample.json"}

    def page(self) -> str:
        """What is told of the sample, as Markdown; nothing when it has no page."""
        try:
            return self.path.with_name("page.md").read_text(encoding="utf-8")
        except OSError:
            return ""


def find_samples() -> list[SampleFlow]:
    """Read the cards of all samples, in their order; a sample whose card cannot be read is left out."""
    root = Path(str(files("resources").joinpath("samples")))
    found = (_read(folder) for folder in sorted(root.iterdir()) if folder.is_dir()) if root.is_dir() else ()
    return sorted((sample for sample in found if sample is not None), key=lambda sample: sample.order)


def _read(folder: Path) -> SampleFlow | None:
    path = folder / f"{folder.name}.flow.json"
    try:
        card: dict[str, Any] = orjson.loads((folder / "sample.json").read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    if not path.is_file():
        return None
    return SampleFlow(
        name=folder.name,
        title=str(card.get("title", folder.name)),
        text=str(card.get("text", "")),
        path=path,
        order=int(card.get("order", 100)),
        icon=str(card.get("icon", _ICONS.get(folder.name, "play"))),
        has_walk=bool(card.get("walk", False)),
        family=str(card.get("family", _FAMILIES.get(folder.name, "control"))),
    )


_ICONS = {"hello": "sparkles", "support_triage": "split", "flaky_api": "globe", "service_for_tools": "webhook"}
_FAMILIES = {"hello": "people", "support_triage": "control", "flaky_api": "files", "service_for_tools": "data"}
