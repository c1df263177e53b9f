"""Dictionaries for libFuzzer: the tags the product speaks of, VRs, delimiters, syntaxes; the words of our JSON; what multipart is made of."""
import re

VRS = "AE AS AT CS DA DS DT FL FD IS LO LT OB OD OF OL OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV".split()
SYNTAXES = ["1.2.840.10008.1.2" + rest for rest in ("", ".1", ".2", ".1.99", ".5", ".4.50", ".4.70", ".4.80", ".4.90", ".4.201", ".4.100", ".8.1")]
WORDS = {
    "dicom-json": ["vr", "Value", "BulkDataURI", "InlineBinary", "Alphabetic", "Ideographic", "Phonetic", "0020000D", "00100010", "00080061", "00081115", "Type",
                   "Series", "ID", "ParentSeries", "FileSize", "MainDicomTags", "SOPInstanceUID", "ImagePositionPatient"],
    "vault": ["format", "akari-vault", "version", "mode", "passphrase", "keychain", "kdf", "argon2id13-interactive", "salt", "wrappedKey", "entry", "check"],
    "annotations": ["annotations", "id", "trackingUid", "label", "type", "length", "ellipse", "archive", "study", "series", "sop", "version", "frame",
                    "points", "column", "row"],
    "rules": ["version", "modalities", "always", "whereTheyOverlap", "imageKind", "originality", "imageType", "orientation", "stack", "echo", "bValue",
              "kernel", "*", "CT", "MR"],
    "media": ["ftyp", "moov", "trak", "mdia", "minf", "stbl", "stsd", "avc1", "avcC", "tkhd", "mdhd", "stts", "stsz", "hdlr", "vide", "isom", "JFIF\0",
              "Exif\0\0", "\xff\xd8", "\xff\xd9", "\xff\xc0", "\xff\xda", "UPKA"],
    "multipart": ["--akari", "--akari--", "\r\n--akari\r\n", "\r\n\r\n", "Content-Length: ", "Content-Type: ", "boundary=", "multipart/related; "],
    "http": ["boundary=", "; ", "charset=utf-8", "\"", "multipart/related", "application/dicom"],
    "text": ["\x1b$B", "\x1b(B", "\x1b(J", "\x1b)I", "\x1b$)C", "\x1b$)A", "\x1b$(D", "\x1b-A", "\x1b-L", "\x1b.T", "=", "^", "\\"],
}


def _entry(data):
    return '"%s"' % "".join("\\x%02x" % byte for byte in data)


def dicom(tags_header):
    with open(tags_header, encoding="utf-8") as file:
        tags = re.findall(r"\{0x([0-9A-F]{4}), 0x([0-9A-F]{4})\}", file.read())
    entries = []
    for group, element in tags:
        for order in ("little", "big"):
            entries.append(_entry(int(group, 16).to_bytes(2, order) + int(element, 16).to_bytes(2, order)))
    entries += [_entry(vr.encode()) for vr in VRS] + [_entry(vr.encode() + b"\0\0") for vr in ("OB", "OW", "SQ", "UN", "UT", "OF", "OV")]
    entries += [_entry(syntax.encode()) for syntax in SYNTAXES]
    for element in (0xE000, 0xE00D, 0xE0DD):
        entries += [_entry(b"\xfe\xff" + element.to_bytes(2, "little")), _entry(b"\xff\xfe" + element.to_bytes(2, "big"))]
    entries += [_entry(data) for data in (b"\xff\xff\xff\xff", b"\0\0\0\0", b"DICM", b"ISO 2022 IR 87", b"ISO_IR 192", b"MONOCHROME1", b"PALETTE COLOR")]
    return entries


def of(target, source, report_keys):
    if target in ("part10", "frames", "objects", "dicomdir"):
        return dicom(source + "/core/dicom/Tags.h")
    words = report_keys if target == "report" else WORDS.get(target, [])
    return [_entry(word.encode("latin-1")) for word in words]


def report_words(source):
    with open(source + "/reporting/DocumentJson.cpp", encoding="utf-8") as file:
        return sorted(set(re.findall(r'"([A-Za-z]{2,40})"', file.read())))
