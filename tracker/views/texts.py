"""Pages of text, open to all: what Värna does not do, and how accessible it is."""

from flask import Blueprint
from werkzeug.wrappers import Response

from models.words import Act
from tracker.pages import TextPage
from tracker.views.answer import page, say
from tracker.views.guard import needs

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
                    say("Värna is not assessed or approved under the säkerhetsskyddsförordning. No information in a säkerhetsskyddsklass may be written here: refer to the document's number instead."),
                    say("A mask is a default and a warning (OSL 5:5), never the decision: each request for a public record is tested by itself."),
                    say("Whoever controls the host while somebody works there can read what is shown there."),
                )),
                (say("What is not stored"), (
                    say("No whistleblower cases, no alarm codes or keys, no personal numbers, no needs of single residents."),
                    say("No photos yet, and no work without network: a round needs the network when it is opened and when it is sent."),
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
