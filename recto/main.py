"""Reads scanned books and papers: lines found, read, checked by a language model.

    recto read letters.pdf out/             letters.pdf to out/letters/
    recto read shelf/ out/ -l deu           every book of a folder
    recto read letters.pdf out/ --outputs all
    recto watch inbox/ out/                 what is dropped in, as it comes
    recto verify out/letters                is every file as it was delivered?
    recto proofread out/letters             look at the text beside the scan, and correct it
    recto apply out/letters                 bring what was saved there into every output
    recto overlay out/letters 5 page5.png   what was found on page 5
    recto train my-archive --lines out/letters --base print-latin
    recto models                            the models and lexicons that are there

`recto COMMAND --help` says more. Nothing is sent anywhere: Recto needs no network.
"""

from __future__ import annotations

import argparse
import json
import os
import runpy
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pipeline.config import OUTPUTS
from pipeline.errors import MissingToolError
from pipeline.installation import HOUSE
from pipeline.version import VERSION
from recto.correct import APPLY, PROOFREAD, apply, proofread
from recto.help_texts import CODES, DELIVERY, MODELS, OVERLAY, READ, VERIFY, VERIFY_CODES
from recto.kinds import core_count, seconds
from recto.learn import TRAIN, train
from recto.named import locate_model
from recto.place import (
    bring_corrections,
    find_place,
    forgotten_books,
    open_place,
    remember_settings,
)
from recto.run import gather_settings, run_options, run_workflow
from recto.scans import bring_scans
from recto.watch import WATCH, watch_folder
from stages import command


def read(options: argparse.Namespace) -> int:
    """`recto read`."""
    settings = read_options(options)
    place = open_place(options.out)
    return read_scans(options, place, settings, [bring_scans(place, options.source)])


def watch(options: argparse.Namespace) -> int:
    """`recto watch`: until it is interrupted."""
    settings = read_options(options)
    place = open_place(options.out)
    return watch_folder(
        options.folder,
        place,
        options.settle,
        lambda scan: bring_scans(place, scan),
        lambda found: read_scans(options, place, settings, found),
    )


def read_scans(
    options: argparse.Namespace,
    place: Path,
    settings: dict[str, Any],
    found: Sequence[Sequence[str]],
) -> int:
    """Read scans by their targets; where one is a folder of books, all that the workplace knows."""
    targets = [target for each in found for target in each] if all(found) else []
    bring_corrections(place)
    remember_settings(place, targets, settings)
    anew = forgotten_books(place)
    given = [*(["--forcerun", *anew] if anew else []), *run_options(options), *options.snakemake]
    return run_workflow(place, targets, settings, given)


def read_options(options: argparse.Namespace) -> dict[str, Any]:
    """What the options of reading change of the configuration.

    Raises:
        MissingToolError: a program of the system is not there. ConfigError: a setting is wrong.
    """
    if shutil.which("pdftoppm") is None:
        raise MissingToolError("pdftoppm is not installed", "Install it: apt install poppler-utils")
    given = {"lang": options.lang, "outputs": options.outputs, "model": locate_model(options.model)}
    return gather_settings(given, options.set)


def overlay(options: argparse.Namespace) -> int:
    """`recto overlay`."""
    delivery = options.delivery.resolve()
    place = find_place(delivery)
    book = delivery.relative_to(place.parent)
    arguments = [str(place / "work" / book), str(options.page), str(options.picture)]
    arguments += ["--scans", str((place / "scans" / book).parent)]
    return call_stage("overlay", arguments + (["--text"] if options.text else []))


def verify(options: argparse.Namespace) -> int:
    """`recto verify`."""
    return call_stage("verify", list(map(str, options.deliveries)))


def call_stage(name: str, arguments: list[str]) -> int:
    """Run a stage command in this process."""
    sys.argv = [name, *arguments]
    runpy.run_module(f"stages.{name}", run_name="__main__")
    return 0


def list_models(options: argparse.Namespace) -> int:
    """`recto models`."""
    for path in sorted((HOUSE / "models").glob("*/model.json")):
        described = json.loads(path.read_text(encoding="utf-8"))
        print(f"{path.parent.name:14} reads {described.get('reads', 'line')}s  {path.parent}")
    for path in sorted((HOUSE / "lexicons").glob("*.txt")):
        print(f"-l {path.stem:11} lexicon and language model  {path}")
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = command.parser(__doc__, plain=True)
    parser.prog = "recto"
    parser.add_argument("--version", action="version", version=f"recto {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(
        name: str, work: Callable[[argparse.Namespace], int], text: str, end: str = ""
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name,
            help=text.split("\n")[0],
            description=text,
            epilog=end,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        added.set_defaults(work=work)
        return added

    def add_cores(added: argparse.ArgumentParser) -> None:
        cores = len(os.sched_getaffinity(0))
        added.add_argument(
            "--cores", type=core_count, default=cores, help="default: all, %(default)s here"
        )

    def add_delivery(added: argparse.ArgumentParser) -> None:
        added.add_argument(
            "delivery", type=command.existing_path, metavar="OUT/NAME", help=DELIVERY
        )

    def add_run_options(added: argparse.ArgumentParser) -> None:
        add_cores(added)
        added.add_argument(
            "--verbose", action="store_true", help="all that Snakemake says of its jobs"
        )
        added.add_argument(
            "--set",
            metavar="KEY=VALUE",
            action="append",
            default=[],
            help="any key of the configuration, such as decoder.alpha=0.5 or shard=8",
        )

    def add_read_options(added: argparse.ArgumentParser) -> None:
        added.add_argument(
            "out", type=command.output_path, metavar="OUT", help="folder for the results"
        )
        added.add_argument(
            *("-l", "--lang"),
            default="",
            help="deu; of several, deu+eng, it finds out which each region is in; see recto models "
            "(default: auto, all of them)",
        )
        added.add_argument(
            "--outputs",
            default="",
            help=f"all, or some of {','.join(OUTPUTS)}, in place of the default hocr,txt",
        )
        added.add_argument("--model", default="", help="a model's folder or name")
        add_run_options(added)
        added.add_argument(
            "snakemake", nargs="*", help="after --, options of Snakemake, such as --executor slurm"
        )

    reading = add("read", read, READ, CODES)
    reading.add_argument("source", type=Path, metavar="SOURCE", help="scan, or folder of scans")
    add_read_options(reading)

    watching = add("watch", watch, WATCH, CODES)
    watching.add_argument("folder", type=Path, metavar="DIR", help="folder to watch")
    watching.add_argument(
        "--settle",
        type=seconds,
        default=10.0,
        metavar="SECONDS",
        help="for which a scan must not change before it is read (default: %(default)s)",
    )
    add_read_options(watching)

    checking = add("verify", verify, VERIFY, VERIFY_CODES)
    checking.add_argument(
        "deliveries", nargs="+", type=command.existing_path, metavar="OUT/NAME", help=DELIVERY
    )

    reviewing = add(
        "proofread",
        lambda options: proofread(options.delivery, options.port, options.browse),
        PROOFREAD,
    )
    add_delivery(reviewing)
    reviewing.add_argument("--port", type=int, default=0, help="default: any that is free")
    reviewing.add_argument(
        "--browse", action=argparse.BooleanOptionalAction, default=True, help="open a browser"
    )

    applying = add(
        "apply",
        lambda options: apply(
            options.delivery, options.corrections, ["--cores", str(options.cores)]
        ),
        APPLY,
    )
    applying.add_argument(
        "corrections", type=Path, nargs="?", metavar="CORRECTIONS", help="file that was saved"
    )
    add_delivery(applying)
    add_cores(applying)

    drawing = add("overlay", overlay, OVERLAY)
    add_delivery(drawing)
    drawing.add_argument("page", type=int, metavar="PAGE", help="number of the page")
    drawing.add_argument(
        "picture", type=command.picture_path, metavar="PICTURE.png", help="picture to write"
    )
    drawing.add_argument("--text", action="store_true", help="with the text beside the page")

    training = add("train", train, TRAIN)
    training.add_argument(
        "model", type=command.output_path, metavar="MODEL", help="folder for the new model"
    )
    training.add_argument(
        "--lines",
        nargs="+",
        required=True,
        metavar="SET[:SHARE]",
        help="LMDB sets of true lines, or deliveries that were proofread, OUT/NAME; each with its "
        "share of the lines, such as :0.5, where it is to have one",
    )
    training.add_argument(
        "--base", default="", help="model whose weights it begins from, such as print-latin"
    )
    training.add_argument("--recipe", default="", help="recipe, for a model that begins anew")
    add_run_options(training)

    add("models", list_models, MODELS)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line of Recto."""
    options = parse(arguments)

    def work() -> None:
        if code := options.work(options):
            sys.exit(code)

    command.run(work)
