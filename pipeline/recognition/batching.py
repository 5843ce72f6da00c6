"""Lines in batches of one width, at one interface for ONNX Runtime on a CPU and torch on a GPU."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import ModelError
from pipeline.recognition.ctc import LogProbabilities
from pipeline.recognition.model import ONNX, WEIGHTS, ModelFolder

Images = NDArray[np.uint8]  # (N, 1, H, W), 0 for paper, 255 for ink
WIDTH_STEP = (
    64  # a line is padded to a multiple of this: what it is read as never depends on its neighbours
)
CPU_BATCH, GPU_BATCH = 8, 256


class Reader(Protocol):
    """Maps (N, 1, H, W) images to (T, N, C) log-probabilities."""

    batch: int

    def __call__(self, images: Images) -> NDArray[np.float32]: ...


class OnnxReader:
    """A model in ONNX Runtime on the CPU.

    Raises:
        ModelError: the file is no ONNX model.
    """

    batch = CPU_BATCH

    def __init__(self, model: ModelFolder, threads: int) -> None:
        import onnxruntime

        onnxruntime.disable_telemetry_events()  # its builds can report to their maker: ours do not
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(model.path / ONNX), options, providers=["CPUExecutionProvider"]
            )
            self._takes_bytes = self._session.get_inputs()[0].type == "tensor(uint8)"
            classes = self._session.get_outputs()[0].shape[-1]
        except Exception as error:  # ONNX Runtime's own exceptions share no base class
            raise ModelError(
                f"{model.path / ONNX} is no ONNX model that reads lines: {error}",
                f"Put {model.path} back as released, or train it anew.",
            ) from error
        if isinstance(classes, int) and classes != model.outputs:
            raise ModelError(
                f"{model.path / ONNX} tells {classes} classes apart, its alphabet has "
                f"{model.outputs}",
                f"Put {model.path} back as released, or train it anew.",
            )

    def __call__(self, images: Images) -> NDArray[np.float32]:
        inputs = images if self._takes_bytes else images.astype(np.float32) / 255
        return np.asarray(self._session.run(None, {"images": inputs})[0])


class TorchReader:
    """A model in torch on a GPU, in bfloat16."""

    batch = GPU_BATCH

    def __init__(self, model: ModelFolder) -> None:
        import torch
        from safetensors.torch import load_file

        from pipeline.recognition import networks

        if not (model.path / WEIGHTS).is_file():
            raise ModelError(
                f"{model.path} was released for the CPU alone",
                "Give --device cpu, or --config device=cpu.",
            )
        self._torch = torch
        self._network = networks.build(model.network, model.outputs, model.options)
        self._network.load_state_dict(load_file(model.path / WEIGHTS))
        self._network.eval().to("cuda")

    def __call__(self, images: Images) -> NDArray[np.float32]:
        with self._torch.inference_mode(), self._torch.autocast("cuda", self._torch.bfloat16):
            output = self._network(self._torch.from_numpy(images).to("cuda").float() / 255)
        return np.asarray(output.float().cpu().numpy())


def open_reader(model: ModelFolder, device: str, threads: int) -> Reader:
    """The reader for a device: "cpu" or "gpu"."""
    return TorchReader(model) if device == "gpu" else OnnxReader(model, threads)


def gpu_available() -> bool:
    """Whether this machine has an NVIDIA GPU that torch can use; torch is imported only where a
    driver is loaded."""
    from pathlib import Path

    if not Path("/proc/driver/nvidia").exists():
        return False
    import torch

    return torch.cuda.is_available()


def width_step(model: ModelFolder) -> int:
    """What widths are padded to a multiple of for a model: its own width, where it takes no
    other."""
    return getattr(model.geometry, "width", 0) or WIDTH_STEP


def read_lines(
    reader: Reader, images: Sequence[NDArray[np.uint8]], stride: int, step: int = WIDTH_STEP
) -> Iterator[tuple[int, LogProbabilities]]:
    """Yield (index, (T, C) log-probabilities) of each line, batched by width, in no particular
    order.

    Args:
        images: (H, W_i) uint8, 255 for paper.
        stride: columns per frame; a line of W columns has ceil(W / stride) frames.
        step: images are padded to a multiple of so many columns.
    """
    for chosen, batch in gather_batches(images, reader.batch, step):
        output = reader(batch)
        for row, index in enumerate(chosen):
            yield index, output[: -(-images[index].shape[1] // stride), row]


def gather_batches(
    images: Sequence[NDArray[np.uint8]], most: int, step: int = WIDTH_STEP
) -> Iterator[tuple[list[int], Images]]:
    """Yield batches of at most `most` lines that are padded to one width, with their indices.

    Args:
        images, step: as for `read_lines`.
    """
    padded = [-(-image.shape[1] // step) * step for image in images]
    order = sorted(range(len(images)), key=lambda i: (padded[i], i))
    for start, end in _runs_of_width([padded[i] for i in order], most):
        chosen = order[start:end]
        batch = np.zeros((len(chosen), 1, images[chosen[0]].shape[0], padded[chosen[0]]), np.uint8)
        for row, index in enumerate(chosen):
            np.subtract(255, images[index], out=batch[row, 0, :, : images[index].shape[1]])
        yield chosen, batch


def _runs_of_width(widths: Sequence[int], most: int) -> Iterator[tuple[int, int]]:
    """(start, end) of runs of equal width, at most `most` long."""
    start = 0
    for i in range(1, len(widths) + 1):
        if i == len(widths) or widths[i] != widths[start] or i - start == most:
            yield start, i
            start = i
