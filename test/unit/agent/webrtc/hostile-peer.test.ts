import { describe, expect, it } from 'vitest';
import type { IncomingPath } from '#agent/direct/index.ts';
import { UdpTransport } from '#agent/webrtc/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { LinkSession, OutgoingStream } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { DESCRIPTION, FakeWebRtc } from '#test/support/fake-webrtc.ts';
import { linkInMemory } from '#test/support/link.ts';

const PEER = 'A'.repeat(56) as PeerId;
const OFFER = { service: 'udp-path', version: 1, offer: DESCRIPTION };

/** A device with its real rules, and a peer that says what it likes over a session that is in order. */
class Scene {
  readonly clock = new FakeClock();
  readonly sockets = new FakeWebRtc();
  readonly incoming: IncomingPath[] = [];
  readonly transport: UdpTransport;
  readonly peer: LinkSession;
  readonly own: LinkSession;
  from = PEER;
  isOn = true;
  allows = true;

  constructor() {
    this.transport = new UdpTransport({
      clock: this.clock,
      logger: silentLogger,
      sockets: this.sockets,
      stun: () => ({ host: 'relay.example', port: 7474 }),
      isOn: () => this.isOn,
      allows: () => this.allows,
    });
    this.transport.onIncoming = (incoming) => void this.incoming.push(incoming);
    const link = linkInMemory({ clock: this.clock });
    this.peer = link.initiator;
    this.own = link.responder;
    this.own.onStream = (stream) => void this.transport.takeOffer(stream, this.from);
  }

  async settle(): Promise<void> {
    for (let turns = 0; turns < 20; turns += 1) await this.clock.advance(20);
  }

  /** What became of it: `opened`, or the word of the refusal. */
  async offer(params: unknown): Promise<Readonly<{ stream: OutgoingStream; answer: string }>> {
    const stream = this.peer.open('rpc', params);
    const answer = stream.opened.then(
      () => 'opened',
      (error: unknown) => String((error as { details?: { code?: unknown } }).details?.code),
    );
    await this.settle();
    return { stream, answer: await answer };
  }
}

describe('a hostile peer', () => {
  it('has nothing sent to where no peer can be: loopback, this link, whole networks, metadata services, names [S-LINK-11]', async () => {
    const scene = new Scene();
    const { stream, answer } = await scene.offer(OFFER);
    expect(answer).toBe('opened');
    const lines = [
      '127.0.0.1:22',
      '[::1]:22',
      '169.254.169.254:80',
      '224.0.0.251:5353',
      '255.255.255.255:9',
      '[fe80::1%eth0]:1',
      '[::ffff:127.0.0.1]:22',
      'f2b8b1a2-7e5d-4d3c-9a3e-1f2e3d4c5b6a.local:5000',
      'relay.example:7474',
      '192.168.1.7:0',
      '192.168.1.7:4000 typ relay',
      'a=candidate:1 1 UDP 1 10.0.0.1 1 typ host',
      '192.168.1.7:4000',
      '[2a05::7]:4000',
    ];
    void stream.write(toUtf8(`${lines.join('\n')}\n`));
    await scene.settle();
    expect(scene.sockets.last.dialed).toEqual(['192.168.1.7:4000', '[2a05::7]:4000']);
  });

  it('names sixteen addresses in one offer, and has sixteen dialed in a minute over all of them [S-LINK-11]', async () => {
    const scene = new Scene();
    const address = (index: number): string => `10.0.0.${index}:1\n`;
    const first = await scene.offer(OFFER);
    void first.stream.write(toUtf8(Array.from({ length: 10 }, (_, index) => address(index + 1)).join('')));
    await scene.settle();
    const second = await scene.offer(OFFER);
    void second.stream.write(toUtf8(Array.from({ length: 10 }, (_, index) => address(index + 101)).join('')));
    await scene.settle();
    expect(scene.sockets.connections.map(({ dialed }) => dialed.length)).toEqual([10, 6]);
    const third = await scene.offer(OFFER);
    void third.stream.write(toUtf8(Array.from({ length: 17 }, (_, index) => address(index + 1)).join('')));
    await scene.settle();
    expect([scene.sockets.last.closed, scene.sockets.last.dialed]).toEqual([true, []]);
  });

  it('ends its offer by a line without an end [S-LINK-19]', async () => {
    const scene = new Scene();
    const { stream } = await scene.offer(OFFER);
    void stream.write(toUtf8('1'.repeat(200)));
    await scene.settle();
    expect(scene.sockets.last.closed).toBe(true);
    expect(scene.transport.answering).toBe(0);
  });

  it.each([
    ['lines of its own', { fragment: 'abcd\r\na=candidate:1 1 UDP 1 127.0.0.1 22 typ host' }],
    ['a short password', { password: 'p' }],
    ['another digest', { fingerprint: `${'0'.repeat(63)}G` }],
    ['more than there is', { candidates: ['127.0.0.1:22'] }],
    ['a list', { fragment: ['abcd'] }],
  ])('does not get to the library with %s [S-LINK-19]', async (_what, changed) => {
    const scene = new Scene();
    const { answer } = await scene.offer({ ...OFFER, offer: { ...DESCRIPTION, ...changed } });
    expect(answer).toBe('udp.params');
    expect(scene.sockets.connections).toHaveLength(0);
  });

  it('has one connection made at a time, four at once, then one each 15 s [S-LINK-19]', async () => {
    const scene = new Scene();
    const answers: string[] = [];
    for (let count = 0; count < 6; count += 1) answers.push((await scene.offer(OFFER)).answer);
    expect(answers).toEqual(['opened', 'opened', 'opened', 'opened', 'udp.busy', 'udp.busy']);
    expect(scene.sockets.connections.map(({ closed }) => closed)).toEqual([true, true, true, false]);
    expect(scene.transport.answering).toBe(1);
    await scene.clock.advance(15_000);
    expect((await scene.offer(OFFER)).answer).toBe('opened');
    expect((await scene.offer(OFFER)).answer).toBe('udp.busy');
  });

  it('shares eight connections that are being made with all others [S-LINK-19]', async () => {
    const scene = new Scene();
    const answers: string[] = [];
    for (let count = 0; count < 9; count += 1) {
      scene.from = String(count).padStart(56, 'B') as PeerId;
      answers.push((await scene.offer(OFFER)).answer);
    }
    expect(answers).toEqual([...Array.from({ length: 8 }, () => 'opened'), 'udp.busy']);
  });

  it('learns no address where its person is set to relay only, or this device to outbound only [S-LINK-20]', async () => {
    for (const setting of ['isOn', 'allows'] as const) {
      const scene = new Scene();
      scene[setting] = false;
      expect((await scene.offer(OFFER)).answer).toBe('udp.off');
      expect(scene.sockets.connections).toHaveLength(0);
    }
  });

  it('is met with silence when it sends no message 1, and forgotten after 13 s [S-LINK-18]', async () => {
    const scene = new Scene();
    await scene.offer(OFFER);
    const far = scene.sockets.last.open();
    const heard: number[] = [];
    far.setHandlers({ data: (chunk) => void heard.push(...chunk), drain: () => undefined, closed: () => undefined });
    far.write([Uint8Array.of(0xff, 0xff, 1, 2, 3)]);
    await scene.settle();
    await scene.clock.advance(13_000);
    expect([heard, scene.incoming, scene.transport.answering, scene.sockets.last.closed]).toEqual([[], [], 0, true]);
  });

  it('comes as whoever it is in its session, whatever it sends [S-LINK-18]', async () => {
    const scene = new Scene();
    await scene.offer(OFFER);
    const far = scene.sockets.last.open();
    far.setHandlers({ data: () => undefined, drain: () => undefined, closed: () => undefined });
    far.write([Uint8Array.of(0, 3, 7, 8, 9)]);
    await scene.settle();
    expect(scene.incoming.map(({ kind, from, message1 }) => [kind, from, [...message1]])).toEqual([
      ['udp', PEER, [7, 8, 9]],
    ]);
  });

  it('ends what is being made with the session, or by giving it up [S-LINK-19]', async () => {
    const scene = new Scene();
    const { stream } = await scene.offer(OFFER);
    stream.reset(0);
    await scene.settle();
    expect([scene.transport.answering, scene.sockets.last.closed]).toEqual([0, true]);
  });
});

describe('a device that is paused', () => {
  it('sends no datagrams to whoever has just offered a connection [S-RIGHT-5]', async () => {
    const scene = new Scene();
    await scene.offer(OFFER);
    expect(scene.transport.answering).toBe(1);
    scene.transport.giveUp();
    expect([scene.transport.answering, scene.sockets.last.closed]).toEqual([0, true]);
    await scene.settle();
    expect((await scene.offer(OFFER)).answer).toBe('opened');
  });
});

describe('a device that dials', () => {
  it('is told addresses in an answer only where it could dial them, and no more than sixteen [S-LINK-20]', async () => {
    const scene = new Scene();
    const { stream } = await scene.offer(OFFER);
    const { options } = scene.sockets.last;
    for (const address of ['127.0.0.1:5', '169.254.3.4:5', '[fe80::2]:5', '192.168.1.2:5', '5.6.7.8:9'])
      options.onCandidate(address);
    for (let index = 0; index < 20; index += 1) options.onCandidate(`10.1.0.${index}:1`);
    await scene.settle();
    const said = Buffer.from((await stream.read()) ?? new Uint8Array(0)).toString('utf8');
    const told = said.trim().split('\n');
    expect(told.slice(0, 2)).toEqual(['192.168.1.2:5', '5.6.7.8:9']);
    expect(told).toHaveLength(16);
    stream.reset(0);
  });

  it('tells its own addresses only where others could dial them, and no more than sixteen [S-LINK-20]', async () => {
    const scene = new Scene();
    const told: string[] = [];
    scene.own.onStream = (stream) => {
      const taken = stream.accept({ answer: DESCRIPTION });
      void (async () => {
        for (let chunk = await taken.read(); chunk !== null; chunk = await taken.read())
          told.push(...Buffer.from(chunk).toString('utf8').trim().split('\n'));
        // It is given up in the end.
      })().catch(() => undefined);
    };
    const dial = scene.transport.dial(scene.peer, PEER, Uint8Array.of(1), new AbortController().signal);
    dial.catch(() => undefined);
    await scene.settle();
    const { options } = scene.sockets.last;
    for (const address of [
      '127.0.0.1:5',
      '169.254.3.4:5',
      '[fe80::2]:5',
      '192.168.1.2:5',
      '192.168.1.2:5',
      '5.6.7.8:9',
    ])
      options.onCandidate(address);
    for (let index = 0; index < 20; index += 1) options.onCandidate(`10.1.0.${index}:1`);
    await scene.settle();
    expect(told.slice(0, 2)).toEqual(['192.168.1.2:5', '5.6.7.8:9']);
    expect(told).toHaveLength(16);
    expect(options.stun).toEqual({ host: 'relay.example', port: 7474 });
    await scene.clock.advance(12_000);
    await expect(dial).rejects.toMatchObject({ code: 'udp.no-answer' });
    expect(scene.sockets.last.closed).toBe(true);
  });

  it.each([
    ['udp.off', 'udp.off'],
    ['udp.busy', 'udp.busy'],
    ['udp.unavailable', 'udp.peer-unavailable'],
    ['remote.params', 'udp.peer-unavailable'],
  ])('hears %s as %s', async (said, heard) => {
    const scene = new Scene();
    scene.own.onStream = (stream) => stream.refuse(said, 'no');
    const dial = scene.transport.dial(scene.peer, PEER, Uint8Array.of(1), new AbortController().signal);
    dial.catch(() => undefined);
    await scene.settle();
    await expect(dial).rejects.toMatchObject({ code: heard });
    expect(scene.sockets.last.closed).toBe(true);
  });
});
