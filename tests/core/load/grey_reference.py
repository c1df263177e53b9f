"""Reference pixels by pydicom, never by our own decoders. Arguments: FILE, STAGE, OUT. Writes little-endian samples of the first frame.

modality: apply_modality_lut as float64; voi: apply_voi_lut(index 0) of that as float64, its range as two float64 in front;
colour: apply_color_lut, high byte of 16-bit tables, uint8; overlay GGGG: one byte a pixel.
"""
import os
import subprocess
import sys
import tempfile
import warnings

import numpy
import pydicom
from pydicom.pixel_data_handlers.util import apply_color_lut, apply_modality_lut, apply_voi_lut



def whole(path):
    """Its pixels by pydicom; those of lossless JPEG, for which pydicom has no decoder of its own, come out of DCMTK."""
    ds = pydicom.dcmread(path, force=True)
    try:
        return ds, ds.pixel_array
    except RuntimeError:
        with tempfile.TemporaryDirectory() as folder:
            plain = os.path.join(folder, "plain.dcm")
            subprocess.run(["dcmdjpeg", "-q", path, plain], check=True)
            ds = pydicom.dcmread(plain, force=True)
            return ds, ds.pixel_array


warnings.simplefilter("ignore")
path, stage, out = sys.argv[1:4]
if stage.startswith("overlay"):
    result = pydicom.dcmread(path, force=True).overlay_array(int(stage[7:], 16)).astype(numpy.uint8)
else:
    ds, pixels = whole(path)
    if int(getattr(ds, "NumberOfFrames", 1) or 1) > 1:
        pixels = pixels[0]
    spare = ds.BitsAllocated - ds.BitsStored if "BitsStored" in ds else 0
    if spare and ds.PixelRepresentation == 1:
        # pydicom leaves the sign of fewer bits than allocated to its caller.
        pixels = (pixels << spare) >> spare
    if stage == "modality":
        result = apply_modality_lut(pixels, ds).astype(numpy.float64)
    elif stage == "voi":
        result = apply_voi_lut(apply_modality_lut(pixels, ds), ds, index=0, prefer_lut=False).astype(numpy.float64)
    elif stage == "lut":
        result = apply_voi_lut(apply_modality_lut(pixels, ds), ds, index=0, prefer_lut=True).astype(numpy.float64)
    elif stage == "colour":
        rgb = apply_color_lut(pixels, ds)
        result = (rgb >> 8 if rgb.dtype.itemsize == 2 else rgb).astype(numpy.uint8)
    else:
        sys.exit("unknown stage " + stage)
result.tofile(out)
