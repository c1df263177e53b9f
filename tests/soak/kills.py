"""kill -9 at moments spread over the life of sync, import, signing and sending; after each the next command goes on."""
import statistics
import time

from place import akari, ARCHIVE, Place, Times, compare, manifests, verify_clean

HOME_LINE = 4_000_000  # bytes a second


def kill_once(place, times, words):
    """One kill that met the running command."""
    for _ in range(50):
        if place.killed(times.next(), *words):
            return
    raise SystemExit(f"FAILED: {words[0]} can't be killed: it is always done before")


def sync_kills(root, orthanc, proxy, studies, count, seed):
    place = Place(root, proxy.port)
    sheets = manifests(orthanc, studies, place.root)
    done = verified = objects = cycle = largest = 0
    refetched = {None: [], HOME_LINE: []}  # bytes a kill
    while done < count:
        study, sheet = studies[cycle % len(studies)], sheets[cycle % len(studies)]
        rate = HOME_LINE if cycle % 2 else None
        words = ("sync", ARCHIVE, "--study", study.uid)
        place.forget_cache()
        proxy.begin(rate=rate)
        duration, answer = place.timed(*words)
        clean = proxy.sent
        akari.check(answer["studies"][0]["complete"], "an undisturbed sync is complete")
        largest = max(largest, clean)
        times = Times(seed * 1000 + cycle, duration)
        place.forget_cache()
        proxy.begin(rate=rate)
        kills, began_anew = min(1 + cycle % 4, count - done), False
        for _ in range(kills):
            kill_once(place, times, words)
            done += 1
            if place.held(sheet)["missing"] == 0:  # it came through before it died
                place.forget_cache()
                began_anew = True
        akari.check(place.ctl(*words)["studies"][0]["complete"], "sync goes on after a kill and completes")
        if not began_anew:
            refetched[rate].append(max(0, proxy.sent - clean) / kills)
        objects += compare(place, sheet)
        if cycle % 5 == 0:
            verify_clean(place, len(study.files))
            verified += 1
        cycle += 1
    again = {name: (statistics.mean(refetched[rate] or [0]), max(refetched[rate] or [0])) for name, rate in (("full", None), ("home", HOME_LINE))}
    return {"kills": done, "objects": objects, "verified": verified, "again": again, "study": largest, "instance": largest / max(len(s.files) for s in studies)}


def import_kills(root, orthanc, studies, count, seed):
    place = Place(root, 9)
    sheets = manifests(orthanc, studies, place.root)
    done = verified = objects = cycle = 0
    while done < count:
        study, sheet = studies[cycle % len(studies)], sheets[cycle % len(studies)]
        words = ("import", study.folder)
        place.forget_cache()
        duration, answer = place.timed(*words)
        akari.equal(answer["imported"], len(study.files), "imported undisturbed")
        times = Times(seed * 1000 + cycle, duration)
        place.forget_cache()
        for _ in range(min(4, count - done)):
            kill_once(place, times, words)
            done += 1
        answer = place.ctl(*words)
        akari.equal(answer["imported"] + answer["duplicate"], len(study.files), "import goes on after a kill")
        akari.equal(answer["conflicts"], [], "conflicts after a kill")
        objects += compare(place, sheet)
        if cycle % 5 == 0:
            verify_clean(place, len(study.files))
            verified += 1
        cycle += 1
    return {"kills": done, "objects": objects, "verified": verified}


class Reports:
    """Drafts and signatures of one data folder, and what was acknowledged of them."""

    def __init__(self, place, study):
        self.place, self.study = place, study
        self.drafts, self.final, self.number = {}, {}, 0

    def new_draft(self):
        self.number += 1
        text = f"Finding number {self.number} of the soak."
        self.drafts[self.place.draft(self.study, text)] = text
        return list(self.drafts)[-1]

    def sign(self, name):
        self.final[name] = [one["sopInstanceUid"] for one in self.place.ctl("report", "sign", name, "--no-send")["objects"]]

    def signed_unseen(self, name):
        """Signed, by a command whose answer nobody has read."""
        self.final[name] = [item["sopInstanceUid"] for item in self.place.ctl("outbox")["items"] if item["reportId"] == name]
        akari.check(self.final[name], "a signed report has no objects")

    def check(self):
        """Every acknowledged draft is there with its text, every acknowledged signature with its objects, nothing twice."""
        listed = {one["id"]: one["state"] for one in self.place.ctl("report", "list")["reports"]}
        for name, text in self.drafts.items():
            akari.check(name in listed, "a draft is lost")
        items = self.place.ctl("outbox")["items"]
        sops = [item["sopInstanceUid"] for item in items]
        akari.equal(len(sops), len(set(sops)), "an object is queued twice")
        for name, objects in self.final.items():
            akari.equal(listed.get(name), "final", "state of a signed report")
            akari.check(set(objects) <= set(sops), "a signed object is not in the outbox")
        # Final means objects, objects mean final.
        akari.equal({name for name, state in listed.items() if state == "final"}, {item["reportId"] for item in items}, "final reports and reports in the outbox")
        return items

    def check_text(self, name):
        shown = self.place.ctl("report", "show", name)
        akari.equal(shown["sections"][0]["text"], self.drafts[name], "text of a draft")
        return shown["state"]


def sign_kills(root, proxy, study, count, seed):
    """A part of the kills is of `report new`, the rest of `report sign`."""
    place = Place(root, proxy.port)
    proxy.begin()
    place.ctl("sync", ARCHIVE, "--study", study.uid)
    reports = Reports(place, study)
    began = time.monotonic()
    first = reports.new_draft()
    of_new = Times(seed * 1000, time.monotonic() - began)
    began = time.monotonic()
    reports.sign(first)
    of_sign = Times(seed * 1000 + 1, time.monotonic() - began)
    done = before = after = 0
    name = reports.new_draft()
    while done < count:
        if done % 5 == 4:
            kill_once(place, of_new, ("report", "new", "--study", study.uid, "--archive", ARCHIVE, "--from", place.tmp / "report.json"))
        elif place.killed(of_sign.next(), "report", "sign", name, "--no-send"):
            if reports.check_text(name) == "final":
                after += 1  # signed, the answer died on its way: the objects must be there all the same
                reports.signed_unseen(name)
                name = reports.new_draft()
            else:
                before += 1
        else:
            reports.signed_unseen(name)
            name = reports.new_draft()
            continue
        done += 1
        if done % 10 == 0:
            reports.sign(name)
            reports.check()
            name = reports.new_draft()
    items = reports.check()
    for name in reports.drafts:
        reports.check_text(name)
    verify_clean(place, len(study.files))
    return {"kills": done, "drafts": len(reports.drafts), "signed": len(items), "before": before, "after": after}, place, reports


def send_kills(place, reports, orthanc, proxy, count, seed):
    """Sends what sign_kills left, at the pace of a home line."""
    states = {}
    done = moved = 0
    proxy.begin(rate=HOME_LINE)
    pending = [item for item in place.ctl("outbox")["items"] if item["state"] != "archived"]
    duration, _ = place.timed("outbox")
    # A kill in the first few objects' time, so that there are enough of them for all kills.
    times = Times(seed * 1000, duration + 0.15)
    while done < count:
        if not pending:
            name = reports.new_draft()
            reports.sign(name)
        if not place.killed(times.next(), "outbox", "send"):
            pending = []
            continue
        done += 1
        items = place.ctl("outbox")["items"]
        pending = [item for item in items if item["state"] != "archived"]
        for item in items:
            before = states.get(item["sopInstanceUid"])
            akari.check(before != "archived" or item["state"] == "archived", "a proven delivery is forgotten")
            moved += before is not None and before != item["state"]
            states[item["sopInstanceUid"]] = item["state"]
    proxy.begin()
    place.ctl("outbox", "send")
    items = reports.check()
    akari.equal({item["state"] for item in items}, {"archived"}, "states in the outbox at the end")
    return {"kills": done, "archived": arrived(place, orthanc), "steps": moved}


def arrived(place, orthanc):
    """Every signed object lies once in the archive's own storage, byte for byte."""
    stored = orthanc.stored()
    signed = place.signed()
    for sop, digest in signed.items():
        akari.check(sop in stored, "a signed object is not in the archive")
        akari.equal(stored[sop][3], digest, "SHA-256 of a signed object in the archive's storage")
    return len(signed)
