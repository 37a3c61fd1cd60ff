import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { codeOf, pairDevices, type TestDevice } from '#test/support/hostile/device.ts';
import { Scene } from '#test/support/hostile/scene.ts';

/** The joiner's first link confirms an inviter's pin: it must not come where that is what is missing. */
const PROVISIONAL = 3 * 60_000;
/** What the inviter waits for the joiner's last word. */
const STEP = 30_000;

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

async function begin() {
  const { code, pairing } = await inviter.api.call('pairing.invite', { allow: ['terminal'] });
  const invited = inviter.api.call('pairing.result', { pairing });
  invited.catch(() => undefined);
  return { invited, joined: joiner.api.call('pairing.join', { codeOrLink: code ?? '', allow: ['terminal'] }) };
}

describe('a joiner that cannot store the pairing', () => {
  it.each(['peers', 'settings'] as const)(
    '(%s) leaves nothing at either end, and the inviter is told [S-PAIR-7]',
    async (file) => {
      joiner.disk[file].failure = { write: 'the disk is full' };
      const { invited, joined } = await begin();
      await expect(joined).rejects.toMatchObject({
        code: 'store.write',
        details: { file: '/profile/document.json', reason: 'the disk is full' },
      });
      expect(await codeOf(invited)).toBe('pairing.not-kept');
      expect([await inviter.knows(joiner), await joiner.knows(inviter)]).toEqual([false, false]);
      // And the two can pair once there is room.
      joiner.disk[file].failure = {};
      await pairDevices(inviter, joiner);
      expect([await inviter.knows(joiner), await joiner.knows(inviter)]).toEqual([true, true]);
    },
  );

  it('is in no history as paired again', async () => {
    const pairings = async () => {
      const { entries } = await inviter.api.call('history.list', { kinds: ['pairing'], limit: 50 });
      return entries.map(({ detail }) => detail);
    };
    await pairDevices(inviter, joiner);
    joiner.disk.peers.failure = { write: 'the disk is full' };
    const { invited, joined } = await begin();
    expect(await codeOf(joined)).toBe('store.write');
    expect(await codeOf(invited)).toBe('pairing.not-kept');
    expect(await pairings()).toEqual(['added']);
    joiner.disk.peers.failure = {};
    await pairDevices(inviter, joiner);
    expect(await pairings()).toEqual(['again', 'added']);
  });
});

describe('an inviter that cannot store the pairing', () => {
  it('leaves nothing at either end [S-PAIR-7]', async () => {
    inviter.disk.peers.failure = { write: 'the disk is full' };
    const { invited, joined } = await begin();
    expect(await codeOf(joined)).toBe('pairing.failed');
    expect(await codeOf(invited)).toBe('store.write');
    expect([await inviter.knows(joiner), await joiner.knows(inviter)]).toEqual([false, false]);
  });
});

describe('a joiner that ends right before it stores the pairing', () => {
  it('is shown as unfinished with no right, and removed with a notice [S-PAIR-7]', async () => {
    const notices: string[] = [];
    inviter.api.on('peers.unfinished', ({ name }) => notices.push(name));
    // Nothing reaches it from `done` on: as if it had been killed.
    const seen = { messages: 0 };
    scene.relay.toAgent = (name, message) => {
      if (message.type === 'mailbox-message') seen.messages += 1;
      return name === 'joiner' && seen.messages >= 6 ? [] : [message];
    };
    const { invited, joined } = await begin();
    joined.catch(() => undefined);
    for (let round = 0; round < 40 && seen.messages < 6; round += 1) await settle(10);
    await clock.advance(STEP);
    await settle(10);
    const { peer } = await invited;
    expect(peer.unfinishedUntil).toBeGreaterThan(clock.now());
    expect(peer.pairing).toMatchObject({ compared: false, pending: { terminal: { decision: 'allow' } } });
    expect(peer.rights.terminal.decision).toBe('ask');
    await clock.advance(PROVISIONAL);
    await settle(10);
    expect(await inviter.knows(joiner)).toBe(false);
    expect(notices).toEqual(['joiner']);
    const audit = await inviter.api.call('audit.list', { limit: 50 });
    expect(audit.map(({ event }) => event)).toContain('peer.unfinished');
  });
});
