"""Benchmarks: `make bench` prints every figure with its limit beside it."""
