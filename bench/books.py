"""CER and WER of digitized books against their true pages, with the language model and without it.

    for b in ../shared/scans/books/*.pdf; do ln -s "$b" scans/; done
    .venv/bin/snakemake --cores 2
    .venv/bin/python bench/books.py ../shared/scans/books --scorer ../shared/tools/score_pages.py

Reads out/NAME (the delivery) and work/NAME/text (where each line keeps the text of its best path), and folds both sides as
the scorer does.
"""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from pipeline.document import read_page


@dataclass
class Tally:
    """Edits and lengths, in characters and words."""

    errors: int = 0
    length: int = 0
    word_errors: int = 0
    words: int = 0

    def add(self, truth: str, read: str) -> None:
        """Count one page."""
        self.errors += Levenshtein.distance(truth, read)
        self.length += len(truth)
        self.word_errors += Levenshtein.distance(truth.split(), read.split())
        self.words += len(truth.split())

    @property
    def rates(self) -> str:
        """CER and WER in percent."""
        return f"{100 * self.errors / max(1, self.length):.2f} | {100 * self.word_errors / max(1, self.words):.2f}"


def load_normalise(path: Path) -> Callable[[str], str]:
    """The scorer's own folding of texts."""
    spec = importlib.util.spec_from_file_location("scorer", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.normalise


def greedy_text(path: Path | None) -> str:
    """A page's text from the best paths of its lines."""
    return "\n".join(line.greedy for line in read_page(path).lines) if path else ""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth", type=Path, help="folder with NAME.gt/0001.txt …")
    parser.add_argument("--scorer", type=Path, required=True, help="score_pages.py, for its normalise()")
    options = parser.parse_args()
    normalise = load_normalise(options.scorer)
    print("| book | pages | CER | WER | CER, best path | WER, best path |\n|---|---|---|---|---|---|")
    everything, everything_greedy, count = Tally(), Tally(), 0
    for folder in sorted(options.truth.glob("*.gt")):
        name, tally, greedy = folder.stem, Tally(), Tally()
        pages = sorted(folder.glob("*.txt"))
        for page in pages:
            truth = normalise(page.read_text(encoding="utf-8"))
            read = Path("out") / name / "pages" / page.name
            texts = normalise(read.read_text(encoding="utf-8") if read.is_file() else "")
            best_path = normalise(greedy_text(next(Path("work", name, "text").glob(f"*/{page.stem}.json"), None)))
            for one, text in ((tally, texts), (everything, texts), (greedy, best_path), (everything_greedy, best_path)):
                one.add(truth, text)
        count += len(pages)
        print(f"| {name} | {len(pages)} | {tally.rates} | {greedy.rates} |")
    print(f"| all | {count} | {everything.rates} | {everything_greedy.rates} |")


if __name__ == "__main__":
    main()
