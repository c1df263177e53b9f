"""One clear sentence, the contract's exit code and a stable error.code; nothing lost, nothing half-written."""
import http.server
import json
import os
import pathlib
import ssl
import subprocess
import threading

from akari import BIN, PASSPHRASE, check, equal, report_json, workplace


class Html(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"<!DOCTYPE html><html><body>Welcome to the router</body></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


def serve(context=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Html)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


with workplace() as place:
    place.start_demo()
    truth = place.truth()
    study = truth["studyInstanceUid"]
    settings = json.loads(next(place.archive.glob("*.json")).read_text())
    user, password = next(iter(settings["RegisteredUsers"].items()))
    url = place.demo_json["url"]

    place.fails("usage.wrong", "sync", "demo", exit=2)
    place.fails("usage.wrong", "nonsense", exit=2)
    place.fails("archive.url", "archive", "add", "a", "not a url")
    place.fails("archive.unknown", "query", "nowhere")

    place.ctl("archive", "add", "closed", "http://127.0.0.1:9/dicom-web")
    place.fails("archive.unreachable", "archive", "test", "closed")
    place.ctl("archive", "add", "stranger", url, "--user", user, "--password-env", "WRONG", extra={"WRONG": "wrong"})
    place.fails("archive.login", "archive", "test", "stranger")
    place.ctl("archive", "add", "router", f"http://127.0.0.1:{serve()}/dicom-web")
    place.fails("archive.notdicom", "archive", "test", "router")
    place.fails("archive.notdicom", "query", "router")
    check("wrong" not in json.dumps(place.ctl("archive", "list")), "no password in a listing")

    certificate, key = place.root / "cert.pem", place.root / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out",
                    certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    place.ctl("archive", "add", "selfsigned", f"https://localhost:{serve(context)}/dicom-web")
    place.fails("archive.tls", "archive", "test", "selfsigned")

    place.fails("archive.notfound", "sync", "demo", "--study", "1.2.3.4.5")
    place.fails("study.unknown", "series", "1.2.3.4.5")
    place.fails("series.unknown", "render", "--series", "1.2.3", "-o", place.root / "x.png")
    check(not (place.root / "x.png").exists(), "no half-written picture")
    place.fails("object.unknown", "pixels", "--sop", "1.2.3", "-o", place.root / "x.raw")

    unreadable = place.root / "broken.dcm"
    unreadable.write_bytes(b"\0" * 128 + b"DICM" + os.urandom(300))
    done = place.run("pixels", "--file", unreadable, "-o", place.root / "x.raw", "--json")
    check(done.returncode == 3 and json.loads(done.stdout)["error"]["code"] in {"dicom.unreadable", "dicom.identity"}, f"unreadable file: {done.stdout}")
    place.fails("file.unreadable", "pixels", "--file", place.root / "absent.dcm", "-o", place.root / "x.raw")

    # A full disk while syncing: said, nothing half visible, and the same command later finishes.
    limited = subprocess.run(["bash", "-c", f'ulimit -f 20000; trap "" XFSZ; exec {BIN}/akarictl --data {place.data} sync demo --study {study} --json'],
                             capture_output=True, text=True, env={"PATH": os.environ["PATH"], "HOME": str(place.root), "TMPDIR": str(place.tmp),
                                                                  "AKARI_PASSPHRASE": PASSPHRASE})
    check(limited.returncode in (1, 3) and "disk.full" in limited.stdout, f"a full disk: {limited.returncode} {limited.stdout[-500:]} {limited.stderr[-300:]}")
    finished = place.ctl("sync", "demo", "--study", study)["studies"][0]
    equal(finished["complete"], True, "the sync goes on when there is room")

    bad = place.root / "report.json"
    bad.write_text("{not json")
    place.fails("report.json", "report", "new", "--study", study, "--from", bad, exit=2)
    good = report_json(truth)
    good["keyImages"] = [{"sop": "1.2.3", "frame": 1}]
    bad.write_text(json.dumps(good))
    place.fails("report.image", "report", "new", "--study", study, "--from", bad)
    equal(place.ctl("report", "list")["reports"], [], "no draft of what failed")
    bad.write_text(json.dumps(report_json(truth)))
    draft = place.ctl("report", "new", "--study", study, "--from", bad)
    place.fails("reader.none", "report", "sign", draft["id"])
    place.fails("report.unknown", "report", "sign", "no-such-report")
    equal(place.ctl("report", "list")["reports"][0]["state"], "draft", "the draft is still a draft")

    place.fails("key.wrong", "studies", passphrase="not the passphrase")
    place.fails("data.unwritable", "demo", "--storage", place.archive, data=pathlib.Path("/proc/akari-nowhere"))

print("bad input: one sentence each")
