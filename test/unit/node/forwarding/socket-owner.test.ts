import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ownerIn, socketOwner } from '#node/forwarding/index.ts';

const HEAD =
  '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n';
const row = (near: string, uid: number, far = '00000000:0000'): string =>
  `  117: ${near} ${far} 07 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 36373 2 0000000000000000 0\n`;
const at = (address: string, port = 5000) => ({ address, port });

describe('the owner of a socket', () => {
  it.each([
    ['at its very address', [row('0100007F:1388', 1000)], '127.0.0.1', 1000],
    ['at all addresses', [row('00000000:1388', 1000)], '127.0.0.1', 1000],
    ['at all addresses of both families', ['', row('00000000000000000000000000000000:1388', 7)], '127.0.0.1', 7],
    ['of IPv6 that speaks IPv4', ['', row('0000000000000000FFFF00000100007F:1388', 8)], '127.0.0.1', 8],
    ['of IPv6', ['', row('00000000000000000000000001000000:1388', 9)], '::1', 9],
    ['at the address rather than at all', [row('00000000:1388', 1), row('0100007F:1388', 2)], '127.0.0.1', 2],
    ['of nobody: another port', [row('0100007F:1389', 1)], '127.0.0.1', 'none'],
    ['of nobody: another address', [row('0200007F:1388', 1)], '127.0.0.1', 'none'],
    ['of several users', [row('00000000:1388', 1), row('00000000:1388', 2)], '127.0.0.1', 'none'],
    ['in what is no table', ['\u0000 : :::\n1: x y z\n'], '127.0.0.1', 'none'],
  ])('is found %s', (_, tables, address, owner) => {
    expect(
      ownerIn(
        tables.map((rows) => HEAD + rows),
        at(address),
      ),
    ).toBe(owner);
  });

  it('is that of the connection with the far port, where it is asked for', () => {
    const table = HEAD + row('0100007F:1388', 1, '0100007F:0050') + row('0100007F:1388', 2, '0100007F:0051');
    expect(ownerIn([table], at('127.0.0.1'), 0x51)).toBe(2);
  });

  it.skipIf(process.platform !== 'linux')('is who runs this, of a socket of this process', async () => {
    const udp = createSocket('udp4').bind(0, '127.0.0.1');
    await once(udp, 'listening');
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = connect(port, '127.0.0.1');
    await once(client, 'connect');
    expect(await socketOwner('udp', at('127.0.0.1', udp.address().port))).toBe(process.getuid?.());
    expect(await socketOwner('tcp', at('127.0.0.1', client.localPort), port)).toBe(process.getuid?.());
    udp.close();
    client.destroy();
    server.close();
  });
});
