"""Mail servers and a chat, on ports of their own, that keep what they get in a directory:

    receivers.py DIRECTORY

Mails are mail.1, mail.2, ... as they came, webhooks lines of `webhooks`. While a file `closed` is
there the chat answers 503. The ports are in `ports`, when all listen: of a mail server that takes
anything, of one that takes mails only after STARTTLS (with cert.pem and key.pem) and a login as
`slaops` with `open-sesame`, of one that does so over TLS from the start, and of the chat.
"""

import base64
import http.server
import json
import pathlib
import socket
import socketserver
import ssl
import sys
import threading

directory = pathlib.Path(sys.argv[1])
lock = threading.Lock()
mails = 0


class Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as a client without extensions needs."""

    guarded = False
    # As RFC 4616 has it: no other identity, the name, the password.
    login = base64.b64encode(b"\0slaops\0open-sesame").decode()

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def handle(self) -> None:
        global mails
        self.say("220 receiver")
        envelope = b""
        encrypted = isinstance(self.request, ssl.SSLSocket)
        known = False
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"EHLO":
                offered = "250-AUTH PLAIN" if encrypted else "250-STARTTLS"
                self.say("250-receiver", *([offered] if self.guarded else []), "250 8BITMIME")
            elif word == b"STAR" and self.guarded and not encrypted:
                self.say("220 go on")
                self.request = tls().wrap_socket(self.request, server_side=True)
                self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", buffering=0)
                encrypted = True
            elif word == b"AUTH":
                known = encrypted and line.decode().split()[1:] == ["PLAIN", self.login]
                self.say("235 welcome" if known else "535 no such name or password")
            elif word in (b"MAIL", b"RCPT"):
                if self.guarded and not known:
                    self.say("530 first STARTTLS, then log in")
                    continue
                envelope += b"X-Envelope: " + line
                self.say("250 ok")
            elif word == b"DATA":
                self.say("354 go on")
                text = b""
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    text += line
                with lock:
                    mails += 1
                    (directory / f"mail.{mails}").write_bytes(envelope + text)
                envelope = b""
                self.say("250 kept")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


class GuardedMail(Mail):
    guarded = True


class Quiet(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that does not take the certificate hangs up, as it should."""


class TlsServer(Quiet):
    def get_request(self) -> tuple[socket.socket, object]:
        plain, address = super().get_request()
        return tls().wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address


def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "cert.pem", directory / "key.pem")
    return context


class Chat(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        closed = (directory / "closed").exists()
        if not closed:
            body["key"] = self.headers["Idempotency-Key"]
            with lock, (directory / "webhooks").open("a") as kept:
                kept.write(json.dumps(body) + "\n")
        self.send_response(503 if closed else 200)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


servers: list[socketserver.TCPServer] = [
    Quiet(("127.0.0.1", 0), Mail),
    Quiet(("127.0.0.1", 0), GuardedMail),
    TlsServer(("127.0.0.1", 0), GuardedMail),
    http.server.ThreadingHTTPServer(("127.0.0.1", 0), Chat),
]
for server in servers:
    threading.Thread(target=server.serve_forever).start()
(directory / "ports.new").write_text(" ".join(str(server.server_address[1]) for server in servers) + "\n")
(directory / "ports.new").rename(directory / "ports")
