"""What is asked of an ONNX graph, and done to it, by whoever rewrites one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, numpy_helper


def find_user(graph: GraphProto, name: str) -> NodeProto:
    """What uses a tensor, past what only moves its values."""
    while True:
        user = next(node for node in graph.node if name in node.input)
        if user.op_type not in ("Transpose", "Reshape"):
            return user
        name = user.output[0]


def drop_unused(graph: GraphProto) -> None:
    """Leave out nodes and constants that no output needs."""
    needed = {output.name for output in graph.output}
    kept = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    constants = [tensor for tensor in graph.initializer if tensor.name in needed]
    del graph.initializer[:]
    graph.initializer.extend(constants)


def list_nodes(graph: GraphProto, operator: str) -> Iterator[NodeProto]:
    """The nodes of an operator, in order."""
    return (node for node in graph.node if node.op_type == operator)


def _find_tensor(graph: GraphProto, name: str) -> TensorProto:
    return next(tensor for tensor in graph.initializer if tensor.name == name)


def tensor_values(graph: GraphProto, name: str) -> NDArray[np.float32]:
    """The values of a constant of the graph."""
    return np.asarray(numpy_helper.to_array(_find_tensor(graph, name)))


def set_tensor(graph: GraphProto, name: str, values: NDArray[np.float32]) -> None:
    """Give a constant of the graph other values, of whatever shape."""
    _find_tensor(graph, name).CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values), name))
