import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { ERROR_TEXTS } from '#shared/locales/index.ts';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import { startHandshake } from '#shared/handshake/index.ts';
import type { DeviceIdentity } from '#shared/identity/index.ts';
import type { RelayMessage } from '#shared/relay-api/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { eventually, flipBit, Seeded } from '#test/support/hostile/attempts.ts';
import { codeOf, DeviceDisk, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import type { Spoken } from '#test/support/hostile/hostile-relay.ts';
import { Scene } from '#test/support/hostile/scene.ts';
import { TerminalView } from '#test/support/hostile/terminal-view.ts';
import { newIdentity } from '#test/support/relay-clients.ts';

const TRIES = 10;

type Incoming = Extract<RelayMessage, { type: 'incoming' }>;
type Accepted = Extract<RelayMessage, { type: 'accepted' }>;
/** What the relay makes of the knock at the target. */
type Knock = (incoming: Incoming, random: Seeded) => Spoken | Promise<Spoken>;
/** What it makes of the answer for the viewer. */
type Answer = (accepted: Accepted, random: Seeded) => Spoken;

describe('a relay between two paired devices that want a link', () => {
  const scene = new Scene();
  const stranger = newIdentity();
  let target: TestDevice;
  let viewer: TestDevice;
  /** Paired with both. */
  let third: TestDevice;
  /** Message 1 and 2 of an earlier link of the viewer. */
  let recorded: Readonly<{ message1: string; message2: string }>;

  beforeAll(async () => {
    ({ target, viewer } = await scene.pair());
    const [first] = scene.relay.heard('connect', 'viewer');
    const [answer] = scene.relay.heard('accept', 'target');
    recorded = { message1: first?.message1 ?? '', message2: answer?.message2 ?? '' };
    third = await scene.device('third');
    await pairDevices(target, third);
    await scene.unlink(target, third);
    await pairDevices(viewer, third);
    await scene.unlink(viewer, third);
  });

  beforeEach(() => {
    scene.relay.repent();
    for (const device of [target, viewer, third]) device.log.length = 0;
  });

  afterAll(() => scene.close());

  /** The viewer tries; nothing may run at the target. @returns what the person is told */
  async function tried(): Promise<string> {
    const before = target.shell.run.length + third.shell.run.length;
    const code = await codeOf(TerminalView.open(viewer, target));
    expect(target.shell.run.length + third.shell.run.length).toBe(before);
    expect(Object.keys(ERROR_TEXTS)).toContain(code);
    await eventually(async () => (await target.api.call('status.get', {})).peers.linked === 0, 'no link');
    return code;
  }

  async function message1Of(identity: DeviceIdentity, to: TestDevice): Promise<string> {
    const { message1 } = await startHandshake({
      crypto: nativeBackend,
      identity,
      peer: { ...to.identity, staticKey: to.identity.staticKey.publicKey },
      sessionId: nativeBackend.randomBytes(16),
      purpose: 'session',
      path: 'relay',
      now: Date.now() / 1000,
    });
    return toBase64Url(message1);
  }

  const changed = (message: string, change: (bytes: Uint8Array) => Uint8Array): string =>
    toBase64Url(change(fromBase64Url(message)));

  const KNOCKS: readonly (readonly [name: string, knock: Knock, finding: RegExp])[] = [
    [
      'flips one bit of message 1',
      (incoming, random) => ({
        ...incoming,
        message1: changed(incoming.message1, (bytes) => flipBit(bytes, 16 + random.below((bytes.length - 2) * 8))),
      }),
      /^handshake\.mac$/,
    ],
    [
      'cuts message 1 short',
      (incoming, random) => ({
        ...incoming,
        message1: changed(incoming.message1, (bytes) => bytes.subarray(0, 1 + random.below(bytes.length - 1))),
      }),
      /^(handshake\.mac|format\.\S+)$/,
    ],
    [
      'strips the wire version',
      (incoming) => ({
        ...incoming,
        message1: changed(incoming.message1, (bytes) => Uint8Array.of(0, ...bytes.subarray(1))),
      }),
      /^handshake\.version$/,
    ],
    [
      'names a weaker suite',
      (incoming) => ({
        ...incoming,
        message1: changed(incoming.message1, (bytes) => Uint8Array.of(1, 0, ...bytes.subarray(2))),
      }),
      /^handshake\.suite$/,
    ],
    [
      'puts a stranger’s message 1 in place of the viewer’s',
      async (incoming) => ({ ...incoming, message1: await message1Of(stranger, target) }),
      /^handshake\.unknown-peer$/,
    ],
    [
      'puts another peer’s message 1 in place of the viewer’s',
      async (incoming) => ({ ...incoming, message1: await message1Of(third.identity, target) }),
      /^link\.wrong-sender$/,
    ],
    [
      'replays a recorded message 1',
      (incoming) => ({ ...incoming, message1: recorded.message1 }),
      /^handshake\.replay$/,
    ],
    [
      'replays a recorded message 1 in the name of another peer',
      (incoming) => ({ ...incoming, message1: recorded.message1, from: third.peerId }),
      /^handshake\.replay$/,
    ],
    ['names another peer as the sender', (incoming) => ({ ...incoming, from: third.peerId }), /^link\.wrong-sender$/],
    ['names a stranger as the sender', (incoming) => ({ ...incoming, from: stranger.peerId }), /^link\.unknown-peer$/],
    ['names the target as the sender', (incoming) => ({ ...incoming, from: target.peerId }), /^link\.unknown-peer$/],
  ];

  it.each(KNOCKS)('and %s gets a refusal, and the person sees it [S-LINK-5]', async (_name, knock, finding) => {
    for (let round = 0; round < TRIES; round += 1) {
      target.log.length = 0;
      const random = new Seeded(round + 1);
      scene.relay.toAgent = (name, message) => {
        if (name !== 'target' || message.type !== 'incoming') return [message];
        void Promise.resolve(knock(message, random)).then((spoken) => scene.relay.tell('target', spoken));
        return [];
      };
      expect(await tried()).toBe('relay.refused.refused');
      // A viewer that tries once more of its own is refused once more.
      expect(target.refusals).not.toEqual([]);
      for (const refusal of target.refusals) expect(refusal).toMatch(finding);
    }
    await honest();
  });

  const ANSWERS: readonly (readonly [name: string, answer: Answer, told: RegExp])[] = [
    [
      'flips one bit of message 2',
      (accepted, random) => ({
        ...accepted,
        message2: changed(accepted.message2, (bytes) => flipBit(bytes, random.below(bytes.length * 8))),
      }),
      /^handshake\.damaged$/,
    ],
    [
      'cuts message 2 short',
      (accepted, random) => ({
        ...accepted,
        message2: changed(accepted.message2, (bytes) => bytes.subarray(0, 1 + random.below(bytes.length - 1))),
      }),
      /^handshake\.damaged$/,
    ],
    [
      'answers with a recorded message 2',
      (accepted) => ({ ...accepted, message2: recorded.message2 }),
      /^handshake\.damaged$/,
    ],
    [
      'answers with the viewer’s own message 1',
      (accepted) => ({ ...accepted, message2: scene.relay.heard('connect', 'viewer').at(-1)?.message1 }),
      /^handshake\.damaged$/,
    ],
    [
      'answers with something of its own',
      (accepted, random) => ({ ...accepted, message2: toBase64Url(random.bytes(300)) }),
      /^handshake\.damaged$/,
    ],
  ];

  it.each(ANSWERS)('and %s is found out by the viewer [S-LINK-5]', async (_name, answer, told) => {
    for (let round = 0; round < TRIES; round += 1) {
      const random = new Seeded(round + 1);
      scene.relay.toAgent = (name, message) =>
        name === 'viewer' && message.type === 'accepted' ? [answer(message, random)] : [message];
      expect(await tried()).toMatch(told);
    }
    await honest();
  });

  it('and has another device answer, gets a refusal of that one, though it is a peer too [S-LINK-5]', async () => {
    for (let round = 0; round < TRIES; round += 1) {
      scene.relay.fromAgent = (_name, message) =>
        message.type === 'connect' ? [{ ...message, to: third.peerId }] : [message];
      expect(await tried()).toBe('relay.refused.refused');
    }
    // And whoever else tried meanwhile.
    expect(third.refusals.length).toBeGreaterThanOrEqual(TRIES);
    expect(new Set(third.refusals)).toEqual(new Set(['handshake.mac']));
    await honest();
  });

  it('and reflects message 1 to its sender gets a refusal [S-LINK-5]', async () => {
    for (let round = 0; round < TRIES; round += 1) {
      scene.relay.toAgent = (name, message) => {
        if (name !== 'target' || message.type !== 'incoming') return [message];
        scene.relay.tell('viewer', { ...message, connection: toHexId(round), from: target.peerId });
        return [message];
      };
      const view = await TerminalView.open(viewer, target);
      await eventually(() => viewer.refusals.length === round + 1, 'the refusal');
      target.shell.last.exit(0);
      await view.ended;
      await scene.cut(target, viewer);
    }
    expect(viewer.refusals).toEqual(Array(TRIES).fill('handshake.mac'));
  });

  it('and plays a whole recorded session to the device, once it has started anew, gets an answer it can do nothing with [S-LINK-4]', async () => {
    const view = await TerminalView.open(viewer, target);
    await view.say('delete everything;');
    const { message1 } = scene.relay.heard('connect', 'viewer').at(-1) ?? { message1: '' };
    const records = scene.relay.bridge.seen.filter(({ to }) => to === 'target').map(({ record }) => record);
    target.shell.last.exit(0);
    await view.ended;
    await scene.cut(target, viewer);

    const disk = new DeviceDisk();
    disk.secret.set(target.disk.secret);
    disk.settings.text = target.disk.settings.text;
    disk.peers.text = target.disk.peers.text;
    const anew = scene.adopt(await TestDevice.create({ name: 'target', dialer: scene.relay.dialer('target'), disk }));
    expect(await anew.start()).toBeNull();
    scene.relay.onBridge = (bridge) => {
      bridge.onRecord = ({ to, record }) => (to === 'target' ? records : [record]);
    };
    scene.relay.toAgent = (name, message) =>
      name === 'target' && message.type === 'incoming' ? [{ ...message, message1 }] : [message];
    // The viewer's dial brings the connection; its handshake is answered with one for another message 1.
    expect(await codeOf(TerminalView.open(viewer, target))).toBe('handshake.damaged');
    const replays = scene.relay.bridge;
    for (const record of records) replays.inject('target', record);
    await settle(20);
    expect(anew.shell.run).toEqual([]);
    expect(await anew.audit('peer.linked')).toEqual([]);
    expect((await anew.api.call('status.get', {})).peers.linked).toBe(0);
  });

  function toHexId(number: number): string {
    return number.toString(16).padStart(32, 'e');
  }

  /** Nothing was spoilt: an honest relay still connects them. */
  async function honest(): Promise<void> {
    scene.relay.repent();
    const view = await TerminalView.open(viewer, target);
    await view.say('all well');
    target.shell.last.exit(0);
    expect(await view.ended).toMatchObject({ exitCode: 0, code: null });
    await scene.cut(target, viewer);
  }
});
