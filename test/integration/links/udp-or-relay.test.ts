import { afterEach, describe, expect, it } from 'vitest';
import type { DirectTransport } from '#agent/direct/index.ts';
import type { LinkView, UdpPort } from '#agent/links/index.ts';
import { isUdpOffer } from '#agent/webrtc/index.ts';
import { systemClock } from '#node/clock/index.ts';
import type { ByteChannel, ChannelHandlers, IncomingStream, LinkStream, Session } from '#shared/link/index.ts';
import { udpProblem } from '#test/support/compliance/udp-carrier.ts';
import { TcpFaultProxy } from '#test/support/faults/index.ts';
import { loopbackDirect, loopbackUdp } from '#test/support/loopback-transports.ts';
import { deviceAt, enrol, online, pair, runRelay, type TestDevice } from '#test/support/relay-clients.ts';

/** Paths are made and measured in a second; on a busy machine in some more, or a minute later anew. */
const PATIENCE = 150_000;
const LONGEST = 400_000;

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** What is written waits, as on a long way. */
class LateChannel implements ByteChannel {
  readonly #channel: ByteChannel;
  readonly #late: () => number;

  constructor(channel: ByteChannel, late: () => number) {
    this.#channel = channel;
    this.#late = late;
  }

  get bufferedBytes(): number {
    return this.#channel.bufferedBytes;
  }

  write(pieces: readonly Uint8Array[]): boolean {
    systemClock.setTimer(this.#late(), () => void this.#channel.write(pieces));
    return true;
  }

  setHandlers(handlers: ChannelHandlers): void {
    this.#channel.setHandlers(handlers);
  }

  pause(): void {
    this.#channel.pause();
  }

  resume(): void {
    this.#channel.resume();
  }

  close(deadline?: number): void {
    this.#channel.close(deadline);
  }

  destroy(error?: Error): void {
    this.#channel.destroy(error);
  }
}

type Pair = Readonly<{
  left: TestDevice;
  right: TestDevice;
  session: Session;
  proxy: TcpFaultProxy;
  /** Takes direct connections when it is told to. */
  listener: DirectTransport;
  view(): LinkView | undefined;
}>;

/** Two devices of one machine, and a relay: `relay` ms there and back from one to the other. `udp` more over UDP, at this moment. */
async function twoDevices({
  relay = 0,
  udp = () => 0,
}: Readonly<{ relay?: number; udp?: () => number }>): Promise<Pair> {
  const running = await runRelay();
  cleanUps.push(() => running.dispose());
  // Each of the two has its own way to the relay, and bytes go both of them there and back.
  const latency = { latency: relay / 4 };
  const proxy = await TcpFaultProxy.start({
    target: { port: running.relay.port },
    link: { up: latency, down: latency },
  });
  cleanUps.push(() => proxy.close());
  const make = (): Readonly<{ device: TestDevice; listener: DirectTransport }> => {
    const transport = loopbackUdp();
    const listener = loopbackDirect();
    const port: UdpPort = {
      get obstacle() {
        return transport.obstacle;
      },
      knowsPublicAddress: false,
      async dial(session, to, message1, signal) {
        const made = await transport.dial(session, to, message1, signal);
        return { ...made, channel: new LateChannel(made.channel, udp) };
      },
      get onIncoming() {
        return transport.onIncoming;
      },
      set onIncoming(take) {
        transport.onIncoming = take;
      },
    };
    const device = deviceAt(
      { url: `ws://127.0.0.1:${proxy.port}` },
      {
        udp: port,
        direct: listener,
        onStream: (stream, peerId) => {
          if (isUdpOffer(stream.params)) void transport.takeOffer(stream, peerId);
          else void echo(stream);
        },
      },
    );
    cleanUps.push(async () => {
      await device.links.close();
      await device.client.stop();
      transport.close();
      await listener.close();
    });
    return { device, listener };
  };
  const [{ device: left }, { device: right, listener }] = [make(), make()];
  pair(left, right);
  for (const { client } of [left, right]) {
    client.start();
    await online(client);
  }
  await enrol(left, right);
  const session = await left.links.session(right.identity.peerId);
  return { left, right, session, proxy, listener, view: () => left.links.view(right.identity.peerId) };
}

async function echo(offer: IncomingStream): Promise<void> {
  const stream: LinkStream = offer.accept();
  try {
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) await stream.write(bytes);
  } catch {
    // The test is over.
  }
}

async function echoes(stream: LinkStream, byte: number): Promise<boolean> {
  await stream.write(Uint8Array.of(byte));
  return (await stream.read())?.[0] === byte;
}

const problem = await udpProblem();

describe.skipIf(problem !== undefined)(
  `a link that TCP does not lead to${problem === undefined ? '' : `: ${problem}`}`,
  () => {
    it(
      'runs over UDP where the relay is far away, and the link says so',
      async () => {
        const { session, view } = await twoDevices({ relay: 60 });
        const stream = session.open('rpc', null);
        expect(await echoes(stream, 1)).toBe(true);
        await expect.poll(() => view()?.udp, { timeout: PATIENCE }).toBe(true);
        expect(view()).toMatchObject({ path: 'direct', why: null, whyNotUdp: null });
        const { udp, relay } = view()?.times ?? { udp: NaN, relay: NaN };
        expect(relay).toBeGreaterThanOrEqual(60);
        expect(udp).toBeLessThan(relay);
        expect(view()?.history.at(-1)).toMatchObject({ udp: true, reason: 'faster' });
        expect(await echoes(stream, 2)).toBe(true);
      },
      LONGEST,
    );

    it(
      'runs over UDP where the relay is as near, which spares the relay',
      async () => {
        const { session, view } = await twoDevices({});
        await expect.poll(() => view()?.udp, { timeout: PATIENCE }).toBe(true);
        expect(view()?.times).not.toBe(null);
        expect(await echoes(session.open('rpc', null), 3)).toBe(true);
      },
      LONGEST,
    );

    it(
      'stays with the relay where UDP takes clearly longer, and says so',
      async () => {
        const { session, view } = await twoDevices({ udp: () => 200 });
        await expect.poll(() => view()?.whyNotUdp, { timeout: PATIENCE }).toBe('slower');
        expect(view()).toMatchObject({ path: 'relay', udp: false });
        const { udp, relay } = view()?.times ?? { udp: NaN, relay: NaN };
        expect(udp).toBeGreaterThanOrEqual(200);
        expect(relay).toBeLessThan(udp);
        expect(await echoes(session.open('rpc', null), 4)).toBe(true);
      },
      LONGEST,
    );

    it(
      'goes back to the relay when the way over UDP has become slow, and nothing is lost',
      async () => {
        let late = 0;
        const { left, right, session, view } = await twoDevices({ relay: 20, udp: () => late });
        const stream = session.open('rpc', null);
        await expect.poll(() => view()?.udp, { timeout: PATIENCE }).toBe(true);
        late = 300;
        // What was quick is forgotten after ten seconds. Then as a person who notices does; otherwise it is measured within a minute or so.
        await expect.poll(() => session.statistics().recentRtt, { timeout: PATIENCE }).toBeGreaterThan(299);
        left.links.reconnectNow(right.identity.peerId);
        await expect.poll(() => view()?.path, { timeout: PATIENCE }).toBe('relay');
        expect(view()).toMatchObject({ whyNotUdp: 'slower' });
        expect(view()?.history.at(-1)).toMatchObject({ path: 'relay', reason: 'faster' });
        expect(await echoes(stream, 5)).toBe(true);
      },
      LONGEST,
    );

    it(
      'moves from UDP to TCP as soon as the other device takes connections',
      async () => {
        const { right, session, listener, view } = await twoDevices({});
        const stream = session.open('rpc', null);
        await expect.poll(() => view()?.udp, { timeout: PATIENCE }).toBe(true);
        await listener.listen(0);
        right.links.addressesChanged();
        await expect.poll(() => view(), { timeout: PATIENCE }).toMatchObject({ path: 'direct', udp: false });
        expect(view()?.times).toBe(null);
        expect(await echoes(stream, 6)).toBe(true);
      },
      LONGEST,
    );
  },
);
