"""A mail server and a chat, on ports of their own, that keep what they get in a directory:

    receivers.py DIRECTORY

Mails are mail.1, mail.2, ... as they came, webhooks lines of `webhooks`. While a file `closed` is
there the chat answers 503. The ports are in `ports`, when both listen.
"""

import http.server
import json
import pathlib
import socketserver
import sys
import threading

directory = pathlib.Path(sys.argv[1])
lock = threading.Lock()
mails = 0


class Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as a client without extensions needs."""

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        global mails
        self.say("220 receiver")
        envelope = b""
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"EHLO":
                self.say("250-receiver")
                self.say("250 8BITMIME")
            elif word in (b"MAIL", b"RCPT"):
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


mail = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail)
mail.daemon_threads = True
chat = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Chat)
threading.Thread(target=mail.serve_forever, daemon=True).start()
(directory / "ports.new").write_text(f"{mail.server_address[1]} {chat.server_address[1]}\n")
(directory / "ports.new").rename(directory / "ports")
chat.serve_forever()
