"""Ctrl-C: sync, changes, prefetch and import end in order, keep what came, say what is left, and can be given again."""
import json
import os
import shutil
import signal
import subprocess
import time

from akari import BIN, PASSPHRASE, FakeArchive, check, equal, workplace

STUDIES = ["1.2.840.99.1", "1.2.840.99.2"]


def start(place, *words):
    environment = {"PATH": os.environ["PATH"], "HOME": str(place.root), "TMPDIR": str(place.tmp), "LANG": "C.UTF-8", "AKARI_PASSPHRASE": PASSPHRASE}
    return subprocess.Popen([BIN / "akarictl", "--data", place.data, *map(str, words), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, env=environment)


def interrupted(place, ready, *words, expect=1):
    """The command's answer when it gets SIGINT once `ready` says that it is in the middle of its work."""
    running = start(place, *words)
    for _ in range(600):
        if ready() or running.poll() is not None:
            break
        time.sleep(0.05)
    check(running.poll() is None, f"{words} is in the middle")
    began = time.monotonic()
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    check(time.monotonic() - began < 30, f"{words} ends soon after Ctrl-C")
    equal(running.returncode, expect, f"exit of {words}: {out} {err}")
    return json.loads(out)


def stored(place, study):
    asked = place.run("studies", "--json")  # fails while there is no cache yet
    known = [one for one in json.loads(asked.stdout).get("studies", []) if one["studyInstanceUid"] == study]
    return known[0]["stored"] if known else 0


def packed(place):
    return sum(file.stat().st_size for file in (place.data / "cache").rglob("*") if file.is_file() and "sqlite" not in file.name)


with workplace() as place, FakeArchive("--study", 60, 128, "--study", 60, 128) as fake:
    place.ctl("archive", "add", "ward", fake.url)

    # A slow line: the first study is under way, the second only queued.
    fake.control("faults", bytesPerSecond=400000)
    done = interrupted(place, lambda: stored(place, STUDIES[0]) > 3, "sync", "ward", "--query", "--date", "19000101-20991231")
    check(done["stopped"], f"says so: {done}")
    kept = stored(place, STUDIES[0])
    check(3 < kept < 60, f"what came is kept: {kept}")
    jobs = place.ctl("jobs")["jobs"]
    equal(sorted(job["studyInstanceUid"] for job in jobs), STUDIES, "both stay queued")
    equal([job.get("error") for job in jobs], [None, None], "and neither failed")
    fake.control("faults", reset=True)
    fake.control("log")
    rest = place.ctl("sync", "ward", "--pending")
    check(all(one["complete"] for one in rest["studies"]) and not rest["stopped"], f"goes on: {rest}")
    equal([stored(place, study) for study in STUDIES], [60, 60], "to the end")

    # Lists that take long are not waited for.
    fake.control("faults", reset=True, listPause=45000)
    fake.control("log")
    interrupted(place, lambda: fake.control("log")["log"] != [], "changes", "ward", "--whole", expect=3)
    interrupted(place, lambda: fake.control("log")["log"] != [], "sync", "ward", "--study", STUDIES[0], expect=3)
    fake.control("faults", reset=True)
    equal(place.ctl("changes", "ward", "--whole")["changes"], [], "and nothing is concluded from them")

    # Prefetch.
    shutil.rmtree(place.data / "cache")
    fake.control("faults", reset=True, bytesPerSecond=400000)
    rules = place.root / "rules.json"
    shipped = json.loads((BIN.parents[2] / "resources" / "prefetch" / "prefetch-rules.json").read_text())
    shipped["recentDays"] = 3650 * 3
    rules.write_text(json.dumps(shipped))
    done = interrupted(place, lambda: sum(stored(place, study) for study in STUDIES) > 3, "prefetch", "--rules", rules)
    check(done["stopped"], f"says so: {done}")
    check(len(place.ctl("jobs")["jobs"]) >= 1, "what was on its way stays queued")
    fake.control("faults", reset=True)
    place.ctl("prefetch", "--rules", rules)
    equal([stored(place, study) for study in STUDIES], [60, 60], "the same command goes on")

    # Import, cut in the middle of a folder.
    folder = place.root / "files"
    folder.mkdir()
    sops = [one["sopInstanceUid"] for one in fake.control("objects")["objects"]]
    first = place.root / "one.dcm"
    place.ctl("export", "--sop", sops[0], "-o", first)
    content = first.read_bytes()
    uid = sops[0].encode()
    for number in range(4000):
        (folder / f"{number}.dcm").write_bytes(content.replace(uid, uid[:-5] + str(number + 10000).encode()))
    before = packed(place)
    done = interrupted(place, lambda: packed(place) > before, "import", folder)
    check(done["cancelled"], f"says so: {done}")
    check(0 < done["imported"] < 4000, f"cut in the middle: {done['imported']}")
    again = place.ctl("import", folder)
    check(again["duplicate"] >= done["imported"], "what was imported is kept")

print("interrupt: ended in order, kept, gone on with")
