"""Who waits may hang up, and what is worked on for them hears of it."""

import threading

from groundswell.kernel.asker import Asker, on_behalf_of, present


class Bell:
    """Rings in a thread of its own."""

    def __init__(self) -> None:
        self.rings: list[str] = []
        self._rang = threading.Semaphore(0)

    def ring(self) -> None:
        self.rings.append(threading.current_thread().name)
        self._rang.release()

    def has_rung(self) -> bool:
        return self._rang.acquire(timeout=5)


def test_what_is_to_be_done_when_somebody_hangs_up_is_done_once_by_a_thread_of_its_own() -> None:
    asker, bell = Asker(), Bell()
    with asker.if_gone(bell.ring):
        assert bell.rings == []
        asker.hang_up()
        asker.hang_up()
        assert bell.has_rung()
    assert bell.rings == ["hung-up"]
    assert asker.has_hung_up


def test_who_hung_up_before_is_heard_of_and_who_does_afterwards_is_not() -> None:
    gone, late, bell = Asker(), Asker(), Bell()
    gone.hang_up()
    with late.if_gone(bell.ring):
        pass
    late.hang_up()
    with gone.if_gone(bell.ring):
        assert bell.has_rung()
    assert len(bell.rings) == 1


def test_a_thread_works_for_whom_it_was_told() -> None:
    asker = Asker()
    with on_behalf_of(asker):
        assert present() is asker
    assert present() is not asker
    assert not present().has_hung_up
