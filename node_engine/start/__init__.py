"""The command line: run, debug, serve, check, registry, events, runs, token."""
