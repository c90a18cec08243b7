"""JSON text to values and back, and JSON text to a flow: one set of rules for files and for requests."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import NoReturn

import orjson
from pydantic import ValidationError

from node_engine.errors import FlowFileError, LimitError
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonValue
from node_engine.models.limits import MIB, Limits

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DIGITS = bytes.maketrans(b"0123456789", b"0" * 10)
_LONG_NUMBER = b"0" * 19
"""64 bits hold 18 digits for certain; orjson reads what is longer as a float, or not at all."""
_SPACES = " \t\r\n"
_SHOWN_PROBLEMS = 3
_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a known field",
    "string_type": "must be text",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "list_type": "must be a list",
    "bool_type": "must be true or false",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
}


class JsonTextError(FlowFileError):
    """Text that is not JSON as this program accepts it. `position` counts characters from 0, the others from 1."""

    def __init__(self, reason: str, *, position: int = 0, line: int = 1, column: int = 1) -> None:
        super().__init__(f"Line {line}, column {column}: {reason}.")
        self.reason = reason
        self.position = position
        self.line = line
        self.column = column


def parse_json(data: bytes, *, depth: int) -> JsonValue:
    """Read JSON text; integers of any size survive.

    Raises:
        JsonTextError: not JSON (RFC 8259), not UTF-8, NaN or Infinity, a lone surrogate, or nested deeper than `depth`.
    """
    try:
        value: JsonValue = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if "limit" in error.msg:
            raise _too_deep(depth) from None
        if not _has_long_number(data):
            raise _error_at(data, error.msg, error.pos) from None
        value = _parse_slowly(data)
    else:
        if _has_long_number(data):
            value = _parse_slowly(data)
    if data.count(b"[") + data.count(b"{") > depth and not _is_within(value, depth):
        raise _too_deep(depth)
    return value


def dump_json(value: object) -> bytes:
    """Compact UTF-8 JSON with non-ASCII unescaped; integers of any size survive."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def _too_deep(depth: int) -> JsonTextError:
    return JsonTextError(f"nested deeper than {depth} levels")


def parse_flow(data: bytes, limits: Limits) -> FlowDefinition:
    """Read the bytes of a flow file. Nothing of it is run, imported or looked up.

    Raises:
        FlowFileError: it holds no flow; the message names line and column where there is one.
        LimitError: the file or the flow is larger than `limits` allow.
    """
    if len(data) > limits.flow_file_bytes:
        size, most = len(data) / MIB, limits.flow_file_bytes / MIB
        message = f"The file has {size:.0f} MiB; a flow file may have {most:.0f} MiB at most."
        raise LimitError(message, limit=limits.flow_file_bytes, value=len(data))
    data = data.removeprefix(_BYTE_ORDER_MARK)
    if not data.strip():
        raise FlowFileError('The file is empty. A flow is a JSON object with "key" and "flow".')
    value = parse_json(data, depth=limits.json_depth)
    if not isinstance(value, dict):
        raise FlowFileError('This is JSON, but not a flow. A flow is an object with "key" and "flow".')
    try:
        flow = FlowDefinition.model_validate(value)
    except ValidationError as error:
        raise FlowFileError(describe_problems(error, data.decode())) from None
    if len(flow.flow) > limits.flow_components:
        message = f"The flow has {len(flow.flow):,} components; {limits.flow_components:,} are allowed at most."
        raise LimitError(message, limit=limits.flow_components, value=len(flow.flow))
    return flow


def find_position(text: str, path: Sequence[int | str]) -> tuple[int, int]:
    """Line and column, from 1, of the value at `path` in valid JSON text; of its nearest parent if it is not there."""
    decoder = json.JSONDecoder()
    place = _skip_spaces(text, 0)
    for part in path:
        inside = _find_child(text, place, part, decoder)
        if inside is None:
            break
        place = inside
    return text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)


def _has_long_number(data: bytes) -> bool:
    return _LONG_NUMBER in data.translate(_DIGITS)


def _parse_slowly(data: bytes) -> JsonValue:
    """Read with the standard library, which keeps large integers, and refuse what orjson refuses."""
    try:
        text = data.decode()
        value: JsonValue = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise JsonTextError(error.msg, position=error.pos, line=error.lineno, column=error.colno) from None
    except UnicodeDecodeError:
        raise JsonTextError("the text is not UTF-8") from None
    except UnicodeEncodeError:
        raise JsonTextError("a text holds half of a surrogate pair") from None
    except RecursionError:
        raise JsonTextError("nested too deep") from None
    except JsonTextError:
        raise
    except ValueError:
        raise JsonTextError("a whole number has too many digits") from None
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise JsonTextError(f"{name} is not a JSON value")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise JsonTextError("a number is too large")
    return number


def _error_at(data: bytes, reason: str, position: int) -> JsonTextError:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return JsonTextError("the text is not UTF-8")
    line = text.count("\n", 0, position) + 1
    return JsonTextError(reason, position=position, line=line, column=position - text.rfind("\n", 0, position))


def _is_within(value: JsonValue, depth: int) -> bool:
    """True when containers are nested at most `depth` deep."""
    level: list[JsonValue] = [value] if isinstance(value, dict | list) else []
    for _ in range(depth):
        level = [
            child
            for container in level
            for child in (container.values() if isinstance(container, dict) else container)  # type: ignore[union-attr]  # only containers are kept
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return True
    return False


def describe_problems(error: ValidationError, text: str) -> str:
    """Where a flow does not fit the model, a line for each of the first three places."""
    problems = error.errors(include_url=False, include_context=False)
    lines = []
    for problem in problems[:_SHOWN_PROBLEMS]:
        line, column = find_position(text, problem["loc"])
        words = _WORDS.get(problem["type"], problem["msg"][:1].lower() + problem["msg"][1:])
        lines.append(f'Line {line}, column {column}: "{format_path(problem["loc"])}" {words}.')
    if len(problems) > _SHOWN_PROBLEMS:
        lines.append(f"{len(problems) - _SHOWN_PROBLEMS} more problems follow.")
    return "\n".join(lines)


def format_path(path: Sequence[int | str]) -> str:
    """A path as people write it: ("flow", 2, "config") is "flow[2].config"."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _find_child(text: str, place: int, part: int | str, decoder: json.JSONDecoder) -> int | None:
    """Where the member or item `part` of the container that starts at `place` starts."""
    opener = text[place]
    if (opener, type(part)) not in (("{", str), ("[", int)):
        return None
    place, count = _skip_spaces(text, place + 1), 0
    while text[place] not in "}]":
        name: int | str = count
        if opener == "{":
            name, place = decoder.raw_decode(text, place)
            place = _skip_spaces(text, _skip_spaces(text, place) + 1)
        if name == part:
            return place
        _, place = decoder.raw_decode(text, place)
        place, count = _skip_spaces(text, place), count + 1
        if text[place] == ",":
            place = _skip_spaces(text, place + 1)
    return None


def _skip_spaces(text: str, place: int) -> int:
    while place < len(text) and text[place] in _SPACES:
        place += 1
    return place
