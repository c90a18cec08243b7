"""`node-engine check` and `registry`: questions that run nothing."""

from __future__ import annotations

from pathlib import Path

from node_engine.analysis.problems import find_problems
from node_engine.components import BUILTINS, LOADERS
from node_engine.components.checking import check_config
from node_engine.engine.registry import Registry
from node_engine.errors import NodeEngineError
from node_engine.models.problem import Problem, Severity
from node_engine.start.output import complain, say
from node_engine.start.running import load_flow

_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: ""}


def open_registry(root: Path | None) -> Registry:
    """The built-ins and what the folder adds.

    Raises:
        NodeEngineError: the folder does not exist.
    """
    if root is not None and not root.is_dir():
        raise NodeEngineError(f'The registry folder "{root}" does not exist.')
    return Registry(BUILTINS, root, LOADERS)


def check_files(paths: list[Path], registry_root: Path | None) -> bool:
    """Print the problems of each file; True when none is an error."""
    registry = open_registry(registry_root)
    catalog = registry.catalog()
    is_good = True
    for problem in registry.problems():
        say(problem_line("registry", problem), _STYLES[problem.severity])
        is_good = is_good and problem.severity is not Severity.ERROR
    for path in paths:
        try:
            problems = find_problems(load_flow(path), catalog, check_config)
        except NodeEngineError as error:
            complain(str(error))
            is_good = False
            continue
        for problem in problems:
            say(problem_line(str(path), problem), _STYLES[problem.severity])
        is_good = is_good and all(problem.severity is not Severity.ERROR for problem in problems)
        if not problems:
            say(f"{path}: no problems")
    return is_good


def problem_line(place: str, problem: Problem) -> str:
    """A problem on one line: file, component, field, severity, what to do."""
    parts = [place, problem.component_key, problem.field]
    where = ": ".join(part for part in parts if part)
    return f"{where}: {problem.severity}: {problem.message}"
