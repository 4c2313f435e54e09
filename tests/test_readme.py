"""What the README says is what the program does."""

from pathlib import Path

from tracker import matrix

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_permission_matrix_is_the_policys() -> None:
    told = README.partition("<!-- permissions -->")[2].partition("<!-- /permissions -->")[0]
    assert told.strip() == matrix.markdown().strip()


def test_every_picture_is_there() -> None:
    for part in README.split("](docs/pictures/")[1:]:
        assert (Path(__file__).parent.parent / "docs/pictures" / part.split(")")[0]).exists()
