"""The words of incidents: what kind, how bad, what hangs on it (guide B.5.1)."""

from models.words import N_, Labelled, Register, named

REGISTER = Register.INCIDENTS
FUNCTION = N_("A function, never a name.")
NOT_CLASSIFIED = N_("Nothing with a säkerhetsskyddsklass may be written here: refer to the document's number.")


class IncidentState(Labelled):
    NEW = named("new", "New", "no")
    TRIAGE = named("triage", "Triage", "part")
    ONGOING = named("ongoing", "Under way", "part")
    CONTAINED = named("contained", "Contained", "part")
    RESTORED = named("restored", "Restored", "part")
    REVIEW = named("review", "Review after it", "part")
    CLOSED = named("closed", "Closed", "ok")
    DISMISSED = named("dismissed", "Dismissed", "none")


class Category(Labelled):
    MALWARE = named("malware", "Malware or extortion")
    INTRUSION = named("intrusion", "Intrusion or hijacked account")
    PHISHING = named("phishing", "Phishing")
    DENIAL = named("denial", "Denial of service (DoS/DDoS)")
    LEAK = named("leak", "Leak or wrong recipient")
    INSIDER = named("insider", "Unauthorised access from inside")
    LOST = named("lost", "Lost or stolen equipment")
    FAULT = named("fault", "Fault in a system or at a supplier")
    MISTAKE = named("mistake", "Mistake or handling")
    OUTAGE = named("outage", "Outage (power, network, cooling)")
    DEFACED = named("defaced", "Manipulated web or influence")
    PHYSICAL = named("physical", "Physical intrusion against IT")
    VULNERABILITY = named("vulnerability", "Vulnerability (not used)")
    OTHER = named("other", "Other")


class Severity(Labelled):
    """Proposal of practice, with the consequence words of KLASSA (guide B.5.1)."""

    NEGLIGIBLE = named("1", "1 Negligible: no effect outside one user", "ok")
    MODERATE = named("2", "2 Moderate: one unit, under 4 hours, no sensitive data", "none")
    SIGNIFICANT = named("3", "3 Significant: may reach a legal threshold", "part")
    SERIOUS = named("4", "4 Serious: several services, or a crisis", "no")


SEVERE = (Severity.SIGNIFICANT, Severity.SERIOUS)


class Answer(Labelled):
    YES = named("yes", "Yes")
    NO = named("no", "No")
    UNKNOWN = named("unknown", "Not known yet")


class Sector(Labelled):
    """Where a supervisor of its own asks for more than the general law."""

    CARE = named("care", "Health care provider (IVO)")
    WATER = named("water", "Drinking water and sewage (Livsmedelsverket)")
    ENERGY = named("energy", "Energy (Energimyndigheten)")


class EntryKind(Labelled):
    SEEN = named("seen", "Observation")
    DONE = named("done", "Action taken")
    CONTACT = named("contact", "Contact")
    DECIDED = named("decided", "Decision")
    HANDED_OVER = named("handed_over", "Hand-over")


class ReferenceKind(Labelled):
    POLICE = named("police", "Police report (K-number)")
    IMY = named("imy", "IMY")
    PORTAL = named("portal", "Cyberportalen")
    SUPPLIER = named("supplier", "The supplier's case")
    OTHER = named("other", "Other")


class AfterActionState(Labelled):
    DRAFT = named("draft", "Draft", "part")
    APPROVED = named("approved", "Approved", "ok")


class Trigger(Labelled):
    """What starts a legal clock."""

    SIGNIFICANT = named("significant", "The incident is significant under the cybersecurity act")
    PERSONAL_DATA = named("personal_data", "Personal data are affected")
    HIGH_RISK = named("high_risk", "High risk for those whose data are affected")
    SECURITY_SENSITIVE = named("security_sensitive", "Security-sensitive activity is concerned")
    POLICE = named("police", "It is to be reported to the police")
    SECTOR = named("sector", "The sector's supervisor asks for more")
    SENT = named("sent", "Another report was sent")
    HANDLED = named("handled", "The incident is handled, after a status report")
    BY_HAND = named("by_hand", "By hand: an authority asks for it")


class Length(Labelled):
    HOURS = named("hours", "Hours")
    MONTHS = named("months", "Calendar months")
    PROMPTLY = named("promptly", "Promptly, without a set time")
    STATED = named("stated", "By the time that the authority stated")


class ClockState(Labelled):
    RUNNING = named("running", "Running", "part")
    PROPOSED = named("proposed", "Awaiting a second reader", "part")
    SENT = named("sent", "Sent", "ok")
    NOT_REPORTABLE = named("not_reportable", "Not reportable", "ok")
    ELSEWHERE = named("elsewhere", "Someone else reports", "ok")


OPEN_CLOCK = (ClockState.RUNNING, ClockState.PROPOSED)
OVER = (IncidentState.CLOSED, IncidentState.DISMISSED)


class Told(Labelled):
    """Who is told of a serious event, in this order (the programme, appendix 3)."""

    TIB = named("tib", "Officer on call (TiB)")
    SECURITY = named("security", "Security manager (säkerhetschef)")
    CKL = named("ckl", "Central crisis management (CKL)")


class EscalationGround(Labelled):
    SERIOUS = named("serious", "Serious event (allvarlig händelse)")
    EXTRAORDINARY = named("extraordinary", "Extraordinary event (extraordinär händelse)")
