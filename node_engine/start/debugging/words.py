"""What is typed at the prompt, taken apart: commands by name or beginning, breakpoints, assignments."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable
from difflib import get_close_matches

from pydantic import ValidationError

from node_engine.engine.expressions import check
from node_engine.errors import NodeEngineError
from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.json import JsonObject

_IF = re.compile(r"(^|\s)if(\s|$)")
_BREAK_WORDS = "Write it as: break KEY, break KEY if CONDITION; help break tells more."
_PLACES = frozenset(place.value for place in BreakPlace)


class WrongInputError(NodeEngineError):
    """A line that cannot be understood, or not be done now; the message says what would be right."""


def find_command(word: str, names: Iterable[str], short: dict[str, str]) -> str:
    """The command that a word means: its name, its short form, or the beginning of one name.

    Raises:
        WrongInputError: it means none, or several.
    """
    known = list(names)
    if word in short or word in known:
        return short.get(word, word)
    found = [name for name in known if name.startswith(word)]
    if len(found) == 1:
        return found[0]
    if found:
        raise WrongInputError(f'"{word}" may mean {", ".join(found)}. Type one letter more.')
    close = get_close_matches(word, known, n=1)
    hint = f"Did you mean {close[0]}? " if close else ""
    raise WrongInputError(f'There is no command "{word}". {hint}help lists all.')


def read_breakpoint(text: str, flow_of: Callable[[str], str]) -> Breakpoint:
    """The breakpoint that `break` is given: [PLACE] WHAT [once] [hits RULE] [if CONDITION].

    Args:
        text: what follows the word break.
        flow_of: gives the key of the flow that holds a component; raises WrongInputError for an unknown component.

    Raises:
        WrongInputError: it cannot be read, or names what is not there.
    """
    place_text, condition = _split_condition(text)
    words = _split(place_text)
    is_once = "once" in words[1:]
    rest = [word for place, word in enumerate(words) if word != "once" or not place]
    rest, hits = _split_hits(rest)
    if not rest:
        raise WrongInputError(_BREAK_WORDS)
    wanted: JsonObject = {"once": is_once, "hits": hits, "condition": condition}
    place, *names = rest if rest[0] in _PLACES and (len(rest) > 1 or rest[0] == "error") else ["before", *rest]
    wanted |= {"place": place, **_named(BreakPlace(place), names)}
    key = wanted.get("component_key")
    try:
        wanted["flow_key"] = flow_of(key if isinstance(key, str) else "")
    except WrongInputError:
        if key in _PLACES:  # "break change" without a path
            raise WrongInputError(_BREAK_WORDS) from None
        raise
    try:
        return Breakpoint.model_validate(wanted)
    except ValidationError as error:
        raise WrongInputError(_reason(error)) from None


def read_assignment(text: str) -> tuple[str, str]:
    """Path and value of PATH=VALUE, as text.

    Raises:
        WrongInputError: it is none.
    """
    path, sign, value = text.partition("=")
    if not sign or not path.strip() or not value.strip():
        raise WrongInputError("Write it as: set PATH=VALUE, for example set order.total=12 or set name=Zoë.")
    return path.strip(), value.strip()


def read_count(text: str, default: int, what: str) -> int:
    """A whole number from 1, or the default for nothing.

    Raises:
        WrongInputError: it is none.
    """
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and int(text[:9]) > 0 and len(text) < 9):
        raise WrongInputError(f'"{text}" is no number. Write it as: {what}.')
    return int(text)


def _split_condition(text: str) -> tuple[str, str | None]:
    found = _IF.search(text)
    if found is None:
        return text, None
    condition = text[found.end() :].strip()
    problem = check(condition) if condition else "There is no condition after if. For example: if score < 0.8"
    if problem is not None:
        raise WrongInputError(problem)
    return text[: found.start()], condition


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        raise WrongInputError(f"A quote is not closed in: {text.strip()}") from None


def _split_hits(words: list[str]) -> tuple[list[str], str | None]:
    if "hits" not in words[1:]:
        return words, None
    place = words.index("hits", 1)
    rule = " ".join(words[place + 1 :])
    if not rule:
        raise WrongInputError("There is no count after hits. Write = 3, >= 3 or every 3.")
    return words[:place], rule


def _named(place: BreakPlace, names: list[str]) -> JsonObject:
    """The fields that the words after a place stand for."""
    match place, names:
        case ((BreakPlace.BEFORE | BreakPlace.AFTER | BreakPlace.WIRE | BreakPlace.ERROR), [key]):
            return {"component_key": key}
        case BreakPlace.WIRE, [key, port]:
            return {"component_key": key, "port": port}
        case BreakPlace.CHANGE, [path]:
            return {"path": path}
        case BreakPlace.EVENT, [event]:
            return {"event": event}
        case BreakPlace.ERROR, []:
            return {}
        case _:
            raise WrongInputError(_BREAK_WORDS)


def _reason(error: ValidationError) -> str:
    """The first thing that is wrong with a breakpoint, without pydantic's own words."""
    message = error.errors(include_url=False, include_input=False)[0]["msg"].removeprefix("Value error, ")
    return f"{message[0].upper()}{message[1:]}."
