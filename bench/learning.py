"""How much a recognizer learns from N corrected lines of a book that it reads badly: CER of other
pages of the book before and after, as a table and a plot, with the time that each took.

    .venv/bin/python -m bench.learning data/aligned/weihnachtserzaehlungen.lmdb work/learning \\
        --last 400 --base models/print-en --lang deu --seen 8000 --threads 1 \\
        --plot docs/learning.png
    .venv/bin/python -m bench.learning data/hand-en/english-letters.lmdb work/learning-hand \\
        --recipe hand-en --base work/drawn-only --lang eng --counts 100 300 1000 1283 \\
        --held-out data/hand-en/english-letters.test.lmdb --threads 1 --plot docs/learning-hand.png

The first is of print, the second of a hand (bench/RESULTS.md, "From corrections to a better
reading", says how its base was made); --plot writes over the picture that it names.

The first N lines of the first set, in the order of the pages, take the part of corrected lines:
they lie in LMDB as `data/aligned/NAME.lmdb` does, which is made of corrections. From the base a
recognizer is trained on them as `recto train MODEL --lines SET --base BASE` does it. Interrupted,
the same command goes on; figures that are in the folder are not measured again.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2

from bench.lines import error_rate, fold, lines_of
from pipeline.config import Decoding
from pipeline.files import write_text
from pipeline.folders import whole_folder
from pipeline.lexicon import list_languages
from pipeline.recognition.line_image import LineImage
from pipeline.recognition.model import WEIGHTS, open_model
from pipeline.recognition.recognizer import open_recognizer, recognize
from pipeline.synthesis.store import LineStore
from pipeline.training.line_sets import LineSet
from stages.plan.training import FINE_TUNING_DECAY, FINE_TUNING_LINES, FINE_TUNING_RATE

CHUNK = 500  # samples a transaction


@dataclass(frozen=True)
class Figures:
    """What `corrected` lines have taught: CER in percent of held-out lines, with the best path
    alone and with the language model; the seconds of learning, and those of a processor in it."""

    corrected: int
    greedy: float
    decoded: float
    seconds: float
    worked: float


def take_first(source: LineSet, count: int, target: Path) -> None:
    """A set of the first `count` lines of another."""
    with whole_folder(target) as folder, LineStore(folder, {"kind": "aligned"}) as store:
        for first in range(1, count + 1, CHUNK):
            indices = range(first, min(first + CHUNK, count + 1))
            store.append([(source.stored(k), source.text(k)) for k in indices])


def learn(lines: Path, folder: Path, options: argparse.Namespace) -> tuple[Path, float, float]:
    """Train a recognizer on a set of lines, from the base; returns its folder, the seconds, and
    those of a processor."""
    weights, model = folder / "weights.safetensors", folder / "model"
    start, before = time.perf_counter(), worked()
    recipe = f"--recipe={options.recipe}"
    how = [recipe, f"--base={options.base / WEIGHTS}", "--curriculum=0", f"--count={options.seen}"]
    how += [f"--rate={FINE_TUNING_RATE}", f"--decay={FINE_TUNING_DECAY}"]
    how += [f"--build={folder / 'build'}", f"--threads={options.threads}"]
    call("train", weights, "--lines", lines, *how)
    seconds, own = time.perf_counter() - start, worked() - before
    call("export_model", weights, model, recipe, "--log", folder / "build/log.csv")
    return model, seconds, own


def worked() -> float:
    """Seconds that the processes begun here, and ended, have had of a processor."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def call(stage: str, *arguments: object) -> None:
    """Run a stage command. Raises CalledProcessError where it fails."""
    subprocess.run([sys.executable, "-m", f"stages.{stage}", *map(str, arguments)], check=True)


def score(model: Path, options: argparse.Namespace) -> tuple[float, float]:
    """CER in percent, spelling folded, of the best path alone and with the language model."""
    opened = open_model(model)
    held_out = LineSet(options.held_out or options.corrected)
    samples = lines_of(held_out, opened, covered=False)[-options.last :]
    greedy = open_recognizer(opened, Decoding(language_model=False))
    decoded = open_recognizer(opened, Decoding(), list_languages(options.lang))
    rates = []
    for recognizer in (greedy, decoded):
        found, _ = recognize([image for image, _ in samples], [0] * len(samples), recognizer)
        rates.append(error_rate(list(pairs_of(samples, [line.text for line in found]))))
    return rates[0], rates[1]


def pairs_of(
    samples: Sequence[tuple[LineImage, str]], read: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """(truth, reading) of each line, folded."""
    return ((fold(truth), fold(text)) for (_, truth), text in zip(samples, read, strict=True))


def measure(options: argparse.Namespace, count: int) -> Figures:
    """The figures for one number of corrected lines; 0: of the base."""
    if count == 0:
        return Figures(0, *score(options.base, options), 0.0, 0.0)
    folder = options.folder / str(count)
    lines = folder / "lines.lmdb"
    if not lines.exists():
        take_first(LineSet(options.corrected), count, lines)
    model, *seconds = learn(lines, folder, options)
    return Figures(count, *score(model, options), *seconds)


def table(rows: Sequence[Figures]) -> str:
    """The figures as a table in Markdown."""
    head = "| corrected lines | CER, best path | CER, language model | minutes | CPU minutes |"
    lines = [
        f"| {row.corrected:,} | {row.greedy:.2f} | {row.decoded:.2f} | {row.seconds / 60:.1f} "
        f"| {row.worked / 60:.1f} |"
        for row in rows
    ]
    return "\n".join([head, "|---|---|---|---|---|", *lines])


def draw(rows: Sequence[Figures], path: Path) -> None:
    """The figures as a plot."""
    from matplotlib.figure import Figure

    from pipeline.training.plots import ACCENT, INK

    figure = Figure(figsize=(6, 3.6), layout="constrained")
    axes = figure.subplots()
    places = range(len(rows))  # side by side: on a scale the first hundreds would lie in a heap
    series = (("best path", INK, 7, [row.greedy for row in rows]),
              ("language model", ACCENT, -14, [row.decoded for row in rows]))  # fmt: skip
    for name, colour, above, rates in series:
        axes.plot(places, rates, "o-", color=colour, label=name)
        for place, rate in zip(places, rates, strict=True):
            axes.annotate(f"{rate:.2g}", (place, rate), (0, above), textcoords="offset points",
                          ha="center", color=colour)  # fmt: skip
    axes.set(xlabel="corrected lines", ylabel="CER of other pages, %", yscale="log")
    low, high = 0.6 * min(row.decoded for row in rows), 2 * max(row.greedy for row in rows)
    axes.set_xticks(places, [f"{row.corrected:,}" for row in rows])
    ticks = [tick for tick in (0.5, 1, 2, 5, 10, 20, 50, 100) if low <= tick <= high]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_ylim(low, high)
    axes.minorticks_off()
    axes.legend(frameon=False)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corrected", type=Path, help="LMDB set of true lines, in order of page")
    parser.add_argument("folder", type=Path, help="for models, checkpoints and figures")
    parser.add_argument(
        "--held-out", type=Path, help="LMDB set of lines of other pages; left out: the same one"
    )
    parser.add_argument(
        "--last", type=int, default=0, help="score only so many lines, at the end of that set"
    )
    parser.add_argument("--base", type=Path, default=Path("models/print-latin"))
    parser.add_argument(
        "--recipe", default="print-latin", help="how the base was made (default: %(default)s)"
    )
    parser.add_argument("--lang", default="eng", help="whose language model is used")
    parser.add_argument("--counts", type=int, nargs="+", default=[100, 300, 1000])
    parser.add_argument(
        "--seen",
        type=int,
        default=FINE_TUNING_LINES,
        help="lines to learn from in each training, repeats counted (default: %(default)s)",
    )
    parser.add_argument("--threads", type=int, default=2, help="of torch (default: %(default)s)")
    parser.add_argument("--plot", type=Path, help="PNG file for the plot")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for count in [0, *options.counts]:
        path = options.folder / f"{count}.json"
        if not path.exists():
            write_text(path, json.dumps(asdict(measure(options, count))) + "\n")
        rows.append(Figures(**json.loads(path.read_text(encoding="utf-8"))))
    print(table(rows))
    if options.plot:
        draw(rows, options.plot)


if __name__ == "__main__":
    main()
