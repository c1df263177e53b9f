"""What the end-to-end tests share: a data folder, akarictl, the demo archive, and checks that can fail."""
import base64
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.request

BIN = pathlib.Path(sys.argv[1])
SOURCE = pathlib.Path(os.environ.get("AKARI_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[3]))
PASSPHRASE = "correct horse battery"


def skip(reason):
    print(f"AKARI-SKIPPED: {reason}")
    sys.exit(0)


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            skip(f"{program} is not installed")


def check(condition, what):
    if not condition:
        raise SystemExit(f"FAILED: {what}")


def equal(actual, expected, what):
    check(actual == expected, f"{what}: {actual!r} is not {expected!r}")


def data_folder():
    named = os.environ.get("AKARI_TESTDATA")
    for folder in ([pathlib.Path(named)] if named else []) + [SOURCE.parent / "shared" / "data"]:
        if folder.is_dir():
            return folder
    return None


class Workplace:
    """A temporary place with a data folder and, on demand, the demo archive."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.data = self.root / "data"
        self.archive = self.root / "archive"
        self.tmp = self.root / "tmp"
        self.tmp.mkdir()
        self.demo_json = None

    def run(self, *words, passphrase=PASSPHRASE, extra=None, data=None):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.root), "TMPDIR": str(self.tmp), "LANG": "C.UTF-8",
                       "QT_QPA_PLATFORM": "offscreen"}
        for name in ("DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        if passphrase is not None:
            environment["AKARI_PASSPHRASE"] = passphrase
        environment.update(extra or {})
        return subprocess.run([BIN / "akarictl", "--data", data or self.data, *map(str, words)], capture_output=True, text=True,
                              env=environment, timeout=300)

    def ctl(self, *words, expect=0, **options):
        done = self.run(*words, "--json", **options)
        check(done.returncode == expect, f"akarictl {' '.join(map(str, words))}: exit {done.returncode}, not {expect}\n{done.stdout}\n{done.stderr}")
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError:
            raise SystemExit(f"FAILED: akarictl {' '.join(map(str, words))} printed no JSON: {done.stdout!r} {done.stderr!r}")

    def fails(self, code, *words, exit=3, **options):
        done = self.run(*words, "--json", **options)
        check(done.returncode == exit, f"akarictl {' '.join(map(str, words))}: exit {done.returncode}, not {exit}\n{done.stdout}\n{done.stderr}")
        error = json.loads(done.stdout)["error"]
        equal(error["code"], code, f"error code of akarictl {' '.join(map(str, words))}")
        lines = [line for line in done.stderr.splitlines() if line.startswith("akarictl: ")]
        check(len(lines) == 1 and error["message"] in lines[0], f"one clear sentence on stderr, not {done.stderr!r}")
        return error

    def start_demo(self):
        if not pathlib.Path("/usr/sbin/Orthanc").exists() and shutil.which("Orthanc") is None:
            skip("Orthanc is not installed")
        self.demo_json = self.ctl("demo", "--storage", self.archive, "--truth")
        return self.demo_json

    def stop_demo(self):
        return self.run("demo", "--stop", "--storage", self.archive)

    def truth(self):
        return next(t for t in self.demo_json["truth"] if "nodule" in t)

    def enrol(self):
        self.ctl("reader", "set", "--name", "Suzuki^Hanako=鈴木^花子=すずき^はなこ", "--organization", "Remote Reading Center", "--login", "hanako")

    def rest(self, path):
        """Orthanc's own interface, past akarictl: what is really there."""
        settings = json.loads(next(self.archive.glob("*.json")).read_text())
        user, password = next(iter(settings["RegisteredUsers"].items()))
        base = self.demo_json["url"].rsplit("/dicom-web", 1)[0]
        request = urllib.request.Request(base + path)
        request.add_header("Authorization", "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def rest_json(self, path):
        return json.loads(self.rest(path))

    def lookup(self, sop):
        settings = json.loads(next(self.archive.glob("*.json")).read_text())
        user, password = next(iter(settings["RegisteredUsers"].items()))
        base = self.demo_json["url"].rsplit("/dicom-web", 1)[0]
        request = urllib.request.Request(base + "/tools/lookup", data=sop.encode(), method="POST")
        request.add_header("Authorization", "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())
        with urllib.request.urlopen(request) as answer:
            found = [entry["ID"] for entry in json.loads(answer.read()) if entry["Type"] == "Instance"]
        return self.rest(f"/instances/{found[0]}/file") if found else None


@contextlib.contextmanager
def workplace():
    with tempfile.TemporaryDirectory(prefix="akari-e2e-") as root:
        place = Workplace(root)
        try:
            yield place
        finally:
            place.stop_demo()


class FakeArchive:
    """tests/support/fake-archive: an archive whose faults can be switched while it runs."""

    def __init__(self, *options):
        self.process = subprocess.Popen([BIN / "fake-archive", *map(str, options)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[1])
        self.url = f"http://127.0.0.1:{self.port}/dicom-web"

    def control(self, what, **wishes):
        data = json.dumps(wishes).encode() if wishes else None
        with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{self.port}/control/{what}", data=data)) as answer:
            return json.loads(answer.read())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


def report_json(truth, text="右肺S6に12 mmの結節を認める。前回は8 mmであった。"):
    nodule = truth["nodule"]
    middle = nodule["from"]["column"] + (nodule["to"]["column"] - nodule["from"]["column"]) / 2
    row = nodule["from"]["row"]
    half = (nodule["to"]["column"] - nodule["from"]["column"]) / 4
    length = {"type": "length", "sop": nodule["sop"], "frame": 1, "points": [nodule["from"], nodule["to"]]}
    ellipse = {"type": "ellipse", "sop": nodule["sop"], "frame": 1,
               "points": [{"column": middle - half, "row": row - half}, {"column": middle + half, "row": row + half}]}
    return {"title": "Diagnostic Imaging Report", "language": "ja",
            "sections": [{"heading": "Indication", "text": "結節の経過観察"}, {"heading": "Technique", "text": "単純CT、1 mm"},
                         {"heading": "Comparison", "text": "2025-01-14"}, {"heading": "Findings", "text": text},
                         {"heading": "Impression", "text": "右肺S6結節、増大。"}],
            "measurements": [length, ellipse], "keyImages": [{"sop": nodule["sop"], "frame": 1}]}
