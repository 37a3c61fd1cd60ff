// Somebody in the local network with the library that most programs use for it: says to be a device, again and again, and asks who is there.
import { randomBytes } from 'node:crypto';
import multicastDns from 'multicast-dns';

const [address = '', name = '', answers = ''] = process.argv.slice(2);
const SERVICE = '_clawreach._tcp.local';
const mdns = multicastDns({ interface: address, bind: '0.0.0.0' });
const full = `${randomBytes(8).toString('hex')}.${SERVICE}`;

mdns.on('response', (packet) => {
  const records = [...packet.answers, ...packet.additionals];
  if (records.some((record) => record.name === SERVICE)) console.log(JSON.stringify(records));
});
const say = () => {
  mdns.respond({
    answers: [{ name: SERVICE, type: 'PTR', ttl: 120, data: full }],
    additionals: [
      // Its address is not asked for: whoever believed this one would dial somebody else.
      { name: 'elsewhere.local', type: 'A', ttl: 120, data: answers },
      { name: full, type: 'SRV', ttl: 120, data: { port: 7473, target: 'elsewhere.local' } },
      {
        name: full,
        type: 'TXT',
        ttl: 120,
        data: [
          Buffer.from('v=1'),
          Buffer.concat([Buffer.from('s='), randomBytes(8)]),
          Buffer.concat([Buffer.from('t0='), randomBytes(64)]),
          Buffer.concat([Buffer.from('n='), Buffer.from(name)]),
        ],
      },
    ],
  });
  mdns.query(SERVICE, 'PTR');
};
say();
setInterval(say, 1500);
