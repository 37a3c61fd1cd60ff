import { afterEach, expect, test } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import type { ClawReachError } from '#shared/errors.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { runRelay } from '#test/support/relay-clients.ts';
import { codeOf } from '#test/support/rejections.ts';

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function pairedDevices(): Promise<Readonly<{ office: TestDevice; laptop: TestDevice }>> {
  const meeting = await runRelay();
  cleanUps.push(() => meeting.dispose());
  const [office, laptop] = await Promise.all(
    ['office', 'laptop'].map(async (name) => {
      const created = await TestDevice.create({ name, dialer: createRelayDialer({ clock: systemClock }) });
      cleanUps.push(() => created.close());
      await created.configure(meeting.relay.url);
      return created;
    }),
  );
  if (office === undefined || laptop === undefined) throw new Error('two devices');
  await pairDevices(office, laptop);
  return { office, laptop };
}

test('a right that was changed after the person saw it is not overwritten [S-RIGHT-9]', async () => {
  const { office } = await pairedDevices();
  const right = { peer: 'laptop', right: 'forward', expiresAt: null } as const;
  const now = async () => (await office.api.call('peers.get', { peer: 'laptop' })).rights.forward;

  const seen = await now();
  await office.api.call('rights.set', { ...right, decision: 'deny', was: seen });
  // Another window still shows what was there before, and wants to allow it.
  expect(await codeOf(() => office.api.call('rights.set', { ...right, decision: 'allow', was: seen }))).toBe(
    'rights.changed',
  );
  expect(await now()).toEqual({ decision: 'deny', expiresAt: null });
  // Another end is another grant too.
  const expiresAt = Date.now() + 3_600_000;
  await office.api.call('rights.set', { ...right, decision: 'allow', expiresAt });
  const permanent = { decision: 'allow', expiresAt: null } as const;
  expect(await codeOf(() => office.api.call('rights.set', { ...right, decision: 'deny', was: permanent }))).toBe(
    'rights.changed',
  );
  await office.api.call('rights.set', { ...right, decision: 'deny', was: { decision: 'allow', expiresAt } });
  // A command that names no grant still decides.
  await office.api.call('rights.set', { ...right, decision: 'ask' });
  expect(await now()).toEqual({ decision: 'ask', expiresAt: null });
});

test('ignored requests are shown as denied, and asked again once a person wants that', async () => {
  const { office, laptop } = await pairedDevices();
  const terminal = { peer: 'laptop', right: 'terminal', expiresAt: null } as const;
  await office.api.call('rights.set', { ...terminal, decision: 'ask' });
  const attempt = () => laptop.api.call('terminal.open', { peer: 'office', cols: 80, rows: 24, term: 'xterm' });
  const pending = async () => await office.api.call('approvals.list', {});
  const first = codeOf(attempt);
  await expect.poll(async () => (await pending()).length).toBe(1);
  const [request] = await pending();
  const id = request?.id ?? 0;
  await office.api.call('approvals.decide', { id, decision: 'ignore' });
  expect(await first).toBe('rights.denied');
  const decision = async () => (await office.api.call('peers.get', { peer: 'laptop' })).rights.terminal.decision;
  expect(await decision()).toBe('deny');
  expect(await codeOf(attempt)).toBe('rights.denied');
  await office.api.call('approvals.askAgain', { id });
  expect(await decision()).toBe('ask');
  const second = codeOf(attempt);
  await expect.poll(async () => (await pending()).length).toBe(1);
  await office.api.call('approvals.decide', { id: (await pending())[0]?.id ?? 0, decision: 'not-now' });
  expect(await second).toBe('rights.denied');
  // Someone declined it: the answer tells how long, which a denied permission doesn't.
  const pause = await attempt().catch((error: unknown) => (error as ClawReachError).details['retryAfter']);
  expect(pause).toBeGreaterThan(0);
  expect(pause).toBeLessThanOrEqual(60_000);
  await office.api.call('rights.set', { ...terminal, decision: 'deny' });
  await expect(attempt()).rejects.toMatchObject({ code: 'rights.denied', details: {} });
});

test('the history names each change of a permission and of the relay, and none that no person made', async () => {
  const { office, laptop } = await pairedDevices();
  const history = async (kinds: readonly ('permission' | 'relay')[]) => {
    const { entries } = await office.api.call('history.list', { kinds: [...kinds], limit: 50 });
    return entries.map(({ peerName, detail }) => `${peerName} ${detail}`.trim());
  };
  const { url } = (await office.api.call('status.get', {})).relay;
  expect(await history(['relay'])).toEqual([url]);
  const before = await history(['permission']);
  const right = { peer: 'laptop', right: 'forward', expiresAt: null } as const;
  await office.api.call('rights.set', { ...right, decision: 'deny' });
  await office.api.call('rights.set', { ...right, decision: 'deny' });
  await office.api.call('rights.set', { ...right, decision: 'allow' });
  const after = ['laptop forward allow', 'laptop forward deny', ...before];
  expect(await history(['permission'])).toEqual(after);
  await office.api.call('peers.forget', { peer: laptop.identity.peerId });
  expect(await history(['permission'])).toEqual(after);
  await office.api.call('relay.leave', {});
  expect(await history(['relay'])).toEqual(['', url]);
});

test('the history of both names a pairing of machines that know each other as one more', async () => {
  const { office, laptop } = await pairedDevices();
  const pairings = async (device: TestDevice) =>
    (await device.api.call('history.list', { kinds: ['pairing'], limit: 50 })).entries.map(({ detail }) => detail);
  expect([await pairings(office), await pairings(laptop)]).toEqual([['added'], ['added']]);
  await pairDevices(office, laptop);
  expect([await pairings(office), await pairings(laptop)]).toEqual([
    ['again', 'added'],
    ['again', 'added'],
  ]);
});

test('a linked machine that is removed can do nothing from then on, whether it answers or not [S-RIGHT-4]', async () => {
  const { office } = await pairedDevices();
  await office.api.call('peers.ping', { peer: 'laptop' });
  const removal = office.api.call('peers.forget', { peer: 'laptop' });
  // An answer of the machine takes a round trip; nothing here waits for one.
  await office.api.call('status.get', {});
  await expect(office.api.call('peers.get', { peer: 'laptop' })).rejects.toMatchObject({ code: 'peer.unknown' });
  expect(await removal).toEqual({ told: true });
});

test('a machine that answers is told that it is removed, though nothing connects the two', async () => {
  const { office, laptop } = await pairedDevices();
  const isLinked = async () => (await office.api.call('peers.get', { peer: 'laptop' })).link !== null;
  await office.api.call('agent.pause', { until: null });
  await office.api.call('agent.resume', {});
  await office.api.call('relay.ready', { timeout: 10_000 });
  await expect.poll(async () => (await office.api.call('peers.get', { peer: 'laptop' })).online).toBe(true);
  expect(await isLinked()).toBe(false);
  expect(await office.api.call('peers.forget', { peer: 'laptop' })).toEqual({ told: true });
  await expect
    .poll(async () => (await laptop.api.call('peers.get', { peer: 'office' })).forgottenAt)
    .toBeTypeOf('number');
  // One that doesn't answer isn't told, and no one waits for it.
  await pairDevices(office, laptop);
  await laptop.close();
  expect(await office.api.call('peers.forget', { peer: 'laptop' })).toEqual({ told: false });
});

test('a list of terminals that no person requested raises no request at the other machine, however often it is read', async () => {
  const { office, laptop } = await pairedDevices();
  const list = { peer: 'office', ask: false } as const;
  const pending = async () => (await office.api.call('approvals.list', {})).map(({ detail }) => detail);
  // Without a link there is nothing to list, and none is made.
  expect(await laptop.api.call('terminal.list', list)).toEqual([]);
  await laptop.api.call('peers.ping', { peer: 'office' });
  const opened = await laptop.api.call('terminal.open', { peer: 'office', cols: 80, rows: 24, term: 'xterm' });
  expect(await laptop.api.call('terminal.list', list)).toMatchObject([{ terminal: opened.terminal }]);

  await office.api.call('rights.set', { peer: 'laptop', right: 'terminal', decision: 'ask', expiresAt: null });
  for (let times = 0; times < 5; times += 1)
    expect(await codeOf(() => laptop.api.call('terminal.list', list))).toBe('rights.unasked');
  await laptop.api.call('terminal.list', { peer: 'office', watched: true });
  expect(await pending()).toEqual([]);

  // A person's own request is put to the other one, once.
  const asked = laptop.api.call('terminal.list', { peer: 'office' });
  await expect.poll(pending).toEqual(['list its terminals and what runs in them']);
  expect(await codeOf(() => laptop.api.call('terminal.list', list))).toBe('rights.unasked');
  const [request] = await office.api.call('approvals.list', {});
  await office.api.call('approvals.decide', { id: request?.id ?? 0, decision: 'approve' });
  expect(await asked).toEqual([]);
  expect(await pending()).toEqual([]);
});

test('a machine lists and reopens its own terminal without a question, until its right is taken away [S-TERM-18]', async () => {
  const { office, laptop } = await pairedDevices();
  const pending = async () => await office.api.call('approvals.list', {});
  const set = (decision: 'ask' | 'deny') =>
    office.api.call('rights.set', { peer: 'laptop', right: 'terminal', decision, expiresAt: null });
  const own = { peer: 'office', own: true } as const;
  const open = { peer: 'office', cols: 80, rows: 24, term: 'xterm' } as const;
  // Without a link there is nothing to list, and none is made.
  expect(await laptop.api.call('terminal.list', own)).toEqual([]);
  await laptop.api.call('peers.ping', { peer: 'office' });
  await set('ask');
  const opening = laptop.api.call('terminal.open', open);
  await expect.poll(async () => (await pending()).map(({ detail }) => detail)).toEqual(['open a terminal']);
  await office.api.call('approvals.decide', { id: (await pending())[0]?.id ?? 0, decision: 'approve' });
  const { channel, terminal } = await opening;
  await laptop.api.call('terminal.close', { channel, detach: true });
  await expect
    .poll(() => laptop.api.call('terminal.list', own))
    .toMatchObject([{ terminal, attached: false, heldBy: null }]);
  const again = await laptop.api.call('terminal.open', { ...open, terminal });
  expect(again.terminal).toBe(terminal);
  expect(await pending()).toEqual([]);
  const missing = { ...open, terminal: 'f'.repeat(32), takeOver: true };
  expect(await codeOf(() => laptop.api.call('terminal.open', missing))).toBe('terminal.unknown');

  await laptop.api.call('terminal.close', { channel: again.channel, detach: true });
  await set('deny');
  expect(await codeOf(() => laptop.api.call('terminal.list', own))).toBe('rights.denied');
  await set('ask');
  expect(await laptop.api.call('terminal.list', own)).toEqual([]);
  expect(await codeOf(() => laptop.api.call('terminal.open', { ...open, terminal }))).toBe('terminal.revoked');
  expect(await pending()).toEqual([]);
});

test('an approval for an hour covers later terminals, is shown with its end, and ends what runs when it is taken back', async () => {
  const { office, laptop } = await pairedDevices();
  const pending = async () => await office.api.call('approvals.list', {});
  const grant = async () => (await office.api.call('peers.get', { peer: 'laptop' })).rights.terminal;
  const open = { peer: 'office', cols: 80, rows: 24, term: 'xterm' } as const;
  await office.api.call('rights.set', { peer: 'laptop', right: 'terminal', decision: 'ask', expiresAt: null });
  const opening = laptop.api.call('terminal.open', open);
  await expect.poll(async () => (await pending()).length).toBe(1);
  const [request] = await pending();
  const decided = await office.api.call('approvals.decide', {
    id: request?.id ?? 0,
    decision: 'approve',
    duration: 3_600_000,
  });
  const first = await opening;
  const second = await laptop.api.call('terminal.open', open);
  expect(await pending()).toEqual([]);
  expect(await grant()).toEqual({ decision: 'allow', expiresAt: decided.until });
  const ended: string[] = [];
  laptop.api.on('terminal.ended', ({ channel, code }) => ended.push(`${channel} ${code}`));

  // One of them is ended here; the permission and the other one stay.
  const served = async () =>
    (await office.api.call('terminal.served', { commands: true })).map(({ terminal }) => terminal);
  await expect.poll(served).toEqual([first.terminal, second.terminal]);
  await office.api.call('terminal.stop', { terminal: first.terminal });
  await expect.poll(() => ended).toEqual([`${first.channel} terminal.stopped`]);
  expect(await served()).toEqual([second.terminal]);
  expect(await codeOf(() => office.api.call('terminal.stop', { terminal: first.terminal }))).toBe('terminal.unknown');
  expect(await codeOf(() => laptop.api.call('terminal.open', { ...open, terminal: first.terminal }))).toBe(
    'terminal.unknown',
  );

  await office.api.call('rights.set', { peer: 'laptop', right: 'terminal', decision: 'ask', expiresAt: null });
  await expect.poll(() => ended).toEqual([`${first.channel} terminal.stopped`, `${second.channel} terminal.revoked`]);
});
