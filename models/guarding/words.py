"""The words of guarding: contracts, services, needs and reviews."""

from models.words import Labelled, Register, named

REGISTER = Register.GUARDING


class ContractState(Labelled):
    PREPARED = named("prepared", "In preparation", "none")
    ACTIVE = named("active", "In force", "ok")
    PROLONGED = named("prolonged", "In force by an option", "ok")
    TERMINATED = named("terminated", "Notice given", "part")
    ENDED = named("ended", "Ended", "none")


IN_FORCE = (ContractState.ACTIVE, ContractState.PROLONGED, ContractState.TERMINATED)
"""Until a contract that notice was given of has ended, its sites are guarded."""


class PriceModel(Labelled):
    FIXED = named("fixed", "Fixed price per month")
    PER_TASK = named("per_task", "Price per round and call-out")
    HOURLY = named("hourly", "Price per hour")
    MIXED = named("mixed", "Fixed and per task")


class ServiceKind(Labelled):
    """What guarding companies are engaged for (guide B.2.1, from a contract of a municipality)."""

    OUTER_ROUND = named("outer_round", "Outer round")
    INNER_ROUND = named("inner_round", "Inner round")
    CALL_OUT = named("call_out", "Alarm call-out")
    LOCKING = named("locking", "Opening and locking")
    STATIONED = named("stationed", "Stationed guard")
    HOST = named("host", "Safety host or ordningsvakt")
    ACTION = named("action", "Action service")
    DISTURBANCE = named("disturbance", "Disturbance duty")
    ALARM_CENTRE = named("alarm_centre", "Alarm centre")


class ServiceLevel(Labelled):
    BASIC = named("basic", "Basic")
    EXTENDED = named("extended", "Extended")
    HIGH = named("high", "High")


class Risk(Labelled):
    LOW = named("low", "Low")
    MEDIUM = named("medium", "Medium")
    HIGH = named("high", "High")


class DeviationKind(Labelled):
    MISSED = named("missed", "Missed round")
    LATE = named("late", "Late")
    WRONG = named("wrong", "Wrong measure")
    KEYS = named("keys", "Key lost")
    CONDUCT = named("conduct", "Conduct")
    REPORT = named("report", "Report missing")


class Severity(Labelled):
    MINOR = named("minor", "Minor", "none")
    SERIOUS = named("serious", "Serious", "part")
    GRAVE = named("grave", "Grave", "no")


class Alternative(Labelled):
    """What could take guarding's place (guide B.2.1)."""

    NONE = named("none", "None tried")
    LOCK = named("lock", "Locks and doors")
    ALARM = named("alarm", "Alarm")
    LIGHT = named("light", "Lighting")
    CAMERA = named("camera", "Camera")
    STAFF = named("staff", "Own staff")


class Conclusion(Labelled):
    KEEP = named("keep", "Keep")
    CHANGE = named("change", "Change")
    END = named("end", "End")


class ReviewState(Labelled):
    PLANNED = named("planned", "Planned", "none")
    GATHERING = named("gathering", "Material is gathered", "part")
    DRAFT = named("draft", "Draft", "part")
    REFERRED = named("referred", "Out for comment", "part")
    DECIDED = named("decided", "Has been decided", "ok")
    MEASURES = named("measures", "Measures under way", "ok")
    CLOSED = named("closed", "Concluded", "ok")


UNDECIDED = (ReviewState.PLANNED, ReviewState.GATHERING, ReviewState.DRAFT, ReviewState.REFERRED)
DECIDED = (ReviewState.DECIDED, ReviewState.MEASURES, ReviewState.CLOSED)


class Score(Labelled):
    """0 to 3 (guide B.2.2)."""

    NONE = named("0", "0 Missing", "no")
    WEAK = named("1", "1 Weak", "no")
    FAIR = named("2", "2 Fair", "part")
    GOOD = named("3", "3 Good", "ok")


class ProcessState(Labelled):
    DRAFT = named("draft", "Draft", "none")
    ADOPTED = named("adopted", "Adopted", "ok")
    REPLACED = named("replaced", "Replaced by a newer", "none")


class Origin(Labelled):
    FILE = named("file", "A file")
    TYPED = named("typed", "Typed")


class DeliveryState(Labelled):
    COMING = named("coming", "Not come in whole", "part")
    COMPLETE = named("complete", "Complete", "ok")
    WITHDRAWN = named("withdrawn", "Taken back", "none")
