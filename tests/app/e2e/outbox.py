"""Objects made elsewhere through the outbox into the real archive, judged by what the archive really keeps."""
import hashlib

import pydicom
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

from akari import check, equal, workplace

GSPS = "1.2.840.10008.5.1.4.1.1.11.1"


def made(image, sop_class, **extra):
    """An object of the image's study."""
    out = pydicom.Dataset()
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate", "StudyTime", "StudyID", "AccessionNumber",
                    "ReferringPhysicianName", "SpecificCharacterSet", "IssuerOfPatientID"):
        if keyword in image:
            setattr(out, keyword, getattr(image, keyword))
    out.SOPClassUID, out.SOPInstanceUID, out.SeriesInstanceUID, out.InstanceNumber, out.SeriesNumber = sop_class, generate_uid(), generate_uid(), 1, 900
    for name, value in extra.items():
        setattr(out, name, value)
    out.file_meta = FileMetaDataset()
    out.file_meta.MediaStorageSOPClassUID, out.file_meta.MediaStorageSOPInstanceUID = sop_class, out.SOPInstanceUID
    out.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    out.is_little_endian, out.is_implicit_VR = True, False
    return out


def save(place, dataset, name):
    path = place.root / name
    dataset.save_as(path, write_like_original=False)
    return path


with workplace() as place:
    place.start_demo()
    truth = place.truth()
    image = pydicom.dcmread(pydicom.filebase.DicomBytesIO(place.lookup(truth["nodule"]["sop"])), stop_before_pixels=True)
    capture = made(image, SecondaryCaptureImageStorage, Modality="OT", ConversionType="WSD", SamplesPerPixel=1, PhotometricInterpretation="MONOCHROME2", Rows=8,
                   Columns=8, BitsAllocated=8, BitsStored=8, HighBit=7, PixelRepresentation=0, PixelData=bytes(range(64)))
    reference = pydicom.Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
    series = pydicom.Dataset()
    series.SeriesInstanceUID, series.ReferencedImageSequence = image.SeriesInstanceUID, [reference]
    state = made(image, GSPS, Modality="PR", ContentLabel="NODULE", ContentDescription="", PresentationCreationDate="20260102", PresentationCreationTime="030405",
                 ContentCreatorName="", ReferencedSeriesSequence=[series], PresentationLUTShape="IDENTITY")
    files = [save(place, capture, "capture.dcm"), save(place, state, "state.dcm")]

    place.fails("archive.unknown", "outbox", "add", files[0], "--archive", "nobody")
    place.fails("outbox.study", "outbox", "add", files[0], "--archive", "demo", "--study", "1.2.3")
    (place.root / "text.dcm").write_text("no DICOM")
    place.fails("outbox.object", "outbox", "add", files[0], place.root / "text.dcm", "--archive", "demo")
    equal(place.ctl("outbox")["items"], [], "all or none")

    items = place.ctl("outbox", "add", *files, "--archive", "demo", "--study", truth["studyInstanceUid"])["items"]
    equal([item["kind"] for item in items], ["SC", "GSPS"], "what they are")
    equal(len(place.ctl("outbox", "add", *files, "--archive", "demo")["items"]), 2, "again is the same two")
    capture.PixelData = bytes(range(1, 65))
    place.fails("outbox.uid", "outbox", "add", save(place, capture, "changed.dcm"), "--archive", "demo")

    place.stop_demo()
    waiting = place.ctl("outbox", "send", expect=1)["items"]
    equal([item["state"] for item in waiting], ["queued"] * 2, "offline")
    check(all(item["nextTry"] and item["code"] == "archive.unreachable" for item in waiting), f"with the next try: {waiting}")
    equal(place.ctl("outbox", "drop", items[1]["sopInstanceUid"])["items"][0]["state"], "dropped", "given up")
    equal(place.ctl("outbox", "retry", items[1]["id"])["items"][0]["state"], "queued", "and taken up again")
    place.fails("outbox.unknown", "outbox", "drop", "77")

    place.start_demo()
    sent = place.ctl("outbox", "send")["items"]
    equal([item["state"] for item in sent], ["archived"] * 2, f"proven: {sent}")
    for item, path in zip(sent, files):
        kept = place.lookup(item["sopInstanceUid"])
        equal(hashlib.sha256(kept).hexdigest(), hashlib.sha256(path.read_bytes()).hexdigest(), f"{item['kind']}: the archive has the very bytes")
    place.fails("outbox.archived", "outbox", "drop", sent[0]["id"])

    # Of another patient: refused before it is sent.
    capture.PatientID, capture.SOPInstanceUID = "SOMEBODY-ELSE", generate_uid()
    capture.file_meta.MediaStorageSOPInstanceUID = capture.SOPInstanceUID
    place.ctl("outbox", "add", save(place, capture, "foreign.dcm"), "--archive", "demo")
    foreign = place.ctl("outbox", "send", expect=1)["items"][-1]
    equal((foreign["state"], foreign["code"]), ("failed", "delivery.patient"), "not sent to another patient")
    check(place.lookup(capture.SOPInstanceUID) is None, "it is not there")

print("outbox: any object, proven byte for byte")
