"""Making, rotating and revoking the key that signs files of approvals."""

import io
import stat

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from planner import env, evidence_key
from planner_evidence.keys import new_private_key, signer_of
from plans.models import EvidenceKey
from plans.reviews.evidence_keys import current_signer

pytestmark = pytest.mark.once


def run(*arguments):
    out = io.StringIO()
    try:
        call_command("make_evidence_key", *arguments, stdout=out)
    except CommandError as refusal:
        return f"{out.getvalue()}{refusal}", refusal.returncode
    return out.getvalue(), 0


def test_a_key_is_made_for_its_owner_alone_and_published(db, tmp_path):
    path = tmp_path / "key.pem"
    output, code = run(path)
    assert code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    keyid = signer_of(path.read_text()).public_key.keyid
    assert keyid in output and f"EVIDENCE_KEY_FILE={path}" in output
    # The one before stays published.
    known = set(EvidenceKey.objects.values_list("keyid", flat=True))
    assert known == {keyid, current_signer().public_key.keyid}
    assert "PRIVATE" not in output


def test_a_file_that_is_there_stays_as_it_is(db, tmp_path):
    path = tmp_path / "key.pem"
    path.write_text("precious")
    output, code = run(path)
    assert (code, "File exists" in output, path.read_text()) == (2, True, "precious")
    assert not EvidenceKey.objects.exists()


def test_no_key_is_made_in_the_folder_of_the_program(db):
    path = django_settings.BASE_DIR / "var" / "never.pem"
    output, code = run(path)
    assert (code, "Keep the key elsewhere" in output, path.exists()) == (2, True, False)


def test_a_key_is_revoked_once(db, tmp_path):
    run(tmp_path / "key.pem")
    keyid = current_signer().public_key.keyid
    output, code = run("--revoke", keyid[:12])
    assert (code, "Make another one" in output) == (0, True)
    when = EvidenceKey.objects.get(keyid=keyid).revoked_at
    run("--revoke", keyid)
    assert EvidenceKey.objects.get(keyid=keyid).revoked_at == when
    for unknown in ("0" * 64, keyid[:4]):
        assert run("--revoke", unknown)[1] == 1


# --- What the environment says ---


@pytest.fixture
def read(monkeypatch, tmp_path):
    def read(value="", file="", kept_in=None, repository=None):
        monkeypatch.setenv("EVIDENCE_KEY", value)
        monkeypatch.setenv("EVIDENCE_KEY_FILE", str(file))
        return evidence_key.read(
            kept_in=kept_in, repository=repository or tmp_path / "program"
        )

    return read


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "key.pem"
    path.write_text(new_private_key())
    path.chmod(0o600)
    return path


def test_production_has_no_key_by_itself(read):
    assert read() == ""


def test_development_makes_one_and_keeps_it(read, tmp_path):
    path = tmp_path / "var" / "key.pem"
    key = read(kept_in=path)
    assert signer_of(key)
    assert read(kept_in=path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_is_read(read, key_file):
    assert read(file=key_file) == key_file.read_text()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_stops_the_start(read, key_file, mode):
    key_file.chmod(mode)
    with pytest.raises(env.InvalidSetting, match="others can read"):
        read(file=key_file)


def test_so_does_one_in_the_program_s_folder(read, key_file, tmp_path):
    with pytest.raises(env.InvalidSetting, match="in the folder of the program"):
        read(file=key_file, repository=tmp_path)


def test_so_does_one_that_is_none(read, key_file, tmp_path):
    key_file.write_text("hello")
    with pytest.raises(env.InvalidSetting, match="EVIDENCE_KEY_FILE is no key"):
        read(file=key_file)
    with pytest.raises(env.InvalidSetting, match="EVIDENCE_KEY is no key"):
        read(value="hello")
    with pytest.raises(env.InvalidSetting, match="can’t be read"):
        read(file=tmp_path / "nowhere")
    with pytest.raises(env.InvalidSetting, match="Set one of"):
        read(value=new_private_key(), file=key_file)
