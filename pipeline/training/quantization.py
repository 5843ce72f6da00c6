"""A network of convolutions, bidirectional LSTMs and linear layers in 8 bits: all of its products
are of whole numbers, at scales that are fixed when it is exported.

Scales of activations that were taken from a batch as it comes would let a line's neighbours in the
batch change what it is read as. Those of convolutions and linear layers are fixed by calibration
(Jacob et al. 2018, arXiv:1712.05877). ONNX Runtime's LSTM knows scales as they come only, from the
smallest and the largest value of its input, and of its states at each step: they are pinned by
values that are always there and that none exceeds. Weights keep one bit unused, as processors
without VNNI add up pairs of products in 16 bits and would saturate.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)

from pipeline.training.onnx_graph import (
    drop_unused,
    find_user,
    list_nodes,
    set_tensor,
    tensor_values,
)

INPUT = "images"
GATES = 4  # of an LSTM, in ONNX's order: input, output, forget, cell
# Units that are added to each direction of an LSTM: one whose state is the largest that a state can
# be, one whose state is the smallest, and two at zero, as kernels take four values at a time.
ADDED_UNITS = 4
# What drives a gate to its end: its sigmoid is 1 in single precision, and next to 0 the other way.
DRIVEN = 30.0
# The cell at which the state is the largest: ONNX Runtime's tanh is a quotient of polynomials, and
# exceeds 1 by two units in the last place there (measured, 1.31, with AVX2 and with AVX-512).
FARTHEST = 8.47554
BLOCK = 2  # rows and columns of the input that the first convolution skips at once


def quantize_dynamically(path: Path) -> None:
    """Bring the weights of LSTM and linear layers of an ONNX file to 8 bits, in place, activations
    as they come: for networks without calibration."""
    whole = path.with_suffix(".float.onnx")
    path.rename(whole)
    _quantize_lstms(whole, path, ["LSTM", "MatMul"])
    whole.unlink()


def quantize_statically(path: Path, images: Sequence[NDArray[np.uint8]]) -> None:
    """Bring an ONNX file with float weights to 8 bits, in place. Its input becomes bytes, 0 for
    paper and 255 for ink.

    Args:
        path: convolutions with ReLU, the first with stride 2 and one input channel, bidirectional
            LSTMs one after the other, and a linear layer.
        images: batches (N, 1, H, W) of what the network is to read, as bytes, from which the
            ranges of activations are taken.

    Raises:
        ValueError: the network is of another shape.
    """
    model = onnx.load(path)
    graph = model.graph
    _pin_states(graph)
    drop_unused(graph)
    _read_blocks(graph)
    with tempfile.TemporaryDirectory() as folder:
        whole, fixed = Path(folder) / "float.onnx", Path(folder) / "fixed.onnx"
        onnx.save(model, whole)
        with _without_advice():
            quantize_static(
                whole,
                fixed,
                _Batches(images),
                quant_format=QuantFormat.QDQ,
                op_types_to_quantize=["Conv", "Add", "Relu", "Squeeze", "Transpose", "MatMul"],
                nodes_to_exclude=[n.name for n in graph.node if _is_after_convolutions(graph, n)],
                per_channel=True,
                reduce_range=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                extra_options={"OpTypesToExcludeOutputQuantization": ["MatMul"]},
            )
        _take_bytes(fixed)
        _pin_input(fixed)
        _quantize_lstms(fixed, path, ["LSTM"])


class _Batches(CalibrationDataReader):  # type: ignore[misc]
    """Batches of bytes as the float network takes them."""

    def __init__(self, images: Sequence[NDArray[np.uint8]]) -> None:
        self._left = iter(images)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        batch = next(self._left, None)
        return None if batch is None else {INPUT: np.divide(batch, 255, dtype=np.float32)}


def _quantize_lstms(source: Path, target: Path, operators: list[str]) -> None:
    with _without_advice():
        quantize_dynamic(
            source,
            target,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=operators,
            reduce_range=True,
        )


@contextmanager
def _without_advice() -> Iterator[None]:
    """Keep ONNX Runtime from asking for a preparation that these small graphs do not need."""
    log = logging.getLogger()
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


def _pin_states(graph: GraphProto) -> None:
    """Widen each LSTM by units whose states are the largest and the smallest of all at each step:
    their cells begin at the ends of the range and stay there, and their gates let all out."""
    for number, node in enumerate(list(list_nodes(graph, "LSTM"))):
        inputs, states, biases = (tensor_values(graph, name) for name in node.input[1:4])
        directions, hidden = len(states), states.shape[2]
        added = np.zeros((directions, GATES, ADDED_UNITS), np.float32)
        added[:, :, :2] = np.array([-DRIVEN, DRIVEN, DRIVEN, 0])[:, None]
        by_gate = inputs.reshape(directions, GATES, hidden, -1)
        by_state = states.reshape(directions, GATES, hidden, hidden)
        more = ((0, 0), (0, 0), (0, ADDED_UNITS))
        of_input, of_state = np.split(biases, 2, axis=1)
        widened = np.concatenate([of_input.reshape(directions, GATES, hidden), added], axis=2)
        kept = np.pad(of_state.reshape(directions, GATES, hidden), more)
        rows = GATES * (hidden + ADDED_UNITS)
        set_tensor(
            graph, node.input[1], np.pad(by_gate, (*more, (0, 0))).reshape(directions, rows, -1)
        )
        set_tensor(
            graph, node.input[2], np.pad(by_state, (*more, more[2])).reshape(directions, rows, -1)
        )
        set_tensor(
            graph, node.input[3], np.concatenate([widened, kept], axis=1).reshape(directions, -1)
        )
        next(a for a in node.attribute if a.name == "hidden_size").i = hidden + ADDED_UNITS
        cells = np.zeros((directions, 1, hidden + ADDED_UNITS), np.float32)
        cells[:, :, hidden : hidden + 2] = FARTHEST, -FARTHEST
        del node.input[4:]  # lengths and first states, which are zero by themselves
        node.input.extend(["", "", _first_cells(graph, node, cells, f"cells_{number}")])
        user = find_user(graph, node.output[0])
        axis = {"LSTM": 2, "MatMul": 0}.get(user.op_type)
        if axis is None:
            raise ValueError(f"an LSTM is followed by {user.op_type}")
        set_tensor(
            graph, user.input[1], _pass_over(tensor_values(graph, user.input[1]), axis, directions)
        )


def _first_cells(graph: GraphProto, lstm: NodeProto, cells: NDArray[np.float32], name: str) -> str:
    """The name of `cells` (directions, 1, units) for each line of a batch."""
    ends: dict[str, NDArray] = {"ones": np.array([1]), "twos": np.array([2]), "cells": cells}
    graph.initializer.extend(
        numpy_helper.from_array(values, f"{name}.{key}") for key, values in ends.items()
    )
    steps = [
        ("Shape", [lstm.input[0]], "shape"),
        ("Slice", [f"{name}.shape", f"{name}.ones", f"{name}.twos"], "lines"),
        ("Concat", [f"{name}.ones", f"{name}.lines", f"{name}.ones"], "copies"),
        ("Expand", [f"{name}.cells", f"{name}.copies"], "all"),
    ]
    index = list(graph.node).index(lstm)
    for place, (operator, inputs, output) in enumerate(steps, start=index):
        made = helper.make_node(operator, inputs, [f"{name}.{output}"], name=f"{name}.{output}")
        if operator == "Concat":
            made.attribute.append(helper.make_attribute("axis", 0))
        graph.node.insert(place, made)
    return f"{name}.all"


def _pass_over(weights: NDArray[np.float32], axis: int, directions: int) -> NDArray[np.float32]:
    """Weights that give nothing to the units added to each direction of what they are applied
    to."""
    shape = list(weights.shape)
    shape[axis] = ADDED_UNITS
    none = np.zeros(shape, weights.dtype)
    parts = [part for own in np.split(weights, directions, axis) for part in (own, none)]
    return np.concatenate(parts, axis)


def _read_blocks(graph: GraphProto) -> None:
    """Let the first convolution read blocks of 2 x 2 pixels as channels, one at a time: the same
    products, for which kernels of 8 bits, which take four channels at a time, are made."""
    first = next(list_nodes(graph, "Conv"))
    weights = tensor_values(graph, first.input[1])
    attributes = {a.name: list(a.ints) for a in first.attribute}
    size = weights.shape[2]
    if weights.shape[1] != 1 or attributes["strides"] != [BLOCK, BLOCK] or size % 4 != 1:
        raise ValueError(f"the first convolution has weights of {weights.shape}")
    blocks = (size + 1) // BLOCK
    padded = np.pad(weights, ((0, 0), (0, 0), (0, 1), (0, 1)))
    parts = padded.reshape(-1, blocks, BLOCK, blocks, BLOCK).transpose(0, 2, 4, 1, 3)
    set_tensor(graph, first.input[1], parts.reshape(-1, BLOCK * BLOCK, blocks, blocks))
    del first.attribute[:]
    sizes = {"kernel_shape": [blocks] * 2, "pads": [blocks // 2] * 4, "strides": [1, 1]}
    first.attribute.extend(helper.make_attribute(name, value) for name, value in sizes.items())
    graph.node.insert(0, helper.make_node("SpaceToDepth", [INPUT], ["blocks"], blocksize=BLOCK))
    first.input[0] = "blocks"


def _pin_input(path: Path) -> None:
    """Give the input of the first LSTM a feature that always has its largest value, which the
    others do not exceed: the convolutions before it write no larger one."""
    model = onnx.load(path)
    graph = model.graph
    index = next(k for k, node in enumerate(graph.node) if node.op_type == "LSTM")
    lstm = graph.node[index]
    floats = next(node for node in graph.node if lstm.input[0] in node.output)
    if floats.op_type != "DequantizeLinear":
        raise ValueError(f"an LSTM follows {floats.op_type}, not convolutions")
    scale, zero = (tensor_values(graph, name) for name in floats.input[1:])
    if zero != 0:
        raise ValueError("what an LSTM is given can be negative")
    constants: dict[str, NDArray] = {
        "input_high": np.array(scale * np.float32(255), np.float32),
        "input_more": np.array([0, 0, 0, 0, 0, 1]),
    }
    graph.initializer.extend(numpy_helper.from_array(v, k) for k, v in constants.items())
    pad = helper.make_node(
        "Pad", [lstm.input[0], "input_more", "input_high"], ["pinned"], name="pinned"
    )
    graph.node.insert(index, pad)
    lstm = graph.node[index + 1]
    weights = tensor_values(graph, lstm.input[1])
    set_tensor(graph, lstm.input[1], np.pad(weights, ((0, 0), (0, 0), (0, 1))))
    lstm.input[0] = "pinned"
    onnx.save(model, path)


def _take_bytes(path: Path) -> None:
    """Let a quantized network take bytes, not floats that it would first bring to bytes."""
    model = onnx.load(path)
    graph = model.graph
    first = next(node for node in list_nodes(graph, "QuantizeLinear") if node.input[0] == "blocks")
    scale, zero = (tensor_values(graph, name) for name in first.input[1:])
    if not np.isclose(scale, 1 / 255) or zero != 0:
        raise ValueError("the calibration has no image with both white paper and black ink")
    for node in list_nodes(graph, "DequantizeLinear"):
        if node.input[0] == first.output[0]:
            node.input[0] = first.input[0]
    graph.node.remove(first)
    graph.input[0].type.tensor_type.elem_type = TensorProto.UINT8
    del graph.value_info[:]
    onnx.save(model, path)


def _is_after_convolutions(graph: GraphProto, node: NodeProto) -> bool:
    """Whether a node that is no product comes after the first LSTM."""
    order = [n.name for n in graph.node]
    first = next(n.name for n in list_nodes(graph, "LSTM"))
    return node.op_type != "MatMul" and order.index(node.name) > order.index(first)
