"""Decoders of others: DCMTK's and OpenJPEG's and OpenJPH's tools, Pillow, ffmpeg, pydicom's own code. None of ours."""
import copy
import io
import os
import shutil
import subprocess
import tempfile
import zlib

import numpy
import pydicom
import pydicom.encaps
import pydicom.pixel_data_handlers.numpy_handler as native
import pydicom.pixel_data_handlers.rle_handler as run_length

LIMIT_SECONDS = 120


class Unable(Exception):
    """This judge can't say."""


def _run(command, **more):
    if shutil.which(command[0]) is None:
        raise Unable(command[0] + " is not installed")
    try:
        done = subprocess.run(command, capture_output=True, timeout=LIMIT_SECONDS, check=False, **more)
    except subprocess.TimeoutExpired as late:
        raise Unable(command[0] + " hangs") from late
    if done.returncode != 0:
        raise Unable("%s: %s" % (command[0], done.stderr.decode(errors="replace").strip().splitlines()[-1:] or done.returncode))
    return done.stdout


def frames_of(dataset):
    count = dataset.get("NumberOfFrames")
    try:
        return max(1, int(count)) if count not in (None, "") else 1
    except (TypeError, ValueError):
        raise Unable("Number of Frames is no number") from None


def shaped(values, dataset):
    """[frame, row, column, sample] of an array that is interleaved already."""
    return numpy.asarray(values).reshape(frames_of(dataset), int(dataset.Rows), int(dataset.Columns), int(dataset.get("SamplesPerPixel", 1)))


def _handled(handler, dataset):
    try:
        flat = handler.get_pixeldata(dataset)
        return pydicom.pixel_data_handlers.util.reshape_pixel_array(dataset, flat).reshape(
            frames_of(dataset), int(dataset.Rows), int(dataset.Columns), -1)
    except Exception as error:  # pydicom raises whatever its parts raise
        raise Unable("pydicom: " + str(error).replace("\n", " ")[:120]) from error


def pydicom_native(_path, dataset):
    """Uncompressed pixels of any kind that pydicom knows."""
    for name, kind in (("FloatPixelData", "f4"), ("DoubleFloatPixelData", "f8")):
        if name in dataset:
            order = "<" if dataset.is_little_endian else ">"
            return shaped(numpy.frombuffer(dataset[name].value, order + kind), dataset)
    if int(dataset.BitsAllocated) == 1:
        bits = numpy.unpackbits(numpy.frombuffer(_little(dataset), numpy.uint8), bitorder="little")
        wanted = frames_of(dataset) * int(dataset.Rows) * int(dataset.Columns)
        return shaped(bits[:wanted], dataset)
    if int(dataset.BitsAllocated) == 12:
        return _packed12(dataset)
    if int(dataset.BitsAllocated) == 8 and not dataset.is_little_endian and dataset["PixelData"].VR == "OW":
        # pydicom before 3.0 leaves the bytes of big-endian words where they are.
        dataset = copy.deepcopy(dataset)
        dataset.PixelData = _little(dataset)
    return _handled(native, dataset)


def _little(dataset):
    data = dataset.PixelData
    if not dataset.is_little_endian and dataset["PixelData"].VR == "OW":
        data = numpy.frombuffer(data[:len(data) // 2 * 2], ">u2").astype("<u2").tobytes()
    return data


def _packed12(dataset):
    # Two samples in three bytes, PS3.5 8.1.1: bits follow each other from the least significant on.
    bits = numpy.unpackbits(numpy.frombuffer(_little(dataset), numpy.uint8), bitorder="little")
    wanted = frames_of(dataset) * int(dataset.Rows) * int(dataset.Columns)
    if bits.size < wanted * 12:
        raise Unable("too few bytes for 12 bits a sample")
    return shaped(bits[:wanted * 12].reshape(-1, 12).astype(numpy.int64) @ (1 << numpy.arange(12)), dataset)


def pydicom_rle(_path, dataset):
    return _handled(run_length, dataset)


def _fragments(dataset):
    try:
        frames = list(pydicom.encaps.generate_pixel_data_frame(dataset.PixelData, frames_of(dataset)))
    except Exception as error:
        raise Unable("pydicom can't cut the frames: " + str(error)[:100]) from error
    if len(frames) != frames_of(dataset):
        raise Unable("pydicom finds %d frames of %d" % (len(frames), frames_of(dataset)))
    return frames


def _dcmtk(program, path, dataset, options):
    with tempfile.TemporaryDirectory(prefix="akari-judge-") as folder:
        out = os.path.join(folder, "out.dcm")
        _run([program, *options, path, out])
        decoded = pydicom.dcmread(out, force=True)
        array = _handled(native, decoded)
        if "YBR" in str(decoded.PhotometricInterpretation):
            array = ybr_to_rgb(array)
        return array


def dcmtk_jpeg(path, dataset):
    return _dcmtk("dcmdjpeg", path, dataset, [])


def dcmtk_jpegls(path, dataset):
    return _dcmtk("dcmdjpls", path, dataset, [])


def dcmtk_rle(path, dataset):
    return _dcmtk("dcmdrle", path, dataset, [])


def pillow_jpeg(_path, dataset):
    """libjpeg-turbo on each frame's codestream; the components' meaning as the header says, else as the codestream does."""
    try:
        from PIL import Image
    except ImportError as error:
        raise Unable("Pillow is not installed") from error
    planes = []
    for frame in _fragments(dataset):
        try:
            image = Image.open(io.BytesIO(frame))
            if str(dataset.PhotometricInterpretation) == "RGB" and not {"jfif", "adobe_transform"} & set(image.info):
                image.draft("YCbCr", image.size)  # a codestream that says nothing is what its header says: left as it is
            elif image.mode != "L":
                image = image.convert("RGB")
            planes.append(numpy.asarray(image))
        except Exception as error:
            raise Unable("Pillow: " + str(error)[:100]) from error
    return shaped(numpy.stack(planes), dataset)


def ffmpeg_jpegls(_path, dataset):
    """ffmpeg's own JPEG-LS decoder, which shares nothing with CharLS."""
    return _ffmpeg_frames(dataset, "jpegls_pipe")


def ffmpeg_jpeg2000(_path, dataset):
    """ffmpeg's own JPEG 2000 decoder, which shares nothing with OpenJPEG."""
    return _ffmpeg_frames(dataset, "j2k_pipe")


def _ffmpeg_frames(dataset, form):
    colour = int(dataset.get("SamplesPerPixel", 1)) == 3
    if int(dataset.get("PixelRepresentation", 0)) == 1:
        raise Unable("ffmpeg knows no signed samples")
    wide = int(dataset.BitsStored) > 8
    kind = "rgb24" if colour else ("gray16le" if wide else "gray")
    planes = []
    for frame in _fragments(dataset):
        raw = _run(["ffmpeg", "-v", "error", "-f", form, "-i", "-", "-f", "rawvideo", "-pix_fmt", kind, "-"], input=frame)
        # ffmpeg moves the values to the top of their container.
        planes.append(numpy.frombuffer(raw, "<u2" if wide else "u1") >> ((16 if wide else 8) - int(dataset.BitsStored)))
    return shaped(numpy.stack(planes), dataset)


def openjpeg(_path, dataset):
    """opj_decompress on each frame's codestream."""
    planes = []
    for frame in _fragments(dataset):
        with tempfile.TemporaryDirectory(prefix="akari-judge-") as folder:
            start = frame.find(b"\xff\x4f\xff\x51")
            if start < 0:
                raise Unable("no JPEG 2000 codestream")
            name = os.path.join(folder, "in.j2k")
            with open(name, "wb") as file:
                file.write(frame[start:])
            out = os.path.join(folder, "out.rawl")
            _run(["opj_decompress", "-quiet", "-i", name, "-o", out])
            planes.append(_component_planes(out, frame[start:], dataset))
    return shaped(numpy.stack(planes), dataset)


def _component_planes(path, codestream, dataset):
    count = int.from_bytes(codestream[40:42], "big")
    depth = codestream[42]
    kind = ("i" if depth & 0x80 else "u") + ("1" if (depth & 0x7F) + 1 <= 8 else "2")
    values = numpy.fromfile(path, "<" + kind)
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    if values.size != count * rows * columns:
        raise Unable("opj_decompress wrote %d values for %d" % (values.size, count * rows * columns))
    if depth & 0x80:  # written without their sign
        bits = (depth & 0x7F) + 1
        values = values.astype(numpy.int32) & ((1 << bits) - 1)
        values = numpy.where(values >= 1 << (bits - 1), values - (1 << bits), values)
    return values.reshape(count, rows, columns).transpose(1, 2, 0)


def openjph(_path, dataset):
    """ojph_expand on each frame's codestream; it knows unsigned samples only."""
    if int(dataset.get("PixelRepresentation", 0)) == 1:
        raise Unable("ojph_expand writes unsigned samples only")
    planes = []
    for frame in _fragments(dataset):
        with tempfile.TemporaryDirectory(prefix="akari-judge-") as folder:
            name = os.path.join(folder, "in.j2c")
            with open(name, "wb") as file:
                file.write(frame)
            out = os.path.join(folder, "out.ppm" if int(dataset.SamplesPerPixel) == 3 else "out.pgm")
            _run(["ojph_expand", "-i", name, "-o", out])
            planes.append(_portable_map(out))
    return shaped(numpy.stack(planes), dataset)


def _portable_map(path):
    with open(path, "rb") as file:
        data = file.read()
    fields, at = [], 0
    while len(fields) < 4:
        end = at
        while data[end:end + 1] not in (b" ", b"\n", b"\t"):
            end += 1
        fields.append(data[at:end])
        at = end + 1
    return numpy.frombuffer(data[at:], ">u2" if int(fields[3]) > 255 else "u1")


def zlib_frames(_path, dataset):
    """Deflated frames (PS3.5 A.4.11) through Python's zlib."""
    rows, columns, bits = int(dataset.Rows), int(dataset.Columns), int(dataset.BitsAllocated)
    planes = []
    for frame in _fragments(dataset):
        raw = numpy.frombuffer(zlib.decompressobj(-15).decompress(frame), numpy.uint8)
        if bits == 1:
            planes.append(numpy.unpackbits(raw, bitorder="little")[:rows * columns])
        else:
            planes.append(raw.view("<u%d" % (bits // 8)))
    return shaped(numpy.stack(planes), dataset)


def ffmpeg_video(_path, dataset):
    """Every picture of a video stream, decoded by ffmpeg to YUV 4:2:0; RGB by YBR_PARTIAL_420 (PS3.3 C.7.6.3.1.2), chroma repeated."""
    stream = b"".join(pydicom.encaps.decode_data_sequence(dataset.PixelData))
    raw = _run(["ffmpeg", "-v", "error", "-i", "-", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-vsync", "passthrough", "-"], input=stream)
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    luma, chroma = rows * columns, (rows // 2) * (columns // 2)
    if rows % 2 or columns % 2 or len(raw) % (luma + 2 * chroma):
        raise Unable("ffmpeg's pictures have another size")
    planes = numpy.frombuffer(raw, numpy.uint8).reshape(-1, luma + 2 * chroma)
    return numpy.stack([_partial_to_rgb(plane[:luma].reshape(rows, columns), plane[luma:luma + chroma].reshape(rows // 2, -1),
                                        plane[luma + chroma:].reshape(rows // 2, -1)) for plane in planes])


def _partial_to_rgb(y, cb, cr):
    y = (y.astype(numpy.float32) - 16) * (255 / 219)
    cb, cr = ((plane.repeat(2, 0).repeat(2, 1).astype(numpy.float32) - 128) * (255 / 224) for plane in (cb, cr))
    rgb = numpy.stack([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], -1)
    return numpy.clip(numpy.floor(rgb + 0.5), 0, 255).astype(numpy.uint8)


def ybr_to_rgb(array):
    """Full-range YBR, PS3.3 C.7.6.3.1.2, rounded."""
    y, cb, cr = (array[..., i].astype(numpy.float64) for i in range(3))
    middle = 128.0
    rgb = numpy.stack([y + 1.402 * (cr - middle), y - 0.344136 * (cb - middle) - 0.714136 * (cr - middle), y + 1.772 * (cb - middle)], -1)
    return numpy.clip(numpy.floor(rgb + 0.5), 0, 255).astype(array.dtype)
