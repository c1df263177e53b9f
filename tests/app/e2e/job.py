"""From a request in the archive to a proven report, and what the outside judges say of it."""
import io
import json
import math
import os
import re
import subprocess

import numpy
import pydicom

from akari import check, equal, need, report_json, workplace

need("dciodvfy", "dsrdump", "pdffonts", "pdftotext", "DicomSRValidator")


def judge(path, name, is_sr):
    verdict = subprocess.run(["dciodvfy", "-new", path], capture_output=True, text=True)
    errors = [line for line in (verdict.stdout + verdict.stderr).splitlines() if line.startswith("Error")]
    check(verdict.returncode == 0 and not errors, f"dciodvfy on {name}: {errors}")
    if not is_sr:
        return
    dump = subprocess.run(["dsrdump", "+Pl", "+Pn", "+Pc", path], capture_output=True, text=True)
    check(dump.returncode == 0 and "E:" not in dump.stderr, f"dsrdump on {name}: {dump.stderr}")
    environment = dict(os.environ, JAVA_TOOL_OPTIONS="-Djdk.xml.xpathTotalOpLimit=0 -Djdk.xml.xpathExprOpLimit=0 "
                                                     "-Djdk.xml.xpathExprGrpLimit=0 -Djava.awt.headless=true")
    text = subprocess.run(["DicomSRValidator", path], capture_output=True, text=True, env=environment)
    said = text.stdout + text.stderr
    check("Found Root Template" in said and "IOD validation complete" in said, f"DicomSRValidator did not run on {name}: {said[-400:]}")
    bad = [line for line in said.splitlines() if line.startswith("Error") or "illegal relationship" in line]
    check(not bad, f"DicomSRValidator on {name}: {bad}")


with workplace() as place:
    place.start_demo()
    truth = place.truth()
    study, series, nodule = truth["studyInstanceUid"], truth["seriesInstanceUid"], truth["nodule"]

    # Worklist: every study of the archive, names in three groups.
    studies = place.ctl("query", "demo")["studies"]
    archive_studies = place.rest_json("/studies")
    equal(len(studies), len(archive_studies), "studies listed")
    chest = next(s for s in studies if s["studyInstanceUid"] == study)
    equal(chest["patientName"].split("=")[1], "山田^太郎", "ideographic name group")
    check(len(chest["patientName"].split("=")) == 3, "three name groups")
    equal([s["studyInstanceUid"] for s in place.ctl("query", "demo", "--patient-id", chest["patientId"], "--modality", "MR")["studies"]], [],
          "a patient without MR")

    # Sync: counts and bytes as the archive has them, and a second run fetches nothing.
    synced = place.ctl("sync", "demo", "--study", study, "--priors", "1")["studies"]
    equal([s["complete"] for s in synced], [True] * len(synced), "complete")
    check(len(synced) >= 2, "the prior came too")
    equal(synced[0]["stored"], chest["instances"], "objects stored")
    packs = sum(p.stat().st_size for p in (place.data / "cache").rglob("*.pack"))
    received = sum(s["bytes"] for s in synced)
    check(packs < 1.1 * received, f"header blocks hold headers alone: {packs} bytes of packs for {received} received")
    again = place.ctl("sync", "demo", "--study", study)["studies"][0]
    equal((again["bytes"], again["stored"], again["complete"]), (0, synced[0]["stored"], True), "nothing fetched twice")
    listed = place.ctl("series", study)["series"]
    volume = next(s for s in listed if s["seriesInstanceUid"] == series)["displaySets"][0]
    equal((volume["geometry"], volume["frames"], volume["tilt"]), ("volume", 300, 0), "geometry of the chest CT")
    check(volume["spacing"][0] != volume["spacing"][1] != volume["spacing"][2], f"three different spacings, not {volume['spacing']}")

    # Pixels: stored, and through the rescale, equal to what an independent reader takes from the archive's own file.
    equal(volume["sopInstanceUids"][int(nodule["slice"])], nodule["sop"], "the slice of the nodule")
    source = pydicom.dcmread(io.BytesIO(place.lookup(nodule["sop"])))
    out = place.root / "pixels.raw"
    description = place.ctl("pixels", "--sop", nodule["sop"], "--stage", "stored", "-o", out)
    shape = (description["rows"], description["columns"])
    stored = numpy.frombuffer(out.read_bytes(), dtype=description["type"]).reshape(shape)
    expected = numpy.frombuffer(source.PixelData, dtype="int16" if source.PixelRepresentation else "uint16").reshape(source.Rows, source.Columns)
    check(numpy.array_equal(stored, expected), "stored pixels equal the archive's")
    place.ctl("pixels", "--sop", nodule["sop"], "--stage", "modality", "-o", out)
    modality = numpy.frombuffer(out.read_bytes(), dtype="float32").reshape(shape)
    check(numpy.array_equal(modality, expected * float(source.RescaleSlope) + float(source.RescaleIntercept)), "modality values")

    # Pictures: something to see, in every plane.
    for words in (["--slice", int(nodule["slice"])], ["--plane", "axial"], ["--plane", "coronal"], ["--plane", "sagittal", "--slab", "10", "--mode", "mip"]):
        picture = place.root / "picture.png"
        made = place.ctl("render", "--series", series, *words, "-o", picture)
        check(picture.stat().st_size > 20000 and not made["touchedAbsent"], f"a picture for {words}")

    # Measurements equal the generator's truth.
    report = report_json(truth)
    annotations = place.root / "annotations.json"
    annotations.write_text(json.dumps({"annotations": report["measurements"]}))
    length, ellipse = place.ctl("measure", "--series", series, annotations)["results"]
    check(abs(length["value"] - nodule["diameter"]) < 1e-3 and length["unit"] == "mm", f"the nodule's diameter, not {length}")
    points = report["measurements"][1]["points"]
    a = (points[1]["column"] - points[0]["column"]) / 2 * float(source.PixelSpacing[1])
    b = (points[1]["row"] - points[0]["row"]) / 2 * float(source.PixelSpacing[0])
    check(abs(ellipse["area"] - math.pi * a * b) < 1e-3 and ellipse["areaUnit"] == "mm2", f"the ellipse's area, not {ellipse}")
    rows, columns = numpy.mgrid[0:source.Rows, 0:source.Columns]
    centre_column, centre_row = (points[0]["column"] + points[1]["column"]) / 2, (points[0]["row"] + points[1]["row"]) / 2
    half_column, half_row = (points[1]["column"] - points[0]["column"]) / 2, (points[1]["row"] - points[0]["row"]) / 2
    inside = ((columns - centre_column) / half_column) ** 2 + ((rows - centre_row) / half_row) ** 2 <= 1
    equal(ellipse["pixels"], int(inside.sum()), "pixels inside the ellipse")
    check(abs(ellipse["mean"] - modality[inside].mean()) < 1e-3 and abs(ellipse["sd"] - modality[inside].std()) < 1e-3, "mean and deviation")
    equal(ellipse["unit"], "[hnsf'U]", "unit")

    # Report: sign, send, prove; a second signature is refused.
    place.enrol()
    source_json = place.root / "report.json"
    source_json.write_text(json.dumps(report, ensure_ascii=False))
    draft = place.ctl("report", "new", "--study", study, "--from", source_json)
    place.fails("reader.secret", "report", "sign", draft["id"], extra={"AKARI_SIGNING_SECRET": "not the one"})
    signed = place.ctl("report", "sign", draft["id"])
    equal((signed["state"], sorted(o["kind"] for o in signed["objects"])), ("final", ["PDF", "SR", "TID1500"]), "what was signed")
    place.fails("report.signed", "report", "sign", draft["id"])
    outbox = place.ctl("outbox")["items"]
    equal([item["state"] for item in outbox], ["archived"] * 3, f"everything proven, {outbox}")

    # What the archive really holds, read by pydicom and judged by others.
    everything = {i["MainDicomTags"]["SOPInstanceUID"] for i in place.rest_json("/instances?expand")}
    in_study = [i for s in listed for d in [s] for i in range(d["instances"])]
    sop = {o["kind"]: o["sopInstanceUid"] for o in signed["objects"]}
    check(set(sop.values()) <= everything, "all three objects are in the archive")
    for kind, uid in sop.items():
        path = place.root / f"{kind}.dcm"
        path.write_bytes(place.lookup(uid))
        judge(path, kind, kind != "PDF")
    sr = pydicom.dcmread(place.root / "SR.dcm")
    equal(str(sr.PatientName.ideographic), "山田^太郎", "the name in the SR")
    equal((sr.CompletionFlag, sr.VerificationFlag, sr.PreliminaryFlag), ("COMPLETE", "VERIFIED", "FINAL"), "flags")
    evidence = {i.ReferencedSOPInstanceUID for s in sr.CurrentRequestedProcedureEvidenceSequence for e in s.ReferencedSeriesSequence for i in e.ReferencedSOPSequence}
    equal(len(evidence), len(in_study), "the full evidence list")
    texts = json.dumps(sr.to_json_dict(), ensure_ascii=False)
    check("右肺S6に12 mmの結節を認める。" in texts, "the Japanese finding verbatim")
    check(nodule["sop"] in texts, "the image reference")
    measured = pydicom.dcmread(place.root / "TID1500.dcm")
    numbers = []

    def walk(item):
        if getattr(item, "ValueType", "") == "NUM":
            value = item.MeasuredValueSequence[0]
            numbers.append((float(value.NumericValue), value.MeasurementUnitsCodeSequence[0].CodeValue))
        for child in getattr(item, "ContentSequence", []):
            walk(child)

    walk(measured)
    check(any(abs(v - nodule["diameter"]) < 0.05 and u == "mm" for v, u in numbers), f"the length in TID 1500, not {numbers}")
    check(any(u == "mm2" for _, u in numbers) and any(u == "[hnsf'U]" for _, u in numbers), f"area and attenuation in TID 1500, not {numbers}")

    pdf = place.root / "report.pdf"
    place.ctl("report", "show", draft["id"], "--sr", place.root / "kept.dcm", "--pdf", pdf)
    equal((place.root / "kept.dcm").read_bytes(), (place.root / "SR.dcm").read_bytes(), "what we keep and what the archive gives back")
    fonts = subprocess.run(["pdffonts", pdf], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    check(fonts and all(re.search(r"\byes\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+\s*$", line) for line in fonts), f"every font embedded: {fonts}")
    words = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout
    for expected_text in ("右肺S6に12 mmの結節を認める。", "鈴木", "山田"):
        check(expected_text in words.replace("\n", ""), f"{expected_text} in the PDF")
    encapsulated = pydicom.dcmread(place.root / "PDF.dcm")
    check(encapsulated.EncapsulatedDocument.startswith(pdf.read_bytes()), "the PDF in the archive is the PDF shown")

print("the main job, end to end: proven")
