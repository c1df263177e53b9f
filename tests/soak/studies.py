"""Three small studies of 50 objects each in three series: uncompressed, JPEG lossless and JPEG 2000. Made once a run, always the same."""
import pathlib
import subprocess

import numpy
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian

ROOT = "1.2.826.0.1.3680043.8.498.20"  # of pydicom's examples; nobody's data
CT = "1.2.840.10008.5.1.4.1.1.2"
JPEG_2000_LOSSLESS = "1.2.840.10008.1.2.4.90"
SERIES = (24, 16, 10)
SIDE = 128


def pixels(study, series, number):
    """A disc with a spot on noise: compresses as real slices do, about by half."""
    random = numpy.random.default_rng((study, series, number))
    y, x = numpy.mgrid[0:SIDE, 0:SIDE]
    body = ((x - 64) ** 2 + (y - 64) ** 2 < 55 ** 2) * 1000
    spot = ((x - 40 - number) ** 2 + (y - 70) ** 2 < 36) * (200 + 10 * number)
    return (body + spot + random.integers(0, 40, (SIDE, SIDE))).astype(numpy.uint16)


def make(study, series, number):
    one = Dataset()
    one.file_meta = FileMetaDataset()
    one.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    one.SOPClassUID = CT
    one.StudyInstanceUID = f"{ROOT}.{study}"
    one.SeriesInstanceUID = f"{ROOT}.{study}.{series}"
    one.SOPInstanceUID = f"{ROOT}.{study}.{series}.{number}"
    one.file_meta.MediaStorageSOPClassUID = CT
    one.file_meta.MediaStorageSOPInstanceUID = one.SOPInstanceUID
    one.PatientID, one.PatientName, one.PatientBirthDate, one.PatientSex = f"SOAK-{study}", f"Soak^Study{study}", "19600101", "O"
    one.StudyDate, one.StudyTime, one.AccessionNumber, one.StudyID = "20250102", "101500", f"A{study}", str(study)
    one.StudyDescription, one.ReferringPhysicianName = "Soak", ""
    one.Modality, one.SeriesNumber, one.InstanceNumber = "CT", series, number
    one.FrameOfReferenceUID = f"{ROOT}.{study}.9"
    one.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    one.ImagePositionPatient, one.ImageOrientationPatient = [0, 0, 2.0 * number], [1, 0, 0, 0, 1, 0]
    one.PixelSpacing, one.SliceThickness = [0.5, 0.5], 2
    one.Rows = one.Columns = SIDE
    one.SamplesPerPixel, one.PhotometricInterpretation, one.PixelRepresentation = 1, "MONOCHROME2", 0
    one.BitsAllocated, one.BitsStored, one.HighBit = 16, 16, 15
    one.RescaleIntercept, one.RescaleSlope, one.RescaleType = -1024, 1, "HU"
    one.WindowCenter, one.WindowWidth = 40, 400
    one.PixelData = pixels(study, series, number).tobytes()
    one.is_little_endian, one.is_implicit_VR = True, False
    return one


def as_jpeg_2000(one, folder):
    picture, code = folder / "one.pgm", folder / "one.j2k"
    raw = numpy.frombuffer(one.PixelData, dtype="<u2").astype(">u2").tobytes()
    picture.write_bytes(f"P5\n{SIDE} {SIDE}\n65535\n".encode() + raw)
    subprocess.run(["opj_compress", "-i", picture, "-o", code, "-n", "3"], check=True, capture_output=True)
    one.PixelData = encapsulate([code.read_bytes()])
    one["PixelData"].VR = "OB"
    one["PixelData"].is_undefined_length = True
    one.file_meta.TransferSyntaxUID = JPEG_2000_LOSSLESS


class Study:
    def __init__(self, number, name, folder):
        self.number, self.name, self.folder = number, name, folder
        self.uid = f"{ROOT}.{number}"
        self.files = []
        self._sops = set()

    def first_sop(self):
        return f"{self.uid}.1.1"

    def sops(self):
        if not self._sops:
            self._sops = {str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID) for path in self.files}
        return self._sops


def make_all(folder):
    """The studies' files below the folder, a folder each."""
    folder = pathlib.Path(folder)
    studies = []
    for number, name in ((1, "uncompressed"), (2, "JPEG lossless"), (3, "JPEG 2000")):
        study = Study(number, name, folder / str(number))
        study.folder.mkdir(parents=True)
        for series, count in enumerate(SERIES, 1):
            for instance in range(1, count + 1):
                one = make(number, series, instance)
                path = study.folder / f"{series}-{instance}.dcm"
                if number == 3:
                    as_jpeg_2000(one, folder)
                one.save_as(path, write_like_original=False)
                if number == 2:
                    subprocess.run(["dcmcjpeg", "+e1", "+un", path, path], check=True, capture_output=True)
                study.files.append(path)
        studies.append(study)
    for path in folder.glob("one.*"):
        path.unlink()
    return studies


def real_ct(data, folder, count=50):
    """So many slices of a real CT volume (JPEG-LS), where there is one."""
    source = data / "01_ct_volume_160_LIDC0314_JPEGLS" if data else None
    if source is None or not source.is_dir():
        return None
    study = Study(4, "real CT, JPEG-LS", pathlib.Path(folder) / "4")
    study.folder.mkdir(parents=True)
    for path in sorted(source.rglob("*.dcm"))[:count]:
        target = study.folder / path.name
        target.write_bytes(path.read_bytes())
        study.files.append(target)
    study.uid = str(pydicom.dcmread(study.files[0], stop_before_pixels=True).StudyInstanceUID)
    return study
