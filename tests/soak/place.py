"""A data folder, akarictl, a real Orthanc, and what its storage really holds."""
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pydicom

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "app" / "e2e"))
import akari  # noqa: E402

PASSPHRASE = akari.PASSPHRASE
CHECKER = akari.BIN / "powercut-check"
ARCHIVE = "soak"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Orthanc:
    """As a hospital runs it: its own storage, DICOMweb plugin; without a login, on loopback."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.root.mkdir(parents=True)
        self.storage = self.root / "storage"
        program = shutil.which("Orthanc", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
        plugins = [p for p in ("/usr/share/orthanc/plugins/libOrthancDicomWeb.so", "/usr/lib/orthanc/libOrthancDicomWeb.so") if os.path.exists(p)]
        if program is None or not plugins:
            akari.skip("Orthanc or its DICOMweb plugin is not installed")
        self.port = free_port()
        settings = {"StorageDirectory": str(self.storage), "IndexDirectory": str(self.storage), "Plugins": plugins[:1], "HttpPort": self.port,
                    "DicomServerEnabled": False, "RemoteAccessAllowed": False, "AuthenticationEnabled": False, "KeepAlive": True,
                    "TcpNoDelay": True, "OverwriteInstances": False, "DicomWeb": {"Enable": True, "Root": "/dicom-web/"}}
        (self.root / "orthanc.json").write_text(json.dumps(settings))
        self.process = subprocess.Popen([program, self.root / "orthanc.json"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(400):
            try:
                self.version = json.loads(self.get("/system"))["Version"]
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
        akari.skip("Orthanc does not start")

    def get(self, path, data=None):
        with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data)) as answer:
            return answer.read()

    def upload(self, study):
        for path in study.files:
            self.get("/instances", path.read_bytes())

    def stop(self):
        self.process.kill()
        self.process.wait()

    def stored(self):
        """SOP -> (series, study, file, SHA-256) of every file in its storage; a SOP that lies there twice is a failure."""
        found = {}
        for path in self.storage.rglob("*"):
            if not path.is_file() or path.stat().st_size < 132:
                continue
            content = path.read_bytes()
            if content[128:132] != b"DICM":
                continue
            header = pydicom.dcmread(path, stop_before_pixels=True)
            sop = str(header.SOPInstanceUID)
            akari.check(sop not in found, "an object lies twice in the archive's storage")
            found[sop] = (str(header.SeriesInstanceUID), str(header.StudyInstanceUID), path, hashlib.sha256(content).hexdigest())
        return found


def manifests(orthanc, studies, folder):
    """What powercut-check compares with, a file a study: the archive's own files of its images."""
    stored = orthanc.stored()
    sheets = []
    for study in studies:
        objects = [{"series": series, "sop": sop, "sha256": digest, "file": str(path)}
                   for sop, (series, of, path, digest) in sorted(stored.items()) if of == study.uid and sop in study.sops()]
        akari.equal(len(objects), len(study.files), "objects in the archive's storage")
        sheets.append(pathlib.Path(folder) / f"manifest-{study.number}.json")
        sheets[-1].write_text(json.dumps({"archive": ARCHIVE, "study": study.uid, "passphrase": PASSPHRASE, "objects": objects}))
    return sheets


class Place(akari.Workplace):
    """One data folder with an enrolled reader and the archive behind a port."""

    def __init__(self, root, port):
        pathlib.Path(root).mkdir(parents=True)
        super().__init__(root)
        self.ctl("archive", "add", ARCHIVE, f"http://127.0.0.1:{port}/dicom-web")
        self.enrol()

    def words(self, *words):
        return [str(akari.BIN / "akarictl"), "--data", str(self.data), *map(str, words), "--json"]

    def environment(self):
        return {"PATH": os.environ["PATH"], "HOME": str(self.root), "TMPDIR": str(self.tmp), "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen",
                "AKARI_PASSPHRASE": PASSPHRASE}

    def killed(self, after, *words):
        """Runs the command and kills it and whatever it started, so many seconds after its start. False: it was done before."""
        process = subprocess.Popen(self.words(*words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment(),
                                   start_new_session=True)
        time.sleep(after)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        return process.wait() == -signal.SIGKILL

    def timed(self, *words, expect=0):
        began = time.monotonic()
        answer = self.ctl(*words, expect=expect)
        return time.monotonic() - began, answer

    def draft(self, study, text):
        path = self.tmp / "report.json"
        sop = study.first_sop()
        path.write_text(json.dumps(report(sop, text)))
        return self.ctl("report", "new", "--study", study.uid, "--archive", ARCHIVE, "--from", path)["id"]

    def forget_cache(self):
        shutil.rmtree(self.data / "cache", ignore_errors=True)

    def held(self, manifest_file):
        """Every object of the manifest, read from the cache and compared by SHA-256."""
        done = subprocess.run([CHECKER, "--compare", manifest_file, self.data], capture_output=True, text=True)
        akari.check(done.returncode == 0, f"powercut-check --compare: {done.stderr}")
        return json.loads(done.stdout)

    def signed(self):
        """SOP -> SHA-256 of the bytes that were signed."""
        done = subprocess.run([CHECKER, "--signed", self.data], capture_output=True, text=True, env={"AKARI_PASSPHRASE": PASSPHRASE})
        akari.check(done.returncode == 0, f"powercut-check --signed: {done.stderr}")
        return json.loads(done.stdout)


def report(sop, text):
    length = {"type": "length", "sop": sop, "frame": 1, "points": [{"column": 30, "row": 30}, {"column": 60, "row": 60}]}
    return {"title": "Soak", "language": "en", "sections": [{"heading": "Findings", "text": text}], "measurements": [length],
            "keyImages": [{"sop": sop, "frame": 1}]}


def verify_clean(place, objects):
    """akarictl verify: nothing damaged, nothing missing."""
    answer = place.ctl("verify")
    akari.equal(answer["damaged"], 0, "damaged objects")
    akari.equal(answer["objects"], objects, "objects that verify read")
    return answer


def compare(place, manifest_file):
    """Byte-identical to the archive's storage, every one."""
    held = place.held(manifest_file)
    akari.equal((held["same"], held["other"], held["missing"], held["twice"]), (held["expected"], 0, 0, 0), "objects like the archive's, other, missing, twice")
    return held["expected"]


class Times:
    """Moments to kill at, spread over the life of a command."""

    def __init__(self, seed, duration):
        self.random, self.duration = random.Random(seed), duration

    def next(self):
        return self.random.uniform(0, self.duration)
