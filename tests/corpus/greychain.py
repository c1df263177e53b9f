"""Modality values and P-values by pydicom, out of the reference's stored values."""
import numpy
from pydicom.pixel_data_handlers.util import apply_modality_lut, apply_voi_lut


def _transform_of(group):
    sequence = group.get("PixelValueTransformationSequence") if group is not None else None
    if not sequence:
        return None
    return float(sequence[0].RescaleSlope), float(sequence[0].RescaleIntercept)


def modality(stored, dataset):
    """[frame, row, column] of float64."""
    shared = dataset.get("SharedFunctionalGroupsSequence")
    common = _transform_of(shared[0]) if shared else None
    each = dataset.get("PerFrameFunctionalGroupsSequence")
    out = numpy.empty(stored.shape, numpy.float64)
    for index in range(stored.shape[0]):
        transform = _transform_of(each[index]) if each and index < len(each) else None
        transform = transform or common
        if transform:
            out[index] = stored[index].astype(numpy.float64) * transform[0] + transform[1]
        else:
            integers = stored[index] if stored.dtype.kind == "f" else stored[index].astype(numpy.int64)
            out[index] = apply_modality_lut(integers, dataset)
    # Of a dose the modality value is the dose (PS3.3 C.8.8.3); pydicom has no function for it.
    return out * float(dataset.DoseGridScaling) if dataset.get("DoseGridScaling") is not None else out


def displays(stored, dataset):
    """16-bit P-values of the first frame, unrounded, one array for each way that the image itself brings (window, VOI LUT)."""
    values = modality(stored[:1], dataset)[0]
    found = []
    if dataset.get("WindowWidth") not in (None, "") and dataset.get("WindowCenter") not in (None, ""):
        low, high = _range(dataset)
        found.append((apply_voi_lut(values, dataset, prefer_lut=False) - low) / (high - low))
    if dataset.get("VOILUTSequence") and dataset.VOILUTSequence[0].get("LUTData") is not None:
        bits = int(dataset.VOILUTSequence[0].LUTDescriptor[2])
        found.append(apply_voi_lut(numpy.floor(values + 0.5).astype(numpy.int64), dataset).astype(numpy.float64) / ((1 << bits) - 1))
    inverse = str(dataset.get("PhotometricInterpretation", "")) == "MONOCHROME1"
    return [(1 - p_values if inverse else p_values) * 65535 for p_values in found]


def _range(dataset):
    # What pydicom's apply_windowing scales to.
    if dataset.get("ModalityLUTSequence"):
        return 0.0, float((1 << int(dataset.ModalityLUTSequence[0].LUTDescriptor[2])) - 1)
    bits = int(dataset.BitsStored)
    signed = int(dataset.get("PixelRepresentation", 0)) == 1
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    if dataset.get("RescaleSlope") is not None and dataset.get("RescaleIntercept") is not None:
        slope, intercept = float(dataset.RescaleSlope), float(dataset.RescaleIntercept)
        return low * slope + intercept, high * slope + intercept
    return float(low), float(high)
