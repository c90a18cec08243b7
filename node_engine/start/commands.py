"""The commands of `node-engine`: what each takes, and which words and exit codes it ends with.

Exit codes: 0 it worked; 1 the run failed, or `check` found errors; 2 the input cannot be used; 130 Ctrl+C.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from node_engine.errors import NodeEngineError
from node_engine.start.output import complain, print_json, print_table, say

application = typer.Typer(
    name="node-engine",
    help="Runs flows, serves them to other programs, and tells what happens in them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
runs_application = typer.Typer(help="Look at runs.", no_args_is_help=True)
application.add_typer(runs_application, name="runs")

RegistryRoot = Annotated[
    Optional[Path],  # noqa: UP045  # typer reads annotations at run time, in its own way
    typer.Option("--registry-root", help="Folder with registry.json and components/ of your own."),
]
Flow = Annotated[Path, typer.Argument(metavar="FLOW", help="A flow file.")]
SetValues = Annotated[
    Optional[list[str]],  # noqa: UP045  # see above
    typer.Option("--set", metavar="PATH=VALUE", help="Set a value of the context; JSON or text. May be repeated."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


@application.command()
def run(
    flow: Flow,
    set_values: SetValues = None,
    input_text: Annotated[
        Optional[str],  # noqa: UP045  # see above
        typer.Option("--input", metavar="JSON|-", help="A JSON object that goes over the context; - reads it."),
    ] = None,
    as_json: AsJson = False,
    registry_root: RegistryRoot = None,
) -> None:
    """Run a flow and show each step as it happens."""
    from node_engine.start.running import load_flow, run_flow, with_input  # not needed by the other commands

    definition = with_input(load_flow(flow), input_text, set_values or [])
    answer = asyncio.run(run_flow(definition, flow.resolve().parent, registry_root, is_shown=not as_json))
    if as_json:
        print_json(answer.model_dump(mode="json"))
    else:
        print_json(answer.context, indented=True)
    if answer.status.error is not None:
        raise typer.Exit(1)


@application.command()
def debug(
    flow: Flow,
    set_values: SetValues = None,
    input_text: Annotated[
        Optional[str],  # noqa: UP045  # see above
        typer.Option("--input", metavar="JSON", help="A JSON object that goes over the context."),
    ] = None,
    registry_root: RegistryRoot = None,
) -> None:
    """Step through a flow in the terminal: break, run, next, print, set, continue; help lists all.

    Commands may come from a pipe: printf 'break check if score < 1\\nrun\\nprint score\\n' | node-engine debug FLOW
    """
    from node_engine.start.debugging.command import debug_flow  # not needed by the other commands
    from node_engine.start.running import load_flow, with_input

    if input_text == "-":
        raise NodeEngineError("--input - is not possible here: the lines that are read are commands.")
    definition = with_input(load_flow(flow), input_text, set_values or [])
    code = debug_flow(definition, flow.resolve().parent, registry_root)
    if code:
        raise typer.Exit(code)


@application.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The port; the next free one if it is taken.")] = 8000,
    registry_root: RegistryRoot = None,
    require_token: Annotated[bool, typer.Option("--require-token", help="Ask for the token everywhere.")] = False,
    allow_code: Annotated[bool, typer.Option("--allow-code", help="With the token, run code from requests.")] = False,
    expose: Annotated[
        bool, typer.Option("--expose", help="Allow an address that other machines reach; the token is then needed.")
    ] = False,
    uds: Annotated[
        Optional[Path],  # noqa: UP045  # see above
        typer.Option("--uds", metavar="PATH", help="Listen on a Unix socket in a folder with mode 0700 instead."),
    ] = None,
    debug_information: Annotated[
        bool, typer.Option("--debug-information", help="Add context and code to the answer of a failed flow.")
    ] = False,
) -> None:
    """Serve flows to other programs until Ctrl+C."""
    from node_engine.service.binding import ServiceSettings  # not needed by the other commands
    from node_engine.start.serving import serve_until_stopped

    if registry_root is not None and not registry_root.is_dir():
        raise NodeEngineError(f'The registry folder "{registry_root}" does not exist.')
    settings = ServiceSettings(
        host, port, require_token=require_token, allow_code=allow_code, expose=expose, uds=uds and uds.absolute()
    )
    asyncio.run(serve_until_stopped(settings, registry_root, debug_information=debug_information))


@application.command()
def check(
    flows: Annotated[list[Path], typer.Argument(metavar="FLOW…", help="Flow files.")],
    registry_root: RegistryRoot = None,
) -> None:
    """Look for problems in flows without running them."""
    from node_engine.start.checking import check_files  # not needed by the other commands

    if not check_files(flows, registry_root):
        raise typer.Exit(1)


@application.command()
def registry(as_json: AsJson = False, registry_root: RegistryRoot = None) -> None:
    """List the components that flows can name."""
    from node_engine.start.checking import open_registry  # not needed by the other commands

    rows = open_registry(registry_root).rows()
    if as_json:
        print_json([row.model_dump() for row in rows])
    else:
        print_table(("name", "label", "description"), ((row.key, row.label, row.description) for row in rows))


@application.command()
def events(
    session: Annotated[str, typer.Option("--session", help="The session to listen to.")],
    names: Annotated[
        Optional[str],  # noqa: UP045  # see above
        typer.Option("--events", help="Only these names, with commas; step.* stands for a prefix."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the events of a session of the running service, until Ctrl+C."""
    from node_engine.start.looking import print_events  # not needed by the other commands

    asyncio.run(print_events(session, names, as_json=as_json))


@application.command()
def token() -> None:
    """Print the token of the running service of this user."""
    from node_engine.client import find_service  # not needed by the other commands

    typer.echo(asyncio.run(find_service()).token)


@runs_application.command("list")
def list_runs(
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="How many, newest first.")] = 20, as_json: AsJson = False
) -> None:
    """List the runs of this machine, newest first."""
    from node_engine.start.looking import print_runs  # not needed by the other commands

    asyncio.run(print_runs(limit, as_json=as_json))


@runs_application.command("show")
def show_run(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="Id or number of a run.")], as_json: AsJson = False
) -> None:
    """Show a run with its steps."""
    from node_engine.start.looking import print_run  # not needed by the other commands

    asyncio.run(print_run(run_id, as_json=as_json))


@runs_application.command("export")
def export(run_id: Annotated[str, typer.Argument(metavar="RUN", help="Id or number of a run.")]) -> None:
    """Print a whole run as JSON: its flow, steps, changes and events."""
    from node_engine.start.looking import export_run  # not needed by the other commands

    asyncio.run(export_run(run_id))


def main() -> None:
    """Run the command line; errors are words on stderr, never a traceback."""
    try:
        application()
    except NodeEngineError as error:
        complain(str(error))
        sys.exit(2)
    except KeyboardInterrupt:
        say("")
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output left: `node-engine registry | head`
        sys.stderr.close()
        sys.exit(1)
