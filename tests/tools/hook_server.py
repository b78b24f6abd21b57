"""A receiver of webhooks (http.server) that checks signatures as docs/WEBHOOKS.md says.

Prints `port N` once it listens, then one line of JSON for each request, before it is answered. Ends when its standard
input does.

    hook_server.py --port 0 --secret FILE --recipe docs/WEBHOOKS.md --now 1795392000 --plan '[{"status": 503}]' \
        [--cert cert.pem --key key.pem]

The plan says what to answer, first to last; after that everything is taken with 204. Keys: `status`, `headers`, `body` (how
many bytes of one), `raw` (bytes in Latin-1 instead of an answer).
"""

import argparse
import json
import os
import re
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ARGUMENTS = argparse.ArgumentParser()
ARGUMENTS.add_argument("--port", type=int, default=0)
ARGUMENTS.add_argument("--secret")
ARGUMENTS.add_argument("--recipe")
ARGUMENTS.add_argument("--now", type=int, default=0)
ARGUMENTS.add_argument("--plan", default="[]")
ARGUMENTS.add_argument("--cert")
ARGUMENTS.add_argument("--key")
arguments = ARGUMENTS.parse_args()

# The very code that the documentation gives receivers.
with open(arguments.recipe, encoding="utf-8") as file:
    (code,) = re.findall(r"```python\n(.*?)```", file.read(), re.S)
recipe = {}
exec(compile(code, arguments.recipe, "exec"), recipe)  # noqa: S102: it is our own documentation
with open(arguments.secret, "rb") as file:
    secret = file.read().strip(b"\r\n")
plan = json.loads(arguments.plan)
lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        now = arguments.now or int(self.headers["X-Ringer-Timestamp"])
        check = lambda body, now=now: recipe["is_genuine"](secret, self.headers, body, now)
        with lock:
            answer = plan.pop(0) if plan else {"status": 204}
        line = {
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body.decode(),
            "genuine": check(body),
            "genuine_if_changed": check(body + b" "),
            "genuine_if_late": check(body, now + 3600),
            "encrypted": isinstance(self.connection, ssl.SSLSocket),
        }
        print(json.dumps(line), flush=True)
        if "raw" in answer:
            self.wfile.write(answer["raw"].encode("latin-1"))
            self.close_connection = True
            return
        content = b"x" * answer.get("body", 0)
        self.send_response(answer["status"], answer.get("reason"))
        for name, value in answer.get("headers", {}).items():
            self.send_header(name, value)
        if answer["status"] != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            self.wfile.write(content)
        except OSError:
            self.close_connection = True

    def do_GET(self):
        print(json.dumps({"path": self.path, "followed": True}), flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", arguments.port), Handler)
if arguments.cert:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(arguments.cert, arguments.key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
# Whoever offers no trusted certificate is broken off in the middle; that is no news.
server.handle_error = lambda *_: None
print("port", server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
os._exit(0)
