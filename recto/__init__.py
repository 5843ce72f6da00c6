"""The command `recto`: a front of the workflow for whoever has a scan and wants its text.

It starts the same Snakefile, rules and stages as `snakemake out/book/` in a checkout, in a folder
of its own (`OUT/.recto`), and does nothing else: a shelf of books, a killed run and a cluster
behave alike.
"""
