"""After a full run nothing of a patient, no pixels and no key can be found on disk; a damaged or copied folder shows nothing."""
import base64
import io
import json
import shutil

import pydicom

from akari import PASSPHRASE, check, equal, report_json, workplace

with workplace() as place:
    place.start_demo()
    truth = place.truth()
    study, series = truth["studyInstanceUid"], truth["seriesInstanceUid"]
    place.ctl("sync", "demo", "--study", study, "--priors", "1")
    place.enrol()
    source = place.root / "report.json"
    source.write_text(json.dumps(report_json(truth), ensure_ascii=False))
    draft = place.ctl("report", "new", "--study", study, "--from", source)
    source.unlink()
    place.ctl("report", "sign", draft["id"])
    place.ctl("render", "--series", series, "--slice", "100", "-o", place.root / "picture.png")
    place.ctl("render", "--series", series, "--plane", "coronal", "-o", place.root / "picture.png")
    chest = next(s for s in place.ctl("studies")["studies"] if s["studyInstanceUid"] == study)
    image = pydicom.dcmread(io.BytesIO(place.lookup(truth["nodule"]["sop"])))
    sop = {i["kind"]: i["sopInstanceUid"] for i in place.ctl("outbox")["items"]}
    password = next(iter(json.loads(next(place.archive.glob("*.json")).read_text())["RegisteredUsers"].values()))

    secrets = {"patient ID": chest["patientId"], "accession": chest["accessionNumber"], "study UID": study, "series UID": series,
               "image UID": truth["nodule"]["sop"], "report UID": sop["SR"], "finding": "右肺S6に12", "passphrase": PASSPHRASE,
               "archive password": password, "kanji": "山田^太郎", "kana": "やまだ^たろう", "roman": "Yamada^Taro", "reader": "鈴木^花子"}
    needles = []
    for what, text in secrets.items():
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "shift_jis", "euc_jp", "iso2022_jp"):
            try:
                raw = text.encode(encoding)
            except UnicodeEncodeError:
                continue
            needles.append((f"{what} in {encoding}", raw))
        plain = text.encode()
        needles.append((f"{what} in hex", plain.hex().encode()))
        for shift in range(3):
            # The part of the base64 text that does not depend on what stands before or after.
            coded = base64.b64encode(b"\0" * shift + plain)
            core = coded[4 if shift else 0: len(coded) - 4]
            if len(core) >= 8:
                needles.append((f"{what} in base64", core))
    width = image.Columns * 2
    for row in (100, 256, 400):
        needles.append((f"pixel row {row}", image.PixelData[row * width: row * width + 128]))
    # Shorter than 6 bytes would be found by chance in hundreds of megabytes of ciphertext.
    needles = [(what, raw) for what, raw in needles if len(raw) >= 6 and len(set(raw)) > 1]
    check(len(needles) > 80, "enough to look for")

    looked = 0
    total = 0
    for folder in (place.data, place.tmp, place.root / ".config", place.root / ".cache", place.root / ".local"):
        for path in folder.rglob("*") if folder.exists() else []:
            if path.is_file():
                content = path.read_bytes()
                looked += 1
                total += len(content)
                for what, raw in needles:
                    check(raw not in content, f"{what} lies open in {path.relative_to(place.root)}")
                for what, text in secrets.items():
                    check(text not in path.name, f"{what} in a file name")
    check(looked > 5 and total > 100_000_000, f"the folder was really looked through: {looked} files, {total} bytes")
    # The search itself can find: the same needles in the archive's own storage.
    storage = b"".join(p.read_bytes() for p in place.archive.rglob("*") if p.is_file() and p.stat().st_size < 3_000_000)
    check(any(raw in storage for what, raw in needles if what.startswith("pixel row")), "the pixel needle is a good one")
    check(any(raw in storage for what, raw in needles if what == "patient ID in utf-8"), "the ID needle is a good one")

    # A copy without its key opens nothing.
    copy = place.root / "copy"
    shutil.copytree(place.data, copy)
    place.fails("key.wrong", "studies", data=copy, passphrase="another passphrase")
    bare = place.run("studies", "--json", data=copy, passphrase=None)
    check(bare.returncode == 3 and json.loads(bare.stdout)["error"]["code"] in {"key.needed", "keychain.unavailable"}, f"no key, no data: {bare.stdout}")

    # One flipped bit in a pack: the object it lies in is named and not shown, the others are.
    packs = sorted((p for p in (place.data / "cache").rglob("*") if p.is_file() and p.stat().st_size > 1_000_000), key=lambda p: p.stat().st_size)
    victim = packs[-1]
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    damaged, whole = [], 0
    for listed in place.ctl("series", study)["series"] + place.ctl("series", next(s["studyInstanceUid"] for s in place.ctl("studies")["studies"] if s["studyInstanceUid"] != study))["series"]:
        for display_set in listed["displaySets"]:
            made = place.run("render", "--series", listed["seriesInstanceUid"], "--plane", "coronal", "-o", place.root / "c.png", "--json")
            if made.returncode == 1 and json.loads(made.stdout)["touchedAbsent"]:
                damaged.append(listed["seriesInstanceUid"])
            elif made.returncode == 0:
                whole += 1
    equal(len(damaged), 1, "one series is touched by one flipped bit, and says so")
    check(whole >= 1, "the others are whole")

print(f"confidentiality: {looked} files, {total // 1000000} MB, {len(needles)} needles, nothing found")
