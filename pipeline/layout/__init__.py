"""Regions, columns, lines, words and their order."""
