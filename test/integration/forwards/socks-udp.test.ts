import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { patternBytes } from '#test/support/forwards/bytes.ts';
import { startDns, type TestDns } from '#test/support/forwards/dns.ts';
import { linkSides, portOf, socksRule, type LinkedSides } from '#test/support/forwards/rule-side.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';
import { SocksUdpProgram, UdpProgram } from '#test/support/forwards/udp.ts';

let target: TargetSide;
let laptop: PeerId;
let sides: LinkedSides;
let proxy: number;
const open: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  target = new TargetSide({
    clock: systemClock,
    names: { 'echo.test': ['127.0.0.1'], 'metadata.test': ['169.254.169.254'] },
  });
  laptop = target.addPeer('laptop');
  target.rights.set(laptop, 'forward', 'allow');
  sides = linkSides(systemClock, target, laptop);
  void sides.rules.manager.start();
  const { id } = await sides.rules.manager.add({ rule: socksRule() });
  proxy = portOf(sides.rules.manager.view(id));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  await sides.close();
  target.close();
});

async function kept<Closable extends { close(): Promise<void> }>(opening: Promise<Closable>): Promise<Closable> {
  const opened = await opening;
  open.push(opened);
  return opened;
}

const at = (program: UdpProgram, host = '127.0.0.1') => ({ host, port: program.port });

describe('UDP ASSOCIATE', () => {
  it('carries datagrams to several places, and answers carry where they come from', async () => {
    const echoes = await Promise.all([kept(UdpProgram.echo()), kept(UdpProgram.echo()), kept(UdpProgram.echo('::1'))]);
    const client = await kept(SocksUdpProgram.associate(proxy));
    expect(client.bound.host).toBe('127.0.0.1');
    for (const [index, echo] of echoes.entries()) {
      const place = at(echo, index === 2 ? '::1' : '127.0.0.1');
      client.send(Buffer.from(`to ${index}`), place);
      const { from, bytes } = await client.next();
      expect([from, bytes.toString()]).toEqual([place, `to ${index}`]);
    }
    expect(target.associations.count).toBe(1);
  });

  it('has names resolved at the peer, and answers with the real address', async () => {
    const echo = await kept(UdpProgram.echo());
    const client = await kept(SocksUdpProgram.associate(proxy));
    client.send(Buffer.from('x'), at(echo, 'echo.test'));
    expect((await client.next()).from).toEqual(at(echo));
    expect(target.looked).toEqual(['echo.test']);
  });

  it.each([1, 1200, 9000, 64_990])('carries %i bytes', async (size) => {
    const echo = await kept(UdpProgram.echo());
    const client = await kept(SocksUdpProgram.associate(proxy));
    const bytes = patternBytes(size);
    client.send(bytes, at(echo));
    expect((await client.next()).bytes.equals(bytes)).toBe(true);
  });

  it('answers questions of DNS with a real server at the peer', async () => {
    const dns: TestDns = await kept(startDns({ 'office.test': '10.9.8.7' }));
    const client = await kept(SocksUdpProgram.associate(proxy));
    // Header: id, recursion wanted, one question; name, type A, class IN (RFC 1035 section 4).
    const question = Buffer.from('abcd01000001000000000000066f666669636504746573740000010001', 'hex');
    client.send(question, { host: '127.0.0.1', port: dns.port });
    const { bytes } = await client.next();
    expect(bytes.subarray(0, 2).toString('hex')).toBe('abcd');
    expect(bytes.readUInt16BE(6)).toBe(1);
    expect([...bytes.subarray(-4)]).toEqual([10, 9, 8, 7]);
  });

  it('ends with the TCP connection that asked for it [S-FWD-3]', async () => {
    const echo = await kept(UdpProgram.echo());
    const client = await kept(SocksUdpProgram.associate(proxy));
    client.send(Buffer.from('x'), at(echo));
    await client.next();
    client.tcp.end();
    await vi.waitFor(() => expect(target.associations.count).toBe(0), 30_000);
    const again = await kept(UdpProgram.open('127.0.0.1', client.bound.port));
    expect(again.port).toBe(client.bound.port);
  });

  it('goes on after the session was lost', async () => {
    const echo = await kept(UdpProgram.echo());
    const client = await kept(SocksUdpProgram.associate(proxy));
    await sides.loseSession();
    const again = setInterval(() => client.send(Buffer.from('x'), at(echo)), 300);
    expect((await client.next()).bytes.toString()).toBe('x');
    clearInterval(again);
  });

  it('is refused as a whole when the peer refuses the association', async () => {
    target.close();
    target.server.serve = (stream) => {
      stream.refuse('forward.failed', 'no');
      return Promise.resolve();
    };
    await expect(SocksUdpProgram.associate(proxy)).rejects.toThrow('reply 1');
  });
});

describe('what may be tried with UDP ASSOCIATE', () => {
  it('datagrams of another port or another address than the client are dropped [S-FWD-3]', async () => {
    const echo = await kept(UdpProgram.echo());
    const client = await kept(SocksUdpProgram.associate(proxy));
    client.send(Buffer.from('mine'), at(echo));
    expect((await client.next()).bytes.toString()).toBe('mine');
    const [port, address] = await Promise.all([kept(UdpProgram.open()), kept(UdpProgram.open('127.0.0.2'))]);
    for (const stranger of [port, address])
      stranger.send(client.packet(Buffer.from('spoofed'), at(echo)), client.bound.port);
    client.send(Buffer.from('last'), at(echo));
    expect((await client.next()).bytes.toString()).toBe('last');
    expect([client.udp.unread, port.unread, address.unread, echo.unread]).toEqual([0, 0, 0, 2]);
  });

  it.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')(
    'a program of another user that sends before the client does not become the client [S-FWD-3]',
    async () => {
      const echo = await kept(UdpProgram.echo());
      const client = await kept(SocksUdpProgram.associate(proxy));
      const packet = Buffer.from(client.packet(Buffer.from('theirs'), at(echo))).toString('hex');
      // A socket belongs to who made it; it stays open, so that it can be looked at.
      const script = `process.setgid(65534); process.setuid(65534); const socket = require('node:dgram').createSocket('udp4');
        socket.send(Buffer.from('${packet}', 'hex'), ${client.bound.port}, '127.0.0.1', () => process.stdout.write('sent'));`;
      const stranger = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      open.push({
        close: async () => {
          stranger.kill('SIGKILL');
          if (stranger.exitCode === null && stranger.signalCode === null) await once(stranger, 'exit');
        },
      });
      await once(stranger.stdout, 'data');
      client.send(Buffer.from('mine'), at(echo));
      expect((await client.next()).bytes.toString()).toBe('mine');
      expect(echo.unread).toBe(1);
    },
  );

  it('who named its port is heard from there only, also with the first datagram [S-FWD-3]', async () => {
    const echo = await kept(UdpProgram.echo());
    const client = await kept(SocksUdpProgram.associate(proxy, (udp) => udp.port));
    const stranger = await kept(UdpProgram.open());
    stranger.send(client.packet(Buffer.from('spoofed'), at(echo)), client.bound.port);
    client.send(Buffer.from('mine'), at(echo));
    expect((await client.next()).bytes.toString()).toBe('mine');
    expect(echo.unread).toBe(1);
  });

  it('fragments and what cannot be read are dropped [S-FWD-3]', async () => {
    const echo = await kept(UdpProgram.echo());
    const client = await kept(SocksUdpProgram.associate(proxy));
    client.send(Buffer.from('fragment'), at(echo), 1);
    for (const bytes of ['', '\0', '\0\0\0', '\0\0\0\u0001\u0001', '\0\0\0\u0009abcdef', '\0\0\0\u0003\0\0\u0035'])
      client.udp.send(Buffer.from(bytes, 'latin1'), client.bound.port);
    client.send(Buffer.from('whole'), at(echo));
    expect((await client.next()).bytes.toString()).toBe('whole');
    expect(echo.unread).toBe(1);
  });

  it('what the target does not allow is not reached, and the rest goes on [S-TARGET-7]', async () => {
    target.rights.set(laptop, 'forward', 'ask');
    const [allowed, forbidden] = await Promise.all([kept(UdpProgram.echo()), kept(UdpProgram.open())]);
    target.allow(laptop, `127.0.0.1:${allowed.port}`);
    const client = await kept(SocksUdpProgram.associate(proxy));
    client.send(Buffer.from('no'), at(forbidden));
    client.send(Buffer.from('metadata'), { host: 'metadata.test', port: 80 });
    client.send(Buffer.from('metadata'), { host: '169.254.169.254', port: 80 });
    client.send(Buffer.from('yes'), at(allowed));
    expect((await client.next()).bytes.toString()).toBe('yes');
    expect(forbidden.unread).toBe(0);
    // One request, however many datagrams ask.
    for (let count = 0; count < 50; count += 1) client.send(Buffer.from('no'), at(forbidden));
    client.send(Buffer.from('again'), at(allowed));
    await client.next();
    expect(target.approvals.pendingCount).toBe(1);
  });

  it('what waits for an approval is sent when it comes', async () => {
    target.rights.set(laptop, 'forward', 'ask');
    const echo = await kept(UdpProgram.echo());
    const client = await kept(SocksUdpProgram.associate(proxy));
    client.send(Buffer.from('please'), at(echo));
    await vi.waitFor(() => expect(target.approvals.pendingCount).toBe(1), 30_000);
    target.allow(laptop, `127.0.0.1:${echo.port}`);
    expect((await client.next()).bytes.toString()).toBe('please');
  });

  it('whom nothing was sent to is not heard [S-TARGET-7]', async () => {
    const far = await kept(UdpProgram.open());
    const client = await kept(SocksUdpProgram.associate(proxy));
    client.send(Buffer.from('x'), at(far));
    const { from } = await far.next();
    const stranger = await kept(UdpProgram.open());
    stranger.send('spoofed', from.port);
    far.send('real', from.port);
    expect((await client.next()).bytes.toString()).toBe('real');
    expect(client.udp.unread).toBe(0);
  });

  it('has 256 destinations at most, and those that are there go on [S-TARGET-8]', async () => {
    const echo = await kept(UdpProgram.echo());
    const client = await kept(SocksUdpProgram.associate(proxy));
    client.send(Buffer.from('first'), at(echo));
    await client.next();
    for (let port = 20_000; port < 20_400; port += 1) {
      client.send(Buffer.from('x'), { host: '127.0.0.77', port });
      if (port % 8 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    client.send(Buffer.from('still'), at(echo));
    expect((await client.next()).bytes.toString()).toBe('still');
  });

  it('the port is not open to others than the proxy is [S-FWD-3]', async () => {
    const client = await kept(SocksUdpProgram.associate(proxy));
    expect(client.bound.host).toBe('127.0.0.1');
    expect([...sides.rules.claimed]).toContain(client.bound.port);
    client.tcp.destroy();
    await once(client.tcp, 'close');
  });
});
