"""Pure questions about a flow, given a catalog of component descriptions; no input, no output, no clock."""
