import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IncomingStream, LinkStream, OutgoingStream, Session } from '#shared/link/index.ts';
import { TcpFaultProxy } from '#test/support/faults/index.ts';
import { deviceAt, enrol, online, pair, runRelay, type TestDevice } from '#test/support/relay-clients.ts';

const OTHERS = 50;
const ROUNDS = 12;
/** More than all the windows, queues and buffers on the way hold. */
const BULK = 48 * 1024 * 1024;
const CHUNK = 128 * 1024;

/**
 * One device, fifty-one that are linked with it: fifty have an echo, one lets a large answer come and does not take it. Latencies are
 * compared with those of the same run before it, and generously: what is looked for is a queue that all stand in.
 */
describe('a slow reader stalls only itself, and fifty others keep their latency', () => {
  let running: Awaited<ReturnType<typeof runRelay>>;
  let proxy: TcpFaultProxy;
  let hub: TestDevice;
  let slow: TestDevice;
  let echoes: readonly OutgoingStream[];
  const devices: TestDevice[] = [];
  /** Of what the hub has given the slow one. */
  let sent: Readonly<{ bytes: number; digest: Promise<string> }> | undefined;

  beforeEach(async () => {
    sent = undefined;
    running = await runRelay();
    proxy = await TcpFaultProxy.start({ target: { port: running.relay.port } });
    hub = deviceAt({ url: running.relay.url }, { onStream: (stream) => void serve(stream) });
    hub.client.start();
    await online(hub.client);
    slow = await join(`ws://127.0.0.1:${proxy.port}`);
    const others: OutgoingStream[] = [];
    for (let index = 0; index < OTHERS; index += 1) {
      const device = await join(running.relay.url);
      const session = await device.links.session(hub.identity.peerId);
      others.push(session.open('message', null, { priority: 'interactive' }));
    }
    echoes = others;
  }, 60_000);

  afterEach(async () => {
    for (const device of [hub, ...devices.splice(0)]) {
      await device.links.close();
      await device.client.stop();
    }
    await proxy.close();
    await running.dispose();
  });

  async function join(url: string): Promise<TestDevice> {
    const device = deviceAt({ url });
    devices.push(device);
    pair(device, hub);
    device.client.start();
    await online(device.client);
    await enrol(hub, device);
    return device;
  }

  async function serve(incoming: IncomingStream): Promise<void> {
    const stream = incoming.accept();
    try {
      if (incoming.kind === 'file') await give(stream);
      else for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) await stream.write(bytes);
    } catch {
      // The end of the test.
    }
  }

  async function give(stream: LinkStream): Promise<void> {
    const hash = createHash('sha256');
    let finish: (digest: string) => void = () => undefined;
    const progress = { bytes: 0, digest: new Promise<string>((resolve) => (finish = resolve)) };
    sent = progress;
    for (let chunk = 0; progress.bytes < BULK; chunk += 1) {
      const bytes = Buffer.alloc(CHUNK, chunk % 251);
      hash.update(bytes);
      await stream.write(bytes);
      progress.bytes += CHUNK;
    }
    finish(hash.digest('hex'));
    await stream.end();
  }

  /** Of one echo after the other on every session, ms, sorted. */
  async function latencies(): Promise<readonly number[]> {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const echo of echoes) {
        const begun = performance.now();
        await echo.write(Uint8Array.of(round));
        expect(await echo.read()).toEqual(Uint8Array.of(round));
        times.push(performance.now() - begun);
      }
    }
    return times.sort((a, b) => a - b);
  }

  const at = (times: readonly number[], part: number): number => times[Math.floor(times.length * part)] ?? Infinity;

  /** The hub goes on giving until nothing moves any more; how much it could give. */
  async function stalled(): Promise<number> {
    for (let before = -1; ;) {
      const bytes = sent?.bytes ?? 0;
      if (bytes === before) return bytes;
      before = bytes;
      await new Promise((resolve) => void setTimeout(resolve, 300));
    }
  }

  /** An answer that is more than all the windows hold. */
  async function ask(session: Session): Promise<OutgoingStream> {
    const stream = session.open('file', null, { priority: 'bulk' });
    await stream.opened;
    return stream;
  }

  /** How much longer an echo of the others takes at the median and for the slowest twentieth while one stands still. */
  async function compare(what: string, standStill: () => Promise<void>): Promise<readonly [number, number]> {
    await latencies();
    const idle = await latencies();
    await standStill();
    const given = await stalled();
    expect(given, 'it is stalled indeed').toBeLessThan(BULK);
    const during = await latencies();
    const figures = [idle, during].map((times) => [0.5, 0.95].map((part) => at(times, part).toFixed(2)).join(' / '));
    console.info(
      `${what}: stalled after ${(given / 2 ** 20).toFixed(1)} MiB; echo p50 / p95 of ${OTHERS} sessions ${figures.join(' ms before, ')} ms while`,
    );
    return [at(during, 0.5) / at(idle, 0.5), at(during, 0.95) / at(idle, 0.95)];
  }

  /** It was slow, and nothing worse: all of it comes, as it was. */
  async function expectAll(stream: OutgoingStream | undefined): Promise<void> {
    const hash = createHash('sha256');
    for (let bytes = await stream?.read(); bytes instanceof Uint8Array; bytes = await stream?.read())
      hash.update(bytes);
    expect(hash.digest('hex')).toBe(await sent?.digest);
  }

  it('when its program does not read, and another stream of the same session goes on as well', async () => {
    const session = await slow.links.session(hub.identity.peerId);
    let stream: OutgoingStream | undefined;
    const [median, worst] = await compare('a program that does not read', async () => {
      stream = await ask(session);
    });
    expect(median).toBeLessThan(4);
    expect(worst).toBeLessThan(6);
    const beside = session.open('message', null, { priority: 'interactive' });
    await beside.write(Uint8Array.of(7));
    expect(await beside.read()).toEqual(Uint8Array.of(7));
    await expectAll(stream);
  });

  it('when its network takes next to nothing', async () => {
    const session = await slow.links.session(hub.identity.peerId);
    let stream: OutgoingStream | undefined;
    const [median, worst] = await compare('a network that takes 20 kB/s', async () => {
      stream = await ask(session);
      proxy.setConditions({ down: { rate: 20_000, queue: 65_536 } });
    });
    expect(median).toBeLessThan(4);
    expect(worst).toBeLessThan(6);
    proxy.setConditions({ down: { rate: Infinity } });
    await expectAll(stream);
  });
});
