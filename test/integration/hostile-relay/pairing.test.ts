import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ERROR_TEXTS } from '#shared/locales/index.ts';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import type { RelayMessage } from '#shared/relay-api/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { eventually, flipBit, Seeded } from '#test/support/hostile/attempts.ts';
import { codeOf, pairDevices, type TestDevice } from '#test/support/hostile/device.ts';
import type { Spoken } from '#test/support/hostile/hostile-relay.ts';
import { Scene } from '#test/support/hostile/scene.ts';

/** In the order of the mailbox; even ones are the joiner's. */
const STEPS = ['hello', 'answer', 'proof', 'welcome', 'confirmed', 'done'] as const;
const LAST = STEPS.length - 1;
const PROVISIONAL = 3 * 60_000 + 1000;

let clock: FakeClock;
let scene: Scene;
let inviter: TestDevice;
let joiner: TestDevice;

beforeEach(async () => {
  clock = new FakeClock(Date.now());
  scene = new Scene(clock);
  inviter = await scene.device('inviter');
  joiner = await scene.device('joiner');
});

afterEach(() => scene.close());

type Ends = { inviter?: string; joiner?: string };

/** Begins a pairing; the ends fill in as they come. */
async function begin(form: 'code' | 'link'): Promise<Ends> {
  const ends: Ends = {};
  const invitation = await inviter.api.call('pairing.invite', { allow: ['terminal'], link: form === 'link' });
  void codeOf(inviter.api.call('pairing.result', { pairing: invitation.pairing })).then(
    (code) => (ends.inviter = code),
  );
  const codeOrLink = invitation.code ?? invitation.link ?? '';
  void codeOf(joiner.api.call('pairing.join', { codeOrLink, allow: [] })).then((code) => (ends.joiner = code));
  return ends;
}

/** Calls `act` at one mailbox message, before it is passed on; what it returns is passed on instead. */
function atMessage(
  step: number,
  act: (message: RelayMessage & { type: 'mailbox-message' }) => readonly Spoken[],
): void {
  let count = -1;
  scene.relay.toAgent = (_name, message) => {
    if (message.type !== 'mailbox-message') return [message];
    count += 1;
    return count === step ? act(message) : [message];
  };
}

/** Waits for both ends; time passes where nothing else happens. */
async function over(ends: Ends): Promise<void> {
  for (let round = 0; round < 80 && (ends.inviter === undefined || ends.joiner === undefined); round += 1) {
    await settle(10);
    if (round > 10) await clock.advance(10_000);
  }
  expect(['no error', ...Object.keys(ERROR_TEXTS)]).toEqual(expect.arrayContaining([ends.inviter, ends.joiner]));
}

/** Nothing stays of it, and the two can pair anew. */
async function nothingStays(): Promise<void> {
  scene.relay.repent();
  await clock.advance(PROVISIONAL);
  expect(await inviter.knows(joiner)).toBe(false);
  expect(await joiner.knows(inviter)).toBe(false);
  for (const device of [inviter, joiner]) expect(await device.configure(scene.relay.url)).toBeNull();
  const { inviterWords, joinerWords } = await pairDevices(inviter, joiner);
  expect(inviterWords).toEqual(joinerWords);
  expect([await inviter.knows(joiner), await joiner.knows(inviter)]).toEqual([true, true]);
}

describe.each(['code', 'link'] as const)('a pairing by %s that dies', (form) => {
  const deaths = STEPS.flatMap((name, step) =>
    (['inviter', 'joiner', 'relay'] as const).flatMap((who) =>
      (['before', 'after'] as const).map((when) => [who, when, name, step] as const),
    ),
  );

  it.each(deaths)(
    'with the %s, %s the %s is passed on: both ends are told, nothing stays [S-PAIR-7]',
    async (who, when, _name, step) => {
      atMessage(step, (message) => {
        const kill = (): void => {
          if (who !== 'joiner') scene.relay.hangUpOn('inviter');
          if (who !== 'inviter') scene.relay.hangUpOn('joiner');
        };
        if (when === 'before') kill();
        // Once it has arrived, and before anybody can have answered.
        else queueMicrotask(() => queueMicrotask(kill));
        return when === 'before' && who === 'relay' ? [] : [message];
      });
      const ends = await begin(form);
      await over(ends);
      // The last word may have come through after all: then both have each other, which is no death.
      const complete = ends.inviter === 'no error' && ends.joiner === 'no error';
      expect(complete && step < LAST - 1).toBe(false);
      if (!complete) await nothingStays();
    },
  );

  it.each(STEPS.map((name, step) => [name, step] as const))(
    'in silence from the %s on ends in time [S-PAIR-7]',
    async (_name, step) => {
      let count = -1;
      scene.relay.toAgent = (_to, message) => {
        if (message.type === 'mailbox-message') count += 1;
        return count >= step && (message.type === 'mailbox-message' || message.type === 'mailbox-closed')
          ? []
          : [message];
      };
      const ends = await begin(form);
      await over(ends);
      expect(ends.joiner).toMatch(/^pairing\.(timeout|interrupted|expired)$/);
      expect(ends.inviter).toMatch(step === LAST ? /^no error$/ : /^pairing\.(timeout|interrupted|expired)$/);
      await nothingStays();
    },
  );

  it.each(STEPS.map((name, step) => [name, step] as const))(
    'by one changed bit of the %s fails, and nothing stays [S-PAIR-5]',
    async (_name, step) => {
      for (let round = 0; round < 3; round += 1) {
        const random = new Seeded(step * 10 + round + 1);
        atMessage(step, (message) => {
          const body = fromBase64Url(message.body);
          return [{ ...message, body: toBase64Url(flipBit(body, 8 + random.below((body.length - 1) * 8))) }];
        });
        const ends = await begin(form);
        await over(ends);
        expect(ends.joiner).toMatch(/^pairing\.(wrong-code|protocol|failed|interrupted|certificate|version)$/);
        await clock.advance(PROVISIONAL);
        expect([await inviter.knows(joiner), await joiner.knows(inviter)]).toEqual([false, false]);
        scene.relay.repent();
      }
    },
  );
});

describe('a relay that plays with a mailbox', () => {
  it.each(['code', 'link'] as const)(
    'gives the joiner another deposit of a %s: both ends fail [S-PAIR-5]',
    async (form) => {
      scene.relay.toAgent = (_name, message) =>
        message.type === 'mailbox-claimed'
          ? [{ ...message, deposit: toBase64Url(new Seeded(5).bytes(16)) }]
          : [message];
      const ends = await begin(form);
      await over(ends);
      // The inviter finds it at the first message; the joiner is told.
      expect(ends).toEqual({ inviter: 'pairing.protocol', joiner: 'pairing.failed' });
      await nothingStays();
    },
  );

  it('replays a whole earlier pairing to either end: nobody is pinned [S-PAIR-5]', async () => {
    await pairDevices(inviter, joiner);
    const bodies = scene.relay.heard('mailbox-send').map(({ body }) => body);
    await inviter.api.call('peers.forget', { peer: joiner.peerId });
    await joiner.api.call('peers.forget', { peer: inviter.peerId });
    let count = -1;
    scene.relay.toAgent = (_name, message) => {
      if (message.type !== 'mailbox-message') return [message];
      count += 1;
      return [{ ...message, body: bodies[count] ?? message.body }];
    };
    const ends = await begin('code');
    await over(ends);
    expect(ends.inviter).toMatch(/^pairing\./);
    expect(ends.joiner).toMatch(/^pairing\./);
    await nothingStays();
  });

  it('lets a second joiner in, whether it races or comes later: only the first can be paired [S-PAIR-1]', async () => {
    const second = await scene.device('second');
    const { code, pairing } = await inviter.api.call('pairing.invite', { allow: [] });
    const result = codeOf(inviter.api.call('pairing.result', { pairing }));
    const join = (device: TestDevice): Promise<string> =>
      codeOf(device.api.call('pairing.join', { codeOrLink: code ?? '', allow: [] }));
    const outcomes = await Promise.all([join(joiner), join(second)]);
    expect(outcomes).toEqual(['no error', 'relay.nameplate']);
    expect(await result).toBe('no error');
    expect(await join(second)).toMatch(/^(relay\.nameplate|pairing\.used)$/);
    expect(await inviter.knows(second)).toBe(false);
  });

  it('breaks a run off: the code has no second one, at either end [S-PAIR-3]', async () => {
    const { code } = await inviter.api.call('pairing.invite', { allow: [] });
    atMessage(1, () => []);
    const first = codeOf(joiner.api.call('pairing.join', { codeOrLink: code ?? '', allow: [] }));
    await settle(10);
    await clock.advance(31_000);
    expect(await first).toMatch(/^pairing\./);
    // The relay offers the same nameplate once more.
    scene.relay.toAgent = (name, message) =>
      name === 'joiner' && message.type === 'error'
        ? [{ type: 'mailbox-claimed', request: message.request, deposit: toBase64Url(new Uint8Array(16)) }]
        : [message];
    expect(await codeOf(joiner.api.call('pairing.join', { codeOrLink: code ?? '', allow: [] }))).toBe('pairing.used');
    const hellos = scene.relay.heard('mailbox-send', 'joiner').filter(({ body }) => fromBase64Url(body)[0] === 1);
    expect(hellos).toHaveLength(1);
  });

  it('is used by two that both show a code and both type one: they are told that a pairing is under way', async () => {
    const mine = await inviter.api.call('pairing.invite', { allow: [] });
    const yours = await joiner.api.call('pairing.invite', { allow: [] });
    const outcomes = await Promise.all([
      codeOf(inviter.api.call('pairing.join', { codeOrLink: yours.code ?? '', allow: [] })),
      codeOf(joiner.api.call('pairing.join', { codeOrLink: mine.code ?? '', allow: [] })),
    ]);
    expect(outcomes).toEqual(['relay.mailbox', 'relay.mailbox']);
    expect([await inviter.knows(joiner), await joiner.knows(inviter)]).toEqual([false, false]);
    await eventually(() => inviter.agent.status().relay.state === 'online', 'the relay');
  });
});
