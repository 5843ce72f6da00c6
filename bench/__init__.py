"""Measurements that take minutes: their results are in RESULTS.md."""
