"""Blocks of an imported file: who received them when, and by what a row is known again."""

import numpy as np
from numpy.typing import NDArray

from groundswell.collect.block import Block
from groundswell.collect.imports.types import Plan

# SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014. It maps 64 bits to 64 bits one
# to one, so no two rows of a file have one number.
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def block_of_rows(plan: Plan, start: int, count: int) -> Block:
    """An empty block for ``count`` rows of a file from number ``start`` on. The loader says at which position."""
    return Block(
        plan.project,
        token=f"{plan.key}-{start}",
        position=np.zeros(count, "i8"),
        received=np.full(count, plan.received, "i8"),
        key=np.zeros(count, "u4"),
        is_trusted=np.ones(count, bool),
        zone=plan.project.timezone,
    )


def with_receipts(block: Block, plan: Plan, start: int) -> Block:
    """A message that has no id is known by the content of its file and its row."""
    if plan.is_first:
        block.unheard = block.message == 0
    block.message = np.where(block.message == 0, row_numbers(plan.digest, start, len(block)), block.message)
    return block


def row_numbers(digest: str, start: int, count: int) -> NDArray[np.uint64]:
    """The numbers by which the rows of a file from ``start`` on are known."""
    mixed = np.uint64(int(digest[:16], 16)) + np.arange(start + 1, start + 1 + count, dtype="u8") * _STEP
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    mixed ^= mixed >> np.uint64(31)
    return np.where(mixed == 0, _STEP, mixed)  # 0 means that there is none
