"""Check a delivery against its manifest: name every file that was changed, lost or added since.

    python -m stages.verify out/book

Exit code 0: the delivery is whole. 1: it is not; a line for each difference says what and where.
9: it has no manifest that can be read; the others are checked all the same.
run.json (times) and manifest.json itself are not among the files that the manifest has hashes of.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.errors import DataError, printable
from pipeline.export.delivery import check_delivery, read_manifest
from stages import command

NOT_WHOLE = 1


def verify(folder: Path) -> bool:
    """Print what became of one delivery; whether it is whole."""
    findings = check_delivery(folder)
    for word, names in (
        ("changed", findings.changed),
        ("lost", findings.lost),
        ("added", findings.added),
    ):
        for name in names:
            print(f"{folder}: {word}: {printable(name)}")
    for text in findings.wrong:
        print(f"{folder}: manifest.json: {printable(text)}")
    if findings.whole:
        manifest = read_manifest(folder)
        counts = manifest["counts"]
        print(
            f"{folder}: whole: {len(manifest['files'])} files; {counts['pages']} pages = "
            f"{counts['done']} done"
            f" + {counts['blank']} blank + {counts['quarantined']} quarantined"
        )
    return findings.whole


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "deliveries",
        nargs="+",
        type=command.existing_path,
        metavar="out/NAME",
        help="folders of delivered books",
    )
    options = parser.parse_args()
    whole, failed = [], None
    for folder in options.deliveries:
        try:
            whole.append(verify(folder))
        except DataError as error:  # it costs no other delivery its check
            command.log.error("%s", error)
            failed = failed or error
    if failed:
        sys.exit(failed.exit_code)
    if not all(whole):
        sys.exit(NOT_WHOLE)


if __name__ == "__main__":
    command.run(main)
