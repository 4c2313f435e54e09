"""Pages of text, open to all: what Värna does not do, what is promised against whom, and how accessible it is."""

from flask import Blueprint, g
from werkzeug.wrappers import Response

from models.words import Act
from tracker import language
from tracker.pages import TextPage
from tracker.views.answer import page, say
from tracker.views.guard import needs
from tracker.views.protective_security import highest_class

bp = Blueprint("texts", __name__)


@bp.get("/begransningar")
@needs(Act.PUBLIC)
def limits() -> Response:
    return page(
        TextPage(
            title=say("What Värna does not do"),
            lead=say("Better told here than found out."),
            sections=(
                (say("Secrecy"), (
                    say("Värna comes without assessment or approval under the säkerhetsskyddsförordning: each municipality makes its own, for its own installation."),
                    say(highest_class(language.today(g.at))),
                    say("Refer to what may not be written here by the document's number instead."),
                    say("A mask is a default and a warning (OSL 5:5), never the decision: each request for a public record is tested by itself."),
                    say("Whoever controls the host while somebody works there can read what is shown there."),
                )),
                (say("What is not stored"), (
                    say("No whistleblower cases, no alarm codes or keys, no personal numbers, no needs of single residents."),
                    say("What looks like a marking of a security class, a personal number, a code or coordinates is stopped in open text before it is saved. That catches slips, not intent, and reads no pictures."),
                    say("Rounds and deficiencies take no photos yet; sealed reports and protective measures do, and the pictures are sealed."),
                    say("There is no work without network: a round needs it when it is opened and when it is sent."),
                )),
                (say("The follow-up"), (
                    say("A verdict is computed from what is registered. That nothing is registered does not mean that nothing was done, and the other way round."),
                    say("Points whose register is not there yet are shown as such, not as failures."),
                )),
                (say("The event log"), (
                    say("It shows that something was changed beside Värna. To show that its newest part was cut off, a checkpoint must be kept outside."),
                )),
            ),
        )
    )  # fmt: skip


@bp.get("/sakerhet")
@needs(Act.PUBLIC)
def security() -> Response:
    return page(
        TextPage(
            title=say("What is promised, and what is not"),
            lead=say("Against whom what is written here is kept. The whole table stands in the project's docs/security.md."),
            sections=(
                (say("What is kept"), (
                    say("Whoever steals a disk, a backup or a log reads nothing that is sealed. What is open or masked can be read there."),
                    say("Whoever reads the database, its administrator too, reads nothing that is sealed."),
                    say("Whoever writes in the database behind Värna is found out: what they altered does not open, or the next verification names it."),
                    say("Nobody but the säkerhetsskyddschef and a valid deputy opens what is sealed, and the event log is told first. Not even the sender reads it again."),
                )),
                (say("What is not promised"), (
                    say("An administrator in Värna opens nothing sealed, but two of them together can take over most accounts. The event log shows it."),
                    say("The administrator of the database can delete, and can hide the newest entries unless a checkpoint is kept outside."),
                    say("Whoever controls the host while the vault is unlocked there reads what is opened, and can alter the program so that it asks for the passphrase."),
                    say("A copy that is made today and kept for a quantum computer is met by two kinds of keys together. Signatures are not: a forger with such a computer is not stopped."),
                    say("Värna is not an approved signalskydd system."),
                    say(highest_class(language.today(g.at))),
                    say("A demonstration keeps its secrets beside its database: nothing in it is protected."),
                )),
                (say("If you find a hole"), (
                    say("Tell the municipality's registrar that it concerns Värna's security, and nobody else until it is mended. Send no content of records."),
                )),
            ),
        )
    )  # fmt: skip


@bp.get("/tillganglighet")
@needs(Act.PUBLIC)
def accessibility() -> Response:
    return page(
        TextPage(
            title=say("Accessibility statement"),
            lead=say("How Värna meets the act on accessibility of digital public service (2018:1937)."),
            paragraphs=(
                say("Värna is built to meet WCAG 2.2 level AA. Every page is checked by an automatic tool in a real browser, in light and dark, on wide and narrow screens, each time Värna is changed."),
                say("An automatic check finds some faults, not all. No person with a disability has tried Värna for us yet, and that is a lack."),
                say("Everything works with a keyboard, with 200 per cent zoom and without JavaScript. Only a passkey needs it, and a code from an app does the same."),
            ),
            sections=(
                (say("Tell us about a lack"), (
                    say("Write to the municipality's registrar and name the page. An answer comes within two weeks."),
                    say("If you are not content with the answer you can report it to Digg, which supervises the act."),
                )),
            ),
        )
    )  # fmt: skip
