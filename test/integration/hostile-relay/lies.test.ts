import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { ERROR_TEXTS } from '#shared/locales/index.ts';
import { concatBytes, toBase64Url } from '#shared/bytes/index.ts';
import { encodeEarlyData, type RelayMessage } from '#shared/relay-api/index.ts';
import { eventually, flipBit, Seeded } from '#test/support/hostile/attempts.ts';
import { codeOf, pairDevices, type TestDevice } from '#test/support/hostile/device.ts';
import type { Spoken } from '#test/support/hostile/hostile-relay.ts';
import { Scene } from '#test/support/hostile/scene.ts';
import { TerminalView } from '#test/support/hostile/terminal-view.ts';
import { newIdentity } from '#test/support/relay-clients.ts';

const ID = 'c'.repeat(32);
const TICKET = toBase64Url(new Uint8Array(32).fill(7));
const BODY = toBase64Url(new Uint8Array(40).fill(9));

/** What a relay says at the opening; null for nothing. */
type Lie = (message: RelayMessage) => Spoken;

/** Why a device left its relay, each time: it may be back before anybody looks. */
function hangUps(device: TestDevice): readonly unknown[] {
  return device.log
    .filter(({ message }) => message === 'no connection to the relay')
    .map(({ fields }) => fields['errorCode']);
}

describe('a relay that lies at the opening', () => {
  let scene: Scene;
  let device: TestDevice;

  beforeEach(async () => {
    scene = new Scene();
    device = await scene.device('target');
  });

  afterEach(() => scene.close());

  const otherKey = nativeBackend.ed25519PublicKey(nativeBackend.randomBytes(32));
  const at =
    (type: RelayMessage['type'], changes: Readonly<Record<string, unknown>>): Lie =>
    (message) =>
      message.type === type ? { ...message, ...changes } : message;

  // Lie → what the status shows, and whether anything was signed for this relay.
  it.each<[string, Lie, string, 'failed' | 'waiting', boolean]>([
    [
      'announces another key',
      at('challenge', { relayKey: toBase64Url(otherKey) }),
      'relay.key-mismatch',
      'failed',
      false,
    ],
    ['strips the version', at('challenge', { versions: [6] }), 'relay.version', 'failed', false],
    ['offers no version', at('challenge', { versions: [] }), 'relay.protocol', 'waiting', false],
    ['adds a version', at('challenge', { versions: [1, 3] }), 'relay.welcome-signature', 'failed', true],
    [
      'passes on the challenge of another relay',
      at('challenge', { nonce: toBase64Url(nativeBackend.randomBytes(32)) }),
      'relay.welcome-signature',
      'failed',
      true,
    ],
    [
      'cannot sign the welcome',
      at('welcome', { signature: toBase64Url(new Uint8Array(64)) }),
      'relay.welcome-signature',
      'failed',
      true,
    ],
    ['chooses another version', at('welcome', { version: 2 }), 'relay.version', 'failed', true],
    [
      'welcomes without a challenge',
      (message) => (message.type === 'challenge' ? welcome() : message),
      'relay.protocol',
      'waiting',
      false,
    ],
    [
      'asks for a token that nobody gave',
      (message) => (message.type === 'welcome' ? error('admission') : at('challenge', { admission: 'token' })(message)),
      'relay.admission-needed',
      'failed',
      true,
    ],
    [
      'says that the device was removed',
      (message) => (message.type === 'welcome' ? error('removed') : message),
      'relay.removed',
      'failed',
      true,
    ],
    [
      'says that the signature is wrong',
      (message) => (message.type === 'welcome' ? error('signature') : message),
      'relay.signature',
      'failed',
      true,
    ],
    ['adds a field', at('challenge', { downgrade: true }), 'relay.protocol', 'waiting', false],
  ])('and %s', async (_name, lie, problem, state, signed) => {
    const hellos = scene.relay.heard('hello').length;
    scene.relay.toAgent = (_to, message) => [lie(message)];
    const url = scene.relay.url;
    await device.api.call('relay.configure', { url });
    await eventually(() => device.agent.status().relay.problem === problem, problem);
    expect(device.agent.status().relay.state).toBe(state);
    expect(scene.relay.heard('hello').length > hellos).toBe(signed);
    expect(Object.keys(ERROR_TEXTS)).toContain(problem);
    // A device that tries again by itself may be at it just now.
    const told = state === 'waiting' ? [problem, 'relay.not-connected'] : [problem];
    expect(told).toContain(await codeOf(device.api.call('pairing.invite', { allow: [] })));
    // A mistake that needs no person is made good by an honest answer; the others by the person.
    scene.relay.repent();
    expect(await device.configure(url)).toBeNull();
  });

  function welcome(): Spoken {
    return {
      type: 'welcome',
      version: 1,
      signature: toBase64Url(new Uint8Array(64)),
      projects: [],
      online: [],
      pingInterval: 18_000,
      observedAddress: '',
    };
  }

  function error(code: string): Spoken {
    return { type: 'error', code, message: 'lie', fatal: true };
  }
});

describe('a relay that says what nobody asked for', () => {
  let scene: Scene;
  let target: TestDevice;
  let viewer: TestDevice;

  beforeEach(async () => {
    scene = new Scene();
    ({ target, viewer } = await scene.pair());
  });

  afterEach(() => scene.close());

  const UNSOLICITED: readonly Spoken[] = [
    { type: 'accepted', connection: ID, message2: BODY, ticket: TICKET },
    { type: 'attach', connection: ID, ticket: TICKET },
    { type: 'refused', connection: ID, reason: 'unknown' },
    { type: 'early-end', connection: ID, bytes: 0 },
    { type: 'mailbox-opened', request: 999, expiresIn: 1 },
    { type: 'mailbox-claimed', request: 999, deposit: toBase64Url(new Uint8Array(16)) },
    { type: 'ok', request: 999 },
    { type: 'challenge', versions: [1], relayKey: TICKET, nonce: TICKET, admission: 'open' },
    { type: 'shell', command: 'id' },
  ];

  it.each(UNSOLICITED.map((message) => [String(message.type), message] as const))(
    'such as %s: the device hangs up, a terminal that runs goes on, and nothing comes of it [S-RELAY-9]',
    async (_type, message) => {
      const view = await TerminalView.open(viewer, target);
      await view.say('before;');
      for (const name of ['target', 'viewer']) {
        const device = name === 'target' ? target : viewer;
        scene.relay.tell(name, message);
        await eventually(() => hangUps(device).includes('relay.protocol'), 'the hang-up');
      }
      await view.say('after;');
      expect(target.shell.run).toHaveLength(1);
      expect(target.shell.last.heardText).toBe('before;after;');
    },
  );

  it('such as early data of no connection: the device hangs up', async () => {
    scene.relay.tellBinary('target', encodeEarlyData(ID, Uint8Array.of(1, 2, 3)));
    await eventually(() => hangUps(target).length > 0, 'the hang-up');
    expect(hangUps(target)).toEqual(['relay.protocol']);
  });

  it('such as pairing messages outside a pairing: the device hangs up or drops them, and pairs with nobody', async () => {
    for (const message of [{ type: 'mailbox-joined' }, { type: 'mailbox-message', body: BODY }]) {
      const peers = target.agent.status().peers.known;
      scene.relay.tell('target', message);
      await viewer.api.call('status.get', {});
      expect(target.agent.status().peers.known).toBe(peers);
      expect(await target.configure(scene.relay.url)).toBeNull();
    }
  });

  it('such as a flood of knocks in the name of a peer: a few are looked at, all are refused, and the device stays [S-RELAY-9]', async () => {
    const random = new Seeded(3);
    for (let count = 0; count < 60; count += 1) {
      scene.relay.tell('target', {
        type: 'incoming',
        connection:
          toBase64Url(random.bytes(1)).length.toString(16).padStart(8, '0') + count.toString(16).padStart(24, '0'),
        from: viewer.peerId,
        message1: toBase64Url(random.bytes(300)),
      });
    }
    await eventually(() => scene.relay.heard('refuse', 'target').length >= 60, 'the refusals');
    expect(target.agent.status().relay.state).toBe('online');
    expect(target.shell.run).toEqual([]);
  });
});

describe('a relay that lies about who is there', () => {
  it('shows a peer as there or not, and changes nothing else by it [S-RELAY-9]', async () => {
    const scene = new Scene();
    const { target, viewer } = await scene.pair();
    const stranger = newIdentity();
    // Not there, it says: it can be called all the same.
    scene.relay.tell('viewer', { type: 'presence', peer: target.peerId, online: false });
    await eventually(async () => (await viewer.peer(target))?.online === false, 'the lie');
    const view = await TerminalView.open(viewer, target);
    await view.say('there after all');
    target.shell.last.exit(0);
    await view.ended;
    await scene.cut(target, viewer);
    // There, it says: the call tells the truth.
    const seen = (await viewer.peer(target))?.lastSeenAt;
    await target.close();
    scene.relay.tell('viewer', { type: 'presence', peer: target.peerId, online: true });
    expect(await codeOf(TerminalView.open(viewer, target))).toBe('relay.refused.offline');
    expect(seen).not.toBeNull();
    // A stranger is there: it is nobody's peer by that.
    scene.relay.tell('viewer', { type: 'presence', peer: stranger.peerId, online: true });
    expect(await viewer.api.call('peers.list', {})).toHaveLength(1);
    await scene.close();
  });
});

describe('a relay that carries the first records over control', () => {
  let scene: Scene;
  let target: TestDevice;
  let viewer: TestDevice;

  beforeEach(async () => {
    scene = new Scene();
    ({ target, viewer } = await scene.pair());
    scene.relay.earlyData = 'control';
  });

  afterEach(() => scene.close());

  it('honestly lets a terminal run', async () => {
    const view = await TerminalView.open(viewer, target);
    await view.say('over control first');
    expect(target.shell.last.heardText).toBe('over control first');
  });

  it.each([-1, 1, 100])(
    'and counts them wrongly by %i once is left for another connection, at either side [S-LINK-7]',
    async (wrong) => {
      for (const liedTo of ['target', 'viewer']) {
        let lies = 0;
        scene.relay.toAgent = (name, message) => {
          if (name !== liedTo || message.type !== 'early-end' || lies > 0) return [message];
          lies += 1;
          return [{ ...message, bytes: message.bytes === 0 ? 1 : message.bytes + wrong }];
        };
        const device = liedTo === 'target' ? target : viewer;
        device.log.length = 0;
        const said = `said through ${liedTo}`;
        const view = await TerminalView.open(viewer, target);
        await view.say(said);
        expect(lies).toBe(1);
        expect(target.shell.last.heardText).toBe(said);
        expect(view.text).toBe(said);
        target.shell.last.exit(0);
        await view.ended;
        await scene.cut(target, viewer);
      }
    },
  );

  it.each<[string, (bytes: Uint8Array, random: Seeded) => Uint8Array]>([
    ['flips a bit of them', (bytes, random) => flipBit(bytes, random.below(bytes.length * 8))],
    ['doubles them', (bytes) => concatBytes(bytes, bytes)],
    ['cuts them short', (bytes) => bytes.subarray(0, Math.max(1, bytes.length - 1))],
    ['makes them up', (bytes, random) => random.bytes(bytes.length)],
  ])('and %s never brings a program to hear anything', async (_name, change) => {
    for (let round = 0; round < 6; round += 1) {
      const random = new Seeded(round + 1);
      const victim = round % 2 === 0 ? 'viewer' : 'target';
      scene.relay.early = (_bridge, from, bytes) => (from === victim ? change(bytes, random) : bytes);
      const controller = new AbortController();
      const opening = TerminalView.open(viewer, target, { signal: controller.signal }).then(
        () => 'opened',
        (error: unknown) => String((error as { code?: string }).code),
      );
      // A record whose length was made longer waits for its rest: the person gives up, and the relay has nothing more to say.
      const timer = setTimeout(() => {
        controller.abort();
        scene.relay.bridge.end();
      }, 200);
      expect(await opening).toMatch(
        /^(opened|link\.(authentication|path-lost|session-lost|closed)|handshake\.damaged|control\.cancelled|relay\.)/,
      );
      clearTimeout(timer);
      for (const shell of target.shell.run) shell.exit(0);
      await scene.cut(target, viewer);
    }
    expect(target.shell.run.map((shell) => shell.heardText).join('')).toBe('');
  });
});

describe('a relay that answers a request wrongly', () => {
  it.each<[string, (message: RelayMessage) => Spoken]>([
    [
      'with a mailbox of the other form',
      (message) => (message.type === 'mailbox-opened' ? { ...message, nameplate: undefined } : message),
    ],
    [
      'with an answer of another kind',
      (message) => (message.type === 'mailbox-opened' ? { type: 'ok', request: message.request } : message),
    ],
    [
      'with an error',
      (message) =>
        message.type === 'mailbox-opened'
          ? { type: 'error', code: 'limit', message: '', fatal: false, request: message.request }
          : message,
    ],
  ])('%s: the person learns it at once and can try again', async (_name, lie) => {
    const scene = new Scene();
    const target = await scene.device('target');
    const viewer = await scene.device('viewer');
    scene.relay.toAgent = (_to, message) => [lie(message)];
    expect(await codeOf(target.api.call('pairing.invite', { allow: [] }))).toMatch(/^relay\.(protocol|limit)$/);
    scene.relay.repent();
    expect(await target.configure(scene.relay.url)).toBeNull();
    await pairDevices(target, viewer);
    await scene.close();
  });

  it('with a deposit that is no such thing: the joiner learns it at once', async () => {
    const scene = new Scene();
    const target = await scene.device('target');
    const viewer = await scene.device('viewer');
    const { code } = await target.api.call('pairing.invite', { allow: [] });
    scene.relay.toAgent = (_to, message) =>
      // Twenty-two characters, but the last one says more than sixteen bytes do.
      message.type === 'mailbox-claimed' ? [{ ...message, deposit: `${'A'.repeat(21)}B` }] : [message];
    expect(await codeOf(viewer.api.call('pairing.join', { codeOrLink: code ?? '', allow: [] }))).toBe('relay.protocol');
    await scene.close();
  });
});
