"""Which decoder settings read best: the same emissions of the network, decoded with each.

    .venv/bin/python -m bench.decoder work/boy-apprenticed work/betrayed-armenia \\
        --transcriptions TEXTS

Takes every third page of the books (which are to be others than those on which the model is
measured), runs the network once, and prints CER, WER and milliseconds a line for best paths and for
each setting around the defaults.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from tqdm import tqdm

from pipeline.config import Decoding
from pipeline.lexicon import files_of
from pipeline.recognition.batching import OnnxReader, read_lines
from pipeline.recognition.ctc import LogProbabilities
from pipeline.recognition.decoder import Decoder
from pipeline.recognition.model import ModelFolder, open_model
from pipeline.training.evaluation import Tally
from stages.digitize.recognize import read_line_images
from stages.judge.scored import scored_books
from stages.shards import iterate_pages

Emissions = list[
    tuple[str, list[LogProbabilities]]
]  # true text of a page, and the log-probabilities of its lines
GRID: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("alpha", (0.15, 0.45, 0.6, 0.8)),
    ("beta", (0.5, 1.5, 2.0)),
    ("unknown", (0.0, -2.0)),
    ("beam", (8, 32)),
    ("certain", (0.9, 0.98)),
)


def emissions(
    folders: list[Path], transcriptions: Path, model: ModelFolder, every: int
) -> Emissions:
    """What the network says of every so-manieth page, for lines that were kept as text."""
    reader, found = OnnxReader(model, 1), []
    for book in scored_books(folders, transcriptions):
        chosen = {page.page.number: page for page in book.pages[::every] if page.truth}
        for shard in sorted((book.book.work / "layout").iterdir()):
            for path, page in iterate_pages(shard):
                if page.number in chosen and any(page.lines):
                    kept = {line.baseline for line in chosen[page.number].page.lines}
                    images = read_line_images(page, path.with_suffix(".lines.png"), model.frame)
                    pixels = [image.image for image in images]
                    outputs = dict(read_lines(reader, pixels, model.stride))
                    single = [
                        k
                        for k, image in enumerate(images)
                        if not image.line.other_x_height and image.line.baseline in kept
                    ]
                    lines = [outputs[k] for k in single]
                    found.append((chosen[page.number].truth, lines))
    return found


def judged(decoder: Decoder, pages: Emissions) -> tuple[float, float, float]:
    """CER, WER, and milliseconds a line."""
    tally, start = Tally(), time.process_time()
    texts = ["\n".join(decoder.decode(line).text for line in lines) for _, lines in pages]
    spent = time.process_time() - start
    for (truth, _), text in zip(pages, texts, strict=True):
        tally.add(truth, text)
    return 100 * tally.cer, 100 * tally.wer, 1000 * spent / sum(len(lines) for _, lines in pages)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("books", nargs="+", type=Path, help="work folders of digitized books")
    parser.add_argument("--transcriptions", type=Path, required=True, help="folder of true texts")
    parser.add_argument("--model", type=Path, default=Path("models/print-latin"))
    parser.add_argument("--lang", default="eng", help="whose language model is used")
    parser.add_argument(
        "--every", type=int, default=3, help="take every so-manieth page (default: %(default)s)"
    )
    options = parser.parse_args()
    model = open_model(options.model)
    pages = emissions(options.books, options.transcriptions, model, options.every)
    print(f"{len(pages)} pages, {sum(len(lines) for _, lines in pages)} lines\n")
    print("| setting | CER | WER | ms/line |\n|---|---|---|---|")
    base = Decoding()
    settings = [
        ("defaults", base),
        *((f"{key} {v:g}", Decoding(**{key: v})) for key, vs in GRID for v in vs),
    ]
    print(
        "| best paths | {:.3f} | {:.3f} | {:.2f} |".format(
            *judged(Decoder(model.alphabet, base), pages)
        ),
        flush=True,
    )
    for name, decoding in tqdm(settings, unit="setting", disable=None):
        decoder = Decoder(model.alphabet, decoding, files_of(options.lang))
        print("| {} | {:.3f} | {:.3f} | {:.2f} |".format(name, *judged(decoder, pages)), flush=True)


if __name__ == "__main__":
    main()
