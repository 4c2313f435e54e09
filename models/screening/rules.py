"""What the guard looks for. Each rule has its own module; here they have their names, their weight and their words."""

from collections.abc import Callable

from models.screening.classes import has_marking
from models.screening.codes import has_code
from models.screening.persons import has_personal_number
from models.screening.places import has_coordinates
from models.words import Labelled, Message, named


class Rule(Labelled):
    """Something that must not stand in open text; its label is what the finding is called."""

    MARKING = named("marking", "Marking of a security class")
    PERSON = named("person", "Personal identity number")
    CODE = named("code", "Code to a door or an alarm")
    PLACE = named("place", "Coordinates")


REFUSED = frozenset({Rule.MARKING, Rule.PERSON})
"""What must never be here: to say that it is something else takes a reason. Of the rest a tick is enough."""

PATTERNS: dict[Rule, Callable[[str], bool]] = {
    Rule.MARKING: has_marking,
    Rule.PERSON: has_personal_number,
    Rule.CODE: has_code,
    Rule.PLACE: has_coordinates,
}
"""How each is found in a folded text; the gravest first."""

SENTENCES = {
    Rule.MARKING: Message(
        "This looks like a marking of a security class. What is so marked must not be written here: take it out, ring "
        "the säkerhetsskyddschef, and write only the document's number."
    ),
    Rule.PERSON: Message(
        "This looks like a personal identity number. Take it out, and write a role or a diarienummer in its place."
    ),
    Rule.CODE: Message("This looks like a code to a door or an alarm. Take it out, and write where the code is kept."),
    Rule.PLACE: Message(
        "This looks like coordinates. Take them out, and write the address or the name of the site in their place."
    ),
}
"""What is said beside the field: what it looks like, and what to do."""
