"""Born-digital pages of several kinds: a paper in two columns, ruled and plain tables, formulas,
lists and code, a statement of accounts, notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.born_paper import HEIGHT, MARGIN, WIDTH, Paper, Style
from bench.odd_sheets import Rng, paragraphs, some_words

FACES = (  # upright, bold, italic
    ("LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf", "LiberationSerif-Italic.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "LiberationSans-Italic.ttf"),
    ("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf", "DejaVuSerif-Italic.ttf"),
)
MONO = "LiberationMono-Regular.ttf"
INLINE = (
    r"The mean $\mu$ of the $n$ samples lies within $\pm{}2\sigma$ of the value that was expected.",
    r"Let $x_i$ be the width of the beam at the place $i$ and $\alpha = 0.05$ the level of the "
    "test.",
    r"For each $k \leq 10$ the loss falls as $1/k^2$ and the rate is "
    r"$\lambda = 3.2 \times 10^{-4}$ in all runs.",
    r"We write $f(x)$ for the answer of the filter, $\theta$ for its angle, and $R^2 = 0.97$ for "
    "the fit.",
    r"As $\Delta{}t \to 0$ the sum becomes an integral over $t$, and the error is at most "
    r"$\epsilon$.",
    r"The water, H$_2$O, was kept at 20 °C, and CO$_2$ was added at a rate of 5 m$^3$ a day.",
)
DISPLAYED = (
    r"$E = \sum_{k=1}^{n} \frac{x_k^2 + \alpha}{\sqrt{1 + \beta^2}}$",
    r"$\int_0^\infty e^{-\lambda t}\,dt = \frac{1}{\lambda}$",
    r"$x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$",
    r"$P(A \mid B) = \frac{P(B \mid A)\,P(A)}{P(B)}$",
    r"$\sigma = \sqrt{\frac{1}{n-1} \sum_{i=1}^{n} (x_i - \bar{x})^2}$",
    r"$\nabla \times \mathbf{E} = -\frac{\partial \mathbf{B}}{\partial t}$",
    r"$\lim_{n \to \infty} \left( 1 + \frac{1}{n} \right)^n = e$",
    r"$L(\theta) = \prod_{i=1}^{m} p(y_i \mid x_i; \theta)$",
)
HEADINGS = ("Introduction", "Related Work", "Method", "Experiments", "Results", "Discussion")
CODE = (
    "def median(values):",
    "    ordered = sorted(values)",
    "    half = len(ordered) // 2",
    "    if len(ordered) % 2:",
    "        return ordered[half]",
    "    return (ordered[half - 1] + ordered[half]) / 2",
    "",
    "for name, row in table.items():",
    '    print(name, "%.2f" % median(row))',
)


@dataclass(frozen=True)
class Setting:
    """What a page is set with: a random generator, the sentences with formulas that it has not
    yet, and the styles of its text."""

    rng: Rng
    sentences: list[str]
    text: Style
    bold: Style
    italic: Style

    def scaled(self, factor: float) -> Setting:
        """The same in another size."""
        styles = (
            Style(s.face, s.size * factor, s.leading) for s in (self.text, self.bold, self.italic)
        )
        return Setting(self.rng, self.sentences, *styles)


def choose_setting(rng: Rng) -> Setting:
    """One of the faces at a size of running text."""
    size = float(rng.choice([9, 10, 11]))
    styles = (Style(face, size) for face in FACES[rng.integers(len(FACES))])
    return Setting(rng, [str(sentence) for sentence in rng.permutation(INLINE)], *styles)


def _prose(s: Setting, paper: Paper, lines: int, formulas: bool = False) -> None:
    """Prose down to so many lines, more or less; with formulas in its first sentences."""
    end = paper.y + lines * s.text.pitch
    while paper.y < end:
        text = str(s.rng.choice(paragraphs()))[:300].rsplit(" ", 1)[0]
        if formulas and s.sentences:
            text = f"{s.sentences.pop()} {text}"
        paper.paragraph(text, s.text, first=1.5 * s.text.size)


def _heading(s: Setting, paper: Paper, text: str, size: float = 1.25) -> None:
    paper.y += 0.9 * s.text.size
    paper.line(text, s.scaled(size).bold)
    paper.y += 0.3 * s.text.size


def _formula(s: Setting, paper: Paper, number: int) -> None:
    """A displayed formula and its number at the right."""
    paper.y += 1.8 * s.text.size
    middle = (paper.left + paper.right) / 2
    paper.show(middle, str(s.rng.choice(DISPLAYED)), s.scaled(1.1).text, "center")
    paper.write(paper.right, f"({number})", s.text, "right")
    paper.y += 3.0 * s.text.size


def _cells(s: Setting, rows: int, columns: int) -> list[list[str]]:
    """A header row, and rows of a name and figures of some kind to a column."""
    kinds = s.rng.integers(0, 5, columns - 1)
    table = [["Name", *(some_words(s.rng, 1, 1) for _ in kinds)]]
    for _ in range(rows):
        table.append([some_words(s.rng, 1, 2), *(_figure(s.rng, int(kind)) for kind in kinds)])
    return table


def _figure(rng: Rng, kind: int) -> str:
    value, small = rng.uniform(0, 100), rng.uniform(0.1, 9)
    return (
        f"{value:.1f}%",
        f"{value:.2f} ± {small:.2f}",
        f"{1000 * value:,.0f}",
        f"({value:.2f})" if value > 50 else f"{value:.2f}",
        str(int(value)),
    )[kind]


def _table(s: Setting, paper: Paper, cells: Sequence[Sequence[str]], ruled: bool) -> None:
    """A table: every cell ruled and the header row tinted, or three level rules alone."""
    small = s.scaled(0.92)
    pitch, edges = 1.7 * small.text.size, [paper.left]
    room = paper.right - paper.left
    for k in range(len(cells[0])):
        edges.append(paper.left + room * (0.3 + 0.7 * k / (len(cells[0]) - 1)))
    top = paper.y - 0.8 * pitch
    bottom = top + pitch * len(cells)
    if ruled:
        paper.shade(paper.left, top, paper.right, top + pitch, float(s.rng.uniform(0.75, 0.95)))
        for x in edges:
            paper.upright_rule(x, top, bottom)
    for k in range(len(cells) + 1):
        if ruled or k in (0, 1, len(cells)):
            paper.rule(paper.left, paper.right, top + k * pitch, 0.6 if ruled or k == 1 else 1.2)
    paper.y = top + 0.7 * pitch
    for number, row in enumerate(cells):
        style = small.bold if number == 0 else small.text
        paper.write(paper.left + 4, row[0], style)
        for text, (start, end) in zip(row[1:], pairwise(edges[1:]), strict=True):
            if ruled:
                paper.write((start + end) / 2, text, style, "center")
            else:
                paper.write(end - 4, text, style, "right")
        paper.y += pitch
    paper.y += 0.6 * pitch


def _caption(s: Setting, paper: Paper, label: str) -> None:
    paper.paragraph(f"{label}: {some_words(s.rng, 8, 22)}.", s.scaled(0.9).italic)
    paper.y += 0.6 * s.text.size


def _page_number(s: Setting, paper: Paper) -> None:
    paper.left, paper.right, paper.y = MARGIN, WIDTH - MARGIN, HEIGHT - 40
    paper.line(str(s.rng.integers(1, 400)), s.text, "center")


def set_paper(s: Setting, paper: Paper) -> None:
    """Title, authors, abstract, and two columns with headings, formulas, a table and a note."""
    paper.line(some_words(s.rng, 5, 7), s.scaled(1.7).bold, "center")
    paper.y += 4
    paper.line("A. N. Writer$^1$ and B. Reader$^{1,2}$", s.text, "center")
    paper.line(
        "$^1$University of the North  $^2$Institute of Letters", s.scaled(0.9).italic, "center"
    )
    paper.y += 10
    middle, top = WIDTH / 2, paper.y
    column = s.scaled(8.5 / s.text.size)
    for number, (left, right) in enumerate(
        ((MARGIN - 18, middle - 9), (middle + 9, WIDTH - MARGIN + 18))
    ):
        paper.left, paper.right, paper.y = left, right, top
        for part in range(2):
            _heading(column, paper, f"{2 * number + part + 1}  {HEADINGS[2 * number + part]}", 1.15)
            _prose(column, paper, 9, formulas=part == 1)
            _formula(column, paper, 2 * number + part + 1)
        if number:
            _caption(column, paper, "Table 1")
            paper.y += 6
            _table(column, paper, _cells(s, 4, 3), ruled=False)
        _prose(column, paper, 3)
    _page_number(s, paper)


def set_ruled_tables(s: Setting, paper: Paper) -> None:
    """Prose and two ruled tables with captions."""
    _two_tables(s, paper, fewest_rows=4, ruled=True)


def set_plain_tables(s: Setting, paper: Paper) -> None:
    """Prose and two tables of three level rules."""
    _two_tables(s, paper, fewest_rows=5, ruled=False)


def _two_tables(s: Setting, paper: Paper, fewest_rows: int, ruled: bool) -> None:
    for number in (1, 2):
        _prose(s, paper, 5)
        paper.y += s.text.size
        _caption(s, paper, f"Table {number}")
        paper.y += 6
        rows, columns = int(s.rng.integers(fewest_rows, fewest_rows + 5)), int(s.rng.integers(3, 6))
        _table(s, paper, _cells(s, rows, columns), ruled)
    _page_number(s, paper)


def set_formulas(s: Setting, paper: Paper) -> None:
    """Prose with formulas in its lines and between them."""
    _heading(s, paper, f"{s.rng.integers(2, 9)}.1  {some_words(s.rng, 2, 4)}")
    for number in range(1, 5):
        _prose(s, paper, 8, formulas=True)
        _formula(s, paper, number)
    _prose(s, paper, 4, formulas=True)
    _page_number(s, paper)


def set_lists_and_code(s: Setting, paper: Paper) -> None:
    """Numbers, bullets, sublists, and code."""
    _heading(s, paper, some_words(s.rng, 2, 4))
    _prose(s, paper, 3)
    for mark in ("{}.", "•", "({})", "–"):
        paper.y += 0.4 * s.text.size
        for number in range(1, int(s.rng.integers(4, 7))):
            letter = "abcdef"[number - 1] if mark.startswith("(") else number
            indent = 40 if mark == "–" else 20
            paper.write(paper.left + indent - 18, mark.format(letter), s.text)
            paper.left += indent
            paper.paragraph(some_words(s.rng, 4, 18) + ".", s.text)
            paper.left -= indent
    paper.y += s.text.size
    code = Style(MONO, 0.9 * s.text.size, 1.2)
    for line in CODE:
        paper.line(line, code)
    paper.y += s.text.size
    _prose(s, paper, 4)
    _page_number(s, paper)


def set_statement(s: Setting, paper: Paper) -> None:
    """Accounts: names, years and sums far to the right, some of them negative."""
    paper.line(some_words(s.rng, 2, 3).upper(), s.scaled(1.2).bold, "center")
    paper.line("For the years ended 31 December 2023 and 2022", s.italic, "center")
    paper.y += s.text.size
    edges = (paper.right - 170, paper.right - 85, paper.right)
    for edge, text in zip(edges, ("Note", "2023", "2022"), strict=True):
        paper.write(edge, text, s.bold, "right")
    paper.y += 4
    paper.rule(paper.left, paper.right, paper.y)
    paper.y += 1.5 * s.text.size
    for _ in range(int(s.rng.integers(3, 5))):
        paper.line(some_words(s.rng, 1, 2), s.bold)
        for _ in range(int(s.rng.integers(3, 7))):
            paper.write(paper.left + 12, some_words(s.rng, 2, 4), s.text)
            if s.rng.random() < 0.5:
                paper.write(edges[0], str(s.rng.integers(1, 30)), s.text, "right")
            for edge in edges[1:]:
                value = s.rng.integers(-(10**6), 10**7)
                shown = f"{value:,}" if value >= 0 else f"({-value:,})"
                paper.write(edge, shown if s.rng.random() < 0.9 else "nil", s.text, "right")
            paper.y += s.text.pitch
        for edge in edges[1:]:
            paper.rule(edge - 60, edge, paper.y - 0.8 * s.text.size, 0.5)
        paper.y += 3
        paper.write(paper.left, f"Total {some_words(s.rng, 1, 2).lower()}", s.bold)
        for edge in edges[1:]:
            paper.write(edge, f"£{s.rng.integers(10**6, 10**8):,}", s.bold, "right")
        paper.y += 2 * s.text.pitch
    _prose(s, paper, 4)
    _page_number(s, paper)


def set_notes(s: Setting, paper: Paper) -> None:
    """Prose with marks of notes, a quotation, and the notes below a rule."""
    _heading(s, paper, some_words(s.rng, 2, 4), 1.4)
    small = s.scaled(0.8)
    for number in (1, 2, 3):
        _prose(s, paper, 6)
        text = str(s.rng.choice(paragraphs()))[:180].rsplit(" ", 1)[0]
        paper.left, paper.right = paper.left + 30, paper.right - 30
        paper.y += 5
        paper.paragraph(f"“{text}”$^{number}$", s.scaled(0.95).text)
        paper.y += 5
        paper.left, paper.right = paper.left - 30, paper.right + 30
    paper.y = max(paper.y, HEIGHT - 150)
    paper.rule(paper.left, paper.left + 140, paper.y - small.text.pitch)
    for number in (1, 2, 3):
        paper.paragraph(
            f"$^{number}$ {some_words(s.rng, 2, 3)}, {some_words(s.rng, 3, 8)}, "
            f"pp. {s.rng.integers(1, 99)}–{s.rng.integers(100, 400)}.",
            small.text,
        )
    _page_number(s, paper)


KINDS: dict[str, Callable[[Setting, Paper], None]] = {
    name.removeprefix("set_").replace("_", "-"): function
    for name, function in list(vars().items())
    if name.startswith("set_")
}
