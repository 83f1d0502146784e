"""What an event may be in a path, as bits; and how a move is written as one number."""

START, END, EXCLUDED = 1, 2, 4

# In the place of a target: the node itself; that nothing more came; from TARGETS on the code of the next node.
HERE, NOWHERE, TARGETS = 0, 1, 2
NODE_BITS, STEP_BITS = 21, 5
MOST_NAMES = (1 << NODE_BITS) - TARGETS


def parts_of(key: int) -> tuple[int, int, int, int]:
    """The label, step, source and target of a key that ``passes.key_of`` made."""
    target, source = key & (1 << NODE_BITS) - 1, key >> NODE_BITS & (1 << NODE_BITS) - 1
    return key >> 2 * NODE_BITS + STEP_BITS, key >> 2 * NODE_BITS & (1 << STEP_BITS) - 1, source, target
