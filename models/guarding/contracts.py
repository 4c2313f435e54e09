"""Contracts with guarding companies: until when, by which options, and what is bought."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from models.calendar import latest_reaching, months_before
from models.common import a_reference
from models.guarding.targets import Aim, aimed
from models.guarding.words import IN_FORCE, REGISTER, ContractState, PriceModel, ServiceKind
from models.kinds import Choice, Day, Flag, Link, Number, SortKey, Text
from models.measures import Mark
from models.record import Record, Step, among, declares, selection
from models.words import N_, Act, Message, Problem, Protection

LONGEST_NOTICE = 24
PRICES, DECISION = "OSL 31:16", "Sekretessbeslutet"
"""The provision on a business partner's terms, and who marks a price by it: not a person but the decision."""
_COMPANY = re.compile(r"\d{6}-?\d{4}")


def a_company(value: str) -> Message | None:
    """An organisationsnummer: 556000-0000. Never a personnummer, whose month is under 13 in the same place."""
    if _COMPANY.fullmatch(value) and int(value[2:4]) >= 20:
        return None
    return Message("Write the organisationsnummer as 556000-0000.")


@declares(
    "Guarding contract",
    "Guarding contracts",
    register=REGISTER,
    slug="bevakningsavtal",
    title="supplier",
    columns=("supplier", "reference", "starts_on", "ends_on", "state"),
    filters=("state",),
    sorts=("supplier_key", "ends_on"),
    search=("supplier", "reference"),
    form=(
        "supplier",
        "company_number",
        "reference",
        "procurement",
        "starts_on",
        "ends_on",
        "price_model",
        "manager",
        "authorised_on",
        "security_agreement_on",
        "awarded_on",
        "prices_decided_on",
        "prices_reference",
    ),
    parts=("optioner", "bevakningstjanster", "bevakningsobjekt", "avtalsmoten", "stickprov", "sifferleveranser"),
    steps={
        "bring": Step("It is in force", Act.DECIDE, (ContractState.PREPARED,), ContractState.ACTIVE),
        "prolong": Step(
            "Use an option",
            Act.DECIDE,
            (ContractState.ACTIVE, ContractState.PROLONGED),
            ContractState.PROLONGED,
            asks=("ends_on",),
            needs=("ends_on",),
        ),
        "terminate": Step(
            "Give notice",
            Act.DECIDE,
            (ContractState.ACTIVE, ContractState.PROLONGED),
            ContractState.TERMINATED,
            asks=("terminated_on", "ends_on"),
            needs=("terminated_on", "ends_on"),
        ),
        "conclude": Step("It has ended", Act.DECIDE, IN_FORCE, ContractState.ENDED),
    },
)
class Contract(Record):
    """An avtal with a guarding company, whose authorisation (lag 1974:191) is looked at again and again."""

    supplier = Text("Supplier", max_length=120)
    supplier_key = SortKey(of="supplier")
    company_number = Text("Organisationsnummer", max_length=11, check=a_company)
    reference = Text("Diarienummer", max_length=30, check=a_reference)
    procurement = Text("Procurement, diarienummer", max_length=30, optional=True, check=a_reference)
    starts_on = Day("First day")
    ends_on = Day("Last day", index=True)
    price_model = Choice("Price model", PriceModel)
    manager = Text("Contract manager (function)", max_length=80, hint=N_("A function, never a name."))
    authorised_on = Day("Authorisation last checked", optional=True)
    security_agreement_on = Day("Säkerhetsskyddsavtal of", optional=True, protection=Protection.SECRET)
    awarded_on = Day("Awarded", optional=True)
    prices_decided_on = Day(
        "Secrecy of unit prices decided",
        optional=True,
        hint=N_("OSL 31:16. Without a decision the prices are open once the contract is awarded."),
    )
    prices_reference = Text("The decision on secrecy, diarienummer", max_length=30, optional=True, check=a_reference)
    terminated_on = Day("Notice given", optional=True)
    state = Choice("State", ContractState, default=ContractState.PREPARED, typed=False)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values["ends_on"] < values["starts_on"]:
            yield Problem("ends_on", Message("The last day cannot come before the first."))
        if values.get("prices_decided_on"):
            for name in ("prices_reference", "awarded_on"):
                if not values.get(name):
                    yield Problem(
                        name, Message("A decision on secrecy has a diarienummer, and an award that it is about.")
                    )

    def follows(self, today: dt.date) -> Iterable[Record]:
        """The marks on the unit prices, as the decision on their secrecy now is."""
        for service in Service.select().where(Service.contract == self.id):
            yield from service.price_marks(self, today)

    @property
    def prices_secret_until(self) -> dt.date | None:
        """The last day on which unit prices are secret; None where nobody has decided that they are."""
        if self.prices_decided_on is None or self.awarded_on is None:
            return None
        return months_before(self.awarded_on, -aimed(Aim.PRICES))

    @property
    def is_locked(self) -> bool:
        """What has ended stands as it was."""
        return self.state is ContractState.ENDED

    @selection("In force now")
    def current(cls, today):
        return cls.state.in_(IN_FORCE)

    @selection("Past its last day")
    def past(cls, today):
        return cls.state.in_(IN_FORCE) & (cls.ends_on < today)

    @selection("Last day of notice is near or has passed")
    def notice_near(cls, today):
        near = ContractOption.select(ContractOption.contract).where(ContractOption.soon(today))
        return cls.state.in_(IN_FORCE) & among(cls.id, near)

    @selection("Authorisation to be checked")
    def unauthorised(cls, today):
        limit = latest_reaching(today - dt.timedelta(days=1), -aimed(Aim.AUTHORISATION))
        return cls.state.in_(IN_FORCE) & (cls.authorised_on.is_null() | (cls.authorised_on <= limit))


@declares(
    "Option",
    "Options",
    register=REGISTER,
    slug="optioner",
    title="begins_on",
    columns=("contract", "begins_on", "ends_on", "notice_on", "used_on"),
    sorts=("begins_on",),
    form=("begins_on", "ends_on", "notice_months", "notice_on", "used_on"),
    part_of="contract",
)
class ContractOption(Record):
    """A right to go on from a day. Whoever will not or will use it says so by the last day of notice."""

    timed = ("begins_on", "notice_months", "notice_on")

    contract = Link("Contract", to=Contract, typed=False)
    begins_on = Day("Begins")
    ends_on = Day("Ends")
    notice_months = Number("Months of notice", most=LONGEST_NOTICE)
    notice_on = Day(
        "Last day of notice", optional=True, hint=N_("Left empty it is counted backwards from the first day.")
    )
    used_on = Day("Decided to use it", optional=True)

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> Iterable[Problem]:
        if values["ends_on"] < values["begins_on"]:
            yield Problem("ends_on", Message("The last day cannot come before the first."))
        if values.get("notice_on") and values["notice_on"] > values["begins_on"]:
            yield Problem("notice_on", Message("Notice is given before the option begins."))

    def as_of(self, name: str, today: dt.date) -> Any:
        return self.last_notice if name == "notice_on" else super().as_of(name, today)

    @property
    def last_notice(self) -> dt.date:
        """The day that was agreed, else so many months before the option begins."""
        told: dt.date | None = self.__data__.get("notice_on")
        return told or months_before(self.__data__["begins_on"], self.__data__["notice_months"])

    @classmethod
    def noticed_by(cls, day: dt.date) -> Any:
        """The condition that the last day of notice is `day` or before."""
        counted = (
            (cls.notice_months == months) & (cls.begins_on <= latest_reaching(day, months))
            for months in range(LONGEST_NOTICE + 1)
        )
        told = cls.notice_on.is_null(False) & (cls.notice_on <= day)
        return told | (cls.notice_on.is_null() & reduce(or_, counted))

    @classmethod
    def soon(cls, today: dt.date) -> Any:
        """Nobody has said whether to use it, and its last day of notice is near; not once it would have begun."""
        near = cls.noticed_by(today + dt.timedelta(days=aimed(Aim.NOTICE)))
        return cls.used_on.is_null() & (cls.begins_on > today) & near

    @selection("Last day of notice is near or has passed")
    def near(cls, today):
        return cls.soon(today)

    @selection("Last day of notice has passed")
    def passed(cls, today):
        """And nobody has decided."""
        return cls.used_on.is_null() & (cls.begins_on > today) & cls.noticed_by(today - dt.timedelta(days=1))


@declares(
    "Guarding service",
    "Guarding services",
    register=REGISTER,
    slug="bevakningstjanster",
    title="kind",
    columns=("contract", "kind", "scope", "inner_check", "unit_price"),
    filters=("kind",),
    sorts=("kind",),
    form=("kind", "scope", "inner_check", "unit_price", "ended_on"),
    part_of="contract",
)
class Service(Record):
    """What is bought by a contract."""

    contract = Link("Contract", to=Contract, typed=False)
    kind = Choice("Service", ServiceKind)
    scope = Text("Scope in general words", max_length=160, optional=True, hint=N_("No times, routes or codes."))
    inner_check = Flag("An alarm is looked into from within", hint=N_("An outer check can leave a break-in unseen."))
    unit_price = Number("Unit price, kronor", optional=True)
    ended_on = Day("No longer bought from", optional=True)

    def follows(self, today: dt.date) -> Iterable[Record]:
        return self.price_marks(Contract.get_by_id(self.__data__["contract"]), today)

    def price_marks(self, contract: Contract, today: dt.date) -> Iterable[Record]:
        """The mark on the unit price: made, moved or lifted by what the contract says of its decision."""
        until = contract.prices_secret_until
        about = dict(about_type=self._meta.table_name, about_uid=self.uid, field="unit_price", provision=PRICES)
        there = [Mark.about_type == about["about_type"], Mark.about_uid == self.uid, Mark.by == DECISION]
        mark = Mark.select().where(*there, Mark.lifted_on.is_null()).first()
        if mark is None and until is not None and until >= today and self.unit_price is not None:
            yield Mark(**about, on=contract.prices_decided_on, by=DECISION, until=until)
        elif mark is not None and until is None:
            mark.lifted_on = today
            yield mark
        elif mark is not None and mark.until != until:
            mark.until = until
            yield mark

    @selection("Bought now")
    def current(cls, today):
        bought = Contract.select(Contract.id).where(Contract.state.in_(IN_FORCE))
        return (cls.ended_on.is_null() | (cls.ended_on > today)) & among(cls.contract, bought)
