"""akarictl info: every attribute as pydicom decodes it, the objects' models by their own attributes, and the exit codes."""
import pathlib
import warnings

import pydicom
from pydicom.sequence import Sequence

from akari import check, data_folder, equal, skip, workplace

warnings.simplefilter("ignore")
DATA = data_folder()
if DATA is None:
    skip("no real test data: set AKARI_TESTDATA")

TEXTS = {"AE", "AS", "CS", "DA", "DT", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"}
NUMBERS = {"DS", "IS", "US", "SS", "UL", "SL", "FL", "FD"}
OBJECTS = ["22_derived/kos_three_ct_slices.dcm", "22_derived/encapsulated_pdf.dcm", "16_seg_sr_parametric_dcmqi/sr-example/sr.dcm",
           "16_seg_sr_parametric_dcmqi/sr-example/rwvm.dcm", "16_seg_sr_parametric_dcmqi/segmentations/partial_overlaps.dcm",
           "17_seg_sr_sm_highdicom/seg_image_sm_control_labelmap.dcm", "17_seg_sr_sm_highdicom/sm_image.dcm", "17_seg_sr_sm_highdicom/sm_annotations.dcm",
           "12_pydicom_core/test_files/rtstruct.dcm", "12_pydicom_core/test_files/rtdose.dcm", "12_pydicom_core/test_files/rtplan.dcm",
           "12_pydicom_core/test_files/waveform_ecg.dcm", "13_pydicom_data_selected/parametric_map_float.dcm",
           "15_presentation_LUT_overlay_GSPS_weasis/NeurosurgeryPlan.dcm", "12_pydicom_core/charset_files/chrH32.dcm",
           "12_pydicom_core/charset_files/chrSQEncoding.dcm", "12_pydicom_core/charset_files/chrKoreanMulti.dcm"]
compared = 0


def plain(text):
    return text.strip(" \0").rstrip("^=")


def spoken(value):
    if isinstance(value, dict):
        groups = [value.get(k, "") for k in ("alphabetic", "ideographic", "phonetic")]
        return "=".join(groups).rstrip("=")
    return plain(str(value))


def values_of(element):
    value = element.value
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, (list, pydicom.multival.MultiValue)) else [value]


def compare(ours, dataset, where):
    global compared
    found = {a["tag"]: a for a in ours}
    for element in dataset:
        way = f"{where} {element.tag}"
        tag = "%04x,%04x" % (element.tag.group, element.tag.element)
        check(tag in found, f"{way} is there")
        attribute = found[tag]
        if isinstance(element.value, Sequence):
            equal(len(attribute["items"]), len(element.value), f"items of {way}")
            for number, item in enumerate(element.value):
                compare(attribute["items"][number], item, f"{way}[{number + 1}]")
            continue
        if element.tag.is_private:
            continue
        if element.VR in TEXTS:
            expected = [plain("=".join(plain(g) for g in str(v).split("="))) if element.VR == "PN" else plain(str(v)) for v in values_of(element)]
            if any("\x1b" in v for v in expected):
                continue  # pydicom gave up on the escapes
            got = [spoken(v) for v in attribute["value"]]
            equal(got if any(got) else [], expected if any(expected) else [], way)
            compared += 1
        elif element.VR in NUMBERS:
            expected = [float(v) for v in values_of(element) if v is not None and v != ""]
            got = attribute.get("value", [])
            equal(attribute.get("count", len(got)), len(expected), f"how many of {way}")
            check(all(abs(a - b) <= 1e-9 * max(1, abs(b)) for a, b in zip(got, expected)), f"{way}: {got[:4]} is not {expected[:4]}")
            compared += 1
        word = pydicom.datadict.keyword_for_tag(element.tag)
        if word and "keyword" in attribute and not pydicom.datadict.dictionary_is_retired(element.tag):
            equal(attribute["keyword"], word, f"keyword of {way}")


def one_of_each_folder():
    for folder in sorted(p for p in DATA.iterdir() if p.is_dir() and p.name not in ("LICENSES", "20_malformed_pwnlab_even")):
        for path in sorted(folder.rglob("*.dcm"))[:2]:
            yield str(path.relative_to(DATA))


with workplace() as place:
    for name in dict.fromkeys(OBJECTS + list(one_of_each_folder())):
        dataset = pydicom.dcmread(DATA / name, force=True)
        answer = place.ctl("info", DATA / name)
        equal(answer["sopInstanceUid"], str(dataset.get("SOPInstanceUID", "")), f"UID of {name}")
        compare(answer["attributes"], dataset, pathlib.Path(name).name)
        check("objectError" not in answer, f"{name} is read: {answer.get('objectError')}")
    check(compared > 4000, f"{compared} values compared")

    segments = place.ctl("info", DATA / "16_seg_sr_parametric_dcmqi/segmentations/partial_overlaps.dcm")["object"]["segments"]
    source = pydicom.dcmread(DATA / "16_seg_sr_parametric_dcmqi/segmentations/partial_overlaps.dcm")
    equal([s["label"] for s in segments], [s.SegmentLabel for s in source.SegmentSequence], "segments")
    ecg = place.ctl("info", DATA / "12_pydicom_core/test_files/waveform_ecg.dcm")["object"]["groups"][0]["channels"]
    trace = pydicom.dcmread(DATA / "12_pydicom_core/test_files/waveform_ecg.dcm").waveform_array(0)
    equal([c["maximum"] for c in ecg], [float(v) for v in trace.max(axis=0)], "largest values of the ECG in µV")
    report = place.ctl("info", DATA / "16_seg_sr_parametric_dcmqi/sr-example/sr.dcm")
    equal((report["kind"], report["summary"]), ("structuredReport", "22 measurements in 1 group"), "measurement report")
    equal(len(report["object"]["measurements"]["groups"][0]["measurements"]), 22, "measurements")

    damaged = place.root / "damaged.dcm"
    broken = pydicom.dcmread(DATA / "17_seg_sr_sm_highdicom/seg_image_ct_binary.dcm")
    broken.NumberOfFrames = 2000000000
    broken.save_as(damaged)
    answer = place.ctl("info", damaged, expect=1)
    equal(answer["objectError"]["code"], "seg.frames", "a segmentation that counts too many frames")
    latin = (DATA / "12_pydicom_core/charset_files/chrFren.dcm").read_bytes().replace(b"ISO_IR 100", b"ISO_IR 192")
    damaged.write_bytes(latin)
    answer = place.ctl("info", damaged)
    check("charset.mismatch" in [w["code"] for w in answer["warnings"]], "Latin-1 declared as UTF-8 is warned of")
    equal(place.ctl("info", "no such thing", expect=2)["error"]["code"], "usage.object", "neither file nor UID")
    damaged.write_bytes(b"this is no DICOM file, whatever its name says")
    equal(place.ctl("info", damaged, expect=3)["error"]["code"], "dicom.unreadable", "not DICOM")
    text = place.run("info", DATA / "12_pydicom_core/charset_files/chrH32.dcm").stdout
    check("山田^太郎" in text and "PatientName" in text, "text for a person")
print(f"{compared} values compared with pydicom")
