"""End a book that cannot be begun, with the exit code of what stands against it.

What is wrong was found while the run was planned; the rules hand it over, so that it costs this
book alone and is told like every other failure.
"""

from __future__ import annotations

import json

from pipeline.errors import rebuild_error
from stages import command


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "complaint", type=json.loads, help="JSON: exit code, message and what to do about it"
    )
    raise rebuild_error(*parser.parse_args().complaint)


if __name__ == "__main__":
    command.run(main)
