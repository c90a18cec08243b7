"""Each built-in's own sample, run as "Try it" would."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_engine.components import BUILTINS
from node_engine.engine.component import Component
from node_engine.models.run import StepState
from tests.components.conftest import RunFlow

NEEDS_A_SERVICE = {"HttpRequest"}


@pytest.mark.parametrize(
    "component",
    [each for name, each in BUILTINS.items() if name not in NEEDS_A_SERVICE],
    ids=lambda each: each.__name__,
)
async def test_a_sample_does_what_it_says(component: type[Component], run_flow: RunFlow, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("Ada\nGrace\n")
    sample = component.sample
    assert sample is not None
    entry = {"key": "sample", "name": component.__name__, "config": sample.config}

    run = await run_flow(entry, context=sample.context)

    definition = await run.wait()
    step = run.steps()[0]
    assert (definition.status.error, step.state) == (None, StepState.DONE)
    assert {name: definition.context.get(name) for name in sample.expected} == sample.expected
    assert sample.port is None or step.port == sample.port
