"""An object that rots on the disk: verify finds it, says what becomes of it, and the next sync fetches it and nothing else."""
from akari import FakeArchive, check, equal, workplace

STUDY = "1.2.840.99.1"


def flip(pack, at):
    with open(pack, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 0x10]))


with workplace() as place, FakeArchive("--study", 20, 64) as fake:
    place.fails("key.needed", "verify", "--offline")  # reads, so it makes no data folder
    check(not (place.data / "vault.json").exists(), "verify made no data folder")
    place.ctl("archive", "add", "ward", fake.url)
    check(place.ctl("sync", "ward", "--study", STUDY)["studies"][0]["complete"], "complete at first")
    packs = list((place.data / "cache" / "packs").glob("*.pack"))
    equal(len(packs), 1, "packs of one series")
    flip(packs[0], 100)

    found = place.ctl("verify", "--offline", expect=1)
    equal((found["objects"], found["damaged"], found["kept"]), (20, 1, 0), "what verify counts")
    study = found["studies"][0]
    equal(study["complete"], False, "complete, as verify says")
    equal([one["fetchedAgain"] for one in study["damaged"]], [True], "what becomes of it")
    listed = place.ctl("studies")["studies"][0]
    equal((listed["stored"], listed["complete"]), (19, False), "the study afterwards")
    equal([job["reason"] for job in place.ctl("jobs")["jobs"]], ["damaged in the cache"], "queued")

    fake.control("log")
    again = place.ctl("sync", "ward", "--study", STUDY)["studies"][0]
    check(again["complete"] and again["changed"] == [], f"whole again: {again}")
    asked = [line for line in fake.control("log")["log"] if "/instances/" in line]
    equal(len(asked), 1, f"objects asked for: {asked}")
    clean = place.ctl("verify")
    equal((clean["objects"], clean["damaged"], clean["different"]), (20, 0, 0), "and clean")

    # Of a medium no archive has: it stays and is named as long as it is damaged; importing again replaces it.
    sop = study["damaged"][0]["sopInstanceUid"]
    file = place.root / "medium.dcm"
    place.ctl("export", "--sop", sop, "-o", file)
    before = set((place.data / "cache" / "packs").glob("*.pack"))
    place.ctl("import", file)
    flip(next(iter(set((place.data / "cache" / "packs").glob("*.pack")) - before)), 100)
    for _ in range(2):
        kept = place.ctl("verify", "--offline", expect=1)
        equal((kept["damaged"], kept["kept"]), (1, 1), "an imported object stays")
    told = place.run("verify", "--offline").stdout
    check("kept: it was imported and no archive has it; import its medium again" in told, f"said plainly: {told}")
    equal(place.ctl("import", file)["imported"], 1, "imported again")
    equal(place.ctl("verify", "--offline")["damaged"], 0, "and clean")

    # An archive that is down now is one to fetch from later.
    flip(packs[0], 9000)
    fake.control("faults", status=500)
    down = place.ctl("verify", "--offline", STUDY, expect=1)
    equal((down["damaged"], down["kept"]), (1, 0), "dropped all the same")
    fake.control("faults", reset=True)
    check(place.ctl("sync", "ward", "--pending")["studies"][0]["complete"], "fetched when it answers")

print("damage: found, said, fetched again")
