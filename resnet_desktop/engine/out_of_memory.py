"""What torch raises where memory does not suffice, and what can be done about it."""

from __future__ import annotations

import gc

import torch

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, EngineError

# Torch's own words for too little memory come as a RuntimeError.
WORDS = (
    "out of memory",
    "allocate memory",
    "DefaultCPUAllocator: not enough memory",  # on Windows
    "CUDNN_STATUS_NOT_SUPPORTED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "CUBLAS_STATUS_ALLOC_FAILED",
)

NO_MEMORY = QT_TRANSLATE_NOOP(
    "Sentences",
    "There is not enough memory for a single picture of this training. Close other programs, then continue the run, "
    "or start one from a smaller model.",
)


def is_out_of_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or any(word in str(error) for word in WORDS)


def fewer(pictures: int) -> int:
    """With how many pictures at once to try again; EngineError where it was one already."""
    if pictures <= 1:
        raise EngineError(NO_MEMORY)
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return (pictures + 1) // 2
