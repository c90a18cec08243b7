"""Pure data that crosses borders: flows, components, steps, status, events, descriptions, limits."""
