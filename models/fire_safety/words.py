"""The words of fire safety: kinds of premises, parties, severities, intervals."""

from models.words import Labelled, Register, named

REGISTER = Register.FIRE_SAFETY


class PremisesKind(Labelled):
    SCHOOL = named("skola", "School")
    PRESCHOOL = named("forskola", "Preschool")
    CARE = named("vardboende", "Care home")
    OFFICE = named("kontor", "Office")


class Party(Labelled):
    TENANT = named("HG", "Tenant (HG)")
    LANDLORD = named("HV", "Landlord (HV)")


class Severity(Labelled):
    ACUTE = named("1", "Acute", "no")
    SERIOUS = named("2", "Serious", "part")
    MINOR = named("3", "Minor")
    IMPROVEMENT = named("4", "Improvement")


class Interval(Labelled):
    DAY = named("D", "Daily")
    MONTH = named("M", "Monthly")
    QUARTER = named("K", "Quarterly")
    TERM = named("T", "Each term")
    YEAR = named("A", "Yearly")
