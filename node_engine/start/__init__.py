"""The command line: run, serve, check, registry, events, runs, token."""
