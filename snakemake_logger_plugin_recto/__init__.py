"""What a run tells its user: a logger plugin of Snakemake's, by which it is found under this name.

One line of progress in pages, warnings and errors as they come, and what the stages print. All that
Snakemake says of its jobs is in its own log; `--verbose` brings it to the terminal, too.
"""

from snakemake_logger_plugin_recto.handler import LogHandler

__all__ = ["LogHandler"]
