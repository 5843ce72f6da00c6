"""The named recognizers: their recipes, networks, losses, and the readers of the datasets that they
were made for."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import struct
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
import trdg
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from pipeline.document import Line, Word
from pipeline.errors import DataError, ModelError
from pipeline.geometry import Box
from pipeline.layout.characters import find_characters
from pipeline.recognition import networks
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.canvas import Canvas
from pipeline.recognition.crops import Crop, join_outputs
from pipeline.recognition.frame import PRINT_FRAME
from pipeline.recognition.line_image import place_line
from pipeline.recognition.recipe import CHARACTER, Distortion, read_recipe, recipe_names
from pipeline.synthesis.drawing import (
    Texts,
    catalogue_of_hands,
    is_kept,
    single_face,
    without_twins,
)
from pipeline.synthesis.store import LineStore
from pipeline.training.data import Batch, Collate, LineSet
from pipeline.training.distortion import distort
from pipeline.training.evaluation import accuracy, class_accuracy
from pipeline.training.iam import parse_iam_line
from pipeline.training.loop import Schedule, Trainer
from stages.judge.characters import reading
from tests.conftest import ROOT, TEXT, make_workplace, run_snakemake

Stage = Callable[..., subprocess.CompletedProcess[str]]
FOREBEARS = ("char-resnet", "crnn", "line-resnet", "names", "word-bilstm")
# Shi et al. 2015 say 8.3M; a ResNet-34 has 21.8M with 1,000 classes and three channels, of which
# its last layer holds 0.5M
PARAMETERS = {"crnn": (8_250_000, 8_399_999), "char-resnet": (21_200_000, 21_350_000)}


@pytest.mark.parametrize("name", recipe_names())
def test_a_recipe_builds_its_network(name: str) -> None:
    recipe = read_recipe(name)
    small = {
        "names": {"hidden": 16},
        "line-resnet": {"hidden": 16},
        "char-resnet": {"width": 16},
    }.get(recipe.network, {})
    network = networks.build(recipe.network, recipe.outputs, recipe.options | small).eval()
    width = recipe.canvas.width if recipe.canvas and recipe.canvas.width else 128
    with torch.inference_mode():
        output = network(torch.zeros(2, 1, recipe.geometry.height, width))
    assert output.shape == (recipe.steps(width), 2, recipe.outputs)
    assert torch.allclose(output.exp().sum(2), torch.ones(output.shape[:2]), atol=1e-4)


def test_all_forebears_are_there() -> None:
    assert set(FOREBEARS) <= set(recipe_names())
    assert [
        read_recipe(name).steps(width)
        for name, width in (("word-bilstm", 128), ("line-resnet", 640), ("names", 256))
    ] == [
        32,
        160,
        64,
    ]
    with pytest.raises(ModelError):
        read_recipe("../../config")


@pytest.mark.parametrize(
    "names", [("names",), pytest.param(FOREBEARS, marks=pytest.mark.long)], ids=["names", "all"]
)
def test_networks_are_listed_with_their_parameters_and_parity(
    names: tuple[str, ...], stage: Stage
) -> None:
    run = stage("networks", "--list", "--json", "--only", *names)
    assert run.returncode == 0, run.stderr
    rows = {row["name"]: row for row in json.loads(run.stdout)}
    assert set(rows) == set(names)
    for name, row in rows.items():
        low, high = PARAMETERS.get(name, (1, 10**9))
        assert low <= row["parameters"] <= high
        assert row["onnx_difference"] < 1e-4


def test_pretrained_stems_become_grey() -> None:
    resnet = networks.build("char-resnet", 36)
    weights = {
        k.removeprefix("trunk."): torch.rand_like(v) if v.is_floating_point() else v
        for k, v in resnet.state_dict().items()
    }
    rgb = torch.rand(64, 3, 7, 7)
    for network in (resnet, networks.build("line-resnet", 80, {"hidden": 16})):
        network.load_pretrained(weights | {"conv1.weight": rgb})  # type: ignore[operator]
        found = network.state_dict()
        assert torch.allclose(found["trunk.conv1.weight"], rgb.mean(1, keepdim=True))
        assert torch.equal(found["trunk.layer1.0.conv1.weight"], weights["layer1.0.conv1.weight"])


# losses that cannot be learnt


class Fixed(torch.nn.Module):
    """Log-probabilities that do not depend on the image, but for one row that is no number where
    the image is."""

    def __init__(self, steps: int, classes: int) -> None:
        super().__init__()
        self.logits = torch.nn.Parameter(torch.zeros(steps, 1, classes))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return torch.log_softmax(
            self.logits + images.sum((1, 2, 3))[None, :, None] * torch.arange(self.logits.shape[2]),
            2,
        )


def batch_of(texts: list[str], alphabet: Alphabet, steps: int, images: torch.Tensor) -> Batch:
    targets = torch.tensor([c for text in texts for c in alphabet.encode(text)])
    lengths = torch.tensor([len(text) for text in texts])
    return Batch(images, targets, lengths, torch.full((len(texts),), steps), texts, [])


def test_losses_that_are_no_number_are_counted_named_and_left_out() -> None:
    alphabet, noted = Alphabet("ab"), []
    network = Fixed(3, 3)
    trainer = Trainer(
        network, alphabet, Schedule(100), note=lambda text, why: noted.append((text, why))
    )
    images = torch.zeros(3, 1, 4, 4)
    images[1] = float("nan")
    before = network.logits.detach().clone()
    loss = trainer.step(batch_of(["ab", "b", "bb"], alphabet, 3, images))
    assert np.isfinite(loss) and torch.isfinite(network.logits).all()
    assert not torch.equal(before, network.logits)
    assert trainer.progress.infinite == 1 and [text for text, _ in noted] == ["b"]
    # three steps are too few for "aab" with its repeat: infinite, and nothing is learnt from it
    state = network.logits.detach().clone()
    assert np.isnan(trainer.step(batch_of(["aab"], alphabet, 3, torch.zeros(1, 1, 4, 4))))
    assert torch.equal(state, network.logits) and trainer.progress.infinite == 2


def test_texts_too_long_for_their_image_are_dropped_with_repeats_counted() -> None:
    recipe = read_recipe("crnn")
    batch = Collate(recipe)(
        [(np.full((32, 16), 255, np.uint8), "abcd"), (np.full((32, 16), 255, np.uint8), "aabb")]
    )
    assert (batch.texts, batch.dropped) == (["abcd"], ["aabb"])


@pytest.mark.parametrize(
    "name", ["word-bilstm", pytest.param("char-resnet", marks=pytest.mark.long)]
)
def test_training_goes_on_after_a_kill_and_becomes_a_model(
    name: str, tmp_path: Path, stage: Stage
) -> None:
    characters = "AB01"
    with LineStore(tmp_path / "train.lmdb", {"kind": "drawn"}) as store:
        store.append((drawn_text(c), c) for c in characters * 30)
    options = [
        "--recipe",
        name,
        "--lines",
        tmp_path / "train.lmdb",
        "--build",
        tmp_path / "build",
        "--threads",
        1,
        "--workers",
        0,
    ]
    options += ["--evaluate-every", 64, "--held-out", 8, "--rate", 0.002]
    options += ["--canvas", 32, 32] if name == "char-resnet" else ["--options", '{"hidden": 16}']
    first = stage("train", tmp_path / "a.safetensors", *options, "--count", 64)
    assert first.returncode == 0, first.stderr
    again = stage("train", tmp_path / "b.safetensors", *options, "--count", 192)
    assert again.returncode == 0, again.stderr
    seen = [int(row["seen"]) for row in csv.DictReader((tmp_path / "build/log.csv").open())]
    assert seen[0] >= 64 and seen == sorted(set(seen)) and seen[-1] >= 192
    exported = stage(
        "export_model",
        tmp_path / "b.safetensors",
        tmp_path / name,
        "--recipe",
        name,
        "--log",
        tmp_path / "build/log.csv",
        "--test",
        tmp_path / "train.lmdb",
    )
    assert exported.returncode == 0, exported.stderr
    assert "## Test" in (tmp_path / name / "README.md").read_text()
    scored = stage(
        "score", tmp_path / name, tmp_path / "train.lmdb", tmp_path / "score", "--features", 1
    )
    assert scored.returncode == 0, scored.stderr
    scores = json.loads((tmp_path / "score/scores.json").read_text())
    pairs = json.loads((tmp_path / "score/pairs.json").read_text())
    assert scores["count"] == 120 == len(pairs)
    assert scores["texts"] == pytest.approx(sum(a == b for a, b in pairs) / 120, abs=1e-5)
    for picture in ("montage", "confusions", "features"):
        assert Image.open(tmp_path / "score" / f"{picture}.png").size[0] > 200


def drawn_text(text: str, size: int = 40) -> np.ndarray:
    image = Image.new("L", (30 + 30 * len(text), 60), 250)
    ImageDraw.Draw(image).text((10, 5), text, font=ImageFont.load_default(size), fill=10)
    return np.asarray(image, dtype=np.uint8)


def test_accuracy_is_counted_rightly() -> None:
    found = accuracy([("abcd", "abcd"), ("ab", "xb"), ("a", "abc")])
    assert found.characters == pytest.approx(1 - 3 / 7)
    assert found.characters_macro == pytest.approx((1 + 0.5 + 0) / 3)
    assert found.texts == pytest.approx(1 / 3)
    assert accuracy([]).characters == 0
    assert (
        class_accuracy([("O", "O"), ("O", "O"), ("O", "O"), ("0", "O")]) == 0.5
        and class_accuracy([]) == 0
    )


# geometry


@given(st.integers(2, 300), st.integers(2, 700), st.sampled_from(FOREBEARS))
def test_a_canvas_has_one_size_and_the_paper_s_colour(rows: int, columns: int, name: str) -> None:
    canvas = read_recipe(name).canvas
    assert canvas is not None
    image = np.full((rows, columns), 200, np.uint8)
    placed = canvas.place(image, centred=read_recipe(name).reads == CHARACTER)
    assert placed.shape == (canvas.height, canvas.columns(rows, columns))
    assert placed.min() == placed.max() == 200


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_distortion_keeps_all_ink(seed: int) -> None:
    image = drawn_text("word")
    how = Distortion(shift=0.03, scale=0.1, shear=0.7, rotation=0.05, elastic=0.04)
    changed = distort(image, how, np.random.default_rng(seed))
    edges = np.concatenate([changed[0], changed[-1], changed[:, 0], changed[:, -1]])
    assert changed.min() < 80 and edges.min() > 150


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_words_read_one_by_one_make_a_line(lengths: list[int]) -> None:
    alphabet = Alphabet("ab ")
    outputs = [np.log(np.full((n, 3), 1 / 3, np.float32)) for n in lengths]
    seen, left = [], 0.0
    for n in lengths:
        seen.append(Crop(np.zeros((8, 8), np.uint8), left, 2.0))
        left += 2.0 * n + 5
    matrix, edges = join_outputs(outputs, seen, alphabet)
    assert matrix.shape == (sum(lengths) + len(lengths) - 1, 4) and len(edges) == len(matrix) + 1
    assert (np.diff(edges) >= 0).all()
    assert (
        int((matrix[:, 3] == 0).sum()) == len(lengths) - 1
    )  # a space between words, and nowhere else


def test_training_and_test_words_are_apart() -> None:
    words = [f"word{k}" for k in range(500)] + ["Lamp", "lamp"]
    alphabet = read_recipe("crnn").characters
    train, test = (set(Texts("words", words, alphabet, test=t).words) for t in (False, True))
    assert train and test and not {w.lower() for w in train} & {w.lower() for w in test}
    assert is_kept("lamp", 0.5) == is_kept("lamp", 0.5)


# importers


def png(text: str) -> bytes:
    return bytes(np.asarray(cv2.imencode(".png", drawn_text(text))[1]).tobytes())


def tar(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("a01/link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return path


WORDS = """#--- words.txt ----
a01-000u-00-00 ok 154 408 768 27 51 AT A
a01-000u-00-01 ok 154 507 766 213 48 NN MOVE
a01-000u-00-02 err 154 796 764 70 50 TO to
a01-000u-00-03 ok 154 796 764 70 50 INQ &quot;
a01-000u-00-04 ok 154 1 2 3 4 NN lost
a01-000u-00-05 ok 154 1 2 3 4 NN broken
"""
FORM = """<?xml version="1.0" encoding="ISO-8859-1"?>
<form id="a01-000u"><handwritten-part>
<line id="a01-000u-00" text="A MOVE &amp;quot;to stop" segmentation="ok">
<word id="a01-000u-00-00" text="A" tag="AT"/><word id="a01-000u-00-01" text="MOVE" tag="NN"/></line>
<line id="a01-000u-01" text="Mr. Gaitskell" segmentation="err">
<word id="a01-000u-01-00" text="Mr." tag="NPT"/></line>
</handwritten-part></form>"""
IMAGES = {f"a01/a01-000u/a01-000u-00-0{k}.png": png("MOVE") for k in range(4)}


def imported(stage: Stage, *arguments: object) -> tuple[dict, str]:
    run = stage("import_data", *arguments)
    assert run.returncode == 0, run.stderr
    output = next(a for a in arguments if isinstance(a, Path) and a.name == "out")
    report = json.loads((output / "import.json").read_text())
    assert (
        report["rows"] == report["kept"] + sum(report["skipped"].values())
        and report["kept"] == report["train"] + report["test"]
    )
    assert (
        LineSet(output / "train.lmdb").count == report["train"]
        and LineSet(output / "test.lmdb").count == report["test"]
    )
    return report, run.stdout


def texts(path: Path) -> list[str]:
    found = LineSet(path)
    return [found.text(k) for k in range(1, found.count + 1)]


def test_iam_words(stage: Stage, tmp_path: Path) -> None:
    images = tar(
        tmp_path / "words.tgz",
        IMAGES | {"../../evil.png": png("x"), "a01/a01-000u/a01-000u-00-05.png": b"\x89PNG cut"},
    )
    listing = tar(tmp_path / "ascii.tgz", {"words.txt": WORDS.encode()})
    report, said = imported(stage, "iam-words", images, listing, tmp_path / "out", "--test", 0)
    assert texts(tmp_path / "out/train.lmdb") == ["A", "MOVE", '"']
    assert report["skipped"] == {
        "segmentation is marked err": 1,
        "not in the listing": 1,
        "damaged image": 1,
        "no image": 1,
    }
    assert not (tmp_path.parent / "evil.png").exists() and "7 rows = 3 kept" in said


def test_iam_lines_and_the_official_split(stage: Stage, tmp_path: Path) -> None:
    names = ("a01-000u-00", "a01-000u-01", "b02-001-00")
    images = tar(tmp_path / "lines.tgz", {f"x/{name}.png": png("A MOVE") for name in names})
    forms = {
        "a01-000u.xml": FORM.encode(),
        "b02-001.xml": FORM.replace("a01-000u", "b02-001").encode(),
        "c.xml": b"<form",
    }
    listing = tar(tmp_path / "xml.tgz", forms)
    (tmp_path / "testset.txt").write_text("b02-001\n")
    report, _ = imported(
        stage,
        "iam-lines",
        images,
        listing,
        tmp_path / "out",
        "--test-ids",
        tmp_path / "testset.txt",
    )
    assert (report["train"], report["test"]) == (1, 1)
    assert texts(tmp_path / "out/test.lmdb") == ['A MOVE "to stop']
    assert (
        parse_iam_line("a01-000u-00 ok 154 19 408 746 1661 89 A|MOVE|to|stop", 8)[1].text
        == "A MOVE to stop"
    )  # type: ignore[index]


def test_an_archive_cut_short_is_an_error_with_a_remedy(stage: Stage, tmp_path: Path) -> None:
    images = tar(tmp_path / "words.tgz", IMAGES)
    images.write_bytes(images.read_bytes()[:-200])
    listing = tmp_path / "words.txt"
    listing.write_text(WORDS)
    run = stage("import_data", "iam-words", images, listing, tmp_path / "out")
    assert run.returncode != 0 and "Traceback" not in run.stderr and "Fetch it again" in run.stderr
    assert not (tmp_path / "out").exists()


def test_names(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "1.jpg").write_bytes(png("Ann"))
    (folder / "2.jpg").write_bytes(b"no image")
    (tmp_path / "secret.jpg").write_bytes(png("no"))
    rows = [
        ("FILENAME", "IDENTITY"),
        ("1.jpg", "Ann  Lee"),
        ("1.jpg", "NULL"),
        ("1.jpg", ""),
        ("2.jpg", "BOB"),
        ("3.jpg", "CY"),
        ("../secret.jpg", "EVE"),
        ("1.jpg", "X" * 65),
    ]
    with (tmp_path / "names.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    report, _ = imported(
        stage, "names", tmp_path / "names.csv", folder, tmp_path / "out", "--test", 0
    )
    assert texts(tmp_path / "out/train.lmdb") == ["ANN LEE"]
    assert report["skipped"] == {
        "illegible (NULL)": 2,
        "no image": 2,
        "damaged image": 1,
        "longer than 64 characters": 1,
    }


def test_mnist_and_letters(stage: Stage, tmp_path: Path) -> None:
    pixels = np.zeros((3, 28, 28), np.uint8)
    pixels[:, 10:18, 10:18] = 255
    images = tmp_path / "images.gz"
    images.write_bytes(gzip.compress(struct.pack(">4I", 0x803, 3, 28, 28) + pixels.tobytes()))
    labels = tmp_path / "labels"
    labels.write_bytes(struct.pack(">2I", 0x801, 3) + bytes([7, 0, 12]))
    report, _ = imported(stage, "mnist", images, labels, tmp_path / "out", "--test", 0)
    assert texts(tmp_path / "out/train.lmdb") == ["7", "0"] and report["skipped"] == {
        "label 12 is no digit": 1
    }
    assert LineSet(tmp_path / "out/train.lmdb").stored(1)[0, 0] == 255  # dark on light
    labels.write_bytes(labels.read_bytes()[:-1])
    damaged = stage("import_data", "mnist", images, labels, tmp_path / "none")
    assert (
        damaged.returncode != 0
        and "its header says 3" in damaged.stderr
        and "Traceback" not in damaged.stderr
    )
    table = tmp_path / "letters.csv"
    lines = [
        "25," + ",".join(["0"] * 783 + ["255"]),
        "3,1,2",
        "26," + ",".join(["0"] * 784),
        "1," + ",".join(["x"] * 784),
    ]
    table.write_text("\n".join(lines) + "\n")
    second = tmp_path / "second" / "out"
    report, _ = imported(stage, "letters", table, second, "--test", 0)
    assert texts(second / "train.lmdb") == ["Z"] and sum(report["skipped"].values()) == 3


def test_a_folder_as_trdg_writes_it(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "words"
    folder.mkdir()
    for name in ("lamp_0.png", "a_b_1.png", "noindex.png"):
        (folder / name).write_bytes(png("lamp"))
    report, _ = imported(stage, "folder", folder, tmp_path / "out", "--test", 0)
    assert texts(tmp_path / "out/train.lmdb") == ["a_b", "lamp"] and report["skipped"] == {
        "not called LABEL_INDEX": 1
    }


# isolated characters


def form_page() -> tuple[np.ndarray, list[list[Box]]]:
    """A page of capitals and digits with broken strokes and closed counters, and the true boxes."""
    page = Image.new("L", (1500, 700), 245)
    draw, truth = ImageDraw.Draw(page), []
    for row, text in enumerate(("HAD BOX 80", "TIR 46 OPQ", "GIT 1 L9 D")):
        boxes = []
        for k, character in enumerate(text):
            if character == " ":
                continue
            font = ImageFont.load_default(110)
            at = (80 + 135 * k, 60 + 210 * row)
            draw.text(at, character, font=font, fill=25, stroke_width=2)
            alone = Image.new("L", page.size, 0)
            ImageDraw.Draw(alone).text(at, character, font=font, fill=255, stroke_width=2)
            boxes.append(Box(*(alone.getbbox() or (0, 0, 0, 0))))
        truth.append(boxes)
    for box in (
        truth[0][1],
        truth[1][0],
        truth[2][5],
    ):  # broken ink: a white cut right through a letter
        middle = box.top + (box.height * 2) // 3
        draw.rectangle((box.left - 4, middle, box.right + 4, middle + 7), fill=245)
    return np.asarray(page, dtype=np.uint8), truth


def test_every_character_has_one_box() -> None:
    page, truth = form_page()
    found = find_characters(page)
    assert [len(line) for line in found] == [len(line) for line in truth]
    for line, true_line in zip(found, truth, strict=True):
        for box, true in zip(line, true_line, strict=True):
            assert (
                max(abs(a - b) for a, b in zip(box.as_tuple(), true.as_tuple(), strict=True)) <= 4
            )


@pytest.mark.parametrize(
    ("likely", "expected"),
    [
        ({"1": 0.9, "I": 0.1}, "1"),
        ("19O", "190"),  # what may be a 0 is one among figures
        ("B0X", "BOX"),  # and an O among letters
        ("A4O", "A4O"),  # neither kind fits: each as it looks
    ],
)
def test_words_are_of_figures_or_of_letters(likely: str | dict[str, float], expected: str) -> None:
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    twins = {"0": "O", "O": "0", "1": "I", "I": "1"}
    rows = (
        [likely]
        if isinstance(likely, dict)
        else [{c: 0.9} | ({twins[c]: 0.09} if c in twins else {}) for c in likely]
    )
    outputs = np.log(
        np.array([[row.get(c, 1e-6) for c in alphabet] for row in rows], dtype=np.float32)
    )
    assert "".join(alphabet[k] for k in reading(outputs, alphabet)) == expected


def test_an_empty_page_has_no_characters() -> None:
    assert find_characters(np.full((200, 300), 240, np.uint8)) == []


# the main job with other recognizers


def test_the_classic_crnn_reads_words_in_the_main_job(tmp_path: Path) -> None:
    place = make_workplace(tmp_path / "recto")
    page = Image.new("L", (1300, 900), 255)
    face = ImageFont.truetype(
        str(Path(trdg.__file__).parent / "fonts/latin/OpenSans-Regular.ttf"), 44
    )  # the one that it learnt
    for number, line in enumerate(TEXT):
        ImageDraw.Draw(page).text((90, 90 + 72 * number), line, font=face, fill=0)
    page.save(place / "scans" / "leaf.png", dpi=(300, 300))
    run = run_snakemake(place, "out/leaf/", "--config", "model=models/crnn")
    assert run.returncode == 0, run.stdout + run.stderr
    read = (place / "out/leaf/book.txt").read_text().split()
    words = [word.strip(",.") for line in TEXT for word in line.split()]
    assert sum(word in {w.strip(",.") for w in read} for word in words) > 0.95 * len(words)


def test_the_released_crnn_holds_its_mark(stage: Stage, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text(
        "\n".join(
            f"{word}\t1"
            for word in (ROOT / "lexicons/eng.txt").read_text().replace("\t", " ").split()[:8000:2]
        )
    )
    run = stage(
        "draw", tmp_path / "set", "--recipe", "crnn", "--words", words, "--train", 1, "--test", 60
    )
    assert run.returncode == 0, run.stderr
    run = stage("score", ROOT / "models/crnn", tmp_path / "set/test.lmdb", tmp_path / "score")
    assert run.returncode == 0, run.stderr
    scores = json.loads((tmp_path / "score/scores.json").read_text())
    assert scores["count"] == 60 and scores["characters"] > 0.98


def test_characters_are_drawn_in_the_proportions_of_the_datasets() -> None:
    recipe = read_recipe("char-resnet")
    assert recipe.drawing is not None
    proportions = recipe.drawing.proportions
    assert set(proportions) == set(recipe.alphabet)
    assert sum(n for c, n in proportions.items() if c.isdigit()) == 70_000  # MNIST, and A-Z below
    assert sum(n for c, n in proportions.items() if c.isalpha()) == 372_450
    rng = random.Random(1)
    texts = Texts(
        "characters", ["lamp"], recipe.characters, test=False, proportions={"A": 3, "B": 1}
    )
    drawn = [texts.draw(rng) for _ in range(2000)]
    assert drawn.count("A") + drawn.count("B") == 2000 and 1400 < drawn.count("A") < 1600


def test_characters_that_a_face_draws_alike_are_not_drawn_alone() -> None:
    face = single_face("OpenSans-Regular", "AIlZ")
    assert without_twins(face).characters == frozenset("AZ")  # its I and l are one stroke


def test_hands_of_the_catalogue_are_joined_or_not() -> None:
    catalogue = catalogue_of_hands()
    assert {"hands", "fetched", "learnt", "joined"} == set(catalogue)
    assert not set(catalogue["fetched"]) & set(catalogue["learnt"])
    assert set(catalogue["joined"]) <= set(catalogue["hands"]) | set(catalogue["fetched"]) | set(
        catalogue["learnt"]
    )


def test_a_classifier_of_characters_is_refused_for_lines(tmp_path: Path) -> None:
    from pipeline.recognition.crops import line_alphabet
    from pipeline.recognition.model import ModelFolder

    model = ModelFolder(
        tmp_path / "char-resnet",
        "char-resnet",
        Alphabet("AB"),
        Canvas(32, 32),
        4,
        "",
        reads=CHARACTER,
    )
    with pytest.raises(ModelError, match="isolated characters"):
        line_alphabet(model)


def test_a_line_s_words_are_cut_apart() -> None:
    from pipeline.recognition.crops import cut_crops
    from pipeline.recognition.model import ModelFolder

    words = tuple(Word(Box(x, 100, x + 80, 130)) for x in (100, 220, 340))
    line = Line(Box(100, 100, 420, 130), ((100.0, 128.0), (420.0, 128.0)), 26.0, words)
    model = ModelFolder(Path("m"), "crnn", Alphabet("ab"), Canvas(32), 4, "", reads="word")
    place = place_line(line, PRINT_FRAME.scaled(2))
    seen = cut_crops(line, np.full((64, place.width), 255, np.uint8), place, model)
    assert len(seen) == 3 and all(view.image.shape[0] == 32 for view in seen)
    assert [round(place.page_x(view.left)) for view in seen] == pytest.approx([96, 216, 336], abs=3)


def test_a_set_without_anything_to_learn_is_an_error(tmp_path: Path, stage: Stage) -> None:
    with LineStore(tmp_path / "train.lmdb", {"kind": "drawn"}) as store:
        store.append((drawn_text("ß"), "ß") for _ in range(20))
    run = stage(
        "train",
        tmp_path / "a.safetensors",
        "--recipe",
        "crnn",
        "--lines",
        tmp_path / "train.lmdb",
        "--build",
        tmp_path / "b",
    )
    assert (
        run.returncode != 0
        and "nothing that crnn can learn" in run.stderr
        and "Traceback" not in run.stderr
    )
    with pytest.raises(DataError):
        LineSet(tmp_path / "none")
