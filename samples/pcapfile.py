"""Classic pcap files with TCP connections between two loopback addresses. Standard library only.

    file    24 bytes | records          record   16 bytes | packet
    packet  Ethernet 14 | IPv4 20 | TCP 20 | data
"""
import struct

DIALER = bytes([127, 0, 0, 1])
LISTENER = bytes([127, 0, 0, 2])
START = 1_393_632_000  # 2014-03-01, so that the times in the capture look like those of the protocol
SEGMENT = 1448
FIN, SYN, PSH, ACK = 0x01, 0x02, 0x08, 0x10


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Capture:
    """Packets in the order of their times; those of one time in the order in which they were added."""

    def __init__(self):
        self.packets = []
        self.dialers = 0

    def connection(self, at, port=30303):
        self.dialers += 1
        return Connection(self, at, 40000 + self.dialers, port)

    def add(self, at, packet):
        self.packets.append((at, len(self.packets), packet))

    def bytes(self):
        out = [struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 0x40000, 1)]
        for at, _, packet in sorted(self.packets):
            micros = round(at * 1_000_000)
            out.append(struct.pack("<IIII", START + micros // 1_000_000, micros % 1_000_000, len(packet), len(packet)))
            out.append(packet)
        return b"".join(out)


class Connection:
    def __init__(self, capture, at, dialer_port, listener_port):
        self.capture = capture
        self.ports = {True: dialer_port, False: listener_port}
        self.next = {True: dialer_port * 1000, False: listener_port * 2000 + dialer_port}
        self.identification = 0
        self.finished = set()
        self.packet(at, True, SYN)
        self.next[True] += 1
        self.packet(at, False, SYN | ACK)
        self.next[False] += 1
        self.packet(at, True, ACK)

    def packet(self, at, dialer, flags, data=b"", sequence=None):
        source, target = (DIALER, LISTENER) if dialer else (LISTENER, DIALER)
        sequence = self.next[dialer] if sequence is None else sequence
        acknowledged = self.next[not dialer] if flags & ACK else 0
        tcp = struct.pack(">HHIIBBHHH", self.ports[dialer], self.ports[not dialer], sequence % 2**32, acknowledged % 2**32, 5 << 4, flags,
                          65535, 0, 0)
        pseudo = source + target + struct.pack(">BBH", 0, 6, len(tcp) + len(data))
        tcp = tcp[:16] + struct.pack(">H", checksum(pseudo + tcp + data)) + tcp[18:]
        self.identification += 1
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 40 + len(data), self.identification % 65536, 0x4000, 64, 6, 0) + source + target
        ip = ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:]
        self.capture.add(at, bytes(12) + b"\x08\x00" + ip + tcp + data)

    def send(self, at, dialer, data):
        for begin in range(0, len(data), SEGMENT):
            part = data[begin:begin + SEGMENT]
            self.packet(at, dialer, PSH | ACK, part)
            self.next[dialer] += len(part)

    def out_of_order(self, at, dialer, parts, order):
        """Sends `parts` in the order of `order`, which may name one twice."""
        starts = [self.next[dialer] + sum(len(part) for part in parts[:i]) for i in range(len(parts))]
        for i, which in enumerate(order):
            self.packet(at + i / 1000, dialer, PSH | ACK, parts[which], starts[which])
        self.next[dialer] += sum(len(part) for part in parts)

    def finish(self, at, dialer):
        if dialer in self.finished:
            return
        self.finished.add(dialer)
        self.packet(at, dialer, FIN | ACK)
        self.next[dialer] += 1
        self.packet(at, not dialer, ACK)
