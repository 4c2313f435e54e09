"""Brings the Swedish catalogue up to date with the texts in the sources: `make translations`.

New texts come in empty (a test names them), texts that are no longer used go out, and nothing is guessed.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
SWEDISH = HERE / "sv" / "LC_MESSAGES" / "messages.po"

KEYWORDS = parse_keywords(
    """
    _ gettext ngettext:1,2 N_
    Text:1 Note:1 Day:1 Moment:1 Choice:1 Link:1 Number:1 Flag:1 Secret:1 Sealed:1
    declares:1,2 count:1,2 selection:1 named:2 Step:1 leads:2
    Message:1 say:1 said:1 broken:2 Broken:1
    """.split()
)
"""Whose arguments are texts: the kinds of field and the declarations by name, and what says something to people."""

HEADER = r'''msgid ""
msgstr ""
"Language: sv\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

'''


def extracted() -> Catalog:
    """Every text in the sources, as a catalogue without translations."""
    with (HERE / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = Catalog()
    for _, _, text, _, context in extract_from_dir(HERE.parent, methods, options, KEYWORDS):
        found.add(text, context=context)
    return found


def catalogue() -> Catalog:
    """The Swedish catalogue as it is stored."""
    with SWEDISH.open("rb") as file:
        return read_po(file, locale="sv")


def update() -> Catalog:
    """Stores the catalogue with exactly the texts of the sources, sorted, without lines and dates that only change."""
    swedish = catalogue() if SWEDISH.exists() else Catalog("sv")
    swedish.update(extracted(), no_fuzzy_matching=True)
    SWEDISH.parent.mkdir(parents=True, exist_ok=True)
    with SWEDISH.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, swedish, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return swedish


if __name__ == "__main__":
    untranslated = [message.id for message in update() if message.id and not all(message.string if message.pluralizable else [message.string])]
    print(f"{len(untranslated)} texts have no Swedish yet.", *untranslated, sep="\n")
