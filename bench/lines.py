"""What a recognizer makes of held-out lines with their true text, as the main job reads them: with
the language model, with calibrated confidences.

    .venv/bin/python -m bench.lines models/print-latin --lang deu \\
        data/print-latin/german-19th-century.test.lmdb

Printed are, for each set, without and with the language model: CER as printed (diplomatic) and with
ſ, ⸗, aͤ, quotes and dashes folded, and the expected calibration error of the words' confidences.
--fit prints the calibration that fits the words of all sets best (see stages.calibrate).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from pipeline.config import Decoding
from pipeline.lexicon import list_languages
from pipeline.recognition.confidence import fit_calibration, log_odds
from pipeline.recognition.line_image import LineImage
from pipeline.recognition.model import ModelFolder, open_model
from pipeline.recognition.recognizer import Recognizer, open_recognizer, recognize
from pipeline.spelling import modern_letters
from pipeline.training.alignment import folded, words_right
from pipeline.training.evaluation import reliability
from pipeline.training.line_framing import unframed
from pipeline.training.line_sets import LineSet

Words = tuple[list[float], list[bool]]


def lines_of(
    lines: LineSet, model: ModelFolder, covered: bool = True
) -> list[tuple[LineImage, str]]:
    """The lines of a set in the recognizer's frame, as if each were a page of its own.

    Args:
        covered: only those whose every character the recognizer knows.
    """
    samples = []
    for index in range(1, lines.count + 1):
        text = lines.text(index)
        if not text or (covered and not model.alphabet.covers(text)):
            continue
        samples.append((unframed(lines.stored(index), model.frame), text))
    return samples


def error_rate(pairs: list[tuple[str, str]]) -> float:
    """CER of (truth, reading) pairs in percent."""
    edits = sum(Levenshtein.distance(truth, read) for truth, read in pairs)
    return 100 * edits / max(1, sum(len(truth) for truth, _ in pairs))


def fold(text: str) -> str:
    """Text as scores fold it."""
    return folded(modern_letters(text))


def judge(samples: list[tuple[LineImage, str]], recognizer: Recognizer) -> tuple[str, Words]:
    """A row of figures for a set, and its words' confidences with whether each is right."""
    read, _ = recognize([image for image, _ in samples], [0] * len(samples), recognizer)
    pairs = [(text, read[k].text) for k, (_, text) in enumerate(samples)]
    confidences: list[float] = []
    right: list[bool] = []
    for k, (truth, _) in enumerate(pairs):
        words = read[k].words
        judged = words_right(" ".join(word.text for word in words), truth)
        confidences += [word.confidence or 0.0 for word in words]
        right += judged
    found = reliability(np.array(confidences), np.array(right))
    plain = error_rate([(fold(truth), fold(text)) for truth, text in pairs])
    row = f"{error_rate(pairs):.2f} | {plain:.2f} | {found.error:.3f}"
    return row, (confidences, right)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("sets", nargs="+", type=Path, help="LMDB sets of lines in the print frame")
    parser.add_argument("--lang", required=True, help="whose language model is used")
    parser.add_argument("--fit", action="store_true", help="print the calibration that fits best")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    model = open_model(options.model)
    greedy = open_recognizer(model, Decoding(language_model=False))
    decoded = open_recognizer(model, Decoding(), list_languages(options.lang))
    print("| set | lines | CER | folded | ECE | CER with LM | folded | ECE |")
    print("|---|---|---|---|---|---|---|---|")
    all_words: Words = ([], [])
    for path in options.sets:
        samples = lines_of(LineSet(path), model)
        first, _ = judge(samples, greedy)
        second, found = judge(samples, decoded)
        all_words[0].extend(found[0])
        all_words[1].extend(found[1])
        print(f"| {path.name.split('.')[0]} | {len(samples)} | {first} | {second} |")
    if options.fit:
        # confidences are calibrated already: undone, so that the fit is of the raw ones
        now = model.calibration
        odds = (log_odds(np.array(all_words[0])) - now.offset) / now.slope
        print(fit_calibration(1 / (1 + np.exp(-odds)), np.array(all_words[1])))


if __name__ == "__main__":
    main()
