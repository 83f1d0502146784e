from groundswell.kernel.ids import stable_id, stable_ids

NAMES = [f"{letter}{number}" for letter in "ud" for number in range(500)]


def test_short_names_of_neighbouring_projects_never_share_a_number() -> None:
    numbers = [stable_id(project, name) for project in range(1, 41) for name in NAMES]
    assert len(set(numbers)) == len(numbers)


def test_many_names_at_once_get_the_numbers_they_get_one_by_one() -> None:
    names = ["ada", "", "한글", "a" * 400]
    assert stable_ids(7, names).tolist() == [stable_id(7, "ada"), 0, stable_id(7, "한글"), stable_id(7, "a" * 400)]
