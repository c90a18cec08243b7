"""Which component names exist and how to load them: built-ins, `registry.json` and `components/*.py` of one folder.

Listing parses and never imports. A component of the folder is imported when a run first needs it, and again when a file
of `components/` has changed. Of two entries with one key, `registry.json` wins over `components/`, and both win over a
built-in. What is broken keeps its last good version and is a `Problem`.
"""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from node_engine.engine.code_component import load_code
from node_engine.engine.component import Component
from node_engine.engine.module_loader import ModuleError
from node_engine.engine.registry_folder import Entry, RegistryFolder
from node_engine.errors import ComponentLoadError, UnknownComponentError
from node_engine.models.description import Catalog, ComponentDescription, Touch
from node_engine.models.json import JsonObject
from node_engine.models.problem import Problem, Severity
from node_engine.models.registration import ComponentRegistration, RegistryRow

Loader = Callable[[ComponentRegistration], type[Component]]
"""Makes the component class for an entry of `registry.json`; raises ComponentLoadError."""

BUILT_IN = "built in"
_CHECK_S = 0.5
"""Disk is looked at most this often, unless `refresh()` asks for it."""
_TYPES = ("module", "code", "endpoint")


class Registry:
    """Components by name, as they are on disk now.

    `loaders` adds registry types that this room may not import what they need for: pass
    `node_engine.components.LOADERS`, which has {"endpoint": load_endpoint} (it needs httpx).

    What a component may reach is asked with `touches(name, config)`: it does not import anything and counts a
    component of the user's own as code unless its class says otherwise in plain text.
    """

    def __init__(
        self,
        builtins: Mapping[str, type[Component]],
        root: Path | None = None,
        loaders: Mapping[str, Loader] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.version = 0
        """Grows when something on disk changed, and when an import made a description richer."""
        self._builtins = dict(builtins)
        self._folder = RegistryFolder(root, frozenset(builtins)) if root is not None else None
        self._loaders: dict[str, Loader] = {"code": load_code, **(loaders or {})}
        self._clock = clock
        self._next_check_s = 0.0
        self._entries: dict[str, Entry] = {}
        self._loaded: dict[str, type[Component]] = dict(builtins)
        self._last_good: dict[str, type[Component]] = {}
        self._builtin_descriptions: dict[str, ComponentDescription] = {}
        self._descriptions: dict[str, ComponentDescription] = {}
        """Richer descriptions of imported components of the folder."""
        self._catalog: dict[str, ComponentDescription] | None = None
        self._load_problems: dict[str, Problem] = {}
        self.refresh()

    def load(self, name: str) -> type[Component]:
        """The class of a component; a dictionary look-up while nothing has changed.

        Raises:
            UnknownComponentError: no such name; it carries the nearest one.
            ComponentLoadError: the file, class or entry is not usable.
        """
        if self._clock() >= self._next_check_s:
            self.refresh()
        component_class = self._loaded.get(name)
        return component_class if component_class is not None else self._load(name)

    def refresh(self) -> None:
        """Look at the folder now (3 µs a file); what changed shows in everything else from here on."""
        self._next_check_s = self._clock() + _CHECK_S
        if self._folder is None or not self._folder.refresh():
            return
        self._entries = self._folder.entries()
        self._last_good.update((name, each) for name, each in self._loaded.items() if not self._is_original(name, each))
        self._loaded = {name: each for name, each in self._builtins.items() if name not in self._entries}
        self._load_problems.clear()
        self._descriptions.clear()
        self._changed()

    def rows(self) -> list[RegistryRow]:
        """One row for each component, sorted by key, as they are on disk at this moment."""
        self.refresh()
        return [
            RegistryRow(key=name, label=each.label, description=each.description, type=each.type)
            for name, each in sorted(self.catalog().items())
        ]

    def catalog(self) -> Catalog:
        """Descriptions of all components; the same object while nothing has changed."""
        self._refresh_if_due()
        if self._catalog is None:
            names = sorted({*self._builtins, *self._entries})
            self._catalog = {name: self._describe(name) for name in names}
        return self._catalog

    def description(self, name: str) -> ComponentDescription:
        """What is known of a component. Raises UnknownComponentError."""
        described = self.catalog().get(name)
        if described is None:
            raise UnknownComponentError(name, nearest=self.nearest(name))
        return described

    def touches(self, name: str, config: JsonObject) -> frozenset[Touch]:
        """What a step of this component with this config may reach; nothing is imported to find out."""
        self._refresh_if_due()
        if name in self._builtins and name not in self._entries:
            return self._builtins[name].touches_for(config)
        return self.description(name).touches

    def is_built_in(self, name: str) -> bool:
        """True for a built-in component that nothing on disk replaces."""
        return name in self._builtins and name not in self._entries

    def nearest(self, name: str) -> str | None:
        """The known name that is most like this one, or None if none is."""
        names = {each.lower(): each for each in (*self._builtins, *self._entries)}
        close = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.6)
        return names[close[0]] if close else None

    def problems(self) -> list[Problem]:
        """What is wrong with the files of the folder; each names its file."""
        self._refresh_if_due()
        found = self._folder.problems() if self._folder is not None else []
        places = {problem.field for problem in found}
        return [*found, *(problem for problem in self._load_problems.values() if problem.field not in places)]

    def close(self) -> None:
        """Forget the imported modules of the folder."""
        if self._folder is not None:
            self._folder.close()

    def _refresh_if_due(self) -> None:
        if self._clock() >= self._next_check_s:
            self.refresh()

    def _changed(self) -> None:
        self.version += 1
        self._catalog = None

    def _is_original(self, name: str, component_class: type[Component]) -> bool:
        return self._builtins.get(name) is component_class

    def _describe(self, name: str) -> ComponentDescription:
        entry = self._entries.get(name)
        if entry is not None:
            return self._descriptions.get(name, entry.description)
        if name not in self._builtin_descriptions:
            self._builtin_descriptions[name] = replace(self._builtins[name].describe(name), source=BUILT_IN)
        return self._builtin_descriptions[name]

    def _load(self, name: str) -> type[Component]:
        entry = self._entries.get(name)
        if entry is None:
            raise UnknownComponentError(name, nearest=self.nearest(name))
        try:
            component_class = self._load_entry(entry)
        except ComponentLoadError as error:
            component_class = self._fall_back(name, entry, error)
        else:
            self._enrich(name, entry, component_class)
        self._loaded[name] = component_class
        return component_class

    def _load_entry(self, entry: Entry) -> type[Component]:
        registration = entry.registration
        if registration.type == "module":
            return self._load_module(registration)
        loader = self._loaders.get(registration.type)
        if loader is None:
            reason = f'unknown type "{registration.type}"; it must be {", ".join(_TYPES[:-1])} or {_TYPES[-1]}'
            raise ComponentLoadError(registration.key, reason)
        return loader(registration)

    def _load_module(self, registration: ComponentRegistration) -> type[Component]:
        module_name, class_name = registration.config.get("module"), registration.config.get("class")
        if not isinstance(module_name, str) or not isinstance(class_name, str):
            raise ComponentLoadError(registration.key, 'a component of type module needs "module" and "class" as text')
        assert self._folder is not None  # entries come from a folder
        try:
            module = self._folder.load_module(module_name)
        except ModuleError as error:
            raise ComponentLoadError(registration.key, str(error)) from error
        found = getattr(module, class_name, None)
        if not isinstance(found, type):
            raise ComponentLoadError(registration.key, f'module "{module_name}" has no class "{class_name}"')
        if not issubclass(found, Component):
            reason = f'class "{class_name}" does not derive from node_engine.Component'
            raise ComponentLoadError(registration.key, reason)
        return found

    def _fall_back(self, name: str, entry: Entry, error: ComponentLoadError) -> type[Component]:
        """The last good class of a component that cannot be loaded now; without one the error goes on."""
        good = self._last_good.get(name)
        kept = " The last good version stays in use." if good is not None else ""
        self._load_problems[name] = Problem(
            "component-file", Severity.ERROR, f'Component "{name}": {error.reason}.{kept}', field=entry.place
        )
        if good is None:
            raise error
        return good

    def _enrich(self, name: str, entry: Entry, component_class: type[Component]) -> None:
        """Describe an imported class by what it is, keeping what the registry says of it."""
        self._load_problems.pop(name, None)
        if entry.registration.type != "module":
            return
        described = component_class.describe(name)
        listed = entry.description
        richer = replace(
            described,
            label=listed.label if entry.is_listed else described.label,
            description=listed.description if entry.is_listed else described.description,
            touches=listed.touches,
            source=listed.source,
        )
        if richer != listed:
            self._descriptions[name] = richer
            self._changed()
