"""Every output format, taken by the tools that are made for it."""

from __future__ import annotations

import hashlib
import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pandas as pd
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from pipeline.config import OUTPUTS, parse_config
from pipeline.document import QUARANTINED, Line, Page, Region, Word
from pipeline.export.alto import page_alto
from pipeline.export.lettering import label_font
from pipeline.export.page_xml import page_xml
from pipeline.export.pdf import BoundPage, bind_pdf, text_layer
from pipeline.export.pdfa import claim
from pipeline.export.rescan import expected_accuracy, reasons, rescan_rows
from pipeline.export.source import source_regions
from pipeline.export.tsv import COLUMNS, page_tsv
from pipeline.geometry import Affine, Box
from pipeline.page_json import read_page
from pipeline.recognition.alphabet import PRINT
from pipeline.scan.poppler import page_sizes
from pipeline.training.evaluation import comparable
from tests.conftest import ROOT, Stage, make_workplace, run_snakemake
from tests.hocr import spec_accepts

BOOKS = ("book", "odd", "leaves")
TOLERANCE = 3.0  # points
CORNER = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
)


def test_labels_have_what_books_have() -> None:
    font = label_font(20)
    missing = bytes(font.getmask("\U0010ffff"))
    assert not [
        c for c in PRINT.characters if c != " " and bytes(font.getmask(c)) in (b"", missing)
    ]


def read_pages(place: Path, book: str) -> dict[int, Page]:
    paths = (place / "work" / book / "text").glob("*/[0-9]*.json")
    return {int(path.stem): read_page(path) for path in paths}


@pytest.fixture(scope="module")
def schemas(shared: Path) -> dict[str, etree.XMLSchema]:
    """The official schemas by the suffix of the files that have to follow them."""
    names = {"alto": "alto-4-4.xsd", "page": "pagecontent-2019-07-15.xsd"}
    return {
        kind: etree.XMLSchema(etree.parse(shared / "schemas" / name))
        for kind, name in names.items()
    }


@pytest.mark.shared
@pytest.mark.parametrize("book", BOOKS)
def test_alto_and_page_follow_their_schemas(
    deliveries: Path, schemas: dict[str, etree.XMLSchema], book: str
) -> None:
    pages = read_pages(deliveries, book)
    for kind, schema in schemas.items():
        files = sorted((deliveries / "out" / book / "pages").glob(f"*.{kind}.xml"))
        assert len(files) == len(pages)
        for path in files:
            schema.assertValid(etree.parse(path))


@pytest.mark.parametrize("book", BOOKS)
def test_formats_agree_on_words(deliveries: Path, book: str) -> None:
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


def words_of_pdf(path: Path) -> list[list[tuple[str, tuple[float, ...]]]]:
    """(text, box in points) of each word of each page, as poppler finds them."""
    command = ["pdftotext", "-bbox", "-cropbox", str(path), "-"]
    listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    pages = re.findall(r"<page [^>]*>(.*?)</page>", listing, re.DOTALL)
    return [
        [(html.unescape(m[4]), tuple(map(float, m[:4]))) for m in CORNER.findall(body)]
        for body in pages
    ]


def misplaced_words(path: Path, pages: list[Page]) -> list[str]:
    """Words of hOCR that stand nowhere in the PDF within TOLERANCE of their box."""
    missing = []
    for page, found, (width, height) in zip(
        pages, words_of_pdf(path), page_sizes(path), strict=True
    ):
        across, down = width / max(1, page.width), height / max(1, page.height)
        for region in source_regions(page):
            for word in (word for line in region.lines for word in line.words):
                b = word.box
                wanted = (b.left * across, b.top * down, b.right * across, b.bottom * down)
                near = (
                    max(abs(p - q) for p, q in zip(box, wanted, strict=True))
                    for text, box in found
                    if text == word.text
                )
                if min(near, default=99.0) > TOLERANCE:
                    missing.append(f"page {page.number}: {word.text}")
    return missing


@pytest.mark.parametrize("book", BOOKS)
def test_words_of_the_pdf_stand_where_hocr_says(deliveries: Path, book: str) -> None:
    pages = [page for _, page in sorted(read_pages(deliveries, book).items())]
    assert misplaced_words(deliveries / "out" / book / "book.pdf", pages) == []
    assert any(page.orientation for page in pages)  # no book here lies all upright


def images_of_pdf(path: Path, folder: Path) -> list[str]:
    """SHA-256 of the data of each image, as it lies in the PDF."""
    folder.mkdir()
    subprocess.run(["pdfimages", "-all", str(path), f"{folder}/i"], check=True)
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())]


def test_images_are_untouched(deliveries: Path, tmp_path: Path) -> None:
    for book in ("book", "odd"):
        before = images_of_pdf(deliveries / "scans" / f"{book}.pdf", tmp_path / f"{book}-before")
        assert before
        assert (
            images_of_pdf(deliveries / "out" / book / "book.pdf", tmp_path / f"{book}-after")
            == before
        )
    images_of_pdf(deliveries / "out/leaves/book.pdf", tmp_path / "leaves")
    packed = sorted((tmp_path / "leaves").iterdir())
    assert packed[0].read_bytes() == (deliveries / "scans/leaves/1.jpg").read_bytes()


@pytest.mark.parametrize("book", BOOKS)
def test_qpdf_finds_nothing_wrong(deliveries: Path, book: str) -> None:
    path = deliveries / "out" / book / "book.pdf"
    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []
    if shutil.which("qpdf"):
        run = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr


def test_a_pdfa_claim_is_made_where_it_holds(deliveries: Path) -> None:
    manifest = json.loads((deliveries / "out/book/manifest.json").read_text())
    assert manifest["pdf"] == {"written": True, "pdfa": True, "objections": []}
    with pikepdf.open(deliveries / "out/book/book.pdf") as pdf:
        intent = pdf.Root.OutputIntents[0]
        assert intent.S == "/GTS_PDFA1" and intent.DestOutputProfile.N == 3
        assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
        assert "/Filter" not in pdf.Root.Metadata
        fonts = [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
        ]
        assert fonts and all("/FontFile2" in font for font in fonts)
        assert not pdf.is_encrypted and "/Encrypt" not in pdf.trailer and "/ID" in pdf.trailer


def make_forbidden(pdf: pikepdf.Pdf, what: str) -> None:
    """Put into a PDF what PDF/A does not allow."""
    page = pdf.pages[0]
    if what == "script":
        pdf.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
        )
    elif what == "font":
        descriptor = pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor, FontName=pikepdf.Name.Helvetica
        )
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.TrueType, FontDescriptor=descriptor
        )
        page.Resources.Font = pikepdf.Dictionary(F9=pdf.make_indirect(font))
        font.FontDescriptor = pdf.make_indirect(descriptor)
    elif what == "colour":
        next(iter(page.get_images().values())).ColorSpace = pikepdf.Name.DeviceCMYK
    elif what == "lzw":
        next(iter(page.get_images().values())).Filter = pikepdf.Name.LZWDecode
    elif what == "file":
        pdf.attachments["notes.txt"] = b"attached"


@pytest.mark.parametrize("what", ["script", "font", "colour", "lzw", "file", "encrypted"])
def test_a_pdfa_claim_is_refused_where_it_cannot_hold(tmp_path: Path, what: str) -> None:
    target = tmp_path / "book.pdf"
    with pikepdf.open(ROOT / "scans" / "book.pdf") as pdf:
        make_forbidden(pdf, what)
        pdf.save(target)
    before = target.read_bytes()
    assert claim(target, was_encrypted=what == "encrypted")
    assert target.read_bytes() == before


def test_a_hidden_text_layer_is_replaced_and_visible_text_is_left(tmp_path: Path) -> None:
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    source, target = tmp_path / "in.pdf", tmp_path / "out.pdf"
    with pikepdf.new() as pdf:
        for mode in (3, 0):
            page = pdf.add_blank_page(page_size=(300, 300))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            page.Contents = pdf.make_stream(b"BT /F1 20 Tf %d Tr 50 200 Td (former) Tj ET" % mode)
        pdf.save(source)
    word = Word(Box(100, 400, 300, 440), "Recto", 0.9)
    line = Line(word.box, ((100.0, 430.0), (300.0, 430.0)), 20.0, (word,))
    page_read = Page(1, 1250, 1250, 300.0, leaves=(leaf_of(line),))
    pages = [
        BoundPage(source, index, 1250, 1250, 300.0, text_layer(page_read)) for index in range(2)
    ]
    bind_pdf(source, "", pages, target)
    assert [[text for text, _ in words] for words in words_of_pdf(target)] == [
        ["Recto"],
        ["former"],
    ]


def leaf_of(line: Line):  # type: ignore[no-untyped-def]
    from pipeline.document import Leaf

    region = Region(line.box, "text", (line,))
    return Leaf(Box(0, 0, 1250, 1250), (region,))


@pytest.mark.parametrize("book", BOOKS)
def test_the_whole_book_s_hocr(deliveries: Path, book: str) -> None:
    path = deliveries / "out" / book / "book.hocr"
    pages = read_pages(deliveries, book)
    root = etree.parse(path)
    identities = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(identities) == len(set(identities))
    assert len(root.findall(".//{*}div[@class='ocr_page']")) == len(pages)
    (count,) = root.findall(".//{*}meta[@name='ocr-number-of-pages']")
    assert count.get("content") == str(len(pages))
    spec_accepts(path)  # hocr-check compares the boxes of one page with those of another


def test_a_delivery_is_verified(deliveries: Path, tmp_path: Path, stage: Stage) -> None:
    book = Path(shutil.copytree(deliveries / "out" / "book", tmp_path / "book"))
    whole = stage("verify", book)
    assert whole.returncode == 0 and "12 pages = 11 done + 1 blank + 0 quarantined" in whole.stdout
    data = bytearray((book / "book.pdf").read_bytes())
    data[len(data) // 2] ^= 1
    (book / "book.pdf").write_bytes(data)
    (book / "pages" / "0003.hocr").unlink()
    (book / "pages" / "extra.txt").write_text("not ours")
    broken = stage("verify", book)
    assert broken.returncode == 1
    assert {line.split(": ", 1)[1] for line in broken.stdout.splitlines()} == {
        "changed: book.pdf",
        "lost: pages/0003.hocr",
        "added: pages/extra.txt",
    }
    manifest = json.loads((book / "manifest.json").read_text())
    manifest["counts"]["done"] = 12
    (book / "manifest.json").write_text(json.dumps(manifest))
    assert "12 pages are counted as done, 11 are listed so" in stage("verify", book).stdout
    (book / "manifest.json").write_text("{")
    damaged = stage("verify", book)
    assert damaged.returncode not in (0, 1) and "Traceback" not in damaged.stderr


def test_the_manifest_follows_its_schema(deliveries: Path) -> None:
    schema = json.loads((ROOT / "pipeline/export/manifest.schema.json").read_text())
    for book in BOOKS:
        jsonschema.Draft202012Validator(schema).validate(
            json.loads((deliveries / "out" / book / "manifest.json").read_text())
        )


def test_a_broken_page_is_a_sheet_without_text(deliveries: Path) -> None:
    pages = read_pages(deliveries, "leaves")
    assert pages[4].status == QUARANTINED
    with pikepdf.open(deliveries / "out/leaves/book.pdf") as pdf:
        assert len(pdf.pages) == 4
    rows = (deliveries / "out/leaves/rescan.tsv").read_text().splitlines()
    assert rows[1].startswith("4\tleaves/4.png\t0.0000\tunreadable-file\t")


@given(
    st.lists(
        st.tuples(
            st.floats(0.5, 1),
            st.floats(0, 1),
            st.integers(0, 9),
            st.integers(0, 3),
            st.floats(5, 60),
            st.floats(50, 700),
        ),
        max_size=12,
    )
)
def test_the_rescan_list_is_ordered_and_says_why(
    found: list[tuple[float, float, int, int, float, float]],
) -> None:
    pages = [
        {
            "number": k,
            "image": f"{k}.png",
            "status": "done",
            "reason": "",
            "message": "",
            "words": 100,
            "lines": 10,
            "confidence": confidence,
            "stray_ink": stray,
            "illegible": illegible,
            "cut_off": cut,
            "x_height": height,
            "dpi": dpi,
        }
        for k, (confidence, stray, illegible, cut, height, dpi) in enumerate(found, start=1)
    ]
    rows = rescan_rows(pages)
    accuracies = [float(row[2]) for row in rows]
    assert accuracies == sorted(accuracies)
    assert {int(row[0]) for row in rows} == {page["number"] for page in pages if reasons(page)}
    assert all(0 <= expected_accuracy(page) <= 1 for page in pages)


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Zs", "Zl", "Zp", "Cc", "Cs", "Cn")),
    min_size=1,
    max_size=8,
).filter(lambda text: not any(c.isspace() for c in text))


@given(WORDS, st.sampled_from([0, 90, 180, 270]))
def test_any_word_can_be_written_in_every_format(text: str, orientation: int) -> None:
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


def test_outputs_are_chosen_by_name_or_all_of_them() -> None:
    assert parse_config({"outputs": "all"}).outputs == OUTPUTS
    assert parse_config({"outputs": "hocr, alto"}).outputs == ("hocr", "alto")
    assert parse_config({}).outputs == ("hocr", "txt")


@pytest.mark.long
@pytest.mark.shared
def test_a_real_book(shared: Path, schemas: dict[str, etree.XMLSchema], tmp_path: Path) -> None:
    place = make_workplace(tmp_path / "real")
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


@pytest.mark.shared
@pytest.mark.parametrize("name", ["skew.pdf", "cardinal.pdf"])
def test_ocrmypdf_uses_recto(shared: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    run = ocrmypdf(shared / "scans" / "faults" / name, target)
    assert run.returncode == 0, run.stderr
    # the true text is itself an OCR text, with bullets read as 0: its words of letters alone are
    # right
    truth = [
        word
        for word in comparable((shared / "scans" / "layouts" / "linn.txt").read_text()).split()
        if word.isalpha()
    ]
    for words in words_of_pdf(target):
        found = set(comparable("\n".join(text for text, _ in words)).split())
        assert sum(word in found for word in truth) > 0.97 * len(truth)
    _, title = next((text, box) for text, box in words_of_pdf(target)[0] if text == "LinnSequencer")
    rendered = subprocess.run(
        [
            "pdftoppm",
            "-r",
            "72",
            "-gray",
            "-x",
            str(int(title[0])),
            "-y",
            str(int(title[1])),
            "-W",
            str(int(title[2] - title[0])),
            "-H",
            str(int(title[3] - title[1])),
            "-l",
            "1",
            str(target),
        ],
        check=True,
        capture_output=True,
    ).stdout
    assert sum(value < 128 for value in rendered[20:]) > 0.15 * len(
        rendered
    )  # the word is printed where its text lies


def ocrmypdf(source: Path, target: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        str(Path(sys.executable).with_name("ocrmypdf")),
        "--plugin",
        "pipeline.export.ocrmypdf_plugin",
    ]
    command += ["--output-type", "pdf", *options]
    return subprocess.run(
        [*command, str(source), str(target)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )


def test_a_page_that_cannot_be_read_costs_ocrmypdf_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from types import SimpleNamespace

    from pipeline.export import ocrmypdf_plugin
    from pipeline.reader import PageReader

    def broken(*_: object) -> Page:
        raise ValueError("a page beyond reading")

    Image.new("L", (400, 300), 255).save(tmp_path / "page.png", dpi=(300, 300))
    monkeypatch.setattr(PageReader, "read", broken)
    options = SimpleNamespace(languages=["eng"])
    tree, text = ocrmypdf_plugin.RectoEngine.generate_ocr(tmp_path / "page.png", options, 3)  # type: ignore[arg-type]
    assert text == "" and not tree.words
    ocrmypdf_plugin.RectoEngine.generate_pdf(
        tmp_path / "page.png", tmp_path / "p.pdf", tmp_path / "p.txt", options
    )  # type: ignore[arg-type]
    with pikepdf.open(tmp_path / "p.pdf") as pdf:
        assert len(pdf.pages) == 1


def test_ocrmypdf_turns_and_straightens_pages(tmp_path: Path) -> None:
    source, target = tmp_path / "in.pdf", tmp_path / "out.pdf"
    with pikepdf.open(ROOT / "scans" / "book.pdf") as pdf:
        for index in reversed(range(len(pdf.pages))):
            if index not in (8, 9):  # askew, and upside down
                del pdf.pages[index]
        pdf.save(source)
    run = ocrmypdf(source, target, "--rotate-pages", "--deskew")
    assert run.returncode == 0, run.stderr
    from pipeline.image.straighten import straighten
    from pipeline.scan.poppler import plan_pages, render_page

    for number, plan in enumerate(plan_pages(target, 150), start=1):
        raster = render_page(target, number, plan.width, plan.height)
        page, _ = straighten(Page(number, plan.width, plan.height, plan.dpi), raster)
        assert page.orientation == 0 and abs(page.skew) < 0.2
