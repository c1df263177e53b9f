"""./dev soak: kills, network faults and power cuts against akarictl and a real Orthanc; the figures, and 1 where anything was lost or altered.

soak.py BIN [--quick | --full] [--seed N] [--part kills|faults|power] [--figures FILE]
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import sys
import tempfile
import time

from place import ARCHIVE, Orthanc, Place, akari, verify_clean  # first: puts the end-to-end tests' helpers in reach
from faults import flipped_bits, send_faults, sync_faults
from kills import import_kills, send_kills, sign_kills, sync_kills
from powercut import RECORDER, power_cuts
from proxy import Proxy
from studies import make_all, real_ct

FULL = {"kills": 125, "faults": 360, "send": 90, "flips": 50, "every": 1, "rounds": 2, "keep": 300, "step": 1}
QUICK = {"kills": 4, "faults": 12, "send": 3, "flips": 3, "every": 25, "rounds": 1, "keep": 60, "step": 40}


def export_all(root, orthanc, studies, step):
    """Every object, or each so-manieth, through `akarictl export`, compared with the file in the archive's storage."""
    place = Place(root, orthanc.port)
    for study in studies:
        akari.check(place.ctl("sync", ARCHIVE, "--study", study.uid)["studies"][0]["complete"], "sync completes")
    verify_clean(place, sum(len(study.files) for study in studies))
    stored = orthanc.stored()
    target = place.tmp / "one.dcm"
    sops = [sop for study in studies for sop in sorted(study.sops())][::step]
    for sop in sops:
        place.ctl("export", "--sop", sop, "-o", target)
        akari.check(target.read_bytes() == stored[sop][2].read_bytes(), "an exported object is not the archive's file")
    return {"exported": len(sops)}


def reports_lane(root, orthanc, proxy, study, size, seed):
    signing, place, reports = sign_kills(root / "sign", proxy, study, size["kills"], seed)
    return signing, send_kills(place, reports, orthanc, proxy, size["kills"], seed + 1)


class Soak:
    def __init__(self, root, size, seed):
        self.root, self.size, self.seed = root, size, seed
        self.figures = {}
        self.studies = make_all(root / "studies")
        real = real_ct(akari.data_folder(), root / "studies")
        self.images = self.studies + ([real] if real else [])
        # One archive whose studies stay as they are, one that reports are sent to.
        self.still, self.growing = Orthanc(root / "still"), Orthanc(root / "growing")
        for study in self.images:
            self.still.upload(study)
        for study in self.studies:
            self.growing.upload(study)
        self.lines = [Proxy(self.still.port), Proxy(self.growing.port)]

    def stop(self):
        for one in self.lines + [self.still, self.growing]:
            one.stop()

    def both(self, first, second):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            lanes = [pool.submit(first), pool.submit(second)]
            return [lane.result() for lane in lanes]

    def images_lane(self):
        self.figures["sync"] = sync_kills(self.root / "sync", self.still, self.lines[0], self.images, self.size["kills"], self.seed)
        self.figures["import"] = import_kills(self.root / "import", self.still, self.images, self.size["kills"], self.seed + 2)

    def kills(self):
        _, (self.figures["sign"], self.figures["send"]) = self.both(
            self.images_lane, lambda: reports_lane(self.root, self.growing, self.lines[1], self.studies[0], self.size, self.seed + 3))

    def line_lane(self):
        self.figures["sync faults"] = sync_faults(self.root / "faults", self.still, self.lines[0], self.images, self.size["faults"], self.seed + 4)

    def sending_lane(self):
        self.figures["send faults"] = send_faults(self.root / "sending", self.growing, self.lines[1], self.studies[1], self.size["send"], self.seed + 5)

    def faults(self):
        self.both(self.line_lane, self.sending_lane)
        self.figures["flips"], self.figures["export"] = self.both(
            lambda: flipped_bits(self.root / "flips", self.still, self.lines[0], self.images, self.size["flips"], self.seed + 6),
            lambda: export_all(self.root / "export", self.still, self.images, self.size["step"]))

    def power(self):
        if not RECORDER.exists():
            print("AKARI-SKIPPED: power cuts need Linux and a build without sanitizers")
            return
        self.figures["power"] = power_cuts(self.root, self.growing, self.studies[2], self.seed, self.size, os.cpu_count() or 1)


def table(figures, orthanc, images, seconds, seed):
    rows = [("archive", f"Orthanc {orthanc.version}, {', '.join(f'{len(s.files)} {s.name}' for s in images)}")]
    for name in ("sync", "import", "sign", "send"):
        if name in figures:
            one = figures[name]
            rows.append((f"kill -9 during {name}", f"{one['kills']}"))
    if "sync" in figures:
        one = figures["sync"]
        for name, words in (("home", "at 32 Mb/s"), ("full", "at full speed")):
            mean, most = one["again"][name]
            rows.append((f"fetched again after a kill during sync {words}", f"{mean / 1000:.0f} kB on average, {most / 1000:.0f} kB at most, of {one['study'] / 1000:.0f} kB; the largest instances {one['instance'] / 1000:.0f} kB"))
    if "sign" in figures:
        one = figures["sign"]
        rows.append(("drafts acknowledged, lost", f"{one['drafts']}, 0"))
        rows.append(("kills before, after the signature stood", f"{one['before']}, {one['after']}"))
        rows.append(("signed objects archived once, byte for byte", f"{figures['send']['archived']}"))
    if "sync faults" in figures:
        one, two, three = figures["sync faults"], figures["send faults"], figures["flips"]
        rows.append(("network faults during sync, sending, flipped bits", f"{one['faults']}, {two['faults']}, {three['faults']}"))
        kinds = {kind: one["kinds"].get(kind, 0) + two["kinds"].get(kind, 0) for kind in sorted(one["kinds"] | two["kinds"])}
        rows.append(("by kind", ", ".join(f"{kind} {count}" for kind, count in kinds.items())))
        rows.append(("syncs under faults, complete at once", f"{one['runs']}, {one['at_once']}"))
        rows.append(("flipped bits noticed, without effect, kept as they came", f"{three['noticed']}, {three['harmless']}, {three['undetected']}"))
        rows.append(("objects archived under faults", f"{two['archived']}"))
    compared = sum(figures.get(name, {}).get("objects", 0) for name in ("sync", "import", "sync faults"))
    rows.append(("objects compared with the archive's storage, different", f"{compared}, 0"))
    if "export" in figures:
        rows.append(("of them through akarictl export", f"{figures['export']['exported']}"))
    if "power" in figures:
        one = figures["power"]
        rows.append(("power: changes of the disk recorded", f"{one['changes']}"))
        rows.append(("power: moments cut, states judged, same as before", f"{one['cuts']}, {one['states']}, {one['same']}"))
        rows.append(("power: objects read, to be fetched again, wrong", f"{one['objectsRead']}, {one['objectsFetchedAgain']}, {one['failures']}"))
        rows.append(("power: drafts and signed objects found where acknowledged", f"{one['draftsFound']}, {one['signedFound']}"))
        rows.append(("power: kinds of fsync left out on purpose, noticed", f"{one['noticed']}, {one['noticed']}"))
        rows.append(("power: states that akarictl went on with", f"{one['gone_on']}"))
    rows.append(("seed, seconds", f"{seed}, {seconds:.0f}"))
    return rows


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("bin", type=pathlib.Path)
    options.add_argument("--quick", action="store_true")
    options.add_argument("--full", action="store_true")
    options.add_argument("--seed", type=int, default=None)
    options.add_argument("--part", choices=("kills", "faults", "power"), action="append")
    options.add_argument("--figures", type=pathlib.Path)
    given = options.parse_args()
    akari.need("dcmcjpeg", "opj_compress")
    seed = given.seed if given.seed is not None else random.randrange(1_000_000)
    print(f"soak: seed {seed}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="akari-soak-") as root:
        soak = Soak(pathlib.Path(root), QUICK if given.quick else FULL, seed)
        try:
            for part in given.part or ("kills", "faults", "power"):
                started = time.monotonic()
                getattr(soak, part)()
                print(f"soak: {part} {time.monotonic() - started:.0f} s", flush=True)
        except BaseException:
            print(f"soak: failed; repeat with --seed {seed}", file=sys.stderr)
            raise
        finally:
            soak.stop()
        rows = table(soak.figures, soak.still, soak.images, time.monotonic() - began, seed)
    width = max(len(name) for name, _ in rows)
    print("\n".join(f"{name:<{width}}  {value}" for name, value in rows))
    if given.figures:
        given.figures.write_text(json.dumps(soak.figures, indent=1))


if __name__ == "__main__":
    main()
