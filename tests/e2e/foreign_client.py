#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A chat/1 client out of chat-protocol(7) alone, on somebody else's Noise and ChaCha20-Poly1305: it joins, says one
line, prints what it is sent, and leaves after the line that says "bye"."""
import hashlib
import os
import socket
import struct
import sys

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from dissononce.cipher.chachapoly import ChaChaPolyCipher
from dissononce.dh.x25519.x25519 import X25519DH
from dissononce.hash.sha256 import SHA256Hash
from dissononce.processing.handshakepatterns.interactive.XX import XXHandshakePattern
from dissononce.processing.impl.cipherstate import CipherState
from dissononce.processing.impl.handshakestate import HandshakeState
from dissononce.processing.impl.symmetricstate import SymmetricState
from dissononce.processing.modifiers.psk import PSKPatternModifier


def put_varint(value):
    if value < 0x40:
        return struct.pack(">B", value)
    if value < 0x4000:
        return struct.pack(">H", value | 0x4000)
    if value < 0x40000000:
        return struct.pack(">I", value | 0x80000000)
    return struct.pack(">Q", value | 0xC000000000000000)


def put_string(data):
    return put_varint(len(data)) + data


class Reader:
    def __init__(self, data):
        self.data = data

    def take(self, count):
        assert count <= len(self.data), "cut short"
        taken, self.data = self.data[:count], self.data[count:]
        return taken

    def byte(self):
        return self.take(1)[0]

    def varint(self):
        size = 1 << (self.data[0] >> 6)
        return int.from_bytes(self.take(size), "big") & ((1 << (8 * size - 2)) - 1)

    def string(self):
        return self.take(self.varint())


def main():
    host, port, name, line = sys.argv[1], int(sys.argv[2]), sys.argv[3].encode(), sys.argv[4].encode()
    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.connect((host, port))
    peer.settimeout(5)

    nonce = os.urandom(8).hex().encode()
    peer.send((b"P chat/1 " + nonce).ljust(512))
    room = Reader(peer.recv(2048))
    assert room.byte() == 0x80 and room.take(16) == nonce
    stamp_and_cookie = room.take(4 + 16)
    room.take(2)  # members
    description = room.data
    assert room.byte() == 1, "another version"
    assert room.byte() & 1 == 0, "the room wants a key"
    room.take(4 + 8)  # features, the boot id
    host_key = room.take(32)

    ours = os.urandom(8)
    noise = HandshakeState(SymmetricState(CipherState(ChaChaPolyCipher()), SHA256Hash()), X25519DH())
    noise.initialize(
        PSKPatternModifier(3).modify(XXHandshakePattern()),
        True,
        b"chat/1" + ours + description,
        s=X25519DH().generate_keypair(),
        psks=[bytes(32)],
    )
    message = bytearray()
    noise.write_message(b"", message)
    peer.send(b"\x81" + stamp_and_cookie + ours + hashlib.sha256(description).digest()[:8] + bytes(message))
    answer = Reader(peer.recv(2048))
    assert answer.byte() == 0x82 and answer.take(8) == ours
    payload = bytearray()
    noise.read_message(answer.data, payload)
    theirs = bytes(payload[:8])
    assert noise.rs.data == host_key, "the host key of ROOM was no empty claim"
    message = bytearray()
    join = put_string(name) + bytes(16) + put_varint(0) + os.urandom(8) + put_varint(1)
    join += put_varint(0) + bytes(8) + put_varint(0)  # no history, no event that we have, no features
    send_state, receive_state = noise.write_message(join, message)
    peer.send(b"\x83" + theirs + bytes(message))
    # The numbers of packets are the nonces, so the keys are used directly.
    seal = ChaCha20Poly1305(send_state._key)
    unseal = ChaCha20Poly1305(receive_state._key)

    sent = 0
    received = set()
    seen = 0  # the last event

    def send(frames):
        nonlocal sent
        number = struct.pack("<Q", sent)
        header = b"\x84" + theirs + number
        peer.send(header + seal.encrypt(bytes(4) + number, frames, header))
        sent += 1

    def acknowledge():
        # From the newest down, as one interval; what is behind a gap will come again.
        newest = max(received)
        length = 0
        while newest - length - 1 in received:
            length += 1
        return b"\x01" + put_varint(newest) + put_varint(0) + put_varint(0) + put_varint(length)

    while True:
        packet = peer.recv(2048)
        if packet[0] != 0x84:
            continue
        header = Reader(packet[:17])
        assert header.byte() == 0x84 and header.take(8) == ours
        number = header.take(8)
        frames = Reader(unseal.decrypt(bytes(4) + number, packet[17:], packet[:17]))
        if struct.unpack("<Q", number)[0] in received:
            continue
        received.add(struct.unpack("<Q", number)[0])
        out = b""
        while frames.data:
            kind = frames.byte()
            if kind == 0x01:
                frames.varint(), frames.varint()
                for _ in range(2 * frames.varint() + 1):
                    frames.varint()
            elif kind == 0x02:
                first = frames.varint()
                for sequence in range(first, first + frames.varint()):
                    event = Reader(frames.string())
                    what = event.byte()
                    event.varint()  # the time
                    if sequence <= seen:
                        continue
                    seen = sequence
                    if what == 3:
                        who, text = event.string().decode(), event.string().decode()
                        print(f"{who}: {text}", flush=True)
                        if text == "bye":
                            send(acknowledge() + b"\x0a\x00" + put_string(b""))
                            return
            elif kind == 0x03:
                frames.varint(), frames.varint()
            elif kind == 0x06:
                frames.varint()
                assert frames.byte() == 0, "refused: " + frames.string().decode()
                print("accepted as", frames.varint(), flush=True)
            elif kind == 0x07:
                frames.varint(), frames.varint(), frames.varint()
                frames.string()
            elif kind == 0x08:
                for _ in range(frames.varint()):
                    frames.string()
            elif kind == 0x09:
                pass
            elif kind == 0x0A:
                raise SystemExit(f"closed with {frames.byte()}: {frames.string().decode()}")
            elif kind == 0x0B:
                welcome = Reader(frames.string())
                welcome.take(16)
                welcome.varint(), welcome.varint(), welcome.take(8)
                assert welcome.varint() == 0
                assert welcome.string() == name
                out += b"\x05" + put_varint(1) + put_string(b"\x03" + put_string(line))
            elif kind == 0x0C:
                frames.varint()
                for _ in range(frames.varint()):
                    frames.string()
            elif kind == 0x0D:
                frames.varint()
                frames.string()
            elif kind == 0x10:
                out += b"\x11" + frames.take(8)
            else:
                raise SystemExit(f"unknown frame {kind}")
        send(acknowledge() + out)


main()
