"""Passphrase, recovery code, rotation, a dead disk and a finished contract, through akarictl and the real archive."""
import json
import shutil

from akari import PASSPHRASE, check, equal, report_json, workplace

NEW = "another lamp at dusk"
THIRD = "a third lamp"


def export(place, sop, **options):
    target = place.root / "object.dcm"
    place.ctl("export", "--sop", sop, "-o", target, **options)
    content = target.read_bytes()
    target.unlink()
    return content


def signed_bytes(place, report, **options):
    target = place.root / "signed.dcm"
    place.ctl("report", "show", report, "--sr", target, **options)
    content = target.read_bytes()
    target.unlink()
    return content


with workplace() as place:
    place.start_demo()
    truth = place.truth()
    study, sop = truth["studyInstanceUid"], truth["nodule"]["sop"]
    place.ctl("sync", "demo", "--study", study)
    place.enrol()
    equal(place.ctl("key", "status", passphrase=None), {"mode": "passphrase", "kdf": {"name": "argon2id13", "passes": 3, "memoryBytes": 67108864},
                                                        "recoveryCode": False, "rotating": False}, "key status")
    equal(place.ctl("records", "status")["secondPlace"], {"state": "none"}, "no second place yet")
    stick = place.root / "stick"
    place.fails("backup.absent", "records", "backup-place", stick)
    place.fails("backup.inside", "records", "backup-place", place.data / "records")
    stick.mkdir()
    equal(place.ctl("records", "backup-place", stick)["opensWith"], ["passphrase"], "what opens the copies")

    source = place.root / "report.json"
    source.write_text(json.dumps(report_json(truth), ensure_ascii=False))
    report = place.ctl("report", "new", "--study", study, "--from", source)["id"]
    place.fails("archive.inuse", "archive", "remove", "demo", "--shred")
    place.ctl("report", "sign", report, extra={"AKARI_SIGNING_SECRET": PASSPHRASE})
    image, signed = export(place, sop), signed_bytes(place, report)
    equal(place.ctl("records", "status")["secondPlace"]["state"], "current", "second place after a signature")

    code = place.ctl("key", "recovery-code")["recoveryCode"]
    check(len(code) == 39 and code.count("-") == 7, f"a code of eight groups, not {code!r}")
    place.fails("usage.environment", "key", "change-passphrase", exit=2)
    place.ctl("key", "change-passphrase", extra={"AKARI_NEW_PASSPHRASE": NEW})
    place.fails("key.wrong", "studies")
    equal(export(place, sop, passphrase=NEW), image, "the object under the new passphrase")

    rotated = place.ctl("key", "rotate", passphrase=NEW)
    check(rotated["rotated"] and rotated["recoveryCode"] != code, "a new code comes with a new master key")
    place.fails("key.wrong", "key", "change-passphrase", passphrase=None, extra={"AKARI_RECOVERY_CODE": code, "AKARI_NEW_PASSPHRASE": THIRD})
    place.fails("key.code", "key", "change-passphrase", passphrase=None, extra={"AKARI_RECOVERY_CODE": "XXXX", "AKARI_NEW_PASSPHRASE": THIRD})
    place.fails("key.recovery", "archive", "list", passphrase=None, extra={"AKARI_RECOVERY_CODE": rotated["recoveryCode"]})
    equal(export(place, sop, passphrase=NEW), image, "the object after the rotation")
    equal(signed_bytes(place, report, passphrase=NEW), signed, "the signed bytes after the rotation")
    place.ctl("key", "change-passphrase", passphrase=None, extra={"AKARI_RECOVERY_CODE": rotated["recoveryCode"].lower(), "AKARI_NEW_PASSPHRASE": THIRD})
    place.fails("key.wrong", "studies", passphrase=NEW)
    equal(place.ctl("records", "status", passphrase=THIRD)["secondPlace"]["state"], "current", "second place after the changes")

    # The stick is away while a draft is written, and is made good when it comes back.
    shutil.move(stick, place.root / "away")
    draft = place.ctl("report", "new", "--study", study, "--from", source, passphrase=THIRD)["id"]
    equal(place.ctl("records", "status", expect=1, passphrase=THIRD)["secondPlace"]["state"], "unreachable", "second place that is away")
    shutil.move(place.root / "away", stick)
    place.ctl("archive", "add", "elsewhere", "http://127.0.0.1:9/dicom-web", passphrase=THIRD)
    equal(place.ctl("records", "status", passphrase=THIRD)["secondPlace"]["state"], "current", "second place that came back")

    # A dead disk.
    reports = place.ctl("report", "list", passphrase=THIRD)
    for number, secrets in enumerate([{"passphrase": THIRD}, {"passphrase": None, "extra": {"AKARI_RECOVERY_CODE": rotated["recoveryCode"],
                                                                                             "AKARI_NEW_PASSPHRASE": THIRD}}]):
        fresh = place.root / f"fresh-{number}"
        place.fails("key.wrong", "records", "restore", "--from", stick, data=fresh, passphrase=NEW)
        check(not fresh.exists() and not list(place.root.glob("fresh-*.restoring")), "a wrong passphrase leaves nothing behind")
        equal(place.ctl("records", "restore", "--from", stick, data=fresh, **secrets)["reports"], 2, "restored reports")
        equal(place.ctl("report", "list", data=fresh, passphrase=THIRD), reports, "reports of the restored folder")
        equal(signed_bytes(place, report, data=fresh, passphrase=THIRD), signed, "signed bytes of the restored folder")
        place.fails("data.foreign", "records", "restore", "--from", stick, data=fresh, passphrase=THIRD)
        place.ctl("sync", "demo", "--study", study, data=fresh, passphrase=THIRD)
        equal(export(place, sop, data=fresh, passphrase=THIRD), image, "the object synced into the restored folder")

    # The end of a contract.
    place.ctl("report", "sign", draft, passphrase=THIRD, extra={"AKARI_SIGNING_SECRET": PASSPHRASE})
    shutil.copytree(place.data / "cache", place.root / "old-cache")
    place.fails("archive.unknown", "archive", "remove", "nobody", passphrase=THIRD)
    equal(place.ctl("archive", "remove", "demo", "--shred", passphrase=THIRD), {"name": "demo", "studies": 1, "shredded": True}, "removal")
    equal(place.ctl("studies", passphrase=THIRD)["studies"], [], "studies after the removal")
    equal([a["name"] for a in place.ctl("archive", "list", passphrase=THIRD)["archives"]], ["elsewhere"], "archives after the removal")
    equal(signed_bytes(place, report, passphrase=THIRD), signed, "signed bytes after the removal")
    shutil.rmtree(place.data / "cache")
    shutil.copytree(place.root / "old-cache", place.data / "cache")
    equal(place.ctl("studies", passphrase=THIRD)["studies"], [], "an old copy of the cache shows nothing")
    place.fails("object.unknown", "export", "--sop", sop, "-o", place.root / "nothing.dcm", passphrase=THIRD)
    place.ctl("archive", "remove", "elsewhere", passphrase=THIRD)
print("keys, recovery, rotation, restore and shredding hold")
