"""Media through akarictl: DICOMDIR variants judged by pydicom, archives and bombs, conflicts, kill, cancel, a full disk."""
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import tarfile
import time
import zipfile

import pydicom
from pydicom.fileset import FileSet

from akari import BIN, PASSPHRASE, check, data_folder, equal, skip, workplace

if data_folder() is None:
    skip("no real test data: set AKARI_TESTDATA")
DATA = data_folder()
DIRECTORIES = DATA / "12_pydicom_core" / "test_files" / "dicomdirtests"
NEMA = DATA / "05_mr_brain_enhanced_NEMA_WG16" / "DISCIMG"


def fresh(place, name):
    return place.root / f"data-{name}"


def put_in(place, name, paths, expect=0):
    return place.ctl("import", *paths, expect=expect, data=fresh(place, name))


def studies(place, name):
    return place.ctl("studies", data=fresh(place, name))["studies"]


def codes(report):
    return sorted((pathlib.PurePosixPath(r["path"]).name, r["code"]) for r in report["rejected"])


def environment(place):
    return {"PATH": os.environ["PATH"], "HOME": str(place.root), "TMPDIR": str(place.tmp), "AKARI_PASSPHRASE": PASSPHRASE, "QT_QPA_PLATFORM": "offscreen"}


def directories(place):
    """Each DICOMDIR variant as the one of its medium: what pydicom resolves, we find; nothing is missing."""
    for variant in ("DICOMDIR", "DICOMDIR-implicit", "DICOMDIR-bigEnd", "DICOMDIR-nooffset", "DICOMDIR-reordered", "DICOMDIR-nopatient"):
        medium = place.root / ("medium-" + variant)
        medium.mkdir()
        for folder in ("77654033", "98892001", "98892003"):
            shutil.copytree(DIRECTORIES / folder, medium / folder)
        # Media are case-blind.
        for folder in [p for p in medium.glob("*/*") if p.is_dir()]:
            folder.rename(folder.with_name(folder.name.lower()))
        shutil.copy(DIRECTORIES / variant, medium / "DICOMDIR")
        listed = pydicom.dcmread(DIRECTORIES / variant, force=True)
        files = {tuple(f) if not isinstance(f, str) else (f,) for f in
                 (record.get("ReferencedFileID") for record in listed.DirectoryRecordSequence) if f is not None}
        report = put_in(place, variant, [medium / "DICOMDIR"])
        equal(report["missing"], [], f"{variant}: nothing is missing")
        equal([(m["references"], m["found"]) for m in report["media"]], [(len(files), len(files))], f"{variant}: references, as pydicom counts them")
        present = [p for p in medium.rglob("*") if p.is_file() and p.name != "DICOMDIR"]
        equal(report["imported"], len(present), f"{variant}: every file of the medium")
        equal(sum(s["stored"] for s in studies(place, variant)), len(present), f"{variant}: all of it in the cache")
        check(all(s["complete"] for s in studies(place, variant)), f"{variant}: every study complete")
    whole = FileSet(DIRECTORIES / "DICOMDIR")
    equal(len({i.StudyInstanceUID for i in whole}), len(studies(place, "DICOMDIR")), "studies as pydicom's FileSet has them")
    tiny = put_in(place, "tiny", [DIRECTORIES / "TINY_ALPHA"])
    equal(tiny["imported"], len(list(FileSet(DIRECTORIES / "TINY_ALPHA" / "DICOMDIR"))), "TINY_ALPHA as pydicom's FileSet has it")


def missing_files(place):
    report = put_in(place, "nema", [NEMA / "DICOMDIR"], expect=1)
    equal(report["imported"], 17, "the 17 files that are there")
    equal([(m["references"], m["found"]) for m in report["media"]], [(131, 17)], "131 references, 17 of them here")
    equal(len(report["missing"]), 114, "114 are listed as missing")
    check(all(m["path"].startswith(str(NEMA / "IMAGES")) or str(NEMA) in m["path"] for m in report["missing"]), "each by its place")
    records = pydicom.dcmread(NEMA / "DICOMDIR").DirectoryRecordSequence
    listed = {r.get("ReferencedSOPInstanceUIDInFile") for r in records}
    check({m["sopInstanceUid"] for m in report["missing"]} <= {str(u) for u in listed if u}, "each by its UID")
    check(not all(s["complete"] for s in studies(place, "nema")), "a study with missing files is not complete")
    text = place.run("import", NEMA / "DICOMDIR", data=fresh(place, "nema"))
    check("0 imported, 17 known already" in text.stdout and "114 x A DICOMDIR lists this file" in text.stdout, f"the text says it: {text.stdout[:300]}")


def archives(place):
    """zip, tar and tar.gz of one medium, beside the folder itself: one study, whatever it came in."""
    source = DIRECTORIES / "98892001"
    files = sorted(p for p in source.rglob("*") if p.is_file())
    zipped, tarred, packed = place.root / "m.zip", place.root / "m.tar", place.root / "m.tgz"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as out:
        for path in files:
            out.write(path, "検査/" + str(path.relative_to(source)))
        out.writestr("README.TXT", "viewer")
        out.writestr("../../../../tmp/akari-escaped.dcm", files[0].read_bytes())
    for target, mode in ((tarred, "w"), (packed, "w:gz")):
        with tarfile.open(target, mode) as out:
            out.add(source, "medium")
            link = tarfile.TarInfo("medium/link")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            out.addfile(link)
    first = put_in(place, "archives", [zipped], expect=1)
    equal((first["imported"], first["duplicate"]), (len(files), 1), "the zip's members")
    equal(codes(first), [("README.TXT", "import.notdicom")], "what else was in it")
    check(not pathlib.Path("/tmp/akari-escaped.dcm").exists(), "no member's name is a path on the disk")
    for other in (tarred, packed):
        again = put_in(place, "archives", [other], expect=1)
        equal((again["imported"], again["duplicate"]), (0, len(files)), f"{other.name}: known already")
        equal(codes(again), [("link", "import.special")], "links are not followed")
    equal(put_in(place, "archives", [source])["duplicate"], len(files), "and the folder too")
    check(all(s["archive"].startswith("import:") for s in studies(place, "archives")), "archive ids of media")
    checked = place.ctl("verify", data=fresh(place, "archives"))
    equal((checked["objects"], checked["damaged"]), (len(files), 0), "every byte verified")

    nema = place.root / "nema.zip"
    with zipfile.ZipFile(nema, "w") as out:
        for path in sorted(p for p in NEMA.rglob("*") if p.is_file()):
            out.write(path, "DISC/" + str(path.relative_to(NEMA)).lower())
    report = put_in(place, "nemazip", [nema], expect=1)
    equal((report["imported"], len(report["missing"])), (17, 114), "a DICOMDIR inside a zip")


def hostile_archives(place):
    good = (DIRECTORIES / "77654033" / "CR1" / "6154").read_bytes()
    head = good[:4096]

    def written(name, fill):
        path = place.root / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            fill(out)
        return path

    def huge(out):
        out.writestr("good.dcm", good)
        with out.open("bomb.dcm", "w", force_zip64=True) as member:
            member.write(head)
            for _ in range(320):
                member.write(bytes(1 << 20))
        out.writestr("after.txt", "not reached as an object")

    packed = written("bomb.zip", huge)
    start = time.monotonic()
    bomb = put_in(place, "bomb", [packed], expect=1)
    equal(bomb["imported"], 1, "what came before the bomb")
    check(("bomb.dcm", "import.bomb") in codes(bomb), f"a bomb: {codes(bomb)}")
    check(time.monotonic() - start < 120, "a bomb does not keep anyone waiting")

    zeros = put_in(place, "zeros", [written("zeros.zip", lambda out: out.writestr("zeros", bytes(100 << 20)))], expect=3)
    equal(codes(zeros), [("zeros", "import.notdicom")], "what is no object is not unpacked further than its first bytes")

    nested = put_in(place, "nested", [written("nested.zip", lambda out: out.write(place.root / "m.zip", "inner.zip"))], expect=3)
    equal(codes(nested), [("inner.zip", "import.nested")], "an archive inside an archive")

    cut = place.root / "cut.zip"
    whole = (place.root / "m.zip").read_bytes()
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    report = put_in(place, "cut", [cut], expect=1)
    check(report["imported"] > 0 and any(code in ("import.archive", "import.member", "import.unpacker") for _, code in codes(report)), f"a cut zip: {codes(report)}")

    flipped = bytearray(whole)
    for at in range(200, len(flipped), 997):
        flipped[at] ^= 0x5A
    (place.root / "flipped.zip").write_bytes(flipped)
    done = place.run("import", place.root / "flipped.zip", "--json", data=fresh(place, "flipped"))
    check(done.returncode in (1, 3) and json.loads(done.stdout)["rejected"], f"a damaged zip: {done.returncode} {done.stderr[-200:]}")
    locked = bytearray(whole)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # every member says that it is encrypted
        at = locked.find(mark)
        while at >= 0:
            locked[at + offset] |= 1
            at = locked.find(mark, at + 4)
    (place.root / "locked.zip").write_bytes(locked)
    report = put_in(place, "locked", [place.root / "locked.zip"], expect=3)
    equal({code for _, code in codes(report)}, {"import.encrypted"}, "encrypted members")


def conflict(place):
    medium = place.root / "conflict"
    medium.mkdir()
    original = DIRECTORIES / "77654033" / "CR1" / "6154"
    shutil.copy(original, medium / "a")
    equal(put_in(place, "conflict", [medium])["imported"], 1, "the first version")
    changed = pydicom.dcmread(original)
    changed.StudyDescription = "another content"
    changed.save_as(medium / "b")
    report = put_in(place, "conflict", [medium])
    equal((report["imported"], report["duplicate"]), (1, 1), "the second version is kept beside the first")
    equal([(pathlib.Path(c["path"]).name, c["sopInstanceUid"]) for c in report["conflicts"]], [("b", str(changed.SOPInstanceUID))], "and flagged")
    again = put_in(place, "conflict", [medium])
    equal((again["imported"], again["duplicate"], len(again["conflicts"])), (0, 2, 2), "flagged again, stored no third time")
    equal(studies(place, "conflict")[0]["stored"], 1, "one object is shown")


def large_medium(place, count=1200):
    medium = place.root / "large"
    medium.mkdir()
    dataset = pydicom.dcmread(DIRECTORIES / "98892001" / "CT5N" / "2062")
    dataset.Rows, dataset.Columns, dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 256, 256, 16, 16, 15
    dataset.PixelData = bytes(256 * 256 * 2)
    for i in range(count):
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.826.0.1.3680043.9.9.{i + 1}"
        dataset.InstanceNumber = i + 1
        dataset.save_as(medium / f"IM{i:05}")
    return medium, count


def kill_and_go_on(place):
    medium, count = large_medium(place)
    folder = fresh(place, "kill")
    place.ctl("reader", "set", "--name", "A^B", "--organization", "O", "--login", "l", data=folder)
    stored = 0
    for delay in (0.25, 0.4, 0.6):
        child = subprocess.Popen([BIN / "akarictl", "--data", folder, "import", medium, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env=environment(place))
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        child.communicate()
        verified = place.run("verify", "--json", data=folder)
        if verified.returncode == 0:
            equal(json.loads(verified.stdout)["damaged"], 0, "nothing half stored")
            now = json.loads(verified.stdout)["objects"]
            check(now >= stored, "what was stored stays")
            stored = now
    finished = put_in(place, "kill", [medium])
    equal((finished["imported"], finished["duplicate"]), (count - stored, stored), "the rest, and no more")
    equal((studies(place, "kill")[0]["stored"], studies(place, "kill")[0]["complete"]), (count, True), "whole")
    check(studies(place, "kill")[0]["patientName"] != "", "with its name")
    equal(place.ctl("verify", data=folder)["objects"], count, "and every object as it came")

    child = subprocess.Popen([BIN / "akarictl", "--data", fresh(place, "cancel"), "import", medium, "--json"], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, env=environment(place))
    pack = fresh(place, "cancel") / "cache" / "packs"
    while child.poll() is None and not (pack.is_dir() and any(p.stat().st_size > 0 for p in pack.iterdir())):
        time.sleep(0.005)
    child.send_signal(signal.SIGINT)
    out, _ = child.communicate(timeout=120)
    report = json.loads(out)
    if report["cancelled"]:
        equal(child.returncode, 1, "some done")
        check(0 < report["imported"] < count, f"part of it: {report['imported']}")
    rest = put_in(place, "cancel", [medium])
    equal(rest["imported"] + rest["duplicate"], count, "and on from there")
    equal(rest["duplicate"], report["imported"], "what was imported had stayed")

    limited = subprocess.run(["bash", "-c", f'ulimit -f 20000; exec {BIN}/akarictl --data {fresh(place, "full")} import {medium} --json'],
                             capture_output=True, text=True, env=environment(place))
    report = json.loads(limited.stdout)
    equal(report["error"]["code"], "disk.full", "a full disk is named")
    equal(limited.returncode, 1 if report["imported"] else 3, "exit of a full disk")
    equal(len([line for line in limited.stderr.splitlines() if line.startswith("akarictl: ")]), 1, "one sentence")
    finished = put_in(place, "full", [medium])
    equal(finished["imported"] + finished["duplicate"], count, "with room it goes on")


def odd_files(place):
    medium = place.root / "odd"
    medium.mkdir()
    plain = pydicom.dcmread(DIRECTORIES / "98892003" / "MR1" / "4919")
    bare = pydicom.filebase.DicomBytesIO()
    bare.is_little_endian, bare.is_implicit_VR = True, False
    pydicom.filewriter.write_dataset(bare, plain)
    (medium / "bare").write_bytes(bare.getvalue())  # neither preamble nor meta header
    (medium / "short").write_bytes(b"\0" * 128 + b"DICM" + struct.pack("<HH2sH", 8, 0x16, b"UI", 4) + b"1.2\0")
    (medium / "text.txt").write_text("no object")
    os.mkfifo(medium / "pipe")
    (medium / "loop").symlink_to(medium)
    with open(os.fsencode(medium) + b"/\xe9.txt", "w") as out:
        out.write("no object")
    report = put_in(place, "odd", [medium], expect=1)
    equal(report["imported"], 1, "an object without preamble and meta header")
    equal(codes(report), [("\\xe9.txt", "import.notdicom"), ("pipe", "import.special"), ("short", "dicom.identity"), ("text.txt", "import.notdicom")],
          "a reason for each of the others")
    equal(codes(put_in(place, "odd", [medium / "nowhere"], expect=3)), [("nowhere", "file.unreadable")], "a path that is not there")


with workplace() as place:
    directories(place)
    missing_files(place)
    archives(place)
    hostile_archives(place)
    conflict(place)
    kill_and_go_on(place)
    odd_files(place)

print("media: every DICOMDIR variant, archives and bombs, conflicts, kill, cancel, full disk")
