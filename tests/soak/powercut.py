"""The power-cut simulation: a run is recorded, then the disk of every moment of it is built, in several ways, and opened."""
import json
import os
import pathlib
import shutil
import struct
import subprocess

from place import akari, ARCHIVE, CHECKER, Place, manifests, report

RECORDER = akari.BIN / "powercut-record.so"
MARK = 13


class Recorded(Place):
    """A place whose data folder's parent is recorded."""

    def __init__(self, root):
        akari.Workplace.__init__(self, root)
        self.home = self.root / "home"
        self.home.mkdir()
        self.data = self.home / "akari"
        self.log = self.root / "log"

    def recorded(self, *words, acknowledged=lambda answer: None, expect=0):
        """Runs the command; `acknowledged` makes of its answer what must last from the moment on when the answer was out."""
        environment = self.environment() | {"LD_PRELOAD": str(RECORDER), "AKARI_RECORD_ROOT": str(self.home), "AKARI_RECORD_LOG": str(self.log)}
        output = self.root / "output"
        with open(output, "wb") as out:
            done = subprocess.run(self.words(*words), stdout=out, stderr=subprocess.PIPE, env=environment, timeout=300)
        akari.check(done.returncode == expect, f"{' '.join(map(str, words))}: exit {done.returncode}: {done.stderr.decode()}")
        text = output.read_bytes()
        answer = json.loads(text)
        mark = json.dumps({"printed": len(text), "acknowledged": acknowledged(answer) or {}}).encode()
        with open(self.log, "ab") as log:
            log.write(struct.pack("<IIIIQQQ", 0x43504b41, MARK, 0, 0, 0, 0, len(mark)) + mark)
        return answer


def record(place, orthanc, study):
    """A first start, a sync of 50 objects, three drafts, two signatures, sending, and a second look."""
    place.recorded("reader", "set", "--name", "Suzuki^Hanako", "--organization", "Soak", "--login", "hanako", acknowledged=lambda a: {"reader": a["login"]})
    place.recorded("archive", "add", ARCHIVE, f"http://127.0.0.1:{orthanc.port}/dicom-web", acknowledged=lambda a: {"archive": a["name"]})
    synced = place.recorded("sync", ARCHIVE, "--study", study.uid)
    akari.equal(synced["studies"][0]["stored"], len(study.files), "objects of the recorded sync")
    names = []
    for number in range(3):
        text = f"Finding {number} of the power cut."
        path = place.tmp / "report.json"
        path.write_text(json.dumps(report(study.first_sop(), text)))
        names.append(place.recorded("report", "new", "--study", study.uid, "--from", path, acknowledged=lambda a, t=text: {"draft": a["id"], "text": t})["id"])
    for name in names[:2]:
        place.recorded("report", "sign", name, "--no-send",
                       acknowledged=lambda a: {"signed": a["id"], "objects": [one["sopInstanceUid"] for one in a["objects"]]})
        place.recorded("outbox", "send", acknowledged=lambda a: {"archived": [i["sopInstanceUid"] for i in a["items"] if i["state"] == "archived"]})
    place.recorded("sync", ARCHIVE, "--study", study.uid)


def record_removals(place, sheet):
    """What the cache does without akarictl: studies removed, objects dropped, both stored again."""
    environment = {"LD_PRELOAD": str(RECORDER), "AKARI_RECORD_ROOT": str(place.home), "AKARI_RECORD_LOG": str(place.log)}
    done = subprocess.run([CHECKER, "--act", sheet, place.data], capture_output=True, text=True, env=environment)
    akari.equal(done.returncode, 0, f"powercut-check --act: {done.stderr}")


def judge(place, sheet, work, seed, size, parts):
    """Every state, in so many processes. The figures added up; failures are shown."""
    kept = place.root / "kept"
    finished = place.root / "finished"
    shutil.copytree(place.home, finished)
    running = [subprocess.Popen([CHECKER, place.log, sheet, place.home, finished / "akari", work / str(part), "--every", str(size["every"]), "--rounds", str(size["rounds"]), "--seed", str(seed), "--part", str(part),
                                 "--parts", str(parts), "--keep", str(size["keep"]), str(kept)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
               for part in range(parts)]
    total, failures = {}, []
    for process in running:
        out, errors = process.communicate()
        akari.check(process.returncode in (0, 1) and out.strip(), f"powercut-check ended with {process.returncode}: {errors}")
        lines = [json.loads(line) for line in out.splitlines()]
        failures += lines[:-1]
        for name, value in lines[-1].items():
            total[name] = value if name in ("changes", "cuts", "acknowledgements") else total.get(name, 0) + value
    for failure in failures[:20]:
        print("FAILED after a power cut:", json.dumps(failure))
    return total, failures, kept


def noticed(place, sheet, work, seed, *all_left_out):
    """The simulation has teeth: a program that left out these fsyncs would be found out."""
    for left_out in all_left_out:
        done = subprocess.run([CHECKER, place.log, sheet, place.home, place.root / "finished" / "akari", work / "lie", "--every", "9", "--seed", str(seed),
                               "--first", "--unflushed", left_out], capture_output=True, text=True)
        akari.equal(done.returncode, 1, f"power cuts with {left_out} never flushed: {done.stderr}")
    return len(all_left_out)


def go_on(folder, orthanc, study, acknowledged):
    """A state as akarictl meets it: it goes on until everything is there and sent."""
    place = Place.__new__(Place)
    place.root = folder
    place.data = folder / "akari"
    place.tmp = folder / "tmp"
    place.tmp.mkdir()
    if not any("archive" in one for one in acknowledged):
        done = place.run("archive", "add", ARCHIVE, f"http://127.0.0.1:{orthanc.port}/dicom-web", "--json")
        akari.equal(done.returncode, 0, f"archive add after a power cut: {done.stderr}")
    akari.check(place.ctl("sync", ARCHIVE, "--study", study.uid)["studies"][0]["complete"], "sync after a power cut completes")
    akari.equal(place.ctl("verify")["damaged"], 0, "damaged objects after a power cut")
    listed = {one["id"]: one["state"] for one in place.ctl("report", "list")["reports"]}
    for one in acknowledged:
        akari.check("draft" not in one or one["draft"] in listed, "a draft is lost after a power cut")
        akari.check("signed" not in one or listed[one["signed"]] == "final", "a signed report is lost after a power cut")
    items = place.ctl("outbox", "send")["items"]
    akari.check(all(item["state"] == "archived" for item in items), f"after a power cut the outbox does not become empty: {items}")
    return place


def power_cuts(root, orthanc, study, seed, size, parts):
    memory = pathlib.Path("/dev/shm")
    base = memory if memory.is_dir() else pathlib.Path(root)
    place_root = pathlib.Path(root) / "power"
    place_root.mkdir()
    work = base / f"akari-soak-{os.getpid()}"
    work.mkdir()
    try:
        place = Recorded(place_root)
        sheet, = manifests(orthanc, [study], place.root)
        record(place, orthanc, study)
        total, failures, kept = judge(place, sheet, work, seed, size, parts)
        teeth = noticed(place, sheet, work, seed, ".pack", "records.db-wal", "vault.json", "akari/records")
        (pathlib.Path(root) / "removals").mkdir()
        removals = Recorded(pathlib.Path(root) / "removals")
        record_removals(removals, sheet)
        removed, more, _ = judge(removals, sheet, work, seed, size | {"keep": 0}, parts)
        failures += more
        teeth += noticed(removals, sheet, work, seed, "index.sqlite-wal")
        for name in ("changes", "cuts", "states", "same", "failures", "objectsRead", "objectsFetchedAgain"):
            total[name] += removed[name]
        gone_on = 0
        for folder in sorted(kept.iterdir()) if kept.is_dir() else []:
            if folder.is_dir():
                went = go_on(folder, orthanc, study, json.loads(pathlib.Path(f"{folder}.json").read_text())["acknowledged"])
                held = went.held(sheet)
                akari.equal((held["same"], held["twice"]), (held["expected"], 0), "objects like the archive's after a power cut")
                gone_on += 1
        akari.equal(len(failures), 0, "failures after power cuts")
        return total | {"gone_on": gone_on, "noticed": teeth, "log": place.log.stat().st_size}
    finally:
        shutil.rmtree(work, ignore_errors=True)
