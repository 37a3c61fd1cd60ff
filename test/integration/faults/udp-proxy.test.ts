import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UdpFaultProxy, type UdpProxyOptions } from '#test/support/faults/index.ts';

describe('the fault proxy for UDP, with real sockets', () => {
  let echo: Socket;
  let sender: Socket;
  const proxies: UdpFaultProxy[] = [];
  /** Numbers that came back, in order. */
  let answers: number[];

  beforeEach(async () => {
    answers = [];
    echo = createSocket('udp4');
    sender = createSocket('udp4');
    for (const socket of [echo, sender]) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
    echo.on('message', (bytes, from) => echo.send(bytes, from.port, from.address));
    sender.on('message', (bytes) => answers.push(bytes.readUInt32BE()));
  });
  afterEach(async () => {
    for (const proxy of proxies.splice(0)) await proxy.close();
    echo.close();
    sender.close();
  });

  async function through(options: Omit<UdpProxyOptions, 'target'>): Promise<UdpFaultProxy> {
    const proxy = await UdpFaultProxy.start({ target: { port: echo.address().port }, ...options });
    proxies.push(proxy);
    return proxy;
  }
  /** Numbered datagrams, a few at a time: buffers of the system are not what is tested. */
  async function send(proxy: UdpFaultProxy, count: number, size = 100): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const bytes = Buffer.alloc(size);
      bytes.writeUInt32BE(index);
      sender.send(bytes, proxy.port, '127.0.0.1');
      if (index % 20 === 19) await new Promise((resolve) => void setTimeout(resolve, 1));
    }
  }
  const settled = async (): Promise<void> => {
    let before = -1;
    while (before !== answers.length) {
      before = answers.length;
      await new Promise((resolve) => void setTimeout(resolve, 200));
    }
  };

  it('carries datagrams and their answers', async () => {
    const proxy = await through({});
    await send(proxy, 200);
    await expect.poll(() => answers.length).toBe(200);
    expect(answers).toEqual(Array.from({ length: 200 }, (_item, index) => index));
  });

  it('loses and doubles as often as it is told, and the same ones again with the same seed', async () => {
    const run = async (): Promise<readonly number[]> => {
      answers = [];
      const proxy = await through({ seed: 4, faults: { loss: 0.2, duplication: 0.1 } });
      await send(proxy, 1000);
      await settled();
      const { up } = proxy.statistics;
      // Five standard deviations around 200 and 80.
      expect(up.lost).toBeGreaterThan(137);
      expect(up.lost).toBeLessThan(263);
      expect(up.duplicated).toBeGreaterThan(37);
      expect(up.duplicated).toBeLessThan(123);
      expect(up.carried).toBe(1000 - up.lost + up.duplicated);
      return [up.lost, up.duplicated];
    };
    expect(await run()).toEqual(await run());
  });

  it('lets later ones pass', async () => {
    const proxy = await through({ seed: 2, faults: { reordering: 0.1, reorderedBy: 30 } });
    await send(proxy, 200);
    await expect.poll(() => answers.length).toBe(200);
    expect(answers).not.toEqual(Array.from({ length: 200 }, (_item, index) => index));
    expect([...answers].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_item, index) => index));
    expect(proxy.statistics.up.reordered).toBeGreaterThan(0);
  });

  it('drops what finds the queue full, and delays what does not', async () => {
    const proxy = await through({ link: { up: { rate: 100_000, queue: 10_000, latency: 20 } } });
    const begun = performance.now();
    await send(proxy, 50, 1000);
    await settled();
    const { up } = proxy.statistics;
    expect(up.overflowed).toBeGreaterThan(25);
    expect(up.carried + up.overflowed).toBe(50);
    expect(performance.now() - begun).toBeGreaterThan(100);
  });

  it('is a black hole in one direction', async () => {
    const proxy = await through({});
    proxy.blackHole('down');
    await send(proxy, 10);
    await settled();
    expect(answers).toEqual([]);
    expect(proxy.statistics.up.carried).toBe(10);
    proxy.heal();
    await send(proxy, 10);
    await expect.poll(() => answers.length).toBe(10);
  });
});
