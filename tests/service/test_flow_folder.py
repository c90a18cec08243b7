"""The header that says where a flow's relative paths begin: for files beside the flow, with the token only."""

from __future__ import annotations

from pathlib import Path

import orjson

from tests.service.served import Served
