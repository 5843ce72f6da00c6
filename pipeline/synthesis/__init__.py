"""Drawn lines to learn from, and the sample book."""
