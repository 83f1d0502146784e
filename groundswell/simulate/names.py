"""Names of people and companies, in the scripts of where they live, and what goes into an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from groundswell.simulate.dice import Dice


@dataclass(frozen=True, slots=True)
class Name:
    full: str
    latin: str  # fit for mail addresses: lower case, words joined by dots or hyphens


# A word as written, then in Latin letters; words without a colon are the same in both.
Words = Sequence[tuple[str, str]]


def _words(text: str) -> Words:
    return [(word.split(":")[0], word.split(":")[-1].lower()) for word in text.split()]


_GIVEN: Mapping[str, Words] = {
    "korean": _words(
        "민준:minjun 서연:seoyeon 도윤:doyun 지우:jiwoo 하준:hajun 서윤:seoyun 지호:jiho 하은:haeun "
        "현우:hyunwoo 수아:sua 준서:junseo 지민:jimin 유진:yujin 은우:eunwoo 예린:yerin 태윤:taeyun"
    ),
    "japanese": _words(
        "蓮:ren 陽菜:hina 湊:minato 結衣:yui 悠真:yuma 葵:aoi 大和:yamato 凛:rin 健太:kenta 美咲:misaki"
    ),
    "english": _words(
        "Olivia Liam Emma Noah Ava Ethan Sophia Mason Mia Lucas Grace Henry Chloe Jack Ella Owen Ruby Leo Hannah Caleb"
    ),
    "german": _words("Lena Jonas Mia Felix Anna Lukas Jürgen:juergen Käthe:kaethe Paul Clara Emil Greta"),
    "french": _words("Léa:lea Hugo Chloé:chloe Louis Inès:ines Jules Manon Théo:theo Camille Rémi:remi"),
    "indian": _words("Aarav Diya Vihaan Ananya Arjun Isha Rohan Priya Kabir Meera Aditya Nisha"),
    "portuguese": _words("Miguel Alice João:joao Helena Davi Laura Heitor Júlia:julia Rafael Beatriz"),
}
_FAMILY: Mapping[str, Words] = {
    "korean": _words(
        "김:kim 이:lee 박:park 최:choi 정:jung 강:kang 조:cho 윤:yoon 장:jang 임:lim 한:han 오:oh 서:seo 신:shin"
    ),
    "japanese": _words(
        "佐藤:sato 鈴木:suzuki 高橋:takahashi 田中:tanaka 伊藤:ito 渡辺:watanabe 山本:yamamoto 中村:nakamura"
    ),
    "english": _words("Smith Johnson Brown Taylor Wilson Clark Walker Hall Young King Wright Scott Green Baker Hill"),
    "german": _words("Müller:mueller Schmidt Schneider Fischer Weber Wagner Becker Schäfer:schaefer Koch Richter"),
    "french": _words("Martin Bernard Dubois Moreau Laurent Lefèvre:lefevre Girard Rousseau Fournier Mercier"),
    "indian": _words("Sharma Patel Iyer Reddy Gupta Nair Singh Das Mehta Rao Kulkarni Bose"),
    "portuguese": _words("Silva Santos Oliveira Souza Lima Araújo:araujo Costa Ribeiro Carvalho Gomes"),
}
_FAMILY_FIRST = {"korean": "", "japanese": " "}  # and what stands between

_COMPANY: Mapping[str, tuple[Words, Words]] = {
    "korean": (
        _words("한빛:hanbit 누리:nuri 가온:gaon 다온:daon 미르:mir 아라:ara 새벽:saebyeok 솔빛:solbit 도담:dodam"),
        _words("소프트:soft 랩스:labs 디자인:design 에듀:edu 물류:logis 테크:tech 미디어:media 컨설팅:consulting"),
    ),
    "japanese": (
        _words("青空:aozora 若葉:wakaba 星野:hoshino 風見:kazami 水鏡:mizukagami"),
        _words("工房:kobo 設計:sekkei 商会:shokai 技研:giken"),
    ),
    "english": (
        _words("Alder Bramble Copper Drift Ember Fathom Gable Harbor Juniper Kestrel Lantern Marlow Orchard Pine"),
        _words("Studio Labs Works Health Retail Systems Logistics Learning Media Partners"),
    ),
}


def person_name(dice: Dice, names: str) -> Name:
    """A name from the list ``names`` of a place, in that script and order."""
    given, family = dice.one_of(_GIVEN[names]), dice.one_of(_FAMILY[names])
    latin = f"{given[1]}.{family[1]}"
    if names in _FAMILY_FIRST:
        return Name(f"{family[0]}{_FAMILY_FIRST[names]}{given[0]}", latin)
    return Name(f"{given[0]} {family[0]}", latin)


def company_name(dice: Dice, names: str) -> Name:
    firsts, seconds = _COMPANY.get(names, _COMPANY["english"])
    first, second = dice.one_of(firsts), dice.one_of(seconds)
    between = "" if names in _FAMILY_FIRST else " "
    return Name(f"{first[0]}{between}{second[0]}", f"{first[1]}-{second[1]}")


def mail(name: Name, number: int, company: Name) -> str:
    """An address under the domains that are reserved for examples."""
    return f"{name.latin}{number}@{company.latin}.example.com"
