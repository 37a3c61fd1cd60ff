import { describe, expect, it } from 'vitest';
import { SocksClient, type OwnerOf } from '#agent/forwards/datagrams/index.ts';
import { writeEndpoint } from '#shared/forward/index.ts';
import { settle } from '#test/support/fake-clock.ts';

const PROXY = 1080;
const PEER_PORT = 40_000;

/** @param users who has which port */
function client(users: Readonly<Record<number, number | 'none' | 'unknown'>>, clientAddress = '127.0.0.1', named = 0) {
  const asked: number[] = [];
  const ownerOf: OwnerOf = (_protocol, { port }) => {
    asked.push(port);
    return Promise.resolve(users[port] ?? 'none');
  };
  const heard: string[] = [];
  const sent: number[] = [];
  const expected = named === 0 ? null : { host: clientAddress, port: named };
  const socks = new SocksClient({ clientAddress, clientPort: PEER_PORT, proxyPort: PROXY, expected }, ownerOf);
  socks.start(
    {
      address: '127.0.0.1:1',
      port: 1,
      send: (_, { port }) => {
        sent.push(port);
        return true;
      },
      close: () => Promise.resolve(),
    },
    { push: (bytes) => heard.push(Buffer.from(bytes).subarray(7).toString()) },
  );
  const send = (text: string, port: number, address = clientAddress): void =>
    socks.receive(Buffer.concat([Uint8Array.of(0, 0, 0), writeEndpoint('10.0.0.1', 53), Buffer.from(text)]), {
      address,
      port,
    });
  return { socks, send, heard, sent, asked };
}

describe('the client of an association', () => {
  it('is not another user’s program that sends first, however much it sends [S-FWD-3]', async () => {
    const { socks, send, heard, sent } = client({ [PEER_PORT]: 1000, 6000: 1001, 6001: 'none', 7000: 1000 });
    for (let count = 0; count < 100; count += 1) for (const port of [6000, 6001]) send('theirs', port);
    send('mine', 7000);
    send('too', 7000);
    await settle();
    for (const port of [6000, 6001]) send('theirs', port);
    send('more', 7000);
    expect(heard).toEqual(['mine', 'too', 'more']);
    socks.deliver(Buffer.from(writeEndpoint('10.0.0.1', 53)));
    expect(sent).toEqual([7000]);
  });

  it('is whom it named from the first datagram on, and the system is not asked', async () => {
    const { send, heard, asked } = client({ [PEER_PORT]: 1000, 6000: 1000, 7000: 1000 }, '127.0.0.1', 7000);
    send('theirs', 6000);
    send('mine', 7000);
    await settle();
    expect([heard, asked]).toEqual([['mine'], []]);
  });

  it.each([
    ['of another machine', '192.0.2.7', {}],
    ['where the system tells nothing of the connection', '127.0.0.1', { [PEER_PORT]: 'unknown' as const }],
    ['where it tells nothing of the datagram', '127.0.0.1', { [PEER_PORT]: 0, 6000: 'unknown' as const }],
  ])('%s is the first that sends from its address', async (_, address, users) => {
    const { send, heard } = client(users, address);
    send('other address', 5000, '192.0.2.8');
    send('first', 6000);
    await settle();
    send('second', 7000);
    expect(heard).toEqual(['first']);
  });

  it('is looked for among sixteen ports at a time, with sixteen datagrams of each [S-FWD-3]', async () => {
    const { send, heard, asked } = client({ [PEER_PORT]: 1000, 6019: 1000, 6005: 1000 });
    for (let port = 6000; port < 6020; port += 1) for (let count = 0; count < 20; count += 1) send(`${port}`, port);
    await settle();
    expect(heard).toEqual(Array(16).fill('6005'));
    expect(asked.filter((port) => port !== PEER_PORT)).toEqual([6000, 6001, 6002, 6003, 6004, 6005]);
  });
});
