"""What can have happened, each with the sentence that the history says. Past tense."""

from models.words import N_, Labelled, named


class Verb(Labelled):
    """A kind of entry in the ledger; its label is the sentence after the person's name."""

    ADDED = named("added", "added this")
    CHANGED = named("changed", "changed this")
    IMPORTED = named("imported", "brought in rows from a file")
    EXPORTED = named("exported", "exported a list")
    COMMENTED = named("commented", "wrote a remark")
    CORRECTED = named("corrected", "wrote a correction")
    MARKED = named("marked", "marked a field as secret")
    UNMARKED = named("unmarked", "lifted a secrecy mark")
    EMPTIED = named("emptied", "emptied the readable history of a field")
    INSTALLED = named("installed", "set up the installation")
    PLANNED = named("planned", "planned rounds")
    SIGNED = named("signed", "walked and signed the round")
    REVISED = named("revised", "adopted a new version of the checklist")
    RESPONSIBLE = named("responsible", "changed who is responsible")
    START = named("start", "started the work")
    WAIT = named("wait", "put it to wait for someone else")
    FINISH = named("finish", "reported it done")
    VERIFY = named("verify", "verified that it is done")
    RETURN = named("return", "sent it back: not done")
    ACCEPT = named("accept", "accepted the risk")
    REJECT = named("reject", "rejected it")
    REOPEN = named("reopen", "opened it again")
    CANCEL = named("cancel", "cancelled the round")
    COUNTERSIGN = named("countersign", "counter-signed the round")
    INVITED = named("invited", "invited the person")
    ACTIVATED = named("activated", "chose a password and came in")
    SIGNED_IN = named("signed_in", "signed in")
    PASSWORD_GIVEN = named("password_given", "gave the right password; the second step remained")
    FACTOR_GIVEN = named("factor_given", "confirmed with the second step")
    FACTOR_FAILED = named("factor_failed", "failed the second step")
    FACTOR_ADDED = named("factor_added", "added a second step to the sign-in")
    FACTOR_VANISHED = named("factor_vanished", "signed in without the second step that was there: it is gone")
    FACTOR_REMOVED = named("factor_removed", "removed a second step from the sign-in")
    RECOVERY_USED = named("recovery_used", "used a recovery code")
    RECOVERY_MADE = named("recovery_made", "made new recovery codes")
    PASSWORD_CHANGED = named("password_changed", "changed the password")
    RESET_ASKED = named("reset_asked", "asked for a new password for the person")
    RESET_CONFIRMED = named("reset_confirmed", "confirmed, as the second person, a new password")
    RESET_USED = named("reset_used", "chose a new password by a one-time link")
    INVITATION_CONFIRMED = named("invitation_confirmed", "confirmed, as the second person, an invitation")
    ROLE_ASKED = named("role_asked", "asked for a role for the person")
    ROLE_CONFIRMED = named("role_confirmed", "confirmed, as the second person, a role")
    ROLE_GRANTED = named("role_granted", "gave a role")
    ROLE_ENDED = named("role_ended", "ended a role")
    DEACTIVATED = named("deactivated", "ended the person's access")
    REACTIVATED = named("reactivated", "gave the person access again")
    LANGUAGE_CHANGED = named("language_changed", "changed language")
    ABSENCE_STATED = named("absence_stated", "stated that it does not exist")


COMMANDS = {
    "install": N_("Värna (at installation)"),
    "daily": N_("Värna (each day)"),
    "demo": N_("Värna (demonstration)"),
    "make-admin": N_("A command on the host"),
    "make-chief": N_("A command on the host"),
    "end-access": N_("A command on the host"),
    "change-email": N_("A command on the host"),
    "remove-second-factor": N_("A command on the host"),
    "Checklistan": N_("The checklist"),
}
"""Who acted, when it was no person, by the name in the ledger."""
