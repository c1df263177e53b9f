"""With the archive down: reading from the cache, signing, and the queue that sends later."""
import json

from akari import check, equal, report_json, workplace

with workplace() as place:
    place.start_demo()
    truth = place.truth()
    place.ctl("sync", "demo", "--study", truth["studyInstanceUid"])
    place.enrol()
    place.stop_demo()

    place.fails("archive.unreachable", "query", "demo")
    place.fails("archive.unreachable", "sync", "demo", "--study", truth["studyInstanceUid"])
    picture = place.root / "picture.png"
    place.ctl("render", "--series", truth["seriesInstanceUid"], "--slice", "10", "-o", picture)
    check(picture.stat().st_size > 10000, "the cache is readable without its archive")

    source = place.root / "report.json"
    source.write_text(json.dumps(report_json(truth), ensure_ascii=False))
    draft = place.ctl("report", "new", "--study", truth["studyInstanceUid"], "--from", source)
    signed = place.ctl("report", "sign", draft["id"])
    equal(signed["state"], "final", "signed offline")
    waiting = place.ctl("outbox", "send", expect=1)["items"]
    equal([item["state"] for item in waiting], ["queued"] * 3, "queued with a reason")
    check(all(item["reason"] for item in waiting), "each waiting object says why")

    place.start_demo()
    sent = place.ctl("outbox", "send")["items"]
    equal([item["state"] for item in sent], ["archived"] * 3, f"sent later and proven: {sent}")
    for item in sent:
        check(place.lookup(item["sopInstanceUid"]) is not None, f"{item['kind']} is in the archive")

print("offline: signed, queued, sent, proven")
