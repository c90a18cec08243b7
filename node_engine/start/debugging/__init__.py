"""`node-engine debug`: a debugger in the terminal, for people at a prompt and for commands from a pipe."""
