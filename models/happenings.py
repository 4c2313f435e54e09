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
    PRIORITISE = named("prioritise", "set its priority")
    DECIDE = named("decide", "wrote it into the plan")
    POSTPONE = named("postpone", "postponed it")
    RESUME = named("resume", "took it up again")
    DROP = named("drop", "found it not relevant")
    REFER = named("refer", "sent it out for comment")
    HOLD = named("hold", "recorded the control as done")
    REPEAL = named("repeal", "repealed it")
    READ_AND_DISCUSSED = named("read_and_discussed", "signed: read and discussed")
    ADOPT = named("adopt", "recorded its adoption")
    CORRECT = named("correct", "corrected what was decided")
    OUTDATE = named("outdate", "found that it must be updated earlier")
    UPHOLD = named("uphold", "found that it need not be updated earlier")
    REPLACE = named("replace", "recorded that a newer one has replaced it")
    WITHDRAW = named("withdraw", "withdrew it")
    ANSWERED = named("answered", "answered that the order is carried out")
    RENEWED = named("renewed", "brought in a rule that came with a register")
    BRING = named("bring", "recorded that the contract is in force")
    PROLONG = named("prolong", "recorded that an option is used")
    TERMINATE = named("terminate", "recorded that notice was given")
    CONCLUDE = named("conclude", "recorded that the contract has ended")
    GATHER = named("gather", "began to gather material")
    DRAFT = named("draft", "began the draft")
    RESOLVE = named("resolve", "recorded the decision")
    FIGURES_CAME = named("figures_came", "brought in figures of guarding")
    CARRY = named("carry", "recorded that measures are under way")
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
    VAULT_MADE = named("vault_made", "made the vault")
    UNLOCKED = named("unlocked", "unlocked the vault")
    UNLOCK_FAILED = named("unlock_failed", "tried to unlock the vault, in vain")
    LOCKED = named("locked", "locked the vault")
    HOLDER_MADE = named("holder_made", "made a key of their own for the vault")
    KEY_ALTERED = named("key_altered", "found a key to the vault that does not match its trace, and gave it nothing")
    GRANTED = named("granted", "let somebody into the vault")
    REVOKED = named("revoked", "shut somebody out of the vault")
    PASSPHRASE_CHANGED = named("passphrase_changed", "changed the passphrase of the vault")
    ROTATED = named("rotated", "changed the vault's key")
    RESEALED = named("resealed", "sealed anew under the vault's new key")
    ROTATION_DONE = named("rotation_done", "destroyed the vault's old key")
    RECOVERED = named("recovered", "opened the vault with recovery shares")
    RECOVERY_FAILED = named("recovery_failed", "tried recovery shares, in vain")
    SHARES_MADE = named("shares_made", "made new recovery shares")
    DRILLED = named("drilled", "held the recovery drill")
    CLEARED = named("cleared", "stated what is needed to open what is sealed")
    DEPOSITED = named("deposited", "sent a sealed report")
    OPENED = named("opened", "opened what is sealed")
    NOT_OPENED = named("not_opened", "could not open what is sealed: it does not match its trace")
    READ = named("read", "read the sealed report")
    SEALED = named("sealed", "wrote and sealed")
    LINK = named("link", "linked it to a measure")
    CLOSE = named("close", "closed it")
    QUARANTINED = named("quarantined", "put the content in quarantine: it is destroyed here")
    RESTORED = named("restored", "restored an older copy")
    ABSENCE_STATED = named("absence_stated", "stated that it does not exist")


COMMANDS = {
    "install": N_("Värna (at installation)"),
    "daily": N_("Värna (each day)"),
    "demo": N_("Värna (demonstration)"),
    "make-admin": N_("A command on the host"),
    "make-chief": N_("A command on the host"),
    "end-access": N_("A command on the host"),
    "change-email": N_("A command on the host"),
    "restore": N_("A command on the host"),
    "remove-second-factor": N_("A command on the host"),
    "Checklistan": N_("The checklist"),
    "Sekretessbeslutet": N_("The decision on secrecy"),
}
"""Who acted, when it was no person, by the name in the ledger."""
