"""Sentences can be said in another language after they were made."""

from copy import deepcopy

from groundswell.kernel.words import in_other_words, said

KOREAN = {
    "There is no account %(id)s.": "%(id)s 계정이 없습니다.",
    "`%(path)s` %(what)s.": "`%(path)s` 항목: %(what)s.",
    "must be a list": "목록이어야 합니다",
    "50 % of it": "그중 50 %",
}


def korean(text: str) -> str:
    return in_other_words(text, lambda template: KOREAN.get(template, template))


def test_a_sentence_is_plain_english_text() -> None:
    sentence = said("There is no account %(id)s.", id="'acme'")
    assert sentence == "There is no account 'acme'."
    assert isinstance(sentence, str)


def test_it_keeps_its_values_in_another_language() -> None:
    assert korean(said("There is no account %(id)s.", id="'100 %s'")) == "'100 %s' 계정이 없습니다."


def test_sentences_inside_a_sentence_are_translated_too() -> None:
    inner = said("must be a list")
    assert korean(said("`%(path)s` %(what)s.", path="steps", what=inner)) == "`steps` 항목: 목록이어야 합니다."


def test_without_values_a_percent_sign_is_one() -> None:
    assert said("50 % of it") == "50 % of it"
    assert korean(said("50 % of it")) == "그중 50 %"


def test_plain_text_is_looked_up_as_it_is() -> None:
    assert korean("must be a list") == "목록이어야 합니다"
    assert korean("something else 5 %") == "something else 5 %"
    assert korean("") == ""


def test_a_copy_of_a_sentence_is_one() -> None:
    sentence = said("There is no %(what)s.", what=said("project"))
    copy = deepcopy(sentence)
    assert (copy, copy.template, copy.values) == ("There is no project.", sentence.template, sentence.values)
