"""Everything that people read is there in both languages."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.utils import translation

from groundswell.console.translations import gathered, streets, translated

BARE_PARTICLE = re.compile(r"%\(\w+\)[sdr][\"'”’]?(?:을|를|이|가|은|는|과|와|으로|로|이나|나|이라|라)(?=[\s.,:;!?)]|$)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sd]|\{\w*\}")


def texts(message: Message) -> list[str]:
    """What stands for a message in the other language."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


def originals(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def test_there_is_something_to_translate() -> None:
    assert sum(len(gathered(street)) for street in streets()) > 60


@pytest.mark.parametrize("street", streets(), ids=lambda path: path.name)
def test_everything_said_is_translated_and_nothing_else(street: Path) -> None:
    said = {(message.context, str(message.id)) for message in gathered(street) if message.id}
    kept = {(message.context, str(message.id)): message for message in translated(street) if message.id}
    missing = [key for key in said if key not in kept or not all(texts(kept[key]))]
    assert not missing, f"Run `python -m groundswell.console.translations --gather`, then fill in: {missing}"
    assert not set(kept) - said, f"Nobody says this any more: {set(kept) - said}"
    assert not [message.id for message in kept.values() if message.fuzzy]


@pytest.mark.parametrize("street", streets(), ids=lambda path: path.name)
def test_translations_fill_in_the_same_things(street: Path) -> None:
    for message in translated(street):
        if message.id:
            wanted = {name for text in originals(message) for name in PLACEHOLDER.findall(text)}
            for text in texts(message):
                assert set(PLACEHOLDER.findall(text)) == wanted, message.id


@pytest.mark.parametrize("street", streets(), ids=lambda path: path.name)
def test_korean_particles_go_with_whatever_word_comes_before_them(street: Path) -> None:
    said = [text for message in translated(street) for text in texts(message)]
    assert [text for text in said if BARE_PARTICLE.search(text)] == []  # write {을/를} or 을(를), or say it otherwise


def test_the_same_words_are_the_same_in_every_street() -> None:
    # Django looks in all catalogues at once: of two translations one would stand everywhere.
    found: dict[tuple[str | None, str], dict[str, str]] = {}
    for street in streets():
        for message in translated(street):
            if message.id:
                key = (message.context, originals(message)[0])
                found.setdefault(key, {})[street.name] = texts(message)[0]
    assert {key: said for key, said in found.items() if len(set(said.values())) > 1} == {}


@pytest.mark.parametrize("street", streets(), ids=lambda path: path.name)
def test_what_is_translated_is_found(street: Path) -> None:
    with translation.override("ko"):
        for message in translated(street):
            if message.id and isinstance(message.id, str) and not message.context:
                assert translation.gettext(message.id) == message.string
