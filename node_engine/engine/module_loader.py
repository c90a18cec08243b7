"""Imports Python files of a folder as they are on disk now, under private names, so that relative imports work."""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from itertools import count
from pathlib import Path
from types import CodeType, ModuleType

_PREFIX = "_node_engine_components_"
_numbers = count(1)


class ModuleError(Exception):
    """A file that could not be imported: `file` relative to its folder, `line` where it is known, `reason` in words."""

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        place = f"{file}, line {line}" if line else file
        super().__init__(f"{place}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


class ModuleFolder:
    """The modules of one folder in one state of its files. A changed folder gets a new ModuleFolder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._package = f"{_PREFIX}{next(_numbers)}"
        package = ModuleType(self._package)
        package.__path__ = [str(folder)]
        sys.modules[self._package] = package
        self._finder = _Finder(self._package, folder)
        sys.meta_path.append(self._finder)

    def load(self, module_name: str) -> ModuleType:
        """Import `folder/module_name.py`. Raises ModuleError with file and line of what went wrong."""
        try:
            return importlib.import_module(f"{self._package}.{module_name}")
        except (Exception, SystemExit) as error:  # component code: any error of it is its problem
            raise self._error(error, module_name) from error

    def close(self) -> None:
        """Forget the modules. Classes that are in use stay alive."""
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        inside = f"{self._package}."
        for name in [name for name in sys.modules if name == self._package or name.startswith(inside)]:
            del sys.modules[name]

    def _error(self, error: BaseException, module_name: str) -> ModuleError:
        file, line = f"{module_name.replace('.', '/')}.py", None
        if isinstance(error, SyntaxError) and error.filename:
            file, line = self._relative(error.filename) or file, error.lineno
        else:
            for frame in traceback.extract_tb(error.__traceback__):
                if relative := self._relative(frame.filename):
                    file, line = relative, frame.lineno
        return ModuleError(f"{self.folder.name}/{file}", line, _words(error))

    def _relative(self, path: str) -> str | None:
        try:
            return Path(path).relative_to(self.folder).as_posix()
        except ValueError:
            return None


def _words(error: BaseException) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    if isinstance(error, ModuleNotFoundError) and error.name and not error.name.startswith(_PREFIX):
        return f"{text}. Install it with: pip install {error.name.split('.')[0]}"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


class _Finder:
    """Finds `package.name` as `folder/name.py` or `folder/name/__init__.py`; other names are not its business."""

    def __init__(self, package: str, folder: Path) -> None:
        self._inside = f"{package}."
        self._folder = folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of one of this folder's modules, or None."""
        if not fullname.startswith(self._inside):
            return None
        place = self._folder.joinpath(*fullname.removeprefix(self._inside).split("."))
        file = place.with_name(f"{place.name}.py")
        if file.is_file():
            return spec_from_file_location(fullname, file, loader=_FreshLoader(fullname, str(file)))
        start = place / "__init__.py"
        if start.is_file():
            loader = _FreshLoader(fullname, str(start))
            return spec_from_file_location(fullname, start, loader=loader, submodule_search_locations=[str(place)])
        return None


class _FreshLoader(SourceFileLoader):
    """Compiles the source as it is now: cached bytecode may be stale within a second, and is not written here."""

    def get_code(self, fullname: str) -> CodeType:
        """The code of the file as it is now."""
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code
