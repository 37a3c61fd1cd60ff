import { describe, expect, it } from 'vitest';
import type {
  IncomingDirectHandshake,
  DirectListenOptions,
  DirectSockets,
  InterfaceAddress,
} from '#shared/direct/index.ts';
import { CandidateBudget, DirectTransport, type IncomingPath } from '#agent/direct/index.ts';
import { createMemoryChannelPair } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const signal = new AbortController().signal;

function at(name: string, address: string, internal = false): InterfaceAddress {
  return { interface: name, address, family: address.includes(':') ? 'IPv6' : 'IPv4', internal };
}

function setUp(options: { interfaces?: readonly InterfaceAddress[]; ipv6?: boolean; loopback?: boolean } = {}) {
  const log: string[] = [];
  let listening: DirectListenOptions | undefined;
  const sockets: DirectSockets = {
    async listen(given) {
      log.push(`listen ${given.port}${given.loopback ? ' loopback' : ''}`);
      listening = given;
      const port = given.port === 0 ? 50_000 : given.port;
      return { port, ipv6: options.ipv6 ?? true, close: async () => void log.push(`close ${port}`) };
    },
    async dial({ host, port }) {
      log.push(`dial ${host} ${port}`);
      return { message2: Uint8Array.of(2), channel: createMemoryChannelPair()[0] };
    },
  };
  const transport = new DirectTransport({
    sockets,
    interfaces: () => options.interfaces ?? [],
    logger: silentLogger,
    ...(options.loopback === undefined ? {} : { loopback: options.loopback }),
  });
  const knock = (given: Partial<IncomingDirectHandshake> = {}): void =>
    listening?.onHandshake({
      address: '10.0.0.9:1',
      message1: Uint8Array.of(1),
      accept: () => createMemoryChannelPair()[0],
      drop: () => void log.push('dropped'),
      ...given,
    });
  return { transport, log, knock };
}

describe('where a device can be dialed', () => {
  it('is nowhere before it listens and after it has stopped', async () => {
    const { transport } = setUp({ interfaces: [at('eth0', '10.0.0.1')] });
    expect([transport.port, transport.localAddresses()]).toEqual([undefined, []]);
    expect(await transport.listen()).toBe(7473);
    expect([transport.port, transport.localAddresses()]).toEqual([7473, ['10.0.0.1:7473']]);
    await transport.close();
    expect([transport.port, transport.localAddresses()]).toEqual([undefined, []]);
  });

  it('leaves out what no other device can use', async () => {
    const { transport } = setUp({
      interfaces: [
        at('lo', '127.0.0.1', true),
        at('lo', '::1', true),
        at('eth0', '169.254.3.4'),
        at('eth0', 'fe80::1'),
        at('eth0', '192.168.1.5'),
        at('eth0', 'fd00::5'),
        at('eth0', '2001:db8::1'),
        at('odd', '10.9.9.9', true),
      ],
    });
    await transport.listen();
    expect(transport.localAddresses()).toEqual(['192.168.1.5:7473', '[fd00::5]:7473']);
  });

  it('takes IPv4 and IPv6 in turns, containers last, sixteen at most, each once', async () => {
    const many = Array.from({ length: 20 }, (_, index) => at('eth1', `10.1.0.${index + 1}`));
    const { transport } = setUp({
      interfaces: [at('docker0', '172.17.0.1'), at('wlan0', '2a00::1'), at('wlan0', '2a00::1'), ...many],
    });
    await transport.listen();
    const addresses = transport.localAddresses();
    expect(addresses.slice(0, 3)).toEqual(['10.1.0.1:7473', '[2a00::1]:7473', '10.1.0.2:7473']);
    expect(addresses).toHaveLength(16);
    expect(new Set(addresses).size).toBe(16);
    expect(addresses).not.toContain('172.17.0.1:7473');
    const few = setUp({ interfaces: [at('docker0', '172.17.0.1'), at('eth0', '10.0.0.1')] });
    await few.transport.listen();
    expect(few.transport.localAddresses()).toEqual(['10.0.0.1:7473', '172.17.0.1:7473']);
  });

  it('has no IPv6 where the listener has none', async () => {
    const { transport } = setUp({ interfaces: [at('eth0', '10.0.0.1'), at('eth0', 'fd00::1')], ipv6: false });
    await transport.listen();
    expect(transport.localAddresses()).toEqual(['10.0.0.1:7473']);
  });

  it('is this machine alone in tests', async () => {
    const { transport, log } = setUp({ interfaces: [at('eth0', '10.0.0.1')], loopback: true });
    await transport.listen(0);
    expect(transport.localAddresses()).toEqual(['127.0.0.1:50000']);
    expect(log).toEqual(['listen 0 loopback']);
  });
});

describe('the direct transport', () => {
  it('moves when it is told to listen again, one after the other', async () => {
    const { transport, log } = setUp();
    const [first, second] = [transport.listen(1000), transport.listen(2000)];
    expect(await Promise.all([first, second])).toEqual([1000, 2000]);
    await Promise.all([transport.close(), transport.close()]);
    expect(log).toEqual(['listen 1000', 'close 1000', 'listen 2000', 'close 2000']);
  });

  it('dials what may be dialed, and nothing else [S-LINK-11]', async () => {
    const { transport, log } = setUp({ interfaces: [at('eth0', '10.0.0.1')] });
    await transport.listen();
    await transport.dial('10.0.0.2:80', Uint8Array.of(1), signal);
    await transport.dial('[fd00::2]:81', Uint8Array.of(1), signal);
    for (const address of ['127.0.0.1:7473', '169.254.169.254:80', 'example.com:80', '10.0.0.1:7473', '10.0.0.2:0']) {
      await expect(transport.dial(address, Uint8Array.of(1), signal)).rejects.toMatchObject({
        code: 'direct.address',
        details: { address },
      });
    }
    expect(log).toEqual(['listen 7473', 'dial 10.0.0.2 80', 'dial fd00::2 81']);
  });

  it('hands over incoming handshakes, and is silent without a listener or when it fails', async () => {
    const { transport, log, knock } = setUp();
    await transport.listen();
    knock();
    expect(log).toEqual(['listen 7473', 'dropped']);
    const taken: IncomingPath[] = [];
    transport.onIncoming = (incoming) => void taken.push(incoming);
    knock();
    expect(taken[0]).toMatchObject({ kind: 'direct', address: '10.0.0.9:1', message1: Uint8Array.of(1) });
    taken[0]?.drop();
    transport.onIncoming = () => {
      throw new Error('broken');
    };
    knock();
    expect(log).toEqual(['listen 7473', 'dropped', 'dropped', 'dropped']);
  });
});

describe('the candidates of a peer', () => {
  it('are dialed sixteen a minute, whatever it sends [S-LINK-11]', async () => {
    const clock = new FakeClock();
    const budget = new CandidateBudget(clock);
    const addresses = Array.from({ length: 12 }, (_, index) => `10.0.0.${index + 1}:7473`);
    expect(budget.take(addresses)).toEqual(addresses);
    await clock.advance(30_000);
    expect(budget.take(addresses)).toEqual(addresses.slice(0, 4));
    expect(budget.take(addresses)).toEqual([]);
    await clock.advance(30_000);
    expect(budget.take(addresses)).toEqual(addresses);
    expect(budget.take(addresses)).toEqual([]);
  });
});
