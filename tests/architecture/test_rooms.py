"""The house keeps its shape: what may be loaded where, how big files may be, and what no file may name."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = sorted(path for room in ("node_engine", "editor") for path in (ROOT / room).rglob("*.py"))
TEXT_SUFFIXES = {".py", ".md", ".toml", ".json", ".jsonl", ".sh", ""}
LARGEST_FILE = 430
FORBIDDEN_WORDS = ("py" + "pi.org", "python" + "hosted", "npm" + "js", "deb." + "debian")


def _loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    ["import node_engine.engine.runtime", "import node_engine.components", "import node_engine.start"],
)
def test_the_engine_loads_no_qt(statement: str) -> None:
    loaded = _loaded_by(statement)

    assert not {name for name in loaded if name.split(".")[0] in ("PySide6", "qasync", "editor")}


def test_models_and_analysis_load_no_event_loop() -> None:
    loaded = _loaded_by("import node_engine.models.flow, node_engine.analysis.wires, node_engine.analysis.problems")

    assert "asyncio" not in loaded


def test_no_file_is_a_god_file() -> None:
    sizes = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n") for path in CODE}

    assert {name: size for name, size in sizes.items() if size > LARGEST_FILE} == {}


def test_every_module_says_what_lives_in_it() -> None:
    silent = [str(path.relative_to(ROOT)) for path in CODE if not _opens_with_a_docstring(path)]

    assert silent == []


def test_no_file_names_a_package_registry_or_a_machine_path() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    ).stdout
    found = [name for name in listed.split("\n") if name and _names_something_forbidden(ROOT / name)]

    assert found == []


def _opens_with_a_docstring(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    return not text.strip() or text.lstrip().startswith('"""')


def _names_something_forbidden(path: Path) -> bool:
    if path.suffix not in TEXT_SUFFIXES or not path.is_file():
        return False
    text = path.read_text(encoding="utf-8", errors="replace")
    has_path = re.search(r"(?<![\w.])/(?:work|farm|root)/[\w.]+", text) is not None
    return has_path or any(word in text for word in FORBIDDEN_WORDS)
