# SPDX-License-Identifier: MIT
"""Everybody's first chat client: forks a sender and a receiver. Knows nothing but L, C, Q, OK and EXIT."""
import os
import signal
import socket
import sys

server = (sys.argv[1], int(sys.argv[2]))


def receive(sock):
    while True:
        data, _ = sock.recvfrom(1024)
        line = data.decode()
        if line == 'EXIT':
            os._exit(0)
        print(line, flush=True)


def send(sock, name):
    for line in sys.stdin:
        text = line.rstrip('\n')
        if text == 'quit':
            sock.sendto(('Q ' + name).encode(), server)
            return
        sock.sendto(('C %s %s' % (name, text)).encode(), server)


sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
name = sys.stdin.readline().strip()
sock.sendto(('L ' + name).encode(), server)
answer = sock.recvfrom(1024)[0].decode()
if answer != 'OK':
    sys.exit(answer)
receiver = os.fork()
if receiver == 0:
    receive(sock)
send(sock, name)
signal.alarm(5)
os.waitpid(receiver, 0)
