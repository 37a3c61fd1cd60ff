import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { DirectTransport } from '#agent/direct/index.ts';
import type { LinkManagerOptions } from '#agent/links/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { IncomingStream, LinkStream, Session } from '#shared/link/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { pairDevices, TestDevice as WholeDevice } from '#test/support/hostile/device.ts';
import { loopbackDirect } from '#test/support/loopback-transports.ts';
import { deviceAt, enrol, online, pair, runRelay, type TestDevice } from '#test/support/relay-clients.ts';

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** A relay that can be killed and started again at the same address, with the same key and members. */
class MortalRelay {
  readonly url: string;
  readonly #port: number;
  readonly #dataDirectory: string;
  #running: Awaited<ReturnType<typeof runRelay>> | undefined;

  static async start(): Promise<MortalRelay> {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'clawreach-mortal-'));
    const running = await runRelay({ dataDirectory });
    const mortal = new MortalRelay(running, dataDirectory);
    cleanUps.push(async () => {
      await mortal.kill();
      await rm(dataDirectory, { recursive: true, force: true });
    });
    return mortal;
  }

  private constructor(running: Awaited<ReturnType<typeof runRelay>>, dataDirectory: string) {
    this.url = running.relay.url;
    this.#port = running.relay.port;
    this.#dataDirectory = dataDirectory;
    this.#running = running;
  }

  async kill(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.relay.close({ drain: 0 });
  }

  async restart(): Promise<void> {
    this.#running = await runRelay({
      dataDirectory: this.#dataDirectory,
      listen: { host: '127.0.0.1', port: this.#port },
    });
  }
}

function loopbackTransport(): DirectTransport {
  const transport = loopbackDirect();
  cleanUps.push(() => transport.close());
  return transport;
}

type Pair = Readonly<{
  left: TestDevice;
  right: TestDevice;
  session: Session;
  /** What arrives of each stream that the left one opens. */
  received: Promise<string>[];
}>;

async function twoDevices(
  relay: MortalRelay,
  direct: Readonly<{ left?: DirectTransport; right?: DirectTransport }> = {},
): Promise<Pair> {
  const received: Promise<string>[] = [];
  const onStream = (offer: IncomingStream): void => {
    const stream = offer.accept();
    if (offer.kind === 'rpc') void echo(stream);
    else received.push(digest(stream));
  };
  const make = (transport: DirectTransport | undefined): TestDevice => {
    const more: Partial<LinkManagerOptions> = { onStream, ...(transport === undefined ? {} : { direct: transport }) };
    const made = deviceAt({ url: relay.url }, more);
    cleanUps.push(async () => {
      await made.links.close();
      await made.client.stop();
    });
    return made;
  };
  const [left, right] = [make(direct.left), make(direct.right)];
  pair(left, right);
  for (const { client } of [left, right]) {
    client.start();
    await online(client);
  }
  await enrol(left, right);
  return { left, right, session: await left.links.session(right.identity.peerId), received };
}

async function digest(stream: LinkStream): Promise<string> {
  const hash = createHash('sha256');
  for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) hash.update(bytes);
  await stream.end();
  return hash.digest('hex');
}

async function echo(stream: LinkStream): Promise<void> {
  try {
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) await stream.write(bytes);
  } catch {
    // The test is over.
  }
}

const viewOf = ({ left, right }: Pair) => left.links.view(right.identity.peerId);

/** Sends so many MiB; calls `during` with what has been written after each. */
async function send(
  session: Session,
  mebibytes: number,
  during: (sent: number) => void | Promise<void>,
): Promise<string> {
  const stream = session.open('file', null);
  const hash = createHash('sha256');
  for (let sent = 0; sent < mebibytes; sent += 1) {
    const bytes = randomBytes(1024 * 1024);
    hash.update(bytes);
    await stream.write(bytes);
    await during(sent + 1);
  }
  await stream.end();
  return hash.digest('hex');
}

async function answer(stream: LinkStream, text: string): Promise<string> {
  await stream.write(new TextEncoder().encode(text));
  return new TextDecoder().decode((await stream.read()) ?? new Uint8Array(0));
}

describe('a session', () => {
  it('goes on within two seconds after a relay that was killed is back, with the streams it had', async () => {
    const relay = await MortalRelay.start();
    const devices = await twoDevices(relay);
    const { session } = devices;
    const stream = session.open('rpc', null);
    expect(await answer(stream, 'before')).toBe('before');
    for (const pause of [0, 500, 4000]) {
      await relay.kill();
      await expect.poll(() => viewOf(devices)?.state, { interval: 5 }).toBe('reconnecting');
      await new Promise((resolve) => void setTimeout(resolve, pause));
      await relay.restart();
      const back = performance.now();
      expect(await answer(stream, `after ${pause}`)).toBe(`after ${pause}`);
      const took = performance.now() - back;
      console.info(`relay away for ${pause} ms: session back ${Math.round(took)} ms after it`);
      expect(took).toBeLessThan(2000);
      expect(devices.left.links.current(devices.right.identity.peerId)).toBe(session);
    }
    expect(viewOf(devices)?.history.map(({ path }) => path)).toEqual([
      'relay',
      null,
      'relay',
      null,
      'relay',
      null,
      'relay',
    ]);
  });

  it('keeps a transfer whole while the relay is killed in the middle of it', async () => {
    const relay = await MortalRelay.start();
    const { session, received } = await twoDevices(relay);
    const sent = await send(session, 48, async (mebibytes) => {
      if (mebibytes % 16 !== 8) return;
      await relay.kill();
      await relay.restart();
    });
    expect(await received[0]).toBe(sent);
  });

  it.each(['relay', 'direct'] as const)(
    'goes over a new path of its kind after a wake, in the middle of a transfer that does not stop; %s',
    async (kind) => {
      const relay = await MortalRelay.start();
      const right = loopbackTransport();
      if (kind === 'direct') await right.listen(0);
      const devices = await twoDevices(relay, { left: loopbackTransport(), right });
      await expect.poll(() => viewOf(devices)).toMatchObject({ path: kind, state: 'up' });
      const stream = devices.session.open('rpc', null);
      devices.left.links.woke();
      let slowest = 0;
      const sent = await send(devices.session, 160, async () => {
        const begun = performance.now();
        expect(await answer(stream, 'echo')).toBe('echo');
        slowest = Math.max(slowest, performance.now() - begun);
        expect(viewOf(devices)?.state).toBe('up');
        await new Promise((resolve) => void setTimeout(resolve, 40));
      });
      expect(await devices.received[0]).toBe(sent);
      console.info(`${kind}: the slowest of 160 echoes beside a transfer took ${Math.round(slowest)} ms`);
      const history = viewOf(devices)?.history.map(({ path, reason }) => `${path} ${reason}`) ?? [];
      expect(history.at(-1)).toBe(`${kind} renewed`);
      expect(history.some((entry) => entry.startsWith('null'))).toBe(false);
    },
    180_000,
  );

  it('moves from the relay to a direct path in the middle of a transfer', async () => {
    const relay = await MortalRelay.start();
    const right = loopbackTransport();
    const devices = await twoDevices(relay, { left: loopbackTransport(), right });
    expect(viewOf(devices)).toMatchObject({ path: 'relay' });
    const sent = await send(devices.session, 96, async (mebibytes) => {
      if (mebibytes === 24) {
        await right.listen(0);
        devices.right.links.addressesChanged();
      }
      // However fast it is sent, it is not over before.
      if (mebibytes === 72) await until('the direct path', () => viewOf(devices)?.path === 'direct' || undefined);
    });
    expect(viewOf(devices)).toMatchObject({ path: 'direct', why: null });
    expect(await devices.received[0]).toBe(sent);
    // The relay is not needed any more.
    await relay.kill();
    const stream = devices.session.open('rpc', null);
    expect(await answer(stream, 'direct')).toBe('direct');
    expect(viewOf(devices)?.history.map(({ path }) => path)).toEqual(['relay', 'direct']);
  });

  it('goes back to the relay when the direct listener is gone, in the middle of a transfer', async () => {
    const relay = await MortalRelay.start();
    const right = loopbackTransport();
    await right.listen(0);
    const devices = await twoDevices(relay, { left: loopbackTransport(), right });
    await expect.poll(() => viewOf(devices)).toMatchObject({ path: 'direct' });
    const sent = await send(devices.session, 64, async (mebibytes) => {
      if (mebibytes === 16) await right.close();
    });
    expect(await devices.received[0]).toBe(sent);
    expect(viewOf(devices)).toMatchObject({ path: 'relay', state: 'up' });
    expect(
      viewOf(devices)
        ?.history.map(({ path }) => path)
        .filter((path) => path !== null),
    ).toEqual(['relay', 'direct', 'relay']);
  });
});

it('two devices reach each other directly from a cold start, without any relay', async () => {
  const relay = await MortalRelay.start();
  const make = (name: string, disk?: WholeDevice['disk']): Promise<WholeDevice> =>
    WholeDevice.create({
      name,
      dialer: createRelayDialer({ clock: systemClock }),
      direct: loopbackTransport(),
      ...(disk === undefined ? {} : { disk }),
    });
  const [office, laptop] = [await make('office'), await make('laptop')];
  for (const device of [office, laptop]) {
    cleanUps.push(() => device.close());
    await device.start();
    await device.configure(relay.url);
  }
  await pairDevices(office, laptop);
  await laptop.api.call('peers.ping', { peer: 'office' });
  const link = async () => (await laptop.peer(office))?.link;
  await expect.poll(async () => (await laptop.peer(office))?.path).toBe('direct');
  expect((await link())?.history.map(({ path }) => path)).toEqual(['relay', 'direct']);
  const { listening } = await office.api.call('network.get', {});
  await laptop.api.call('peers.setPathMode', { peer: 'office', mode: 'direct-only' });
  await Promise.all([office.close(), laptop.close()]);
  await relay.kill();

  const [officeAgain, laptopAgain] = [await make('office', office.disk), await make('laptop', laptop.disk)];
  for (const device of [officeAgain, laptopAgain]) cleanUps.push(() => device.close());
  await officeAgain.api.call('network.set', { port: listening ?? 0 });
  await officeAgain.start();
  await laptopAgain.start();
  await expect.poll(async () => (await officeAgain.api.call('network.get', {})).listening).toBe(listening);
  const ping = await laptopAgain.api.call('peers.ping', { peer: 'office' });
  expect(ping).toMatchObject({ path: 'direct', address: `127.0.0.1:${listening}` });
  expect((await laptopAgain.peer(office))?.pathMode).toBe('direct-only');
});
