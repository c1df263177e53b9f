#!/usr/bin/env python3
"""Writes small seeds for every fuzz target: made by pydicom and by hand, none of them from a patient or from the real files."""
import io
import json
import os
import struct
import sys
import zlib

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

IMPLICIT, EXPLICIT, BIG, DEFLATED = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"
CT, ENHANCED_MR, US, SR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4.1", "1.2.840.10008.5.1.4.1.1.6.1", "1.2.840.10008.5.1.4.1.1.88.33"
PDF = "1.2.840.10008.5.1.4.1.1.104.1"


def base(sop_class):
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = sop_class, "1.2.3.4.5"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.3", "1.2.3.4"
    dataset.PatientName, dataset.PatientID = "Yamada^Tarou", "1"
    return dataset


def image(sop_class, rows=4, columns=6, bits=16, frames=1, samples=1):
    dataset = base(sop_class)
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = rows, columns, samples
    dataset.PhotometricInterpretation = "RGB" if samples == 3 else "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = bits, bits, bits - 1, 0
    if samples == 3:
        dataset.PlanarConfiguration = 0
    if frames > 1:
        dataset.NumberOfFrames = frames
    dataset.PixelData = bytes((rows * columns * samples * bits * frames + 7) // 8 // 2 * 2 + 2)
    return dataset


def ct():
    dataset = image(CT)
    dataset.Modality, dataset.ImageType, dataset.InstanceNumber = "CT", ["ORIGINAL", "PRIMARY", "AXIAL"], 3
    dataset.ImagePositionPatient, dataset.ImageOrientationPatient = [-10, -20, 30.5], [1, 0, 0, 0, 1, 0]
    dataset.PixelSpacing, dataset.RescaleSlope, dataset.RescaleIntercept = [0.7, 0.8], 1, -1024
    dataset.WindowCenter, dataset.WindowWidth, dataset.PixelPaddingValue = [40, 60], [400, 80], 0
    dataset.WindowCenterWidthExplanation, dataset.VOILUTFunction = ["A", "B"], "SIGMOID"
    return dataset


def item(**values):
    dataset = Dataset()
    for name, value in values.items():
        setattr(dataset, name, value)
    return dataset


def luts():
    dataset = image(CT, bits=8)
    for name in ("ModalityLUTSequence", "VOILUTSequence"):
        table = item(LUTDescriptor=[4, 0, 16])
        table.add_new(0x00283006, "US", [0, 100, 200, 300])
        table.ModalityLUTType = "HU"
        setattr(dataset, name, Sequence([table]))
    return dataset


def enhanced():
    dataset = image(ENHANCED_MR, frames=3)
    dataset.Modality = "MR"
    dataset.SharedFunctionalGroupsSequence = Sequence([item(
        PixelMeasuresSequence=Sequence([item(PixelSpacing=[1, 1], SliceThickness=2)]),
        PlaneOrientationSequence=Sequence([item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])]),
        PixelValueTransformationSequence=Sequence([item(RescaleSlope=2, RescaleIntercept=1, RescaleType="US")]))])
    dataset.PerFrameFunctionalGroupsSequence = Sequence([item(
        PlanePositionSequence=Sequence([item(ImagePositionPatient=[0, 0, 2.5 * k])]),
        FrameContentSequence=Sequence([item(TemporalPositionIndex=1, StackID="1", InStackPositionNumber=k + 1)]),
        MREchoSequence=Sequence([item(EffectiveEchoTime=30.0)])) for k in range(3)])
    return dataset


def ultrasound():
    dataset = image(US, bits=8, samples=3, frames=2)
    dataset.Modality, dataset.FrameTime = "US", 33
    dataset.SequenceOfUltrasoundRegions = Sequence([item(
        RegionSpatialFormat=1, RegionDataType=1, RegionFlags=0, RegionLocationMinX0=0, RegionLocationMinY0=0, RegionLocationMaxX1=5,
        RegionLocationMaxY1=3, PhysicalUnitsXDirection=3, PhysicalUnitsYDirection=3, PhysicalDeltaX=0.01, PhysicalDeltaY=0.01)])
    return dataset


def palette():
    dataset = image(US, bits=8)
    dataset.PhotometricInterpretation = "PALETTE COLOR"
    for colour in ("Red", "Green", "Blue"):
        setattr(dataset, colour + "PaletteColorLookupTableDescriptor", [4, 0, 16])
        setattr(dataset, colour + "PaletteColorLookupTableData", struct.pack("<4H", 0, 20000, 40000, 65535))
    return dataset


def bits():
    dataset = image("1.2.840.10008.5.1.4.1.1.66.4", rows=5, columns=7, bits=8, frames=3)
    dataset.BitsAllocated = dataset.BitsStored = 1
    dataset.HighBit = 0
    dataset.PixelData = bytes(14)
    return dataset


def code(value, meaning, scheme="DCM"):
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def report():
    dataset = base(SR)
    dataset.Modality, dataset.ValueType, dataset.ContinuityOfContent = "SR", "CONTAINER", "SEPARATE"
    dataset.CompletionFlag, dataset.VerificationFlag = "COMPLETE", "VERIFIED"
    dataset.ConceptNameCodeSequence = Sequence([code("126000", "Imaging Measurement Report")])
    dataset.ContentTemplateSequence = Sequence([item(MappingResource="DCMR", TemplateIdentifier="1500")])
    dataset.VerifyingObserverSequence = Sequence([item(VerifyingObserverName="A^B", VerifyingOrganization="C", VerificationDateTime="20240101")])
    text = item(RelationshipType="CONTAINS", ValueType="TEXT", TextValue="Nothing\r\nelse")
    text.ConceptNameCodeSequence = Sequence([code("121071", "Finding")])
    number = item(RelationshipType="CONTAINS", ValueType="NUM")
    number.ConceptNameCodeSequence = Sequence([code("410668003", "Length", "SCT")])
    number.MeasuredValueSequence = Sequence([item(NumericValue="12.5", MeasurementUnitsCodeSequence=Sequence([code("mm", "mm", "UCUM")]))])
    shape = item(RelationshipType="INFERRED FROM", ValueType="SCOORD", GraphicType="POLYLINE", GraphicData=[1.0, 2.0, 3.0, 4.0])
    picture = item(RelationshipType="SELECTED FROM", ValueType="IMAGE")
    picture.ReferencedSOPSequence = Sequence([item(ReferencedSOPClassUID=CT, ReferencedSOPInstanceUID="1.2.3.4.6", ReferencedFrameNumber=1)])
    shape.ContentSequence = Sequence([picture])
    number.ContentSequence = Sequence([shape])
    reference = item(RelationshipType="INFERRED FROM", ReferencedContentItemIdentifier=[1, 2])
    dataset.ContentSequence = Sequence([text, number, reference])
    dataset.CurrentRequestedProcedureEvidenceSequence = Sequence([item(StudyInstanceUID="1.2.3", ReferencedSeriesSequence=Sequence([item(
        SeriesInstanceUID="1.2.3.4", ReferencedSOPSequence=Sequence([item(ReferencedSOPClassUID=CT, ReferencedSOPInstanceUID="1.2.3.4.6")]))]))])
    return dataset


def document():
    dataset = base(PDF)
    dataset.MIMETypeOfEncapsulatedDocument, dataset.DocumentTitle = "application/pdf", "Request"
    dataset.EncapsulatedDocument, dataset.EncapsulatedDocumentLength = b"%PDF-1.4\n%%EOF\0", 14
    return dataset


def characters():
    dataset = ct()
    dataset.SpecificCharacterSet = ["", "ISO 2022 IR 87"]
    dataset.add_new(0x00100010, "PN", "Yamada^Tarou=\u5c71\u7530^\u592a\u90ce=\u3084\u307e\u3060^\u305f\u308d\u3046")
    return dataset


def directory():
    dataset = base("1.2.840.10008.1.3.10")
    dataset.FileSetID = "SET"
    dataset.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = 400
    records = []
    for kind, values in (("PATIENT", {"PatientID": "1"}), ("STUDY", {"StudyInstanceUID": "1.2.3"}), ("SERIES", {"SeriesInstanceUID": "1.2.3.4"}),
                         ("IMAGE", {"ReferencedFileID": ["DIR", "IMG1"], "ReferencedSOPInstanceUIDInFile": "1.2.3.4.5"})):
        records.append(item(OffsetOfTheNextDirectoryRecord=0, RecordInUseFlag=65535, OffsetOfReferencedLowerLevelDirectoryEntity=500,
                            DirectoryRecordType=kind, **values))
    dataset.DirectoryRecordSequence = Sequence(records)
    return dataset


def boxes(*parts):
    return b"".join(struct.pack(">I", 8 + len(body)) + name + body for name, body in parts)


def media_seeds():
    frame = bytes([8, 0, 4, 0, 6, 1, 1, 0x11, 0])
    yield b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0" + struct.pack(">H", 2 + len(frame)) + frame + b"\xff\xda\0\x08\1\1\0\0\x3f\0ab\xff\xd9"
    track_head = bytes(40) + struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30) + struct.pack(">2I", 640 << 16, 480 << 16)
    sample = bytes(6) + b"\0\1" + bytes(16) + struct.pack(">2H", 640, 480) + bytes(50) + boxes((b"avcC", b"\1\x64\0\x29\xff\xe1\0\4\x67\x64\0\x29\1\0\2\x68\xee"))
    table = boxes((b"stsd", bytes(4) + b"\0\0\0\1" + boxes((b"avc1", sample))), (b"stts", bytes(4) + struct.pack(">3I", 1, 10, 40)),
                  (b"stsz", bytes(4) + struct.pack(">2I", 100, 10)))
    media = boxes((b"mdhd", bytes(12) + struct.pack(">2I", 1000, 400) + bytes(4)), (b"hdlr", bytes(8) + b"vide" + bytes(12)), (b"minf", boxes((b"stbl", table))))
    yield boxes((b"ftyp", b"isom\0\0\2\0isomavc1"), (b"moov", boxes((b"trak", boxes((b"tkhd", track_head), (b"mdia", media))))))
    yield b"%PDF-1.4\n"
    yield b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\4\0\0\0\4\x08\0\0\0\0"
    yield struct.pack("<IB3xQQ", 0x414B5550, 0, 0, 0) + bytes(128) + b"a/b.dcm"


def rules_seeds():
    yield b'{"version":1,"modalities":{"MR":{"always":["imageKind","orientation","echo"],"whereTheyOverlap":["imageType"]},"*":{}}}'


def part10(dataset, syntax, preamble=True):
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID, dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPClassUID, dataset.SOPInstanceUID
    dataset.is_implicit_VR, dataset.is_little_endian = syntax == IMPLICIT, syntax != BIG
    if not preamble:
        del dataset.file_meta
    out = io.BytesIO()
    pydicom.dcmwrite(out, dataset, write_like_original=not preamble)
    return out.getvalue()


def compressed(dataset, syntax, frames, tables=True):
    dataset.PixelData = encapsulate(frames, has_bot=tables)
    dataset["PixelData"].is_undefined_length = True
    dataset["PixelData"].VR = "OB"
    return part10(dataset, syntax)


def objects():
    yield "ct-explicit", part10(ct(), EXPLICIT)
    yield "ct-implicit", part10(ct(), IMPLICIT)
    yield "ct-big", part10(ct(), BIG)
    yield "ct-deflated", part10(ct(), DEFLATED)
    yield "ct-bare", part10(ct(), IMPLICIT, preamble=False)
    yield "luts", part10(luts(), EXPLICIT)
    yield "enhanced", part10(enhanced(), EXPLICIT)
    yield "enhanced-implicit", part10(enhanced(), IMPLICIT)
    yield "ultrasound", part10(ultrasound(), EXPLICIT)
    yield "palette", part10(palette(), EXPLICIT)
    yield "bits", part10(bits(), EXPLICIT)
    yield "characters", part10(characters(), EXPLICIT)
    yield "report", part10(report(), EXPLICIT)
    yield "report-implicit", part10(report(), IMPLICIT)
    yield "document", part10(document(), EXPLICIT)
    yield "fragments", compressed(image(CT, frames=2), "1.2.840.10008.1.2.4.80", [b"\xff\xd8\xff\xf7\xff\xd9", b"\xff\xd8\xff\xd9"])
    yield "fragments-no-table", compressed(image(CT, frames=2), "1.2.840.10008.1.2.5", [rle([0, 1]), rle([0])], False)
    extended = image(CT, frames=2)
    extended.ExtendedOffsetTable, extended.ExtendedOffsetTableLengths = struct.pack("<2Q", 0, 16), struct.pack("<2Q", 8, 8)
    yield "fragments-extended", compressed(extended, "1.2.840.10008.1.2.4.90", [b"12345678", b"87654321"], False)


def rle(planes):
    segments = [bytes([255, value, 2, 1, 2, 3, 251, 9, 240, 7, 128, 200, 1]) + b"\0" for value in planes]
    offsets, at = [], 64
    for segment in segments:
        offsets.append(at)
        at += len(segment)
    return struct.pack("<16I", len(segments), *(offsets + [0] * (15 - len(offsets)))) + b"".join(segments)


def text_seeds():
    samples = [([2], "B\u00fcc^J\u00e9r\u00f4me".encode("latin-1")), ([0, 20], "Yamada^Tarou=".encode() + b"\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B"),
               ([18, 20], b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J"), ([0, 22], b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce"),
               ([0, 23], b"Zhang=\x1b$)A\xd5\xc5\x1b"), ([14], "\u738b^\u5c0f\u6771".encode("gb18030")), ([13], "\u738b^\u5c0f".encode()),
               ([12], b"\xa1\xa2^\xa3"), ([6], b"\xbb\xee^\xdb"), ([0, 21], b"\x1b$(D0!\x1b(B"), ([25], b"?\x80\xff"), ([], b"A^B=C=D\\E")]
    for terms, value in samples:
        yield bytes([len(terms), *terms]) + value


def multipart_seeds():
    part = b"\r\n--akari\r\nContent-Type: application/dicom\r\n%s\r\n%s"
    body = part % (b"", b"ABC") + part % (b"Content-Length: 4\r\n", b"1234") + b"\r\n--akari--\r\nepilogue"
    yield b"\0" + body[2:]
    yield b"\2\3\1" + b"preamble" + body
    yield b"\1\0" + body.replace(b"4\r\n", b"99\r\n")
    yield b"\0" + b'multipart/related; type="application/dicom"; boundary="akari 1"'


def json_seeds():
    study = {"0020000D": {"vr": "UI", "Value": ["1.2.3"]}, "00100010": {"vr": "PN", "Value": [{"Alphabetic": "A^B", "Ideographic": "\u5c71"}]},
             "00080061": {"vr": "CS", "Value": ["CT", "SR"]}, "00280008": {"vr": "IS", "Value": ["3"]}, "00200011": {"vr": "IS", "Value": [7]},
             "00081115": {"vr": "SQ", "Value": [{"0020000D": {"vr": "UI", "Value": ["1.2"]}}]}, "00080020": {"Value": [None]}}
    yield json.dumps([study, {}]).encode()
    yield json.dumps(study).encode()
    yield b"[]"
    # An Orthanc's own lists: of a series' instances, and of what a UID stands for.
    name = "00000001-00000000-00000000-00000000-00000000"
    row = {"ID": name, "ParentSeries": name, "FileSize": 524288, "MainDicomTags": {
        "SOPInstanceUID": "1.2.3", "InstanceNumber": "7", "NumberOfFrames": "1", "ImagePositionPatient": "-1.5\\2\\3e1",
        "ImageOrientationPatient": "1\\0\\0\\0\\1\\0"}}
    yield json.dumps([row]).encode()
    yield json.dumps([{"Type": "Study", "ID": name}, {"Type": "Series", "ID": name, "Path": "/series/" + name}]).encode()


def report_seeds():
    yield json.dumps({"title": "Report", "language": "ja", "sections": [{"heading": "Findings", "kind": "findings", "text": "None"}],
                      "measurements": [{"sop": "1.2", "frame": 1, "type": "length", "value": 1.5, "unit": "mm"}],
                      "keyImages": [{"sop": "1.2.3", "frame": 1, "caption": "x", "window": {"center": 40, "width": 400}}]}).encode()
    yield b'{"title":"Report","sections":[]}'


def annotation_seeds():
    yield json.dumps({"annotations": [{"id": "a", "trackingUid": "2.25.1", "label": "L", "type": "length", "archive": "x", "study": "1", "series": "2",
                                       "sop": "3", "version": "4", "frame": 1, "points": [{"column": 1.5, "row": 2}, {"column": 3, "row": 4}]}]}).encode()


def vault_seeds():
    common = {"format": "akari-vault", "version": 1, "check": "00" * 32}
    yield json.dumps({**common, "mode": "passphrase", "kdf": "argon2id13-interactive", "salt": "11" * 16, "wrappedKey": "22" * 60}).encode()
    yield json.dumps({**common, "mode": "keychain", "entry": "ab" * 16}).encode()
    second = {**common, "version": 2, "recovery": {"salt": "33" * 16, "wrappedKey": "44" * 60}, "previousKey": "55" * 60, "previousEntry": "cd" * 16}
    yield json.dumps({**second, "mode": "passphrase", "kdf": "argon2id13", "passes": 3, "memoryBytes": 67108864, "salt": "11" * 16,
                      "wrappedKey": "22" * 60}).encode()
    yield json.dumps({**second, "mode": "keychain", "entry": "ab" * 16}).encode()


def fields(*values):
    out = b""
    for value in values:
        out += struct.pack("<q", value) if isinstance(value, int) else struct.pack("<q", len(value)) + value.encode()
    return out


def row_seeds():
    yield b"\0\0\0" + fields(*["p"] * 12, 5, 2, "CT", "SR")
    yield b"\1\0\0" + fields("CT", 3, "Chest", 7)
    yield b"\2\0\0" + fields("1.2.3", "0123456789abcdef", CT, "CT", 1, 1, 0, 100, 0, 0, 50)
    yield b"\3\5\0" + b"\x28\xb5\x2f\xfd\x20\x05\x29\x00\x00hello"


def codestream_seeds():
    yield bytes([3, 5, 0]) + rle([1])
    yield bytes([3, 5, 4]) + rle([1, 2])
    yield bytes([3, 5, 1]) + rle([1, 2, 3])
    yield bytes([3, 5, 6]) + rle([1, 2, 3, 4])
    sof = bytes([8, 0, 4, 0, 6, 1, 1, 0x11, 0])
    yield bytes([3, 5, 0]) + b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0" + struct.pack(">H", 2 + len(sof)) + sof + b"\xff\xda\0\x08\1\1\0\0\x3f\0\xff\xd9"
    siz = struct.pack(">HHIIIIIIIIH", 41, 0, 6, 4, 0, 0, 6, 4, 0, 0, 1) + bytes([7, 1, 1])
    cod = struct.pack(">H", 12) + bytes([0, 0, 0, 1, 0, 1, 3, 3, 0, 1])
    sot = struct.pack(">HHIBB", 10, 0, 14, 0, 1)
    yield bytes([3, 5, 0]) + b"\xff\x4f\xff\x51" + siz + b"\xff\x52" + cod + b"\xff\x90" + sot + b"\xff\x93\xff\xd9"


def main(folder):
    datasets = list(objects())
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = deflater.compress(bytes(300) + b"DICM" * 40) + deflater.flush()
    everything = {
        "part10": [b"\0" + data for _, data in datasets] + [b"\1" + datasets[0][1][:-40]],
        "frames": [data for _, data in datasets],
        "objects": [data for _, data in datasets],
        "dicomdir": [part10(directory(), EXPLICIT), part10(directory(), IMPLICIT)],
        "media": list(media_seeds()),
        "rules": list(rules_seeds()),
        "inflate": [b"\0" + raw, b"\1" + raw[:-4], b"\0" + zlib.compress(bytes(1000))],
        "text": list(text_seeds()),
        "dicom-json": list(json_seeds()),
        "multipart": list(multipart_seeds()),
        "http": [b"\xc8\0" + text for text in (b"text/html; charset=utf-8", b'multipart/related; boundary="a b"', b"IMAGE/JPEG")],
        "native": [bytes([3, 5, kind, 7, 0, flags, photometric, 0]) + bytes(range(200)) for kind in range(12) for flags, photometric in ((0, 1), (77, 2), (136, 5))],
        # The last one names more code-blocks than there is memory for.
        "rle": [*codestream_seeds(),
                bytes.fromhex("030500ff4fff51002900000000fc060003000400000000000000ff00ff00000002e80400000000000000000001070101ff52000c1e02e8"
                              "0400000000000000000001070101ff52000c1e00000100010303000000ff0e019300ffd900000100010303000000ff0e019300ffd9")],
        "handover": [
            b'{"akari":"hand-over","version":1,"nonce":"' + b"0a" * 32 + b'","window":true}',
            b'{"version":1,"open":{"archive":"ward","study":"1.2.840.99.1"}}',
            b'{"version":1,"nonce":"' + b"0b" * 32 + b'","proof":"' + b"0c" * 32 + b'"}',
            b'{"command":{"words":["sync","ward",{"hex":"ff00"}],"folder":"/home","environment":{"SECRET":{"hex":"e9"}},"terminal":true}}',
            b'{"out":{"hex":"e3"}}', b'{"exit":3}', b'{"cancel":true}', b'{"started":true}',
            b'{"error":{"code":"handover.proof","message":"No.","detail":""}}',
        ],
        "reply": [struct.pack("<I4xQQiIIHH", 0x414B4A33, 7, 9, 3, 512, 256, 1, 16) + bytes([1, 2, 3]) + bytes(13 + 208), bytes(32)],
        "rows": list(row_seeds()),
        "vault": list(vault_seeds()),
        "report": list(report_seeds()),
        "annotations": list(annotation_seeds()),
    }
    for target, seeds in everything.items():
        os.makedirs(os.path.join(folder, target), exist_ok=True)
        for index, seed in enumerate(seeds):
            with open(os.path.join(folder, target, "%03d" % index), "wb") as file:
                file.write(seed)


if __name__ == "__main__":
    main(sys.argv[1])
