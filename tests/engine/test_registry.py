"""The registry: built-ins, registry.json and components/*.py, listed without importing, reloaded when they change."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from node_engine.engine.component import Component, StepResult
from node_engine.engine.registry import Registry
from node_engine.errors import ComponentLoadError, UnknownComponentError
from node_engine.models.description import Family, Output, Touch


class Greet(Component):
    """A built-in of these tests."""

    description = "Says hello."

    def execute(self) -> StepResult:
        return self.continue_flow()


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


SILENT = "from node_engine import Component\nclass S(Component):\n    def execute(self): ...\n"

OWN = '''
"""A module of one's own."""
from node_engine import Component, Family, Output, Touch
from pydantic import BaseModel, Field
from typing import Literal
from .helper import LOUD

some_call = lambda: {Touch.NETWORK}
raise_at_import = 1 / 1

class Shout(Component):
    """Makes text loud.

    More words.
    """
    label = "Shout it"
    family = Family.DATA
    touches = frozenset({Touch.FILES})
    outputs = (Output("loud", "Loud"), Output("quiet", config="next"))
    reads = ("text",)

    class Config(BaseModel):
        times: int = Field(1, ge=1, title="Times")
        mode: Literal["a", "b"] = "a"
        name: str

    async def execute(self):
        return self.continue_flow()

class Whisper(Shout):
    touches = frozenset(some_call())

class Base(Component):
    pass

class _Hidden(Component):
    async def execute(self): ...

class Plain:
    async def execute(self): ...
'''


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "components").mkdir()
    (tmp_path / "components" / "helper.py").write_text("LOUD = '!'\n")
    return tmp_path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def _no_module_stays() -> Iterator[None]:
    finders = len(sys.meta_path)
    yield
    del sys.meta_path[finders:]
    for name in [name for name in sys.modules if name.startswith("_node_engine_components_")]:
        del sys.modules[name]


def write(path: Path, text: str) -> None:
    """Writes a file with a modification time of its own, as an editor's next save has."""
    before_ns = path.stat().st_mtime_ns if path.exists() else time.time_ns()
    path.write_text(text)
    os.utime(path, ns=(before_ns + 1_000_000, before_ns + 1_000_000))


def listed(root: Path, *entries: dict[str, Any]) -> None:
    write(root / "registry.json", orjson.dumps(list(entries)).decode())


def entry(key: str, type: str = "module", **config: Any) -> dict[str, Any]:
    return {"key": key, "label": f"{key} label", "description": "words", "type": type, "config": config}


def test_built_ins_are_listed_and_loaded_without_a_folder() -> None:
    registry = Registry({"Greet": Greet})

    assert [row.model_dump() for row in registry.rows()] == [
        {"key": "Greet", "label": "Greet", "description": "Says hello.", "type": "module"}
    ]
    assert registry.load("Greet") is Greet
    assert registry.description("Greet").source == "built in"
    assert registry.touches("Greet", {}) == frozenset()


def test_an_unknown_name_is_told_with_the_nearest_one() -> None:
    registry = Registry({"Greet": Greet})

    with pytest.raises(UnknownComponentError) as caught:
        registry.load("greed")

    assert str(caught.value) == "Component not found: greed"
    assert caught.value.nearest == "Greet"
    assert registry.nearest("Xyz") is None


def test_own_components_are_listed_from_their_text_and_nothing_is_imported(root: Path) -> None:
    write(root / "components" / "own.py", OWN + "\nopen('was_imported', 'w')\nraise SystemExit\n")

    registry = Registry({"Greet": Greet}, root)
    shout = registry.description("Shout")

    assert [row.key for row in registry.rows()] == ["Greet", "Shout", "Whisper"]
    assert (shout.label, shout.description, shout.family) == ("Shout it", "Makes text loud.", Family.DATA)
    assert shout.outputs == (Output("loud", "Loud"), Output("quiet", config="next"))
    assert (shout.reads, shout.source) == (("text",), "components/own.py")
    assert shout.config_schema["properties"]["times"] == {  # type: ignore[call-overload, index]
        "title": "Times", "type": "integer", "minimum": 1, "default": 1
    }  # fmt: skip
    assert shout.config_schema["required"] == ["name"]
    assert shout.config_default == {"times": 1, "mode": "a"}
    assert not any("components" in name and name.startswith("_node_engine") for name in sys.modules)


def test_an_own_component_counts_as_code_unless_its_text_says_what_it_touches(root: Path) -> None:
    write(root / "components" / "own.py", OWN)
    write(root / "components" / "silent.py", SILENT)
    registry = Registry({}, root)

    assert registry.touches("Shout", {}) == {Touch.FILES}
    assert registry.touches("Whisper", {}) == {Touch.CODE}
    assert registry.touches("S", {}) == {Touch.CODE}


def test_loading_an_own_component_changes_neither_what_it_counts_as_nor_its_class(root: Path) -> None:
    write(root / "components" / "silent.py", SILENT)
    registry = Registry({}, root)

    loaded = registry.load("S")

    assert registry.touches("S", {}) == {Touch.CODE}
    assert "touches" not in vars(loaded)


def test_loading_imports_with_relative_imports_and_enriches_the_description(root: Path) -> None:
    write(root / "components" / "own.py", OWN)
    registry = Registry({}, root)
    version = registry.version

    loaded = registry.load("Shout")

    assert loaded.__name__ == "Shout"
    assert registry.load("Shout") is loaded
    assert registry.version > version
    assert "mode" in registry.description("Shout").config_schema["properties"]  # type: ignore[operator]
    assert not (root / "components" / "__pycache__").exists()


def test_a_changed_file_shows_at_the_next_refresh_and_by_itself_after_half_a_second(root: Path, clock: Clock) -> None:
    write(root / "components" / "own.py", OWN)
    registry = Registry({}, root, clock=clock)
    first = registry.load("Shout")

    write(root / "components" / "own.py", OWN.replace("Shout it", "Shout out"))
    assert registry.load("Shout") is first
    clock.now_s += 0.6

    assert registry.load("Shout") is not first
    assert registry.description("Shout").label == "Shout out"
    write(root / "components" / "own.py", "")
    registry.refresh()
    with pytest.raises(UnknownComponentError):
        registry.load("Shout")


def test_a_change_of_a_file_that_is_only_imported_counts_too(root: Path) -> None:
    source = f"from .helper import LOUD\n{SILENT}\nS.loud = LOUD\n"
    write(root / "components" / "own.py", source)
    registry = Registry({}, root)
    before: Any = registry.load("S")

    write(root / "components" / "helper.py", "LOUD = '!!'\n")
    registry.refresh()
    after: Any = registry.load("S")

    assert (before.loud, after.loud) == ("!", "!!")


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (OWN.replace("class Shout(", "clas Shout("), "line 11: invalid syntax"),
        (OWN.replace("1 / 1", "1 / 0"), "components/own.py, line 9: ZeroDivisionError: division by zero"),
        (OWN.replace("raise_at_import", "import nothing_here;x"), "Install it with: pip install nothing_here"),
        (OWN.replace("raise_at_import = 1 / 1", "raise SystemExit(3)"), "components/own.py, line 9: SystemExit: 3"),
        ("\0", "cannot"),
    ],
)
def test_a_broken_file_keeps_the_last_good_version_and_is_a_problem(root: Path, broken: str, words: str) -> None:
    write(root / "components" / "own.py", OWN)
    registry = Registry({}, root)
    good = registry.load("Shout")

    write(root / "components" / "own.py", broken)
    registry.refresh()

    assert registry.load("Shout") is good
    assert "Shout" in registry.catalog()
    assert any(words in problem.message for problem in registry.problems()), registry.problems()
    write(root / "components" / "own.py", OWN)
    registry.refresh()
    assert registry.load("Shout") is not good
    assert registry.problems() == []


def test_a_file_that_was_never_good_is_a_load_error_without_machine_paths(root: Path) -> None:
    write(root / "components" / "own.py", OWN.replace("1 / 1", "1 / 0"))
    registry = Registry({}, root)

    with pytest.raises(ComponentLoadError) as caught:
        registry.load("Shout")

    assert str(caught.value) == (
        "Error loading component: [Shout] components/own.py, line 9: ZeroDivisionError: division by zero"
    )


def test_registry_json_wins_over_components_and_both_over_built_ins(root: Path) -> None:
    source = "from node_engine import Component\nclass Greet(Component):\n    def execute(self): ...\n"
    write(root / "components" / "own.py", source)
    registry = Registry({"Greet": Greet}, root)
    own = registry.load("Greet")

    listed(root, entry("Greet", module="own", **{"class": "Greet"}), entry("Greet", module="x", **{"class": "Y"}))
    registry.refresh()

    assert own is not Greet
    assert registry.description("Greet").label == "Greet label"
    assert registry.load("Greet").__name__ == "Greet"
    assert registry.description("Greet").source == "registry.json: module own"
    (root / "registry.json").unlink()
    (root / "components" / "own.py").unlink()
    registry.refresh()
    assert registry.load("Greet") is Greet
    assert registry.description("Greet").source == "built in"


def test_an_installed_module_can_be_listed(root: Path) -> None:
    listed(root, entry("Pause", module="node_engine.components.wait", **{"class": "Wait"}))
    registry = Registry({}, root)

    assert registry.touches("Pause", {}) == {Touch.CODE}
    assert registry.load("Pause").__name__ == "Wait"
    assert "properties" in registry.description("Pause").config_schema


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (entry("X", module="own", **{"class": "Nothing"}), 'module "own" has no class "Nothing"'),
        (entry("X", module="own", **{"class": "Plain"}), 'class "Plain" does not derive from node_engine.Component'),
        (entry("X", module="nowhere", **{"class": "Y"}), "there is no file components/nowhere.py and no such module"),
        (entry("X", module="../own", **{"class": "Y"}), "this is not the name of a module"),
        (entry("X"), 'needs "module" and "class" as text'),
        (entry("X", "code", code="class X: pass", **{"class": "X"}), 'no class "X" that derives from Component'),
        (entry("X", "code", code="class", **{"class": "X"}), "line 1 of the code: invalid syntax"),
        (entry("X", "code"), 'needs "code" and "class" as text'),
        (entry("X", "jar"), 'unknown type "jar"; it must be module, code or endpoint'),
    ],
)
def test_an_entry_that_cannot_be_used_is_told_in_words(root: Path, row: dict[str, Any], words: str) -> None:
    write(root / "components" / "own.py", OWN)
    listed(root, row)
    registry = Registry({}, root)

    with pytest.raises(ComponentLoadError) as caught:
        registry.load("X")

    assert words in caught.value.reason
    assert str(caught.value).startswith("Error loading component: [X] ")


def test_a_code_entry_becomes_a_component_that_touches_code(root: Path) -> None:
    code = SILENT.replace("S(", "X(") + "    default_config = {'a': 1}\n"
    listed(root, entry("My.Code", "code", code=code, **{"class": "X"}))
    registry = Registry({}, root)

    assert registry.touches("My.Code", {}) == {Touch.CODE}
    assert registry.description("My.Code").config_default == {"a": 1}
    assert registry.load("My.Code").describe("My.Code").label == "My.Code label"


@pytest.mark.parametrize("content", ["[{", '{"a": 1}', '["text"]', "\udcff"])
def test_a_broken_list_keeps_the_entries_read_before(root: Path, content: str) -> None:
    write(root / "components" / "own.py", OWN)
    listed(root, entry("Mine", module="own", **{"class": "Shout"}))
    registry = Registry({}, root)

    (root / "registry.json").write_bytes(content.encode(errors="surrogateescape"))
    registry.refresh()

    assert [problem.field for problem in registry.problems()] == ["registry.json"]
    assert ("Mine" in registry.catalog()) is (content != '["text"]')


def test_one_wrong_entry_does_not_hide_the_others(root: Path) -> None:
    listed(root, {"key": "Bad"}, entry("Good", module="own", **{"class": "Shout"}))

    registry = Registry({}, root)

    assert list(registry.catalog()) == ["Good"]
    assert 'Entry 1 is left out: "label": Field required' in registry.problems()[0].message


def test_the_same_class_in_two_files_is_a_warning(root: Path) -> None:
    write(root / "components" / "a.py", OWN)
    write(root / "components" / "b.py", OWN)

    registry = Registry({}, root)

    assert registry.description("Shout").source == "components/a.py"
    assert 'components/b.py: "Shout" is also in components/a.py' in registry.problems()[0].message


def test_files_with_a_leading_underscore_are_only_imported(root: Path) -> None:
    write(root / "components" / "_base.py", OWN)

    assert Registry({}, root).rows() == []


def test_a_documented_component_needs_only_its_import_lines_changed(root: Path) -> None:
    write(
        root / "components" / "old.py",
        "from node_engine import Component as NodeEngineComponent\n\n\n"
        "class Old(NodeEngineComponent):\n"
        "    description = 'From before'\n"
        "    default_config = {'limit': 3}\n"
        "    reads_from = {'config': {}, 'context': {'messages': {'type': 'list'}}}\n"
        "    writes_to = {'context': {'output': {'type': 'string'}}}\n"
        "    sample_input = {'key': 'k', 'flow': []}\n\n"
        "    async def execute(self):\n        return self.continue_flow()\n",
    )
    registry = Registry({}, root)

    listed_only = registry.description("Old")
    registry.load("Old")
    imported = registry.description("Old")

    assert (listed_only.reads, listed_only.writes) == (("messages",), ("output",))
    assert listed_only.config_default == imported.config_default == {"limit": 3}
    assert imported.description == "From before"


def test_loading_an_unchanged_component_costs_a_dictionary_look_up(root: Path) -> None:
    write(root / "components" / "own.py", OWN)
    registry = Registry({}, root)
    registry.load("Shout")

    started_s = time.perf_counter()
    for _ in range(10_000):
        registry.load("Shout")

    assert time.perf_counter() - started_s < 0.5
