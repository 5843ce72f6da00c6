"""Outputs: text, hOCR, ALTO, PAGE, TSV, searchable PDF, report."""
