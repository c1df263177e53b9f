"""Faults of the line, injected between akarictl and the archive; after each run one without faults completes what is missing."""
import collections
import random

from place import akari, ARCHIVE, Place, compare, manifests, verify_clean
from kills import Reports, arrived
from proxy import KINDS, Fault


class Drawn:
    """Kinds in turn, so that each has its share; where they strike, by chance."""

    def __init__(self, seed, kinds):
        self.random, self.kinds, self.number = random.Random(seed), kinds, 0

    def some(self, count, answers):
        places = self.random.sample(range(answers), min(count, answers))
        faults = []
        for place in places:
            kind = self.kinds[self.number % len(self.kinds)]
            self.number += 1
            # Near the ends, where framing is, more often than chance alone would have it.
            at = self.random.choice([self.random.random(), self.random.random(), self.random.random() * 0.02, 1 - self.random.random() * 0.02])
            faults.append(Fault(kind, place, min(at, 0.999999)))
        return faults


def count_met(proxy, counts):
    met = proxy.met()
    for fault in met:
        counts[fault.kind] += 1
    return len(met)


def sync_faults(root, orthanc, proxy, studies, count, seed):
    """Every kind but flipped bits; sync from an empty cache, each time with two faults."""
    place = Place(root, proxy.port)
    sheets = manifests(orthanc, studies, place.root)
    drawn = Drawn(seed, [kind for kind in KINDS if kind != "flip"])
    counts = collections.Counter()
    done = runs = at_once = objects = verified = 0
    while done < count:
        study, sheet = studies[runs % len(studies)], sheets[runs % len(studies)]
        place.forget_cache()
        words = ("sync", ARCHIVE, "--study", study.uid)
        if runs % 3 == 2:  # half of it is there already: what is missing comes one by one
            proxy.begin(rate=2_000_000)
            place.killed(0.3 + drawn.random.random() * 0.5, *words)
        proxy.begin(drawn.some(2, 7))
        answer = place.run(*words, "--json")
        akari.check(answer.returncode in (0, 1, 3), f"sync under faults ends in order, not with {answer.returncode}: {answer.stderr}")
        done += count_met(proxy, counts)
        held = place.held(sheet)
        akari.equal((held["other"], held["twice"]), (0, 0), "objects unlike the archive's, or twice, after faults")
        akari.check(answer.returncode != 0 or held["missing"] == 0, "sync said that all is there and it is not")
        at_once += answer.returncode == 0
        proxy.begin()  # verify asks the archive too
        if answer.returncode != 0:
            akari.check(place.ctl(*words)["studies"][0]["complete"], "a sync without faults completes")
        objects += compare(place, sheet)
        if runs % 20 == 0:
            verify_clean(place, len(study.files))
            verified += 1
        runs += 1
    return {"faults": done, "runs": runs, "at_once": at_once, "objects": objects, "verified": verified, "kinds": dict(counts)}


def send_faults(root, orthanc, proxy, study, count, seed):
    """Every kind but flipped bits, while reports are sent."""
    place = Place(root, proxy.port)
    proxy.begin()
    place.ctl("sync", ARCHIVE, "--study", study.uid)
    reports = Reports(place, study)
    drawn = Drawn(seed, [kind for kind in KINDS if kind != "flip"])
    counts = collections.Counter()
    done = runs = 0
    while done < count:
        reports.sign(reports.new_draft())
        proxy.begin(drawn.some(2, 6))
        answer = place.run("outbox", "send", "--json")
        akari.check(answer.returncode in (0, 1), f"sending under faults ends in order, not with {answer.returncode}: {answer.stderr}")
        done += count_met(proxy, counts)
        runs += 1
        proxy.begin()
        place.ctl("outbox", "send")
    items = reports.check()
    akari.equal({item["state"] for item in items}, {"archived"}, "states in the outbox at the end")
    return {"faults": done, "runs": runs, "archived": arrived(place, orthanc), "kinds": dict(counts)}


def flipped_bits(root, orthanc, proxy, studies, count, seed):
    """One bit in an answer over plain HTTP. What is not framing, identity or header can't be told from what the archive meant."""
    place = Place(root, proxy.port)
    sheets = manifests(orthanc, studies, place.root)
    drawn = Drawn(seed, ["flip"])
    done = runs = noticed = harmless = undetected = 0
    while done < count:
        study, sheet = studies[runs % len(studies)], sheets[runs % len(studies)]
        runs += 1
        place.forget_cache()
        proxy.begin(drawn.some(1, 7))
        answer = place.run("sync", ARCHIVE, "--study", study.uid, "--json")
        akari.check(answer.returncode in (0, 1, 3), f"sync ends in order, not with {answer.returncode}: {answer.stderr}")
        if not proxy.met():
            continue
        done += 1
        held = place.held(sheet)
        if held["other"]:
            undetected += 1
            continue
        proxy.begin()
        place.ctl("sync", ARCHIVE, "--study", study.uid)
        compare(place, sheet)
        noticed += answer.returncode != 0 or "problems\": [\n" in answer.stdout
        harmless += answer.returncode == 0 and "problems\": [\n" not in answer.stdout
    return {"faults": done, "noticed": noticed, "harmless": harmless, "undetected": undetected}
