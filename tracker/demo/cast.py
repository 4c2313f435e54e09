"""The people that a visitor can sign in as, what to try as each, and their passwords."""

import secrets
import unicodedata
from dataclasses import dataclass

from models.words import Role
from tracker.demo import data
from tracker.settings import Settings, remembered_secrets

CAST = {
    "karin": (
        Role.MANAGER,
        "Åtgärda en brist, planera ronder och se hur Stadshuset och norra skolorna ligger till.",
        "Mend a deficiency, plan rounds and see how the town hall and the northern schools are doing.",
    ),
    "oskar": (
        Role.WARDEN,
        "Gå ronden i Stadshuset, 18 punkter, och se att en rond i Stadsbiblioteket är försenad.",
        "Walk the round at the town hall, 18 points, and see that one at the library is late.",
    ),
    "jonny": (
        Role.CARETAKER,
        "Se vad som är mitt att laga, rapportera en brist klar och svara på ett uppdrag från säkerhetsskyddschefen.",
        "See what is mine to mend, report a deficiency done and answer an order from the protective security manager.",
    ),
    "gunilla": (
        Role.INTEGRITY,
        "Öppna Förankringsindex och se vad varje förvaltning saknar; anta en ny version, och alla blir inaktuella.",
        "Open the anchoring index and see what each unit lacks; adopt a new version, and all of them lapse.",
    ),
    "margareta": (
        Role.HEAD,
        "Verifiera den akuta bristen i Ekbackens skola: punkt 4.3-X3 i uppföljningen blir uppfylld.",
        "Verify the acute deficiency at Ekbackens skola: point 4.3-X3 of the follow-up becomes fulfilled.",
    ),
    "agneta": (
        Role.HEAD,
        "Skriv under ”läst och diskuterat” för Socialförvaltningen: då är riktlinjerna förankrade där.",
        "Sign “read and discussed” for the social services: then the guidelines are anchored there.",
    ),
    "eva": (
        Role.CHIEF,
        "Lås upp valvet, läs en förseglad rapport, följ loggen och se att kedjan är hel.",
        "Unlock the vault, read a sealed report, follow the ledger and see that the chain is whole.",
    ),
    "lars": (
        Role.DEPUTY,
        "Skapa en egen nyckel till valvet, och låt sedan säkerhetsskyddschefen släppa in den till en sista dag.",
        "Make a key of your own for the vault, then let the säkerhetsskyddschef let it in until a last day.",
    ),
    "malin": (
        Role.SECURITY,
        "Följ upp alla lokaler, sätt en sekretessmarkering och inför en ny version av en checklista.",
        "Follow up all premises, mark a field as secret and adopt a new version of a checklist.",
    ),
    "erik": (
        Role.BOARD,
        "Öppna uppföljningen av programmet och klicka på ett tal för att se raderna bakom.",
        "Open the follow-up of the programme and click a number to see the rows behind it.",
    ),
    "helena": (
        Role.SECRETARY,
        "Läs uppföljningen och ange att något inte finns, med datum och skäl.",
        "Read the follow-up and state that something does not exist, with date and reason.",
    ),
    "sven": (
        Role.AUDITOR,
        "Läs allt öppet, kontrollera loggen och exportera en lista; hemligt är maskerat.",
        "Read all that is open, check the ledger and export a list; what is secret is masked.",
    ),
    "ali": (
        Role.INFOSEC,
        "Bedöm rapporten om ett USB-minne, anteckna nattens upplysning som skickad före kl. 21, utvärdera övningen.",
        "Triage the report of a USB stick, record last night's early warning as sent by 21:00, evaluate the exercise.",
    ),
    "administrator": (
        Role.ADMIN,
        "Lägg till en person, ge en roll och importera enheter; registren syns inte här.",
        "Add a person, give a role and import units; the registers are not shown here.",
    ),
    "emma": (
        Role.EMPLOYEE,
        "Rapportera en incident med fyra frågor, eller en förseglad rapport, och försök läsa den igen.",
        "Report an incident by four questions, or send a sealed report, and try to read it again.",
    ),
}
"""By key in people.yaml: the role, and one line to try in Swedish and English."""


PASSPHRASE, SHARES = "passphrase of the vault", "recovery shares of the vault"
"""What the demo's vault is opened by, beside its other secrets."""


@dataclass(frozen=True)
class DemoPerson:
    email: str
    role: Role
    password: str
    name: str
    try_sv: str
    try_en: str
    passphrase: str = ""  # of the vault, for whoever holds a key to it


def people(settings: Settings) -> list[DemoPerson]:
    """The demo people with their passwords."""
    return list(cast_of(settings).values())


def cast_of(settings: Settings) -> dict[str, DemoPerson]:
    """The demo people by key. Their passwords are random, made once, and kept beside the demo's secrets."""
    names = {key: data.people()[key][0] for key in CAST}
    places = {key: f"password of {email(name)}" for key, name in names.items()}
    opens = {"eva": known(settings).get(PASSPHRASE, "")}
    kept = remembered_secrets(settings.data, places.values(), new_password)
    return {
        key: DemoPerson(email(names[key]), role, kept[places[key]], names[key], sv, en, opens.get(key, ""))
        for key, (role, sv, en) in CAST.items()
    }


def known(settings: Settings) -> dict[str, str]:
    """The passphrase and the shares of a demo's vault, if it has one."""
    kept = remembered_secrets(settings.data, ())
    return {name: kept[name] for name in (PASSPHRASE, SHARES) if name in kept}


def new_password() -> str:
    """Three words and two digits, such as kajak-mossa-lykta-47: easy to type on any keyboard."""
    words = secrets.SystemRandom().sample(data.words(), 3)
    return "-".join([*words, str(10 + secrets.randbelow(90))])


def email(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return f"{plain.replace(' ', '.')}@ekdala.example"
