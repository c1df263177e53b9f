"""What a file's stored pixels must be, after the same preparation as ours: each value's stored bits taken out of its container and
sign-extended (PS3.5 8.1.1), YBR become RGB (PS3.3 C.7.6.3.1.2), palettes looked up where we look them up (16-bit entries by their high byte)."""
import copy
import dataclasses
import os

import numpy
import pydicom
from pydicom.pixel_data_handlers.util import apply_color_lut

import judges

PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
NATIVE = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.1.98"}
JPEG = "1.2.840.10008.1.2.4."
LOSSLESS_JPEG = {JPEG + "57", JPEG + "70"}
LOSSY_JPEG = {JPEG + "50", JPEG + "51", JPEG + "53", JPEG + "55"}
VIDEO = {JPEG + str(number) for number in range(100, 109)}

# Uncompressed or otherwise decodable twins of lossless files: the same pixels by another way.
_CT = "08_zoo_cornerstone_CT_every_syntax/CTImage.dcm"
_PLAIN = "10_zoo_HTJ2K/dicomp10/"
_WG04 = "11_zoo_NEMA_WG04_subset/"
_SEL = "13_pydicom_data_selected/"
_CORE = "12_pydicom_core/test_files/"
_PM = "09_zoo_Efferent_PM5644_colour/PM5644-960x540_"
TWINS = {
    **{_CT + suffix: _CT for suffix in (
        "_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm", "_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm",
        "_DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm", "_RLELosslessTransferSyntax_1.2.840.10008.1.2.5.dcm",
        "_JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80.dcm", "_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm",
        "_JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57.dcm", "_LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm",
        "_LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2.dcm")},
    **{"23_zoo_fragmentation_single_frame/CT1_UNC." + name: _PLAIN + "CT1_UNC" for name in (
        "fragmented_bot_jpeg_ls.80.dcm", "fragmented_no_bot_jpeg_ls.80.dcm", "not_fragmented_bot_jpeg_ls.80.dcm")},
    "10_zoo_HTJ2K/htj2k/CT1_JPH": _PLAIN + "CT1_UNC", "10_zoo_HTJ2K/htj2k/US1_JPH": _PLAIN + "US1_UNC",
    "10_zoo_HTJ2K/htj2k/VL1_JPH": _PLAIN + "VL1_UNC",
    "10_zoo_HTJ2K/htj2k/MR2_JPH": _WG04 + "compsamples_jpeg/JPLL/MR2_JPLL", "10_zoo_HTJ2K/htj2k/RG3_JPH": _WG04 + "compsamples_jpeg/JPLL/RG3_JPLL",
    "08_zoo_cornerstone_CT_every_syntax/CT1_J2KR": _PLAIN + "CT1_UNC",
    _WG04 + "compsamples_j2k/J2KR/US1_J2KR": _PLAIN + "US1_UNC", _WG04 + "compsamples_j2k/J2KR/VL1_J2KR": _PLAIN + "VL1_UNC",
    _WG04 + "compsamples_j2k/J2KR/MR2_J2KR": _WG04 + "compsamples_jpeg/JPLL/MR2_JPLL",
    _WG04 + "compsamples_jpegls/JLSL/CT1_JLSL": _PLAIN + "CT1_UNC",
    _WG04 + "compsamples_jpegls/JLSL/MR2_JLSL": _WG04 + "compsamples_jpeg/JPLL/MR2_JPLL",
    _WG04 + "compsamples_rle_20040210/RLE/CT1_RLE": _PLAIN + "CT1_UNC", _WG04 + "compsamples_rle_20040210/RLE/US1_RLE": _PLAIN + "US1_UNC",
    _WG04 + "compsamples_rle_20040210/RLE/VL1_RLE": _PLAIN + "VL1_UNC",
    _WG04 + "compsamples_rle_20040210/RLE/RG3_RLE": _WG04 + "compsamples_jpeg/JPLL/RG3_JPLL",
    _SEL + "RG3_J2KR.dcm": _WG04 + "compsamples_jpeg/JPLL/RG3_JPLL",
    _SEL + "HTJ2KLossless_08_RGB.dcm": _PLAIN + "US1_UNC",
    **{_SEL + "liver%s_%s.dcm" % (kind, how): _SEL + "liver%s.dcm" % kind for kind in ("", "_nonbyte_aligned") for how in ("rle", "j2k", "deflate")},
    _SEL + "liver_expb.dcm": _SEL + "liver.dcm",
    **{_SEL + "emri_small_%s.dcm" % how: _SEL + "emri_small.dcm" for how in ("RLE", "big_endian", "jpeg_2k_lossless", "jpeg_ls_lossless", "jpeg_2k_lossless_too_short")},
    **{_CORE + "MR_small_%s.dcm" % how: _CORE + "MR_small.dcm" for how in ("RLE", "bigendian", "expb", "implicit", "jp2klossless", "jpeg_ls_lossless")},
    **{_PM + how + ".dcm": _PM + "RGB.dcm" for how in ("JPEG-LS_Lossless", "JPEG-Lossless_RGB", "JPEG2000-Lossless", "RLE-Lossless")},
    **{_SEL + "OBXXXX1A_%s%s.dcm" % (how, frames): _SEL + "OBXXXX1A%s.dcm" % frames for how in ("expb", "rle") for frames in ("", "_2frame")},
    _SEL + "color-pl.dcm": _SEL + "color-px.dcm",
}
# Near-lossless files and what they were made from.
SOURCES = {
    _CT + "_JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81.dcm": _CT,
    _WG04 + "compsamples_jpegls/JLSN/MR2_JLSN": _WG04 + "compsamples_jpeg/JPLL/MR2_JPLL",
    _WG04 + "compsamples_jpegls/JLSN/RG3_JLSN": _WG04 + "compsamples_jpeg/JPLL/RG3_JPLL",
    _PM + "JPEG-LS_NearLossless.dcm": _PM + "RGB.dcm",
}


@dataclasses.dataclass
class Reference:
    judge: str
    tolerance: int
    array: numpy.ndarray  # [frame, row, column, sample]


def has_pixels(dataset):
    return any(dataset.get(name) for name in PIXELS)


def syntax_of(dataset):
    meta = getattr(dataset, "file_meta", None)
    named = str(meta.TransferSyntaxUID) if meta is not None and "TransferSyntaxUID" in meta else ""
    if named:
        return named
    return "1.2.840.10008.1.2" if dataset.is_implicit_VR else ("1.2.840.10008.1.2.1" if dataset.is_little_endian else "1.2.840.10008.1.2.2")


def read(path):
    dataset = pydicom.dcmread(path, force=True)
    if not hasattr(dataset, "file_meta") or "TransferSyntaxUID" not in dataset.file_meta:
        dataset.file_meta = pydicom.dataset.FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.UID(syntax_of(dataset))
    return dataset


def near_of(dataset):
    """NEAR of the first JPEG-LS scan (ITU-T T.87 C.2.3), 0 where there is none."""
    data = bytes(dataset.PixelData)
    at = data.find(b"\xff\xda")
    return data[at + 5 + 2 * data[at + 4]] if at >= 0 and at + 4 < len(data) else 0


def _judges_for(syntax):
    """(tool, tolerance) in the order in which they are asked."""
    if syntax in NATIVE:
        return [(judges.pydicom_native, 0)]
    if syntax == "1.2.840.10008.1.2.5":
        return [(judges.pydicom_rle, 0), (judges.dcmtk_rle, 0)]
    if syntax in LOSSLESS_JPEG:
        return [(judges.dcmtk_jpeg, 0)]
    if syntax in LOSSY_JPEG:
        return [(judges.dcmtk_jpeg, 1), (judges.pillow_jpeg, 1)]
    if syntax == JPEG + "80":
        return [(judges.dcmtk_jpegls, 0), (judges.ffmpeg_jpegls, 0)]
    if syntax == JPEG + "81":
        return [(judges.dcmtk_jpegls, 0), (judges.ffmpeg_jpegls, 0)]
    if syntax == JPEG + "90":
        return [(judges.openjpeg, 0), (judges.ffmpeg_jpeg2000, 0)]
    if syntax == JPEG + "91":
        return [(judges.openjpeg, 1)]
    if syntax in (JPEG + "201", JPEG + "202"):
        return [(judges.openjph, 0), (judges.openjpeg, 0)]
    if syntax == JPEG + "203":
        return [(judges.openjph, 1), (judges.openjpeg, 1)]
    if syntax == "1.2.840.10008.1.2.8.1":
        return [(judges.zlib_frames, 0)]
    if syntax in VIDEO:
        return [(judges.ffmpeg_video, 1)]
    return []


def _fitted(array, dataset):
    """The stored bits, out of their container, sign-extended."""
    if array.dtype.kind == "f" or "BitsStored" not in dataset:
        return array
    bits = int(dataset.BitsStored)
    values = array.astype(numpy.int64)
    if array.dtype.itemsize * 8 == int(dataset.BitsAllocated):
        values = values >> max(0, int(dataset.get("HighBit", bits - 1)) + 1 - bits)
    values = values & ((1 << bits) - 1)
    if int(dataset.get("PixelRepresentation", 0)) == 1:
        values = numpy.where(values >= 1 << (bits - 1), values - (1 << bits), values)
    return values


def _coloured(array, dataset, judge, samples):
    """YBR to RGB where the judge left it, palettes where ours are looked up."""
    photometric = str(dataset.get("PhotometricInterpretation", ""))
    if array.shape[-1] == 3 and photometric in ("YBR_FULL", "YBR_FULL_422") and judge in (
            "pydicom_native", "pydicom_rle", "openjpeg", "openjph", "zlib_frames", "dcmtk_rle"):
        return judges.ybr_to_rgb(array), 1
    if photometric == "PALETTE COLOR" and samples == 3 and array.shape[-1] == 1:
        return looked_up(array, dataset), 0
    return array, 0


def looked_up(indices, dataset):
    """RGB, 8 bit, of palette indices by pydicom; 16-bit entries by their high byte."""
    if not dataset.is_little_endian:
        # pydicom reads tables of 16-bit words as little endian whatever the file is.
        dataset = copy.deepcopy(dataset)
        for keyword in ("RedPaletteColorLookupTableData", "GreenPaletteColorLookupTableData", "BluePaletteColorLookupTableData"):
            setattr(dataset, keyword, numpy.frombuffer(getattr(dataset, keyword), ">u2").astype("<u2").tobytes())
    colours = apply_color_lut(indices[..., 0], dataset)
    return colours >> 8 if colours.dtype.itemsize == 2 else colours


def references(root, name, dataset, samples, notes):
    """Every reference there is, best first, each made when it is asked for; `notes` takes which judges could not speak.
    samples: of our decoded frames."""
    if name in TWINS:
        for reference in _of_file(root, TWINS[name], samples, notes):
            yield Reference("twin:" + os.path.basename(TWINS[name]), 0, reference.array)
            break
    yield from _direct(os.path.join(root, name), dataset, samples, notes)
    if name in SOURCES:
        for reference in _of_file(root, SOURCES[name], samples, notes):
            yield Reference("source:" + os.path.basename(SOURCES[name]), near_of(dataset), reference.array)
            break


def _of_file(root, name, samples, notes):
    path = os.path.join(root, name)
    return _direct(path, read(path), samples, notes)


def _direct(path, dataset, samples, notes):
    if "PixelData" in dataset and not dataset["PixelData"].is_undefined_length and syntax_of(dataset) not in NATIVE:
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian  # whatever the header says, such bytes are native
    for tool, tolerance in _judges_for(syntax_of(dataset)):
        try:
            array = tool(path, dataset)
            # DCMTK hands grey values over as stored, colour as it is shown.
            decoded = tool.__name__.startswith("dcmtk_jpeg") and array.shape[-1] == 3
            colours, more = _coloured(array if decoded else _fitted(array, dataset), dataset, tool.__name__, samples)
            reference = Reference(tool.__name__, tolerance + more, colours)
        except judges.Unable as unable:
            notes.append("%s: %s" % (tool.__name__, unable))
        except Exception as error:  # a judge that stumbles says nothing
            notes.append("%s: %s %s" % (tool.__name__, type(error).__name__, str(error)[:100]))
        else:
            yield reference
