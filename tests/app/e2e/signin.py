"""Signing in at an archive by akarictl: through a provider and a browser of the test's own; what is kept, what stays secret."""
import base64
import contextlib
import functools
import hashlib
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import akari

TOKEN = "token-of-the-test"


class Provider(http.server.BaseHTTPRequestHandler):
    """Discovery, authorization, token: just so much, and PKCE checked."""

    codes = {}

    def log_message(self, *_):
        pass

    def answer(self, status, body, **fields):
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        issuer = f"http://127.0.0.1:{self.server.server_port}"
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/.well-known/openid-configuration":
            self.answer(200, {"issuer": issuer, "authorization_endpoint": issuer + "/auth", "token_endpoint": issuer + "/token"})
        elif url.path == "/auth" and query["code_challenge_method"] == "S256" and query["client_id"] == "akari":
            self.codes["the-code"] = query
            back = query["redirect_uri"] + "?" + urllib.parse.urlencode({"code": "the-code", "state": query["state"]})
            self.answer(302, {}, Location=back)
        else:
            self.answer(404, {})

    def do_POST(self):
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        asked = self.codes.pop(form.get("code"), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"]:
            self.answer(400, {"error": "invalid_grant"})
            return
        claims = {"iss": f"http://127.0.0.1:{self.server.server_port}", "aud": "akari", "exp": int(time.time()) + 60, "nonce": asked["nonce"]}
        token = "e30." + base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=") + ".c2ln"
        self.answer(200, {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600, "refresh_token": "refresh-of-the-test", "id_token": token})


@contextlib.contextmanager
def provider():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


@contextlib.contextmanager
def archive():
    program = subprocess.Popen([akari.BIN / "fake-archive", "--study", "5", "16", "--fault", f"token={TOKEN}"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{program.stdout.readline().split()[1]}/dicom-web"
    finally:
        program.stdin.close()
        program.wait()


def login(place, passphrase=akari.PASSPHRASE):
    """akarictl says the address; the test is the browser."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(place.root), "QT_QPA_PLATFORM": "offscreen"}
    if passphrase is not None:
        environment["AKARI_PASSPHRASE"] = passphrase
    if "DBUS_SESSION_BUS_ADDRESS" in os.environ:
        environment["DBUS_SESSION_BUS_ADDRESS"] = os.environ["DBUS_SESSION_BUS_ADDRESS"]
    waiting = subprocess.Popen([akari.BIN / "akarictl", "--data", place.data, "archive", "login", "North", "--no-browser", "--timeout", "30", "--json"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    said = ""
    while "http://" not in said and waiting.poll() is None: # the platform may have something to say first
        said += waiting.stderr.readline()
    with urllib.request.urlopen(re.search(r"http://\S+", said).group()) as page:
        akari.check("Akari" in page.read().decode(), "the browser is told that it is done")
    out, _ = waiting.communicate(timeout=30)
    akari.equal(json.loads(out), {"name": "North", "signedIn": True}, "archive login")
    return said


@contextlib.contextmanager
def keyring():
    """A session bus with a Secret Service of its own, unlocked; counts what it keeps for Akari."""
    with tempfile.TemporaryDirectory(prefix="akari-keyring-") as home:
        # Starts nothing by itself: the service that is unlocked below would come second to one that is not.
        config = pathlib.Path(home) / "bus.conf"
        config.write_text(f"""<busconfig><type>session</type><listen>unix:tmpdir={home}</listen><policy context="default">
            <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>""")
        bus = subprocess.Popen(["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
        environment = {"PATH": os.environ["PATH"], "HOME": home, "XDG_DATA_HOME": home, "XDG_RUNTIME_DIR": home,
                       "DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip()}
        service = subprocess.Popen(["gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets"], stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        service.stdin.write(b"lamp")
        service.stdin.close()
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = environment["DBUS_SESSION_BUS_ADDRESS"]

        def kept():
            found = subprocess.run(["secret-tool", "search", "--all", "server", "Akari"], capture_output=True, text=True, env=environment)
            return (found.stdout + found.stderr).count("label = ")

        try:
            for _ in range(100):
                stored = subprocess.run(["secret-tool", "store", "--label", "ready", "test", "ready"], input="x", text=True, capture_output=True, env=environment)
                if stored.returncode == 0:
                    break
                time.sleep(0.1)
            yield kept
        finally:
            del os.environ["DBUS_SESSION_BUS_ADDRESS"]
            service.kill()
            service.wait()
            bus.kill()
            bus.wait()


def main(kept=None):
    if not (akari.BIN / "fake-archive").exists():
        akari.skip("fake-archive was not built")
    with akari.workplace() as place, provider() as issuer, archive() as url:
        place.fails("usage.wrong", "archive", "add", "North", url, "--issuer", issuer, exit=2)
        place.ctl("archive", "add", "North", url, "--issuer", issuer, "--client-id", "akari")
        akari.equal(place.ctl("archive", "list")["archives"][0]["signedIn"], False, "nobody is signed in")
        place.fails("archive.login", "query", "North")
        said = login(place)
        akari.check(TOKEN not in said and "refresh-of" not in said, "no token in the address")
        akari.equal(place.ctl("archive", "list")["archives"][0]["signedIn"], True, "signed in")
        akari.equal(len(place.ctl("query", "North")["studies"]), 1, "studies behind the sign-in")
        if kept is not None:
            akari.equal(kept(), 1, "what the keychain keeps")
        study = place.ctl("sync", "North", "--study", "1.2.840.99.1")["studies"][0]
        akari.check(study["complete"] and study["stored"] == 5, "the study came")
        for file in place.data.rglob("*"):
            if file.is_file():
                text = file.read_bytes()
                akari.check(TOKEN.encode() not in text and b"refresh-of" not in text, f"no token in {file.name}")
        akari.equal(place.ctl("archive", "logout", "North"), {"name": "North", "signedIn": False}, "archive logout")
        place.fails("archive.login", "query", "North")
        if kept is not None:
            akari.equal(kept(), 0, "what the keychain keeps after signing out")
            login(place)
            akari.equal(kept(), 1, "signed in again")
            place.ctl("archive", "remove", "North")
            akari.equal(kept(), 0, "what the keychain keeps of an archive that was removed")
            print("with the keychain: kept, taken out with sign-out and archive")
            return
        akari.check(any(s["complete"] for s in place.ctl("studies")["studies"]), "what is cached stays")
    print("signed in, read, signed out")


def key_and_sign_in(kept):
    """The folder's key from the keychain too: asked on one thread at the start, for sign-ins on another."""
    with akari.workplace() as place, provider() as issuer, archive() as url:
        place.run = functools.partial(place.run, passphrase=None)
        place.ctl("archive", "add", "North", url, "--issuer", issuer, "--client-id", "akari")
        akari.equal(kept(), 1, "the folder's key")
        login(place, passphrase=None)
        akari.equal(kept(), 2, "and the sign-in")
        akari.equal(len(place.ctl("query", "North")["studies"]), 1, "studies behind the sign-in")
        akari.check(place.ctl("sync", "North", "--study", "1.2.840.99.1")["studies"][0]["complete"], "the study came")
        place.ctl("archive", "logout", "North")
        akari.equal(kept(), 1, "only the folder's key is left")
    print("key and sign-in in one keychain")


main()
if all(shutil.which(program) for program in ("dbus-daemon", "gnome-keyring-daemon", "secret-tool")):
    with keyring() as counted:
        main(counted)
        key_and_sign_in(counted)
else:
    print("no Secret Service here: only without a keychain")
