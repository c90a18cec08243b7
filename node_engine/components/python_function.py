"""PythonFunction: run a function written in Python, in a process of its own."""

from __future__ import annotations

import ast
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from node_engine.engine import config as paths
from node_engine.engine.component import Component, Family, Sample, StepResult, Touch
from node_engine.engine.worker import CodeRequest
from node_engine.errors import ComponentRunError
from node_engine.models.status import LogLevel

FUNCTION = "execute"
_EXAMPLE = '''\
async def execute(ctx, config):
    """ctx is the context, config holds the inputs; what is returned goes to the target."""
    return len(ctx["name"])
'''
_LEVELS = frozenset(level.value for level in LogLevel)


def _checked(code: str) -> str:
    """Parse, never run: decorators and defaults of code that is only looked at must not do anything."""
    try:
        tree = ast.parse(code)
    except SyntaxError as error:
        raise ValueError(f"line {error.lineno}: {error.msg}") from None
    except (ValueError, MemoryError, RecursionError):
        raise ValueError("this cannot be read as Python") from None
    functions = (item for item in tree.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef))
    if not any(function.name == FUNCTION for function in functions):
        raise ValueError(f"there is no function {FUNCTION}(ctx, config); write: async def {FUNCTION}(ctx, config):")
    return code


class PythonFunction(Component):
    """Runs its code in a worker process that Stop can end at any moment."""

    label = "Python function"
    description = "Run a function written in Python, in a process of its own."
    family = Family.CODE
    icon = "code"
    synonyms = ("script", "code", "python", "program", "lambda", "custom")
    writes = ("*", "{target}")
    touches = frozenset({Touch.CODE})
    verbatim = ("code",)
    sample = Sample(
        context={"text": "one two two"},
        config={
            "code": "async def execute(ctx, config):\n"
            "    words = ctx['text'].split()\n"
            "    ctx['unique'] = len(set(words))\n"
            "    return len(words) * config['factor']\n",
            "inputs": {"factor": 10},
            "target": "words",
        },
        expected={"unique": 2, "words": 30},
    )
    help = """\
Runs a function written in Python. It runs in a process of its own: a mistake, a busy loop or a crash in it cannot harm
the rest, and Stop ends it at once. It is not a sandbox: the code may do whatever you may do.

- **Code**: defines `async def execute(ctx, config):` or `def execute(ctx, config):`. `ctx` is the context as a dict;
  what the function changes in it, changes in the flow. `print` and `log(text, level)` write to the log, and
  `emit(name, data)` sends an event. Braces mean what they mean in Python: templates are not filled in here, give values
  as inputs.
- **Inputs**: an object that the function gets as `config`; templates are filled in.
- **Target**: path in the context for what the function returns, unless it returns None.
- **Seconds**: the longest time it may take; empty for the limit of the engine.
"""

    class Config(BaseModel):
        """The code, what it gets, and where its result goes."""

        model_config = ConfigDict(extra="forbid")

        code: Annotated[str, AfterValidator(_checked)] = Field(
            _EXAMPLE,
            title="Code",
            description="Defines async def execute(ctx, config).",
            json_schema_extra={"widget": "code", "language": "python"},
        )
        inputs: dict[str, Any] = Field(
            default_factory=dict,
            title="Inputs",
            description="What the function gets as config.",
            json_schema_extra={"widget": "mapping", "values": "json"},
        )
        target: str = Field(
            "result",
            min_length=1,
            title="Target",
            description="Path in the context for what the function returns.",
            json_schema_extra={"widget": "context"},
        )
        seconds: float | None = Field(
            None,
            gt=0,
            le=86_400,
            title="Seconds",
            description="The longest time it may take.",
            json_schema_extra={"advanced": True},
        )

    config: Config

    async def execute(self) -> StepResult:
        """Run the code and take over what it changed."""
        request = CodeRequest(
            name=self.name,
            source=self.config.code,
            context=self.context,
            config=self.config.inputs,
            function=FUNCTION,
            key=self.key,
            on_log=self._log,
            on_event=self.emit,
        )
        try:
            result = await self.services.workers.run_code(request, timeout_s=self.config.seconds)
        except ComponentRunError as error:
            return self.exit_flow_with_error(error.reason)
        result.apply(self.context)
        if result.returned is not None:
            paths.put(self.context, self.config.target, result.returned)
        return self.continue_flow()

    def _log(self, level: str, message: str) -> None:
        self.log(message, level=level if level in _LEVELS else "info")
