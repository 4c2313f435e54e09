"""The settings: no secret has a default, and what is unsafe does not start."""

import json
import multiprocessing
import stat

import pytest

from tracker.settings import LOOPBACK_HOSTS, SECRETS, Refusal, is_loopback, new_secret, read, remembered_secrets


@pytest.fixture
def production(environ):
    return {**environ, "VARNA_ENV": "production"}


def refusal(environ):
    with pytest.raises(Refusal) as error:
        read(environ)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_production_is_the_default(production):
    del production["VARNA_ENV"]
    settings = read(production)
    assert (settings.env, settings.is_demo) == ("production", False)
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 3)
    assert settings.trusted_hosts == LOOPBACK_HOSTS
    assert settings.smtp_url is None
    assert settings.database_url == f"sqlite:///{settings.data}/varna.db"


def test_every_secret_that_is_missing_is_named_at_once(production):
    for name in SECRETS:
        production[name] = "  "
    said = refusal(production)
    assert all(name in said for name in SECRETS)
    assert "python3 -c" in said


def test_only_the_missing_secret_is_named(production):
    del production["VARNA_PASSWORD_PEPPER"]
    said = refusal(production)
    assert "VARNA_PASSWORD_PEPPER" in said
    assert "VARNA_SECRET_KEY" not in said


@pytest.mark.parametrize("env", ["production", "test"])
def test_nothing_is_made_up_outside_the_demo(env, tmp_path):
    refusal({"VARNA_ENV": env, "VARNA_DATA": str(tmp_path / "data")})
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("VARNA_SECRET_KEY", "short", "VARNA_SECRET_KEY has 5 characters"),
        ("VARNA_PASSWORD_PEPPER", "short", "VARNA_PASSWORD_PEPPER has 5 characters"),
        ("VARNA_LEDGER_KEY", "not base64!", "VARNA_LEDGER_KEY is not 32 bytes"),
        ("VARNA_LEDGER_KEY", "c2hvcnQ=", "VARNA_LEDGER_KEY is not 32 bytes"),
        ("VARNA_LEDGER_KEY", "å" * 44, "VARNA_LEDGER_KEY is not 32 bytes"),
        ("VARNA_ENV", "staging", "VARNA_ENV is one of production, demo, test"),
        ("VARNA_BEHIND_TLS", "direct", "VARNA_BEHIND_TLS is “proxy” or not set"),
        ("PORT", "http", "PORT is a number from 1 to 65535"),
        ("PORT", "70000", "PORT is a number from 1 to 65535"),
        ("VARNA_WORKERS", "0", "VARNA_WORKERS is a number from 1 to 64"),
    ],
)
def test_what_is_wrong_is_said(production, name, value, sentence):
    said = refusal({**production, name: value})
    assert sentence in said
    assert "short" not in said


def test_everything_wrong_is_said_at_once(production):
    said = refusal({**production, "PORT": "x", "HOST": "0.0.0.0", "VARNA_SECRET_KEY": ""})  # noqa: S104  refused
    assert all(word in said for word in ("PORT", "HOST", "VARNA_SECRET_KEY"))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "varna.example", "localhost.example"])  # noqa: S104  refused
@pytest.mark.parametrize("env", ["production", "demo", "test"])
def test_no_reachable_host_without_tls(environ, env, host):
    said = refusal({**environ, "VARNA_ENV": env, "HOST": host})
    assert f"HOST is “{host}”" in said
    assert "TLS" in said
    assert "VARNA_BEHIND_TLS=proxy" in said


def test_a_reachable_host_behind_a_declared_proxy(production):
    proxied = {"HOST": "0.0.0.0", "VARNA_BEHIND_TLS": "proxy"}  # noqa: S104
    assert "VARNA_TRUSTED_HOSTS is not set" in refusal({**production, **proxied})
    settings = read({**production, **proxied, "VARNA_TRUSTED_HOSTS": "varna.example, , varna.test"})
    assert settings.behind_tls
    assert settings.trusted_hosts == ("varna.example", "varna.test")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_what_only_this_machine_reaches(host):
    assert is_loopback(host)


def test_the_settings_show_no_secret(production):
    given = {"DATABASE_URL": "postgresql://u:hemligt@h/d", "VARNA_SMTP_URL": "smtp://u:hemligt@h"}
    settings = read({**production, **given})
    shown = f"{settings}"
    assert not any(secret in shown for secret in ["hemligt", *(production[name] for name in SECRETS)])
    assert repr(settings.ledger_key) not in shown
    assert shown.count("***") == 5
    assert "port=8000" in shown


def test_the_settings_do_not_change(settings):
    with pytest.raises(AttributeError):
        settings.port = 1


def test_the_settings_of_a_test_lead_to_its_database(settings, engine):
    assert engine.name in settings.database_url
    assert settings.env == "test"


@pytest.fixture
def demo(tmp_path):
    return {"VARNA_ENV": "demo", "VARNA_DATA": str(tmp_path / "data")}


def test_a_demo_remembers_its_secrets(demo, tmp_path):
    first, second = read(demo), read(demo)
    assert first == second
    assert first.is_demo
    assert len(first.ledger_key) == 32
    file = tmp_path / "data" / "demo.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert sorted(json.loads(file.read_text())) == sorted(SECRETS)
    assert [one.name for one in file.parent.iterdir()] == ["demo.json"]


def test_two_demos_share_no_secret(demo, tmp_path):
    other = read({**demo, "VARNA_DATA": str(tmp_path / "other")})
    assert not {other.secret_key, other.password_pepper, other.ledger_key} & {
        getattr(read(demo), name) for name in ("secret_key", "password_pepper", "ledger_key")
    }


def test_a_demo_made_before_a_secret_existed_gets_it(demo, tmp_path):
    (tmp_path / "data").mkdir()
    known = {"VARNA_SECRET_KEY": new_secret()}
    (tmp_path / "data" / "demo.json").write_text(json.dumps(known))
    assert read(demo).secret_key == known["VARNA_SECRET_KEY"]
    assert sorted(remembered_secrets(tmp_path / "data")) == sorted(SECRETS)


def test_a_given_secret_comes_before_the_remembered(demo):
    given = new_secret()
    assert read({**demo, "VARNA_SECRET_KEY": given}).secret_key == given
    assert read(demo).secret_key != given


@pytest.mark.parametrize("content", ["{", "[1]", ""])
def test_a_spoilt_demo_is_not_made_anew(demo, tmp_path, content):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "demo.json").write_text(content)
    assert "demo.json" in refusal(demo)
    assert (tmp_path / "data" / "demo.json").read_text() == content


def test_processes_that_start_at_once_agree(tmp_path):
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        remembered = pool.map(remembered_secrets, [tmp_path / "data"] * 12)
    assert all(one == remembered[0] for one in remembered)
