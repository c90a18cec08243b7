"""`python -m node_engine` and the command `node-engine`."""

from __future__ import annotations

from node_engine.start.commands import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
