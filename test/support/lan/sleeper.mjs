// A network card that is asleep: waits at UDP port 9 for the packet with its own MAC address, prints the sender, and ends.
import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';

const card = networkInterfaces()['eth0']?.find(({ family }) => family === 'IPv4')?.mac ?? '';
const address = Buffer.from(card.replaceAll(':', ''), 'hex');
const expected = Buffer.concat([Buffer.alloc(6, 0xff), ...Array.from({ length: 16 }, () => address)]);
const socket = createSocket('udp4');
socket.on('message', (packet, { address: from }) => {
  if (!packet.equals(expected)) return;
  console.log(`woken by ${from}`);
  socket.close();
});
socket.bind(9, '0.0.0.0', () => console.log('asleep'));
