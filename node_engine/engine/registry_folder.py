"""The registry folder as it is on disk: `registry.json` and `components/*.py`, read again only when they changed."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

from pydantic import ValidationError

from node_engine.engine.module_loader import ModuleError, ModuleFolder
from node_engine.engine.module_source import read_components
from node_engine.errors import FlowFileError
from node_engine.models.description import ComponentDescription, Touch
from node_engine.models.json import JsonValue
from node_engine.models.limits import MIB
from node_engine.models.parse import parse_json
from node_engine.models.problem import Problem, Severity
from node_engine.models.registration import ComponentRegistration

_FILE_BYTES = 8 * MIB
_FILES = 2_000
_DEPTH = 64
_TOUCHES = {
    "module": frozenset({Touch.CODE}),
    "code": frozenset({Touch.CODE}),
    "endpoint": frozenset({Touch.NETWORK}),
}

Stamp = tuple[int, int]
"""Modification time in ns and size of a file."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A component of the folder: how to load it, and what is known of it without importing."""

    registration: ComponentRegistration
    description: ComponentDescription
    place: str
    """The file, relative to the folder."""
    is_listed: bool = False
    """True when it stands in registry.json, whose label and description then win."""


class RegistryFolder:
    """Reads one folder. `refresh` says whether anything changed since the last time."""

    def __init__(self, root: Path, builtins: frozenset[str]) -> None:
        self._root = root
        self._list_path = root / "registry.json"
        self._components = root / "components"
        self._builtins = builtins
        self._stamps: dict[str, Stamp] | None = None
        self._registrations: list[ComponentRegistration] = []
        self._list_problems: list[Problem] = []
        self._files: dict[str, dict[str, ComponentDescription]] = {}
        self._file_problems: dict[str, Problem] = {}
        self._modules: ModuleFolder | None = None

    def refresh(self) -> bool:
        """Reads what changed; False when nothing did."""
        stamps = self._look()
        if stamps == self._stamps:
            return False
        before, self._stamps = self._stamps or {}, stamps
        changed = {name for name in {*before, *stamps} if before.get(name) != stamps.get(name)}
        if "registry.json" in changed:
            self._read_list()
        if changed - {"registry.json"}:
            self._read_files(changed - {"registry.json"})
            self.close()
        return True

    def entries(self) -> dict[str, Entry]:
        """All components of the folder by key; the first of two with one key."""
        found: dict[str, Entry] = {}
        for registration in self._registrations:
            found.setdefault(registration.key, self._listed(registration))
        for file in sorted(self._files):
            for name, description in self._files[file].items():
                if name not in found:
                    found[name] = _own(file, description)
        return found

    def problems(self) -> list[Problem]:
        """What is wrong with the files themselves."""
        return [*self._list_problems, *self._file_problems.values(), *self._twice()]

    def load_module(self, name: str) -> ModuleType:
        """Import `components/NAME.py`, or an installed module of that name. Raises ModuleError."""
        if not all(part.isidentifier() for part in name.split(".")):
            raise ModuleError(name, None, "this is not the name of a module")
        if f"{name.replace('.', '/')}.py" in self._files or (self._components / f"{name}.py").is_file():
            if self._modules is None:
                self._modules = ModuleFolder(self._components)
            return self._modules.load(name)
        try:
            return importlib.import_module(name)
        except ImportError as error:
            raise ModuleError(
                name, None, f"there is no file components/{name}.py and no such module: {error}"
            ) from error
        except (Exception, SystemExit) as error:  # component code: any error of it is its problem
            raise ModuleError(name, None, f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Forget imported modules; the next load imports them as they are then."""
        if self._modules is not None:
            self._modules.close()
            self._modules = None

    def _look(self) -> dict[str, Stamp]:
        stamps = {}
        try:
            status = os.stat(self._list_path)
            stamps["registry.json"] = (status.st_mtime_ns, status.st_size)
        except OSError:
            pass  # no list is fine
        try:
            with os.scandir(self._components) as files:
                stamps.update((file.name, _stamp(file)) for file in files if _is_source(file.name))
        except OSError:
            pass  # no folder is fine
        return stamps

    def _read_list(self) -> None:
        self._list_problems = []
        try:
            value = parse_json(_read(self._list_path), depth=_DEPTH)
        except FileNotFoundError:
            self._registrations = []
            return
        except (OSError, FlowFileError) as error:
            self._list_problems = [_problem("registry.json", f"{_words(error)} The entries read before stay in use.")]
            return
        if isinstance(value, list):
            self._registrations = [each for place, entry in enumerate(value) for each in self._entry(place, entry)]
        else:
            self._list_problems = [_problem("registry.json", "It must be a list of entries.")]

    def _entry(self, place: int, value: JsonValue) -> Iterable[ComponentRegistration]:
        try:
            yield ComponentRegistration.model_validate(value)
        except ValidationError as error:
            fields = ", ".join(
                f'"{".".join(map(str, each["loc"])) or "entry"}": {each["msg"]}' for each in error.errors()
            )
            self._list_problems.append(_problem("registry.json", f"Entry {place + 1} is left out: {fields}."))

    def _read_files(self, changed: Iterable[str]) -> None:
        for name in sorted(changed):
            self._file_problems.pop(name, None)
            try:
                self._files[name] = self._read_file(name)
            except FileNotFoundError:
                self._files.pop(name, None)
            except (OSError, SyntaxError) as error:
                self._file_problems[name] = _problem(f"components/{name}", _words(error))
                self._files.setdefault(name, {})
        if len(self._files) > _FILES:
            self._file_problems["*"] = _problem("components", f"Only {_FILES} files are read.")

    def _read_file(self, name: str) -> dict[str, ComponentDescription]:
        if name.startswith("_") or len(self._files) > _FILES:
            return {}
        return read_components(_read(self._components / name), self._builtins)

    def _listed(self, registration: ComponentRegistration) -> Entry:
        """An entry of registry.json, with what the text of its file tells."""
        config = registration.config
        listed = ComponentDescription(
            name=registration.key,
            label=registration.label or registration.key,
            description=registration.description,
            type=registration.type,
            touches=_TOUCHES.get(registration.type, frozenset({Touch.CODE})),
            source=f"registry.json: {registration.type} {config.get('module') or config.get('endpoint') or ''}".strip(),
        )
        described = self._text_of(registration)
        if described is None:
            return Entry(registration, listed, "registry.json", is_listed=True)
        merged = replace(
            described,
            name=listed.name,
            label=listed.label,
            description=listed.description or described.description,
            type=listed.type,
            touches=described.touches if registration.type == "module" else listed.touches,
            source=listed.source,
        )
        return Entry(registration, merged, "registry.json", is_listed=True)

    def _text_of(self, registration: ComponentRegistration) -> ComponentDescription | None:
        config = registration.config
        class_name = str(config.get("class"))
        if registration.type == "module":
            return self._files.get(f"{config.get('module')}.py", {}).get(class_name)
        if registration.type == "code" and isinstance(config.get("code"), str):
            try:
                return read_components(str(config["code"]), self._builtins).get(class_name)
            except SyntaxError:
                return None
        return None

    def _twice(self) -> Iterable[Problem]:
        first: dict[str, str] = {}
        for file in sorted(self._files):
            for name in self._files[file]:
                if first.setdefault(name, file) != file:
                    message = f'"{name}" is also in components/{first[name]}, which is used.'
                    yield _problem(f"components/{file}", message, Severity.WARNING)


def _own(file: str, description: ComponentDescription) -> Entry:
    registration = ComponentRegistration(
        key=description.name,
        label=description.label,
        description=description.description,
        type="module",
        config={"module": file.removesuffix(".py"), "class": description.name},
    )
    return Entry(registration, replace(description, source=f"components/{file}"), f"components/{file}")


def _is_source(name: str) -> bool:
    return name.endswith(".py") and not name.startswith(".")


def _stamp(file: os.DirEntry[str]) -> Stamp:
    try:
        status = file.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


def _read(path: Path) -> bytes:
    if path.stat().st_size > _FILE_BYTES:
        raise OSError(f"it is larger than {_FILE_BYTES // MIB} MiB")
    return path.read_bytes()


def _words(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}." if error.lineno else f"{error.msg}."
    if isinstance(error, OSError):
        return f"It cannot be read: {error.strerror or error}."
    return str(error)


def _problem(place: str, message: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem("component-file", severity, f"{place}: {message}", field=place)
