"""Every text format, taken by the tools that are made for it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bench.workplace import lay_out
from pipeline.config import OUTPUTS, parse_config
from pipeline.document import Line, Page, Word
from pipeline.export.alto import page_alto
from pipeline.export.hocr import page_hocr
from pipeline.export.lettering import label_font
from pipeline.export.page_xml import page_xml
from pipeline.export.pdf import text_layer
from pipeline.export.printed_json import page_reading
from pipeline.export.source import source_regions
from pipeline.export.tsv import COLUMNS, page_tsv
from pipeline.geometry import Affine, Box
from pipeline.recognition.alphabet import PRINT
from stages.digitize.export import writers
from tests.conftest import run_snakemake
from tests.export.deliveries import BOOKS, images_of_pdf, leaf_of, misplaced_words, read_pages
from tests.hocr import spec_accepts


def test_labels_have_what_books_have() -> None:
    """Pictures of reports and overlays would show boxes in place of accents and dashes."""
    font = label_font(20)
    missing = bytes(font.getmask("\U0010ffff"))
    assert not [
        c for c in PRINT.characters if c != " " and bytes(font.getmask(c)) in (b"", missing)
    ]


@pytest.mark.shared
@pytest.mark.parametrize("book", BOOKS)
def test_alto_and_page_follow_their_schemas(
    deliveries: Path, schemas: dict[str, etree.XMLSchema], book: str
) -> None:
    """Programs that check what they take in would refuse our ALTO or PAGE."""
    pages = read_pages(deliveries, book)
    for kind, schema in schemas.items():
        files = sorted((deliveries / "out" / book / "pages").glob(f"*.{kind}.xml"))
        assert len(files) == len(pages)
        for path in files:
            schema.assertValid(etree.parse(path))


@pytest.mark.parametrize("book", BOOKS)
def test_formats_agree_on_words(deliveries: Path, book: str) -> None:
    """Two formats of one page would say different words."""
    folder = deliveries / "out" / book / "pages"
    for number, page in read_pages(deliveries, book).items():
        words = [
            word.text
            for region in source_regions(page)
            for line in region.lines
            for word in line.words
        ]
        alto = etree.parse(folder / f"{number:04d}.alto.xml")
        strings = [
            (e.get("CONTENT") or "")
            + (
                n.get("CONTENT")
                if (n := e.getnext()) is not None and n.tag.endswith("}HYP")
                else ""
            )
            for e in alto.iter("{*}String")
        ]
        assert strings == words
        page_words = etree.parse(folder / f"{number:04d}.page.xml").iterfind(
            ".//{*}Word/{*}TextEquiv[1]/{*}Unicode"
        )
        assert [e.text for e in page_words] == words


@pytest.mark.parametrize("book", BOOKS)
def test_tsv_loads_in_pandas_with_tesseract_s_columns(deliveries: Path, book: str) -> None:
    """Scripts written for Tesseract's TSV would break on ours."""
    for number, page in read_pages(deliveries, book).items():
        path = deliveries / "out" / book / "pages" / f"{number:04d}.tsv"
        table = pd.read_csv(path, sep="\t", quoting=3, keep_default_na=False)
        assert tuple(table.columns) == COLUMNS
        rows = table[table.level == 5]
        assert list(rows.text) == [
            word.text
            for region in source_regions(page)
            for line in region.lines
            for word in line.words
        ]
        assert rows.conf.astype(int).between(0, 100).all() and (table.width > 0).all()


@pytest.mark.parametrize("book", BOOKS)
def test_the_whole_book_s_hocr(deliveries: Path, book: str) -> None:
    """The book in one file would have ids twice, lose pages, or be no valid hOCR."""
    path = deliveries / "out" / book / "book.hocr"
    pages = read_pages(deliveries, book)
    root = etree.parse(path)
    identities = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(identities) == len(set(identities))
    assert len(root.findall(".//{*}div[@class='ocr_page']")) == len(pages)
    (count,) = root.findall(".//{*}meta[@name='ocr-number-of-pages']")
    assert count.get("content") == str(len(pages))
    (langs,) = root.findall(".//{*}meta[@name='ocr-langs']")
    assert set((langs.get("content") or "").split()) >= {
        element.get("lang") for element in root.iter("{*}p")
    }
    spec_accepts(path)  # hocr-check compares the boxes of one page with those of another


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Zs", "Zl", "Zp", "Cc", "Cs", "Cn")),
    min_size=1,
    max_size=8,
).filter(lambda text: not any(c.isspace() for c in text))


@given(WORDS, st.sampled_from([0, 90, 180, 270]))
def test_any_word_can_be_written_in_every_format(text: str, orientation: int) -> None:
    """A word with an odd character would make a file that cannot be read."""
    turns = orientation // 90
    to_source = Affine.quarter_turns(turns, 400, 300)
    width, height = (400, 300) if turns % 2 == 0 else (300, 400)
    word = Word(Box(50, 60, 150, 90), text, 0.5, alternatives=("other",))
    line = Line(word.box, ((50.0, 85.0), (150.0, 85.0)), 20.0, (word,))
    page = Page(
        1,
        width,
        height,
        300.0,
        'a "name" & <more>.png',
        orientation=orientation,
        to_source=to_source,
        leaves=(leaf_of(line),),
    )
    assert [
        e.text
        for e in etree.fromstring(page_xml(page, "eng").encode()).iterfind(
            ".//{*}Word/{*}TextEquiv[1]/{*}Unicode"
        )
    ] == [text]
    assert etree.fromstring(page_alto(page, "eng").encode()).find(".//{*}String") is not None
    assert page_tsv(page).splitlines()[-1].split("\t")[-1] == text
    assert text.encode("utf-16-be").hex().encode() in text_layer(page)


@pytest.mark.parametrize(
    ("orientation", "skew", "written"),
    [(0, 3.0, "3"), (0, -0.44, "-0.44"), (90, 3.0, "93"), (270, -1.0, "-91"), (180, 0.0, "180")],
)
def test_page_says_how_the_page_is_turned_level(
    orientation: int, skew: float, written: str
) -> None:
    """Programs that turn the image by it would turn it away, by twice the angle."""
    page = Page(1, 400, 300, 300.0, orientation=orientation, skew=skew)
    root = etree.fromstring(page_xml(page, "eng").encode())
    assert root.find("{*}Page").get("orientation") == written


def test_a_label_that_stands_on_its_side_is_so_in_every_format() -> None:
    """Viewers would show its text level, across what is beside it."""
    word = Word(Box(50, 60, 70, 200), "Tons", 0.9)
    label = Line(word.box, ((70.0, 200.0), (70.0, 60.0)), 20.0, (word,))
    level = Line(Box(100, 60, 200, 90), ((100.0, 85.0), (200.0, 85.0)), 20.0, (
        Word(Box(100, 60, 200, 90), "Coal", 0.9),
    ))  # fmt: skip
    page = Page(1, 400, 300, 300.0, leaves=(leaf_of(label), leaf_of(level)))
    assert page_hocr(page, "eng").count("textangle 90") == 1
    alto = etree.fromstring(page_alto(page, "eng").encode())
    assert [block.get("ROTATION") for block in alto.iter("{*}TextBlock")] == ["90", None]
    regions = etree.fromstring(page_xml(page, "eng").encode()).iter("{*}TextRegion")
    assert [region.get("orientation") for region in regions] == ["90", None]


@pytest.mark.parametrize("hyphen", ["-", "⸗", "¬", "‐"])
def test_every_hyphen_at_a_line_end_is_one_in_alto(hyphen: str) -> None:
    """Half of a divided word of a Fraktur book would be found as a word with a sign at its end."""
    word = Word(Box(50, 60, 150, 90), f"Kraft{hyphen}", 0.5)
    line = Line(word.box, ((50.0, 85.0), (150.0, 85.0)), 20.0, (word,))
    page = Page(1, 400, 300, 300.0, leaves=(leaf_of(line),))
    root = etree.fromstring(page_alto(page, "deu").encode())
    found = [e.get("CONTENT") for e in root.find(".//{*}TextLine")]
    assert found == ["Kraft", hyphen]


def test_outputs_are_chosen_by_name_or_all_of_them() -> None:
    """Users would get other outputs than they named."""
    assert parse_config({"outputs": "all"}).outputs == OUTPUTS
    assert parse_config({"outputs": "hocr, alto"}).outputs == ("hocr", "alto")
    assert parse_config({}).outputs == ("hocr", "txt")


@pytest.mark.long
@pytest.mark.shared
def test_a_real_book(shared: Path, schemas: dict[str, etree.XMLSchema], tmp_path: Path) -> None:
    """What holds for the sample would not hold for a real scan: schemas, places of words,
    images."""
    place = lay_out(tmp_path / "real")
    (place / "scans" / "boy.pdf").symlink_to(shared / "scans/books/boy-apprenticed.pdf")
    (place / "scans" / "boy.yaml").write_text("pages: 2-6\n")
    run = run_snakemake(place, "out/boy/", "--config", "outputs=all")
    assert run.returncode == 0, run.stdout + run.stderr
    delivery = place / "out" / "boy"
    for kind, schema in schemas.items():
        for path in (delivery / "pages").glob(f"*.{kind}.xml"):
            schema.assertValid(etree.parse(path))
    pages = [page for _, page in sorted(read_pages(place, "boy").items())]
    assert len(pages) == 5 and misplaced_words(delivery / "book.pdf", pages) == []
    before = images_of_pdf(shared / "scans/books/boy-apprenticed.pdf", tmp_path / "before")
    assert images_of_pdf(delivery / "book.pdf", tmp_path / "after") == before[1:6]


def test_modern_spelling_is_in_what_is_read_and_searched_alone() -> None:
    """A search for `Ich ist` would not find `Jch iſt`, or hOCR lose the letters of the print."""
    words = tuple(
        Word(Box(10 + 60 * k, 10, 60 + 60 * k, 40), text=text)
        for k, text in enumerate(["Jch", "iſt"])
    )
    line = Line(Box(10, 10, 120, 40), ((10.0, 38.0), (120.0, 38.0)), 15.0, words)
    page = Page(1, 200, 100, 300.0, leaves=(leaf_of(line, language="deu"),))
    modern, printed = writers("deu", "modern"), writers("deu", "printed")
    assert modern["txt"](page) == "Ich ist\n"
    assert printed["txt"](page) == "Jch iſt\n"
    assert "Ich".encode("utf-16-be").hex() in modern["pdf"](page)
    assert [word[0] for word in page_reading(page, "modern")[0]["lines"][0]["words"]] == [
        "Ich",
        "ist",
    ]
    for name in ("hocr", "alto", "page", "tsv"):
        assert modern[name](page) == printed[name](page)
        assert "iſt" in modern[name](page)
