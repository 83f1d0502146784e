"""Korean particles: which of two forms follows a word, by how the word ends when it is read aloud."""

import re

_READ_WITH_FINAL = "013678"  # 영 일 삼 육 칠 팔
_READ_WITH_L = "178"
_SPELLED_WITH_FINAL = "LMNR"  # 엘 엠 엔 알: the last letter of an abbreviation
_CLOSED = re.compile(r"(?:[lmn]|ng|ck|(?<![aeiou])[aeiou][bpkt])$")  # trial, plan, click, up: 트라이얼, 플랜, 클릭, 업
_DIRECTION = "으로/로"


def particle(word: str, forms: str) -> str:
    """The form that follows the word, of two such as ``을/를`` (after a final consonant / after none).

    Where a word's end cannot be read (a sign, another script) both are given: ``을(를)``.
    """
    after_final, after_none = forms.split("/")
    ending = _ending(word)
    if ending is None:
        return f"{after_final}({after_none})"
    if forms == _DIRECTION and ending == "l":
        return after_none
    return after_final if ending else after_none


def _ending(word: str) -> str | None:
    """The final consonant as far as it matters: "" if there is none, "l" for ㄹ, else "c"; None if unknown."""
    last = word.rstrip("\"'”’)]}… ")[-1:]
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        return "" if not final else "l" if final == 8 else "c"
    if last.isascii() and last.isdigit():
        return "l" if last in _READ_WITH_L else "c" if last in _READ_WITH_FINAL else ""
    if last.isascii() and last.isalpha():
        return _ending_of_latin(re.findall(r"[A-Za-z]+", word)[-1])
    return None


def _ending_of_latin(word: str) -> str:
    if word.isupper():
        return "" if word[-1] not in _SPELLED_WITH_FINAL else "l" if word[-1] in "LR" else "c"
    if not _CLOSED.search(word.lower()):
        return ""
    return "l" if word[-1] in "lL" else "c"
