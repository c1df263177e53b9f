"""A TCP proxy before the archive that knows where answers begin and end, and does to one of them what a bad line does."""
import dataclasses
import random
import socket
import socketserver
import struct
import threading
import time

KINDS = ("cut", "reset", "stall", "truncate", "503", "503 with Retry-After", "swallow", "refuse", "duplicate", "flip")


@dataclasses.dataclass
class Fault:
    kind: str
    answer: int        # which answer of the run, counted from 0
    at: float          # where in it, 0 to 1
    path: str = ""     # of the request that it met; empty: none did


class Message:
    """A request or an answer as its bytes: head and body, the body as it was framed."""

    def __init__(self, stream, answer):
        self.head = b""
        while not self.head.endswith(b"\r\n\r\n"):
            line = stream.readline()
            if not line:
                raise EOFError
            self.head += line
        lines = self.head.decode("latin-1").split("\r\n")
        self.first = lines[0]
        self.fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}
        self.closes = False
        self.body = self.read_body(stream, answer)

    def read_body(self, stream, answer):
        if "content-length" in self.fields:
            return stream.read(int(self.fields["content-length"]))
        if self.fields.get("transfer-encoding", "").lower() == "chunked":
            whole = b""
            while True:
                size = stream.readline()
                length = int(size.split(b";")[0], 16)
                whole += size + stream.read(length + 2)
                if length == 0:
                    return whole
        if answer and self.first.split()[1] not in ("204", "304"):
            self.closes = True
            return stream.read()
        return b""

    def bytes(self):
        return self.head + self.body


class Proxy:
    def __init__(self, target):
        self.target = target
        self.lock = threading.Lock()
        self.begin()
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                outer.serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads, request_queue_size = True, True, 64

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def begin(self, faults=(), rate=None):
        """A new run: its faults, and the line's bytes a second (None: as fast as it goes)."""
        with self.lock:
            self.faults, self.rate, self.answers, self.sent, self.free = list(faults), rate, 0, 0, 0

    def met(self):
        with self.lock:
            return [fault for fault in self.faults if fault.path]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def serve(self, client):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        stream = client.makefile("rb")
        try:
            while True:
                request = Message(stream, answer=False)
                if not self.answer(client, request):
                    return
        except (EOFError, OSError, ValueError):
            return

    def fault_for(self, request):
        with self.lock:
            number, self.answers = self.answers, self.answers + 1
            for fault in self.faults:
                if fault.answer == number:
                    fault.path = request.first.split()[1]
                    return fault
        return None

    def ask(self, request):
        with socket.create_connection(("127.0.0.1", self.target)) as archive:
            head = "\r\n".join(line for line in request.head.decode("latin-1").split("\r\n") if not line.lower().startswith("expect:"))
            archive.sendall(head.encode("latin-1") + request.body)
            return Message(archive.makefile("rb"), answer=True)

    def answer(self, client, request):
        """True: the connection goes on."""
        fault = self.fault_for(request)
        kind = fault.kind if fault else ""
        if kind.startswith("503"):
            wait = "Retry-After: 1\r\n" if kind.endswith("Retry-After") else ""
            client.sendall(f"HTTP/1.1 503 Service Unavailable\r\n{wait}Content-Length: 0\r\n\r\n".encode())
            return True
        if kind == "refuse":
            return False
        answer = self.ask(request)
        if kind == "swallow":
            return False
        whole = answer.bytes()
        at = int(fault.at * len(whole)) if fault else len(whole)
        if kind == "truncate":
            self.send(client, truncated(answer, fault.at))
            return False
        if kind == "flip" and answer.body:
            altered = bytearray(answer.body)
            altered[min(len(altered) - 1, int(fault.at * len(altered)))] ^= 1 << random.Random(fault.at).randrange(8)
            whole = answer.head + bytes(altered)
        if kind == "stall":
            self.send(client, whole[:at])
            time.sleep(0.3)
            self.send(client, whole[at:])
            return not answer.closes
        if kind in ("cut", "reset"):
            self.send(client, whole[:at])
            if kind == "reset":
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.close()
            return False
        self.send(client, whole)
        if kind == "duplicate":
            self.send(client, whole)
        return not answer.closes

    def send(self, client, data):
        step = 8192 if self.rate else 65536
        for begin in range(0, len(data), step):
            part = data[begin:begin + step]
            with self.lock:
                # All connections share the line; a buffer of what was not taken yet is small (serve).
                self.free = max(self.free, time.monotonic()) + (len(part) / self.rate if self.rate else 0)
                wait = self.free - time.monotonic() if self.rate else 0
            time.sleep(max(0, wait))
            client.sendall(part)
            with self.lock:
                self.sent += len(part)


def truncated(answer, share):
    """Shorter, and by its own framing whole."""
    kept = int(share * len(answer.body))
    if "content-length" in answer.fields:
        lines = [line if not line.lower().startswith("content-length:") else f"Content-Length: {kept}" for line in answer.head.decode("latin-1").split("\r\n")]
        return "\r\n".join(lines).encode("latin-1") + answer.body[:kept]
    if answer.fields.get("transfer-encoding", "").lower() == "chunked":
        plain = b""
        rest = answer.body
        while rest:
            size, _, rest = rest.partition(b"\r\n")
            length = int(size.split(b";")[0], 16)
            plain += rest[:length]
            rest = rest[length + 2:]
        plain = plain[:int(share * len(plain))]
        return answer.head + b"%x\r\n" % len(plain) + plain + b"\r\n0\r\n\r\n" if plain else answer.head + b"0\r\n\r\n"
    return answer.head + answer.body[:kept]
