# SPDX-License-Identifier: MIT
"""A machine on the host's cable that sends what it likes: forged sources, forged ICMP errors."""
import socket
import struct
import sys
import time

ICMP_DEST_UNREACH, ICMP_PORT_UNREACH = 3, 3
UDP, ICMP = 17, 1
PORT = 9000


def checksum(data):
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def udp(pseudo, source, to, payload):
    length = 8 + len(payload)
    head = struct.pack('!HHH', source, to, length)
    total = checksum(pseudo + struct.pack('!HH', UDP, length) + head + b'\0\0' + payload)
    return head + struct.pack('!H', total or 0xFFFF) + payload


def ipv4(source, to, protocol, payload):
    ends = socket.inet_aton(source) + socket.inet_aton(to)
    head = struct.pack('!BBHHHBB', 0x45, 0, 20 + len(payload), 0, 0, 64, protocol)
    return head + struct.pack('!H', checksum(head + b'\0\0' + ends)) + ends + payload


def udp4(source, source_port, to, port, payload):
    ends = socket.inet_aton(source) + socket.inet_aton(to)
    return ipv4(source, to, UDP, udp(ends, source_port, port, payload))


def udp6(source, source_port, to, port, payload):
    ends = socket.inet_pton(socket.AF_INET6, source) + socket.inet_pton(socket.AF_INET6, to)
    body = udp(ends, source_port, port, payload)
    return struct.pack('!IHBB', 0x60000000, len(body), UDP, 64) + ends + body


def port_unreachable(source, quoted):
    body = struct.pack('!I', 0) + quoted
    head = struct.pack('!BB', ICMP_DEST_UNREACH, ICMP_PORT_UNREACH)
    total = checksum(head + b'\0\0' + body)
    return ipv4(source, '10.78.0.1', ICMP, head + struct.pack('!H', total) + body)


class Cable:
    def __init__(self, host_address):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
        self.socket.bind(('cable', 0x0800))
        self.front = bytes.fromhex(host_address.replace(':', '')) + b'\x02\0\0\0\0\x99'

    def send(self, packet):
        kind = b'\x08\0' if packet[0] >> 4 == 4 else b'\x86\xdd'
        self.socket.send(self.front + kind + packet)

    def payload_bytes_to(self, address, wait):
        """Of the UDP datagrams to `address` that come in until it has been quiet for so long."""
        total = 0
        self.socket.settimeout(wait)
        try:
            while True:
                packet = self.socket.recv(4096)[14:]
                if packet[9] == UDP and packet[16:20] == socket.inet_aton(address):
                    total += struct.unpack('!H', packet[24:26])[0] - 8
        except TimeoutError:
            return total


def own_address(cable):
    """The host's own addresses as the source, from many ports, privileged ones too."""
    for i in range(20):
        cable.send(udp6('fd78::1', 5000 + i, 'fd78::1', PORT, b'L six%d' % i))
        cable.send(udp4('10.78.0.1', 5000 + i, '10.78.0.1', PORT, b'L four%d' % i))
    cable.send(udp6('fd78::1', 99, 'fd78::1', PORT, b'L privileged'))
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.sendto(b'L last', ('fd78::1', PORT))
    print('done', flush=True)


def victim(cable):
    """Eight memberships of an address that sent nothing, and eight talkers, for three seconds."""
    talkers = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(8)]
    names = [b'talker%d' % i for i in range(8)]
    for talker, name in zip(talkers, names):
        talker.connect(('10.78.0.1', PORT))
        talker.send(b'L ' + name)
    for i in range(8):
        cable.send(udp4('10.78.0.66', 6000 + i, '10.78.0.1', PORT, b'L victim%d' % i))
    began = time.monotonic()
    heard = 0
    for round in range(60):
        for talker, name in zip(talkers, names):
            talker.send(b'C ' + name + b' ' + b'x' * 500)
        for i in range(8):
            cable.send(udp4('10.78.0.66', 6000 + i, '10.78.0.1', PORT, b'C victim%d x' % i))
        heard += cable.payload_bytes_to('10.78.0.66', 0.01)
        time.sleep(max(0, began + 0.05 * (round + 1) - time.monotonic()))
    heard += cable.payload_bytes_to('10.78.0.66', 0.1)
    print('heard %d in %d ms' % (heard, (time.monotonic() - began) * 1000), flush=True)


def one_probe(cable):
    cable.send(udp4('10.78.0.66', 5000, '10.78.0.1', PORT, (b'P chat/1 ' + b'0123456789abcdef').ljust(512)))
    print('asked', flush=True)
    sys.stdin.read()


def probes(cable):
    """Questions from addresses that nobody has: more answers than a send buffer of 8 MB takes, and as much
    again."""
    probe = (b'P chat/1 ' + b'0123456789abcdef').ljust(512)
    addresses = ['10.78.0.%d' % (20 + i) for i in range(230)]
    packets = [udp4(address, 5000, '10.78.0.1', PORT, probe) for address in addresses]
    for i in range(15000):
        cable.send(packets[i % len(packets)])
    # An error on the host's queue of errors is no room in its buffer.
    cable.send(port_unreachable('10.78.0.2', udp4('10.78.0.1', PORT, '10.78.0.2', 5000, b'')))
    print('asked', flush=True)
    sys.stdin.read()


def errors(cable):
    """ICMP errors for every port, from somebody who knows who is there and not what was sent."""
    bob = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    bob.settimeout(5)
    bob.connect(('10.78.0.1', PORT))
    bob.send(b'L bob')
    assert bob.recv(1024) == b'OK'
    own_port = bob.getsockname()[1]
    for guess in b'', b'C', b'admin: ', b'x' * 100:
        ports = range(1024, 65536) if guess == b'' else [own_port] * 1000
        for port in ports:
            cable.send(port_unreachable('10.78.0.2', udp4('10.78.0.1', PORT, '10.78.0.2', port, guess)))
    bob.send(b'C bob still here')
    print('flooded', flush=True)
    print(bob.recv(1024).decode(), flush=True)
    bob.close()  # from here on the errors are true
    print('closed', flush=True)
    sys.stdin.read()


def mute_host(cable):
    """A host that says nothing, and somebody who says that its port is closed; then it is."""
    host = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    host.settimeout(5)
    host.bind(('10.78.0.2', PORT))
    print('listening', flush=True)
    for probe in range(6):
        peer = host.recvfrom(2048)[1]
        for guess in b'', b'P chat/1 ', b'x' * 512:
            cable.send(port_unreachable('10.78.0.2', udp4('10.78.0.1', peer[1], '10.78.0.2', PORT, guess)))
    print('asked 6 times', flush=True)
    host.close()
    sys.stdin.read()


{'own-address': own_address, 'victim': victim, 'one-probe': one_probe, 'probes': probes, 'errors': errors, 'mute-host': mute_host}[sys.argv[1]](Cable(sys.argv[2]))
