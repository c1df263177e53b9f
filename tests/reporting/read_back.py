"""Reads the objects of tests/reporting with pydicom alone and checks what a receiver would look for. Argument: the folder."""
import os
import sys

import pydicom

folder = sys.argv[1]
sr = pydicom.dcmread(os.path.join(folder, "SR.dcm"))
m = pydicom.dcmread(os.path.join(folder, "TID1500.dcm"))
pdf = pydicom.dcmread(os.path.join(folder, "PDF.dcm"))


def check(what, got, want):
    if got != want:
        sys.exit("%s: got %r, want %r" % (what, got, want))


def items(node):
    for child in getattr(node, "ContentSequence", []):
        yield child
        yield from items(child)


def meaning(item):
    return item.ConceptNameCodeSequence[0].CodeMeaning if "ConceptNameCodeSequence" in item else None


STUDY = "1.2.826.0.1.3680043.10.999.1"
for ds in (sr, m, pdf):
    check("charset", ds.SpecificCharacterSet, "ISO_IR 192")
    check("name", str(ds.PatientName), "Yamada^Taro=山田^太郎=やまだ^たろう")
    check("patient id", ds.PatientID, "P-001")
    check("issuer", ds.IssuerOfPatientID, "HOSP-A")
    check("birth", ds.PatientBirthDate, "19600101")
    check("study", ds.StudyInstanceUID, STUDY)
    check("accession", ds.AccessionNumber, "A0001")
    check("referring", str(ds.ReferringPhysicianName), "Sato^Jiro=佐藤^次郎")
    check("study description", ds.StudyDescription, "胸部CT 単純")
    check("offset", ds.TimezoneOffsetFromUTC, "+0900")
    check("content date", ds.ContentDate, "20260304")
    check("content time", ds.ContentTime[:6], "021305")
    check("institution", ds.InstitutionName, "遠隔読影センター")
    check("meta", ds.file_meta.MediaStorageSOPInstanceUID, ds.SOPInstanceUID)
    check("version name length", len(ds.file_meta.ImplementationVersionName) <= 16, True)
    check("implementation", ds.file_meta.ImplementationClassUID, "2.25.263838403961425412303946270431850231147")
check("uids", len({sr.SOPInstanceUID, m.SOPInstanceUID, pdf.SOPInstanceUID}), 3)

for ds in (sr, m):
    check("completion", ds.CompletionFlag, "COMPLETE")
    check("verification", ds.VerificationFlag, "VERIFIED")
    check("preliminary", ds.PreliminaryFlag, "FINAL")
    check("verifier", str(ds.VerifyingObserverSequence[0].VerifyingObserverName), "Suzuki^Hanako=鈴木^花子=すずき^はなこ")
    check("verified at", ds.VerifyingObserverSequence[0].VerificationDateTime, "20260304021305+0900")
    check("author", str(ds.AuthorObserverSequence[0].PersonName), "Suzuki^Hanako=鈴木^花子=すずき^はなこ")
    check("request", ds.ReferencedRequestSequence[0].RequestedProcedureID, "RP1")
    evidence = ds.CurrentRequestedProcedureEvidenceSequence
    check("evidence studies", [e.StudyInstanceUID for e in evidence], [STUDY])
    listed = [r.ReferencedSOPInstanceUID for s in evidence[0].ReferencedSeriesSequence for r in s.ReferencedSOPSequence]
    check("evidence", listed, [STUDY + ".1.%d" % i for i in range(1, 6)])
    pertinent = ds.PertinentOtherEvidenceSequence[0].ReferencedSeriesSequence[0].ReferencedSOPSequence
    check("pertinent", [r.ReferencedSOPInstanceUID for r in pertinent], ["1.2.826.0.1.3680043.10.998.1.1.1"])
    for item in items(ds):
        for sequence in ("ConceptNameCodeSequence", "ConceptCodeSequence"):
            for code in getattr(item, sequence, []):
                check("English meaning " + code.CodeMeaning, code.CodeMeaning.isascii(), True)
        for ref in getattr(item, "ReferencedSOPSequence", []):
            check("cited in evidence", ref.ReferencedSOPInstanceUID in listed, True)
            check("frame number on a single-frame image", "ReferencedFrameNumber" in ref, False)

check("title", sr.ConceptNameCodeSequence[0].CodeValue, "18748-4")
check("template", sr.ContentTemplateSequence[0].TemplateIdentifier, "2000")
texts = {meaning(i): i.TextValue for i in items(sr) if i.ValueType == "TEXT"}
check("finding", texts["Finding"] if False else
      [i.TextValue for i in items(sr) if i.ValueType == "TEXT" and meaning(i) == "Finding"][0],
      "右肺S6に12 mmの結節を認める。\r\n左肺に異常なし。")
check("impression", texts["Impression"], "肺癌疑い。")
sections = [i.ConceptNameCodeSequence[0].CodeValue for i in sr.ContentSequence if i.ValueType == "CONTAINER"]
check("sections", sections, ["18785-6", "55111-9", "18834-2", "59776-5", "19005-8", "55113-5"])
length = [i for i in items(sr) if i.ValueType == "NUM" and meaning(i) == "Length"][0]
check("length", float(length.MeasuredValueSequence[0].NumericValue), 12.346)
check("unit", length.MeasuredValueSequence[0].MeasurementUnitsCodeSequence[0].CodeValue, "mm")
scoord = length.ContentSequence[0]
check("path", (scoord.ValueType, scoord.GraphicType, list(scoord.GraphicData)), ("SCOORD", "POLYLINE", [10.0, 10.0, 20.0, 24.75]))
check("on image", scoord.ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID, STUDY + ".1.1")
key = [s for s in sr.ContentSequence if s.ValueType == "CONTAINER" and s.ConceptNameCodeSequence[0].CodeValue == "55113-5"][0]
check("key images", [i.ReferencedSOPSequence[0].ReferencedSOPInstanceUID for i in key.ContentSequence if i.ValueType == "IMAGE"],
      [STUDY + ".1.1", STUDY + ".1.2"])

check("title 1500", m.ConceptNameCodeSequence[0].CodeValue, "126000")
groups = [i for i in items(m) if i.ValueType == "CONTAINER" and meaning(i) == "Measurement Group"]
check("groups", len(groups), 2)
tracking = [[c.UID for c in g.ContentSequence if meaning(c) == "Tracking Unique Identifier"] for g in groups]
check("tracking", tracking, [["2.25.111222333"], ["2.25.444555666"]])
check("identifiers", [[c.TextValue for c in g.ContentSequence if meaning(c) == "Tracking Identifier"] for g in groups], [["Lesion 1"], ["結節 2"]])
region = [c for c in groups[1].ContentSequence if c.ValueType == "SCOORD"][0]
# A box from (10,20) to (18,36): taller than wide, so the vertical axis comes first; half a pixel from centre to corner origin.
check("ellipse", (region.GraphicType, list(region.GraphicData)), ("ELLIPSE", [14.5, 20.5, 14.5, 36.5, 10.5, 28.5, 18.5, 28.5]))
numbers = {}
for c in groups[1].ContentSequence:
    if c.ValueType == "NUM":
        derivation = c.ContentSequence[0].ConceptCodeSequence[0].CodeMeaning if "ContentSequence" in c else ""
        numbers[meaning(c), derivation] = float(c.MeasuredValueSequence[0].NumericValue)
check("numbers", numbers, {("Area", ""): 113.097, ("Attenuation Coefficient", "Mean"): -650.25,
                           ("Attenuation Coefficient", "Standard Deviation"): 12.5, ("Attenuation Coefficient", "Minimum"): -700.0,
                           ("Attenuation Coefficient", "Maximum"): -600.0})

check("pdf source", pdf.SourceInstanceSequence[0].ReferencedSOPInstanceUID, sr.SOPInstanceUID)
check("pdf title code", pdf.ConceptNameCodeSequence[0].CodeValue, "18748-4")
check("pdf title", pdf.DocumentTitle, "画像診断報告書")
check("pdf modality", pdf.Modality, "DOC")
check("pdf burned in", pdf.BurnedInAnnotation, "YES")
check("pdf mime", pdf.MIMETypeOfEncapsulatedDocument, "application/pdf")
check("pdf bytes", bytes(pdf.EncapsulatedDocument)[:8], b"%PDF-1.4")
check("pdf length", pdf.EncapsulatedDocumentLength, 45)
check("series", (sr.SeriesInstanceUID == m.SeriesInstanceUID, sr.SeriesInstanceUID == pdf.SeriesInstanceUID), (True, False))
print("ok")
