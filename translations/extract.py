"""Brings the Swedish catalogue up to date with the texts in the sources: `make translations`.

New texts come in empty (a test names them), texts that are no longer used go out, and nothing is guessed.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
SWEDISH = HERE / "sv" / "LC_MESSAGES" / "messages.po"

CALLS: dict[str, tuple[int, ...]] = (
    dict.fromkeys(("N_", "_", "Message", "say", "said", "selection", "Step", "Broken"), (1,))
    | dict.fromkeys(("Text", "Note", "Day", "Moment", "Choice", "Link", "Number", "Flag", "Secret", "Sealed"), (1,))
    | dict.fromkeys(("named", "leads", "broken", "wrong"), (2,))
    | dict.fromkeys(("declares", "count"), (1, 2))
)
"""Which calls in Python hold a text, and as which argument: a declaration's label, and whatever is said to people."""

TEMPLATES = {"_": None, "ngettext": (1, 2)}

HEADER = r"""msgid ""
msgstr ""
"Language: sv\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


def in_python(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[tuple[int, str, Any, list]]:
    """The texts of a Python module, wherever the call stands: in an f-string, in another call, behind a condition.

    (Babel's own reading goes by tokens and misses those.)
    """
    for call in ast.walk(ast.parse(file.read())):
        if isinstance(call, ast.Call) and _name(call.func) in CALLS:
            places = CALLS[_name(call.func)]
            texts = [_texts(call.args[place - 1]) if place <= len(call.args) else [] for place in places]
            for text in zip(*texts, strict=False):
                yield call.lineno, *(("ngettext", text) if len(text) > 1 else ("gettext", text[0])), []


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def _texts(argument: ast.expr) -> list[str]:
    if isinstance(argument, ast.IfExp):
        return _texts(argument.body) + _texts(argument.orelse)
    return [argument.value] if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else []


METHODS = [
    ("models/**.py", in_python),
    ("forms/**.py", in_python),
    ("tracker/**.py", in_python),
    ("templates/**.html", "jinja2"),
]


def extracted() -> Catalog:
    """Every text in the sources, as a catalogue without translations."""
    found = Catalog()
    for _, _, text, _, _ in extract_from_dir(HERE.parent, METHODS, keywords={"gettext": None} | TEMPLATES):
        if text:
            found.add(text)
    return found


def catalogue() -> Catalog:
    """The Swedish catalogue as it is stored."""
    with SWEDISH.open("rb") as file:
        return read_po(file, locale="sv")


def update() -> Catalog:
    """Stores the catalogue with exactly the texts of the sources, sorted, without lines and dates that only change."""
    swedish = catalogue() if SWEDISH.exists() else Catalog("sv")
    swedish.update(extracted(), no_fuzzy_matching=True)
    store(swedish)
    return swedish


def store(swedish: Catalog) -> None:
    SWEDISH.parent.mkdir(parents=True, exist_ok=True)
    with SWEDISH.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, swedish, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)


def untranslated(swedish: Catalog) -> list[str]:
    """The texts without Swedish; of a plural the first form names it."""
    return [
        message.id[0] if message.pluralizable else message.id
        for message in swedish
        if message.id and (message.fuzzy or not all(message.string if message.pluralizable else [message.string]))
    ]


if __name__ == "__main__":
    missing = untranslated(update())
    print(f"{len(missing)} texts have no Swedish yet.", *missing, sep="\n")
