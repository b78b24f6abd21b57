"""A mail server (aiosmtpd) that tells what it got, read by Python's own e-mail library.

Prints `port N` once it listens, then one line of JSON for each letter it took. Ends when its standard input does.

    smtp_server.py --port 0 --tls starttls --cert cert.pem --key key.pem --user ringer --password FILE --plan '{"rcpt": []}'

The plan says what to answer, first to last: `rcpt` to a recipient, `data` to a letter; after that everything is taken.
"""

import argparse
import asyncio
import base64
import email
import email.policy
import hashlib
import json
import logging
import ssl
import struct
import sys
import threading
import warnings
import zlib

from aiosmtpd.smtp import SMTP, AuthResult

# Clients that break off are what is tested, and what the library warns of is meant so.
logging.getLogger("mail").setLevel(logging.CRITICAL)
logging.getLogger("mail").disabled = True
warnings.simplefilter("ignore")

ARGUMENTS = argparse.ArgumentParser()
ARGUMENTS.add_argument("--port", type=int, default=0)
ARGUMENTS.add_argument("--tls", choices=["starttls", "implicit", "none"], default="none")
ARGUMENTS.add_argument("--cert")
ARGUMENTS.add_argument("--key")
ARGUMENTS.add_argument("--user")
ARGUMENTS.add_argument("--password")
ARGUMENTS.add_argument("--plan", default="{}")


def png_size(data):
    """Width and height of a PNG, every part of which is looked at; the pixels have to be all there."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
    at, pixels, size, ended = 8, b"", None, False
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        (crc,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        assert crc == zlib.crc32(kind + body), "a part of the PNG is damaged"
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            size, row = (width, height), 1 + (width * depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour] + 7) // 8
        elif kind == b"IDAT":
            pixels += body
        elif kind == b"IEND":
            ended = True
        at += 12 + length
    assert ended and len(zlib.decompress(pixels)) == row * size[1], "the PNG is not whole"
    return size


def told(content, envelope, session, encrypted):
    """What a letter consists of."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    parts, images, files = [], [], []
    text = html = None
    for part in message.walk():
        parts.append(part.get_content_type())
        assert not part.defects, part.defects
        if part.is_multipart():
            continue
        if part.get_content_disposition() == "attachment":
            sha256 = hashlib.sha256(part.get_content() if isinstance(part.get_content(), bytes) else part.get_payload(decode=True))
            files.append({"name": part.get_filename(), "type": part.get_content_type(), "sha256": sha256.hexdigest()})
        elif part.get_content_type() == "text/plain":
            text = part.get_content()
            assert part.get_content_charset() == "utf-8"
        elif part.get_content_type() == "text/html":
            html = part.get_content()
            assert part.get_content_charset() == "utf-8"
        else:
            images.append({"cid": part["Content-ID"], "size": png_size(part.get_content())})
    return {
        "from": envelope.mail_from,
        "to": envelope.rcpt_tos,
        "encrypted": encrypted,
        "signed_in": bool(session.authenticated),
        "headers": {name: str(value) for name, value in message.items()},
        "seconds": int(message["Date"].datetime.timestamp()),
        "names": message.keys(),
        "parts": parts,
        "text": text,
        "html": html,
        "images": images,
        "files": files,
        "longest": max(len(line) for line in content.split(b"\r\n")),
        "ascii": content.isascii(),
        "defects": [str(defect) for defect in message.defects],
    }


class Handler:
    def __init__(self, plan):
        self.plan = plan

    def planned(self, what):
        left = self.plan.get(what, [])
        return left.pop(0) if left else None

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.planned("rcpt")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = self.planned("data")
        if answer:
            return answer
        encrypted = server.transport.get_extra_info("ssl_object") is not None
        print(json.dumps(told(envelope.original_content, envelope, session, encrypted)), flush=True)
        return "250 2.0.0 OK: queued as 4F2A"


def authenticator(user, password):
    def check(server, session, envelope, mechanism, data):
        fits = data.login == user.encode() and data.password == password.encode()
        # A careless server: it repeats what it was given.
        secret = base64.b64encode(data.password).decode()
        return AuthResult(success=fits, handled=fits, message=None if fits else f"535 5.7.8 not {data.password} {secret}")

    return check


async def main():
    arguments = ARGUMENTS.parse_args()
    context = None
    if arguments.tls != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(arguments.cert, arguments.key)
    options = {"hostname": "mail.example.com", "enable_SMTPUTF8": False}
    if arguments.tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if arguments.user:
        with open(arguments.password, encoding="utf-8") as file:
            password = file.read().strip()
        options |= {
            "authenticator": authenticator(arguments.user, password),
            "auth_required": True,
            # Encrypted from the first byte is encrypted too; the library knows STARTTLS alone.
            "auth_require_tls": arguments.tls == "starttls",
        }
    handler = Handler(json.loads(arguments.plan))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, loop=loop, **options),
        "127.0.0.1",
        arguments.port,
        ssl=context if arguments.tls == "implicit" else None,
    )
    print("port", server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(ended.set)), daemon=True).start()
    await ended.wait()


asyncio.run(main())
