"""Pictures, documents and videos of a chosen patient: wrapped without loss, judged by pydicom and dciodvfy."""
import hashlib
import json
import shutil
import struct
import subprocess
import zlib

import numpy
import pydicom

from akari import check, equal, need, workplace

need("dciodvfy", "cjpeg", "djpeg")
HASH, KIND, LENGTH, FILE = (0x0009, 0x1001), (0x0009, 0x1002), (0x0009, 0x1003), (0x7FE1, 0x1001)
PATIENT = ("--as-patient", "P-77", "--patient-name", "Yamada^Taro=山田^太郎=やまだ^たろう", "--birth-date", "19700203", "--sex", "M", "--title", "持参画像")


def png(path, pixels, kind, bits, palette=None, transparency=None):
    """A PNG by the book (ISO 15948), with nobody's library."""
    rows, columns = pixels.shape[:2]
    data = pixels.astype(">u2") if bits == 16 else pixels.astype("u1")
    lines = b"".join(b"\0" + data[y].tobytes() for y in range(rows))

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    parts = [chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, bits, kind, 0, 0, 0))]
    if palette is not None:
        parts.append(chunk(b"PLTE", palette.astype("u1").tobytes()))
    if transparency is not None:
        parts.append(chunk(b"tRNS", transparency))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


def jpeg(folder, name, pixels, *options):
    source = folder / (name + ".pnm")
    colour = pixels.ndim == 3
    source.write_bytes((b"P6" if colour else b"P5") + b"\n%d %d\n255\n" % (pixels.shape[1], pixels.shape[0]) + pixels.astype("u1").tobytes())
    target = folder / name
    target.write_bytes(subprocess.run(["cjpeg", *options, source], check=True, capture_output=True).stdout)
    source.unlink()
    return target


def pdf(path):
    body = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    path.write_bytes(body + (b"\n" if len(body) % 2 == 0 else b""))  # odd, so that padding shows
    return path


def judged(place, data):
    target = place.root / "judged.dcm"
    target.write_bytes(data)
    said = subprocess.run(["dciodvfy", "-new", target], capture_output=True, text=True)
    errors = [line for line in (said.stdout + said.stderr).splitlines() if line.startswith("Error")]
    equal(errors, [], "dciodvfy -new finds no error")
    return pydicom.dcmread(target)


with workplace() as place:
    folder = place.root / "pictures"
    folder.mkdir()
    noise = numpy.random.default_rng(5)
    colour = noise.integers(0, 256, (37, 53, 3))
    grey = noise.integers(0, 65536, (21, 30))
    originals = {}
    jpeg(folder, "photo.jpg", colour, "-quality", "90")
    jpeg(folder, "full.jpg", colour, "-quality", "90", "-sample", "1x1")
    jpeg(folder, "grey.jpg", colour[:, :, 0], "-quality", "90")
    png(folder / "rgb.png", colour, 2, 8)
    png(folder / "grey16.png", grey, 0, 16)
    indices, palette = noise.integers(0, 4, (10, 11)), noise.integers(0, 256, (4, 3))
    png(folder / "palette.png", indices, 3, 8, palette=palette)
    cover = noise.integers(0, 256, (8, 9, 4))
    png(folder / "alpha.png", cover, 6, 8)
    pdf(folder / "form.pdf")
    good = sorted(folder.iterdir())
    for path in good:
        originals[hashlib.sha256(path.read_bytes()).hexdigest()] = path

    refused = place.ctl("import", folder, expect=3)
    equal({r["code"] for r in refused["rejected"]}, {"import.patientless"}, "nobody's pictures are not imported")
    report = place.ctl("import", folder, *PATIENT)
    equal((report["imported"], report["rejected"]), (len(good), []), "every picture and document")
    equal(len(report["studies"]), 1, "one study")
    again = place.ctl("import", folder, *PATIENT)
    equal((again["imported"], again["duplicate"]), (0, len(good)), "the same files again make nothing new")
    study = place.ctl("studies")["studies"]
    equal([(s["patientId"], s["patientName"], s["stored"]) for s in study], [("P-77", "Yamada^Taro=山田^太郎=やまだ^たろう", len(good))], "the chosen patient's")

    seen = set()
    for series in place.ctl("series", study[0]["studyInstanceUid"])["series"]:
        for one in place.ctl("instances", series["seriesInstanceUid"])["instances"]:
            sop = one["sopInstanceUid"]
            info = place.root / "object.dcm"
            place.ctl("export", "--sop", sop, "-o", info)
            data = judged(place, info.read_bytes())
            path = originals[data[HASH].value]
            seen.add(path.name)
            original = path.read_bytes()
            equal(data[LENGTH].value, len(original), f"{path.name}: the original's length")
            check(sop.startswith("2.25."), "a UID of our own")
            if path.suffix == ".jpg":
                frame = next(pydicom.encaps.generate_pixel_data_frame(data.PixelData, 1))
                equal(frame[: len(original)], original, f"{path.name}: the JPEG byte for byte")
                equal(data.file_meta.TransferSyntaxUID, "1.2.840.10008.1.2.4.50", "baseline")
                expected = {"photo.jpg": "YBR_FULL_422", "full.jpg": "YBR_FULL_422", "grey.jpg": "MONOCHROME2"}[path.name]
                equal(data.PhotometricInterpretation, expected, f"{path.name}: its colours")
                equal((data.Rows, data.Columns, data.LossyImageCompression), (37, 53, "01"), f"{path.name}: its size")
            elif path.suffix == ".png":
                equal(data[FILE].value[: len(original)], original, f"{path.name}: the file travels along")
                wanted = {"rgb.png": colour, "grey16.png": grey, "palette.png": palette[indices],
                          "alpha.png": (cover[:, :, :3] * cover[:, :, 3:] + 127) // 255}[path.name]
                kind = "<u2" if data.BitsAllocated == 16 else "u1"
                pixels = numpy.frombuffer(data.PixelData, kind)[: wanted.size].reshape(wanted.shape)
                check(numpy.array_equal(pixels, wanted), f"{path.name}: every sample")
                equal("DerivationDescription" in data, path.name == "alpha.png", f"{path.name}: what was changed is said")
            else:
                equal(data.EncapsulatedDocument[: data.EncapsulatedDocumentLength], original, "the PDF byte for byte")
    equal(seen, {p.name for p in good}, "each of them once")

    bad = place.root / "bad"
    bad.mkdir()
    jpeg(bad, "progressive.jpg", colour, "-progressive")
    turned = bytearray((folder / "photo.jpg").read_bytes())
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    turned[2:2] = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    (bad / "turned.jpg").write_bytes(turned)
    (bad / "cut.jpg").write_bytes((folder / "photo.jpg").read_bytes()[:900])
    (bad / "cut.png").write_bytes((folder / "rgb.png").read_bytes()[:2000])
    huge = bytearray((folder / "rgb.png").read_bytes())
    huge[16:24] = struct.pack(">II", 60000, 60000)
    (bad / "huge.png").write_bytes(huge)
    (bad / "cut.pdf").write_bytes((folder / "form.pdf").read_bytes()[:60])
    (bad / "noise.mp4").write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(500))
    report = place.ctl("import", bad, *PATIENT, expect=3)
    equal(sorted((r["path"].rsplit("/", 1)[1], r["code"]) for r in report["rejected"]),
          [("cut.jpg", "import.jpeg"), ("cut.pdf", "import.pdf"), ("cut.png", "import.png"), ("huge.png", "import.png"), ("noise.mp4", "import.video"),
           ("progressive.jpg", "import.jpeg"), ("turned.jpg", "import.rotated")], "a reason for each")

    wrong = place.run("import", folder, "--as-patient", "SOMEONE-ELSE", "--study", study[0]["studyInstanceUid"], "--json")
    equal((wrong.returncode, json.loads(wrong.stdout)["error"]["code"]), (3, "import.patient"), "another patient's study is refused")
    extra = pdf(place.root / "second.pdf")
    extra.write_bytes(extra.read_bytes().replace(b"Count 0", b"Count  0"))
    place.ctl("import", extra, "--study", study[0]["studyInstanceUid"])
    equal(place.ctl("studies")["studies"][0]["stored"], len(good) + 1, "into a named study, of its patient")

    if shutil.which("ffmpeg") is None:
        print("AKARI-SKIPPED: ffmpeg is not installed")
    else:
        videos = place.root / "videos"
        videos.mkdir()
        for name, options in (("high41.mp4", ["-profile:v", "high", "-level", "4.1"]), ("high42.mp4", ["-profile:v", "high", "-level", "4.2"]),
                              ("main.mp4", ["-profile:v", "main", "-level", "4.1"])):
            made = subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=25", "-frames:v", "20", "-c:v", "libx264",
                                   "-pix_fmt", "yuv420p", *options, videos / name], capture_output=True, text=True)
            check(made.returncode == 0, f"ffmpeg: {made.stderr}")
        report = place.ctl("import", videos, *PATIENT, expect=1)
        equal([(r["path"].rsplit("/", 1)[1], r["code"]) for r in report["rejected"]], [("main.mp4", "import.video")], "only what the standard has a syntax for")
        equal(report["imported"], 2, "two videos")
        syntaxes = set()
        for one in report["studies"]:
            for series in place.ctl("series", one["studyInstanceUid"])["series"]:
                for entry in place.ctl("instances", series["seriesInstanceUid"])["instances"]:
                    target = place.root / "video.dcm"
                    place.ctl("export", "--sop", entry["sopInstanceUid"], "-o", target)
                    data = judged(place, target.read_bytes())
                    equal((data.Rows, data.Columns, data.NumberOfFrames, data.CineRate), (240, 320, 20, 25), "what the video is")
                    check(abs(float(data.FrameTime) - 40) < 0.01, "40 ms a frame")
                    syntaxes.add(data.file_meta.TransferSyntaxUID.split(".")[-1])
                    original = next(p for p in videos.iterdir() if hashlib.sha256(p.read_bytes()).hexdigest() == data[HASH].value).read_bytes()
                    check(original in data.PixelData, "the MP4 byte for byte")
        equal(syntaxes, {"102", "104"}, "level 4.1 and 4.2 have their own syntax")

print("pictures: wrapped without loss, valid, the originals kept")
