"""One writer: commands that come while another akarictl holds the data folder are handed over to it, and nobody waits for a dead one."""
import http.server
import json
import os
import signal
import socket
import stat
import struct
import subprocess
import threading
import time

from akari import BIN, PASSPHRASE, check, equal, workplace


class SlowArchive(http.server.ThreadingHTTPServer):
    """Answers no question until it may; then with an empty list."""
    daemon_threads = True

    def __init__(self):
        self.may_answer = threading.Event()
        self.asked = threading.Semaphore(0)
        archive = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                archive.asked.release()
                archive.may_answer.wait(120)
                self.send_response(200)
                self.send_header("Content-Type", "application/dicom+json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"[]")

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # who asked was killed meanwhile

    def url(self):
        return f"http://127.0.0.1:{self.server_port}/dicom-web"


def environment(place):
    return {"PATH": os.environ["PATH"], "HOME": str(place.root), "TMPDIR": str(place.tmp), "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen",
            "AKARI_PASSPHRASE": PASSPHRASE}


def start(place, *words, cwd=None):
    return subprocess.Popen([BIN / "akarictl", "--data", place.data, "--json", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=environment(place), cwd=cwd)


def start_holder(place, archive):
    holder = start(place, "sync", "slow", "--query", "--patient-id", "P-1")
    check(archive.asked.acquire(timeout=60), "the holder asks the archive")
    check((place.data / "hand-over").is_socket(), "and listens")
    return holder


with workplace() as place:
    archive = SlowArchive()
    place.ctl("archive", "add", "slow", archive.url())
    check(not (place.data / "hand-over").exists(), "a command that has ended leaves no socket behind")
    holder = start_holder(place, archive)
    facts = (place.data / "hand-over").stat()
    equal(stat.S_IMODE(facts.st_mode), 0o600, "the socket is its owner's alone")
    equal(stat.S_IMODE(place.data.stat().st_mode), 0o700, "and so is its folder")

    added = place.ctl("archive", "add", "second", "https://second.example.org/dicom-web/", "--user", "u", "--password-env", "SECRET", extra={"SECRET": "tiger"})
    equal(added, {"name": "second", "url": "https://second.example.org/dicom-web"}, "done by the holder, and the answer comes back")
    place.fails("usage.environment", "archive", "add", "third", "https://third.example.org", "--password-env", "NOT_SET", exit=2)
    place.fails("archive.exists", "archive", "add", "second", "https://other.example.org")
    place.fails("key.wrong", "archive", "add", "third", "https://third.example.org", passphrase="wrong")
    place.fails("study.unknown", "report", "new", "--study", "1.2.3", "--from", "no-such-file.json")
    place.enrol()
    place.fails("data.busy", "demo", "--storage", place.archive)

    # Relative paths and names that are no UTF-8 mean what they mean to the caller.
    folder = place.root / "here"
    folder.mkdir()
    (folder / "a.txt").write_text("no DICOM")
    done = start(place, "import", "a.txt", cwd=folder)
    out, _ = done.communicate(timeout=60)
    rejected = json.loads(out)["rejected"]
    check(len(rejected) == 1 and rejected[0]["code"] != "file.unreadable", f"the caller's file was found: {rejected}")

    started = time.monotonic()
    crowd = [start(place, "archive", "add", f"n{i}", f"https://n{i}.example.org") for i in range(20)]
    for one in crowd:
        out, err = one.communicate(timeout=120)
        equal(one.returncode, 0, f"one of twenty at once: {out} {err}")
    print(f"20 commands handed over at once: {time.monotonic() - started:.1f} s")
    names = {one["name"] for one in place.ctl("archive", "list")["archives"]}
    check({f"n{i}" for i in range(20)} <= names, f"all twenty were done: {names}")

    # Nonsense on the socket disturbs nobody.
    for junk in (b"", b"\xff\xff\xff\xff", b"\0\0\0\5hello", struct.pack(">I", 4096) + b"{" * 4096, b"GET / HTTP/1.1\r\n\r\n"):
        with socket.socket(socket.AF_UNIX) as raw:
            raw.connect(str(place.data / "hand-over"))
            raw.sendall(junk)
    equal(holder.poll(), None, "the holder is still at it")

    # Ctrl-C cancels it in the holder, though the archive does not answer; the holder goes on.
    cancelled = start(place, "sync", "slow", "--query", "--patient-id", "P-2")
    check(archive.asked.acquire(timeout=60), "handed over")
    cancelled.send_signal(signal.SIGINT)
    out, _ = cancelled.communicate(timeout=30)
    equal((cancelled.returncode, json.loads(out)["error"]["code"]), (3, "stopped"), "cancelled by the holder")

    # A second one leaves at once, whatever the holder does.
    impatient = start(place, "sync", "slow", "--query", "--patient-id", "P-2")
    check(archive.asked.acquire(timeout=60), "handed over")
    holder.send_signal(signal.SIGSTOP)
    impatient.send_signal(signal.SIGINT)
    time.sleep(0.5)
    impatient.send_signal(signal.SIGINT)
    impatient.communicate(timeout=30)
    holder.send_signal(signal.SIGCONT)
    equal(impatient.returncode, 130, "interrupted")
    equal(holder.poll(), None, "the holder is still at it")

    # The holder is killed in the middle of a command that was handed over: the client says so, takes the lock and does it itself.
    patient = start(place, "sync", "slow", "--query", "--patient-id", "P-3")
    check(archive.asked.acquire(timeout=60), "handed over")
    holder.kill()
    holder.communicate()
    check(archive.asked.acquire(timeout=60), "asked again, by the client itself")
    archive.may_answer.set()
    out, err = patient.communicate(timeout=60)
    equal(json.loads(out)["error"]["code"], "archive.notfound", "the client's own answer")
    check("has ended in the middle" in err, f"and why it took over: {err}")
    equal(patient.returncode, 3, "nothing done")
    check(not (place.data / "hand-over").exists(), "the dead holder's socket was replaced, and removed")
    place.ctl("archive", "add", "last", "https://last.example.org")

    # The window holds the folder: it carries out what akarictl is asked, and a second one only brings it to the front.
    window = subprocess.Popen([BIN / "akari", "--data", place.data], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment(place))
    for _ in range(600):
        if (place.data / "hand-over").exists():
            break
        time.sleep(0.1)
    check((place.data / "hand-over").is_socket(), "the window listens")
    equal(place.ctl("archive", "add", "by-window", "https://w.example.org")["name"], "by-window", "done by the window")
    place.fails("study.unknown", "report", "new", "--study", "1.2.3", "--from", "x.json")
    check(len(place.ctl("key", "recovery-code")["recoveryCode"]) == 39, "a code made by the window")
    equal(place.ctl("key", "status")["recoveryCode"], True, "and known at once")
    (folder / "copies").mkdir()
    done = start(place, "records", "backup-place", "copies", cwd=folder)
    equal(json.loads(done.communicate(timeout=60)[0])["place"], str(folder / "copies"), "the caller's folder, not the window's")
    equal(place.ctl("records", "status")["secondPlace"]["path"], str(folder / "copies"), "records status beside the window")
    equal(place.ctl("archive", "remove", "by-window", "--shred"), {"name": "by-window", "studies": 0, "shredded": True}, "removed by the window")
    place.fails("archive.unknown", "archive", "remove", "by-window")
    equal(place.ctl("verify")["damaged"], 0, "verified by the window")
    for refused in (("key", "rotate"), ("key", "change-passphrase")):
        place.fails("data.busy", *refused, extra={"AKARI_NEW_PASSPHRASE": "another lamp"})

    def second(*words):
        done = subprocess.run([BIN / "akari", "--data", place.data, *words], capture_output=True, text=True, timeout=60,
                              env={k: v for k, v in environment(place).items() if k != "AKARI_PASSPHRASE"})
        return done.returncode

    equal(second(), 0, "a second window hands over and ends")
    equal(second("akari://open?study=1.2.3&archive=slow"), 0, "a link goes to the first")
    equal(second("akari://open?study=1.2.3&archive=unknown"), 3, "an archive that is not known here")
    equal(second("akari://open?study=1.2.3"), 3, "one of many archives is not guessed")
    equal(second("akari://open?study=1.2.3%20"), 2, "no link of ours")
    equal(second("akari://open?study=1.2.3", "akari://open?study=1.2.4"), 2, "two links")
    equal(window.poll(), None, "the window is still there")
    window.terminate()
    window.communicate(timeout=30)

print("hand-over: done by the holder, refused to strangers, taken over from the dead")
