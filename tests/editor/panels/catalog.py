"""A small catalog of component descriptions for the tests of the panels."""

from __future__ import annotations

from node_engine.models.description import ComponentDescription, Family, Output, Sample


def schema(**fields: dict[str, object]) -> dict[str, object]:
    """A config schema as pydantic makes it, for the given fields."""
    return {"type": "object", "properties": fields, "additionalProperties": False}


DESCRIPTIONS = (
    ComponentDescription(
        "If",
        "If",
        "Goes one of two ways, by a condition.",
        family=Family.CONTROL,
        icon="split",
        synonyms=("condition", "branch", "when"),
        outputs=(Output("true"), Output("false")),
        config_schema=schema(
            condition={"type": "string", "title": "Condition", "widget": "expression", "description": "What decides."}
        ),
        config_default={"condition": ""},
        summary="{condition}",
    ),
    ComponentDescription(
        "ForEach",
        "For Each",
        "Runs a flow once for every item of a list.",
        family=Family.CONTROL,
        icon="repeat",
        synonyms=("loop", "map", "iterate"),
    ),
    ComponentDescription(
        "Wait",
        "Wait",
        "Waits for a time.",
        family=Family.PEOPLE,
        icon="timer",
        synonyms=("sleep", "pause", "delay"),
        config_schema=schema(
            seconds={"type": "number", "title": "Seconds", "minimum": 0, "maximum": 3600, "default": 1.0}
        ),
        config_default={"seconds": 1.0},
    ),
    ComponentDescription(
        "Set",
        "Set",
        "Writes values into the context.",
        family=Family.DATA,
        icon="variable",
        synonyms=("assign", "variable"),
        config_schema=schema(
            values={"type": "object", "title": "Values", "additionalProperties": {}, "default": {}},
            remove={"type": "array", "title": "Remove", "items": {"type": "string"}, "default": []},
        ),
        config_default={"values": {}, "remove": []},
    ),
    ComponentDescription(
        "Template",
        "Template",
        "Writes a text with values of the context in it.",
        family=Family.DATA,
        icon="type",
        synonyms=("text", "format"),
        config_schema=schema(
            text={"type": "string", "title": "Text", "widget": "multiline", "default": ""},
            result={"type": "string", "title": "Write the text to", "default": "text"},
        ),
        config_default={"text": "", "result": "text"},
        writes=("{result}",),
        sample=Sample(context={"name": "Ada"}, config={"text": "Hello, {{name}}!"}, expected={"text": "Hello, Ada!"}),
        help="# Template\n\nPuts values of the context into a text: `{{name}}`.\n",
    ),
    ComponentDescription(
        "HttpRequest",
        "HTTP Request",
        "Asks a web server and keeps its answer.",
        family=Family.FILES,
        icon="globe",
        synonyms=("fetch", "curl", "rest", "web"),
        outputs=(Output("ok"), Output("http_error"), Output("network_error")),
        config_schema=schema(
            method={"enum": ["GET", "POST", "PUT", "DELETE"], "type": "string", "title": "Method", "default": "GET"},
            url={"type": "string", "title": "URL", "description": "Where to ask."},
            headers={"type": "object", "title": "Headers", "additionalProperties": {"type": "string"}, "default": {}},
            body={"title": "Body", "default": None},
            timeout_s={"type": "number", "title": "Timeout", "exclusiveMinimum": 0, "default": 30},
            follow_redirects={"type": "boolean", "title": "Follow redirects", "default": True},
        ),
        config_default={"method": "GET", "headers": {}, "body": None, "timeout_s": 30, "follow_redirects": True},
        summary="{method} {url}",
    ),
    ComponentDescription(
        "ReadFile",
        "Read File",
        "Reads a file into the context.",
        family=Family.FILES,
        icon="file-text",
        synonyms=("open", "load"),
        config_schema=schema(path={"type": "string", "title": "Path", "widget": "path"}),
    ),
    ComponentDescription(
        "PythonFunction",
        "Python Function",
        "Runs your own Python code in a process of its own.",
        family=Family.CODE,
        icon="code",
        synonyms=("script", "code"),
        config_schema=schema(
            source={"type": "string", "title": "Source", "widget": "code", "language": "python", "default": ""}
        ),
        config_default={"source": ""},
    ),
    ComponentDescription(
        "Chat",
        "Chat",
        "Asks a language model and keeps its answer.",
        family=Family.MODELS,
        icon="message-square",
        synonyms=("llm", "gpt", "ask"),
        config_schema=schema(
            connection={"type": "string", "title": "Connection", "default": "demo"},
            system={"type": "string", "title": "System", "widget": "template", "default": ""},
            user={"type": "string", "title": "User", "widget": "template", "default": ""},
            temperature={"type": "number", "title": "Temperature", "minimum": 0, "maximum": 1, "default": 0.3},
            result={"type": "string", "title": "Write the answer to", "default": "text"},
        ),
        config_default={"connection": "demo", "system": "", "user": "", "temperature": 0.3, "result": "text"},
        summary="{connection}",
        reads=("text", "missing"),
        writes=("text", "usage", "round"),
    ),
    ComponentDescription(
        "Embeddings",
        "Embeddings",
        "Turns texts into vectors.",
        family=Family.MODELS,
        icon="waypoints",
        problem="needs pip install sentence-transformers",
    ),
)
CATALOG = {description.name: description for description in DESCRIPTIONS}
