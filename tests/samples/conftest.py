"""Samples that read and write files: each test gets a copy of the folder, as the welcome page makes one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from shutil import copytree

import pytest

from node_engine.components import BUILTINS
from node_engine.engine.engine import Engine, EngineSettings
from node_engine.models.flow import FlowDefinition
from node_engine.models.limits import DEFAULT_LIMITS
from node_engine.models.parse import parse_flow

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"

CopySample = Callable[[str], Path]


def read_sample(path: Path) -> FlowDefinition:
    """The flow of a file."""
    return parse_flow(path.read_bytes(), DEFAULT_LIMITS)


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    """The whole engine in memory."""
    async with Engine(EngineSettings(), BUILTINS) as engine:
        yield engine


@pytest.fixture
def copy_sample(tmp_path: Path) -> CopySample:
    """Copies a sample's folder and returns its flow file."""

    def copy(name: str) -> Path:
        return copytree(SAMPLES / name, tmp_path / name) / f"{name}.flow.json"

    return copy
