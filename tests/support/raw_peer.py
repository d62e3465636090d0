"""A peer that says exactly the bytes it is told to, right or wrong: RLP, frames and a blocking socket."""

import socket
import struct
import time

TOKEN = bytes.fromhex("22400891")


# ---------------------------------------------------------------- RLP

def _head(size, short):
    if size < 56:
        return bytes([short + size])
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([short + 55 + len(digits)]) + digits


def rlp(value):
    """Integers, bytes, lists. Raw stands for bytes that are RLP already."""
    if isinstance(value, Raw):
        return value.bytes
    if isinstance(value, list):
        body = b"".join(rlp(item) for item in value)
        return _head(len(body), 0xC0) + body
    if isinstance(value, int):
        value = value.to_bytes((value.bit_length() + 7) // 8, "big")
    if len(value) == 1 and value[0] < 0x80:
        return value
    return _head(len(value), 0x80) + value


class Raw:
    def __init__(self, data):
        self.bytes = data


def unrlp(data):
    """The first item; genuine input only, for what the node under test says."""
    return _item(data, 0)[0]


def _item(data, at):
    first = data[at]
    if first < 0x80:
        return data[at:at + 1], at + 1
    is_list = first >= 0xC0
    size = first - (0xC0 if is_list else 0x80)
    at += 1
    if size > 55:
        digits = size - 55
        size = int.from_bytes(data[at:at + digits], "big")
        at += digits
    end = at + size
    if not is_list:
        return data[at:end], end
    out = []
    while at < end:
        item, at = _item(data, at)
        out.append(item)
    return out, end


# ---------------------------------------------------------------- frames

def frame(payload, length=None, token=TOKEN):
    return token + struct.pack(">I", len(payload) if length is None else length) + payload


def message(*items):
    return frame(rlp(list(items)))


def node_id(seed):
    return bytes([seed & 0xFF, seed >> 8 & 0xFF]) + b"\x77" * 62


def hello(seed, version=12, network=0, client=b"raw/peer", identity=None, port=30303, caps=7):
    return message(0, version, network, client, caps, port, node_id(seed) if identity is None else identity)


class Gone(Exception):
    """The other side closed the connection."""


class RawPeer:
    _seeds = iter(range(1, 60000))

    def __init__(self, address, greet=True, read_buffer=None, **hello_fields):
        self.seed = next(RawPeer._seeds)
        self.buffer = b""
        self.sock = socket.socket()
        if read_buffer is not None:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, read_buffer)
        self.sock.settimeout(5)
        self.sock.connect(address)
        self.name = "%s:%d" % self.sock.getsockname()
        if greet:
            self.send(hello(self.seed, **hello_fields))
            self.expect(0)

    def send(self, data):
        """Raises Gone when the other side has closed; a part may have left."""
        try:
            self.sock.sendall(data)
        except (ConnectionError, BrokenPipeError) as error:
            raise Gone() from error

    def try_send(self, data):
        try:
            self.send(data)
            return True
        except (Gone, TimeoutError):
            return False

    def receive(self, seconds=5.0):
        """The payload of the next frame; None when none came in time."""
        until = time.monotonic() + seconds
        while True:
            if len(self.buffer) >= 8:
                size = struct.unpack(">I", self.buffer[4:8])[0]
                if len(self.buffer) >= 8 + size:
                    payload = self.buffer[8:8 + size]
                    self.buffer = self.buffer[8 + size:]
                    return payload
            left = until - time.monotonic()
            if left <= 0:
                return None
            self.sock.settimeout(left)
            try:
                data = self.sock.recv(1 << 20)
            except TimeoutError:
                return None
            except ConnectionError as error:
                raise Gone() from error
            finally:
                self.sock.settimeout(5)
            if not data:
                raise Gone()
            self.buffer += data

    def expect(self, kind, seconds=5.0):
        """The next message of this id; others are passed over. None when it does not come."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            payload = self.receive(until - time.monotonic())
            if payload is None:
                return None
            items = unrlp(payload)
            if int.from_bytes(items[0], "big") == kind:
                return items
        return None

    def ping(self, seconds=5.0):
        """Seconds until the Pong; None when there was none."""
        begin = time.monotonic()
        self.send(message(2))
        return time.monotonic() - begin if self.expect(3, seconds) is not None else None

    def closed_within(self, seconds):
        """True when the other side closes in time; what it says before goes to self.last_words."""
        self.last_words = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                payload = self.receive(until - time.monotonic())
            except Gone:
                return True
            if payload is not None:
                self.last_words.append(unrlp(payload))
        return False

    def disconnect_reason(self):
        """Of last_words; None when no Disconnect was said."""
        for items in self.last_words:
            if items[0] == b"\x01":
                return int.from_bytes(items[1], "big") if len(items) > 1 else -1
        return None

    def close(self):
        self.sock.close()
