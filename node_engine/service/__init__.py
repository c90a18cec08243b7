"""The engine over HTTP and server-sent events, on this machine only unless told otherwise (WIRE.md, TRUST.md)."""
