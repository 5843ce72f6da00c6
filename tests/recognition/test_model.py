"""The released recognizer: its 8-bit ONNX file reads what its float weights read."""

from __future__ import annotations

import numpy as np
import torch
from rapidfuzz.distance import Levenshtein
from safetensors.torch import load_file

from pipeline.document import Page
from pipeline.layout.segment import segment
from pipeline.recognition import networks
from pipeline.recognition.batching import OnnxReader, read_lines
from pipeline.recognition.ctc import decode_greedily
from pipeline.recognition.line_image import cut_line
from pipeline.recognition.model import WEIGHTS, open_model
from tests.conftest import ROOT, TEXT, print_page


def test_the_onnx_file_reads_as_the_float_weights_do() -> None:
    """The released 8-bit file would read worse than the weights it was made from."""
    model = open_model(ROOT / "models/print-latin")
    network = networks.build(model.network, model.outputs, model.options).eval()
    network.load_state_dict(load_file(model.path / WEIGHTS))

    class Floats:
        batch = 4

        def __call__(self, images: np.ndarray) -> np.ndarray:
            with torch.inference_mode():
                return network(torch.from_numpy(images).float() / 255).numpy()

    grey = print_page()
    page, cleared = segment(Page(1, grey.shape[1], grey.shape[0], 300.0), grey)
    lines = [cut_line(cleared, line, model.frame).image for line in page.lines]
    assert len(lines) == len(TEXT)
    small, full = (
        dict(read_lines(OnnxReader(model, 1), lines, 4)),
        dict(read_lines(Floats(), lines, 4)),
    )
    edits = 0
    for index, text in enumerate(TEXT):
        assert np.abs(np.exp(small[index]) - np.exp(full[index])).mean() < 2e-3
        read = [
            model.alphabet.decode(decode_greedily(output[index]).classes.tolist())
            for output in (small, full)
        ]
        edits += Levenshtein.distance(*read)
        assert read[0].casefold()[:12] == text.casefold()[:12]
    assert edits <= 1  # of 250 characters: a space on the edge may fall either way


def test_a_line_is_read_alike_whatever_is_in_its_batch() -> None:
    """Scales of 8-bit activations that are taken from a batch let neighbours change a line."""
    model = open_model(ROOT / "models/print-latin")
    reader = OnnxReader(model, 1)
    grey = print_page()
    page, cleared = segment(Page(1, grey.shape[1], grey.shape[0], 300.0), grey)
    lines = [cut_line(cleared, line, model.frame).image for line in page.lines]
    widest = max(line.shape[1] for line in lines)
    padded = [
        np.pad(line, ((0, 0), (0, widest - line.shape[1])), constant_values=255) for line in lines
    ]
    together = dict(read_lines(reader, [*padded, 255 - padded[0]], 4))
    for index, line in enumerate(padded):
        ((_, alone),) = read_lines(reader, [line], 4)
        assert np.array_equal(alone, together[index])
