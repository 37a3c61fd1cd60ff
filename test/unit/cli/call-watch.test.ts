import { describe, expect, it } from 'vitest';
import { CommandContext } from '#cli/control/index.ts';
import { runCommandLine } from '#cli/program.ts';
import type { AppHandlers, LinkState } from '#shared/app-api/index.ts';
import { createFakeHost, createPeer, createRelay, createStatus } from '#test/support/cli-host.ts';

const never = (): Promise<never> => new Promise(() => undefined);

/** A command whose clock goes on until it is over, or for `seconds`. */
async function run(line: string, handlers: Partial<AppHandlers>, seconds = 120) {
  const host = createFakeHost(handlers);
  const end: { exit?: number } = {};
  const work = runCommandLine(line.split(' '), host).then((code) => (end.exit = code));
  let waited = 0;
  const toldAt: { text: string; at: number }[] = [];
  for (; end.exit === undefined && waited < seconds * 1000; waited += 100) {
    await host.clock.advance(100);
    const told = host.stderr.text;
    if (told !== (toldAt.at(-1)?.text ?? '')) toldAt.push({ text: told, at: waited });
  }
  const { exit } = end;
  host.interrupt();
  await host.clock.advance(5000);
  await work;
  return { host, exit, waited, toldAt, stderr: host.stderr.text };
}

const LINK = {
  state: 'up',
  since: 0,
  retryAt: null,
  via: null,
  hops: [],
  why: null,
  history: [],
} as const satisfies LinkState;

const OFFICE: Partial<AppHandlers> = { 'peers.get': async () => createPeer({ name: 'office', linked: true }) };

describe('a command that nothing answers', () => {
  it('tells within three seconds that the agent hangs, and ends after fifteen with the cause', async () => {
    const { exit, waited, toldAt, stderr } = await run('status', { 'status.get': never });
    expect(toldAt[0]?.text).toContain("Waiting for ClawReach on this machine, which isn't responding…");
    expect(toldAt[0]?.at).toBeLessThan(3000);
    expect([exit, stderr]).toEqual([3, expect.stringContaining('[control.timeout]')]);
    expect(waited).toBeLessThanOrEqual(15_500);
  });

  it('tells which peer it waits for, and ends after fifteen seconds with the cause', async () => {
    const { exit, waited, toldAt, stderr } = await run('connect office', { ...OFFICE, 'exec.open': never });
    expect(toldAt[0]?.text).toContain('Waiting for office…');
    expect(toldAt[0]?.at).toBeLessThan(3000);
    expect([exit, stderr]).toEqual([255, expect.stringContaining('[peer.no-answer]')]);
    expect(waited).toBeLessThanOrEqual(15_500);
  });

  it('does not take a connection that is being made for an answer', async () => {
    const connecting: Partial<AppHandlers> = {
      ...OFFICE,
      'exec.open': async (_input, { progress }) => {
        progress('connecting');
        return await never();
      },
    };
    expect((await run('connect office', connecting)).exit).toBe(255);
  });

  it('waits as long as it is told to', async () => {
    const shorter = await run('connect office --answer-within 5', { ...OFFICE, 'exec.open': never });
    expect(shorter.exit).toBe(255);
    expect(shorter.waited).toBeLessThanOrEqual(5500);
    const forEver = await run('connect office --answer-within 0', { ...OFFICE, 'exec.open': never });
    expect(forEver.exit).toBeUndefined();
  });

  it('waits for a person who is asked, as long as the agent lives', async () => {
    let frozen = false;
    const asked: Partial<AppHandlers> = {
      ...OFFICE,
      'status.get': async () => (frozen ? await never() : createStatus()),
      'exec.open': async (_input, { progress }) => {
        progress('approval');
        return await never();
      },
    };
    expect((await run('connect office', asked, 60)).exit).toBeUndefined();
    frozen = true;
    expect(await run('connect office', asked, 60)).toMatchObject({
      exit: 255,
      stderr: expect.stringContaining('[control.timeout]') as string,
    });
  });

  it.each(['prompt office hello', 'remote status office', 'remote workflows office', 'remote restart office --yes'])(
    '(%s) names the peer it waits for, and ends where that gives no sign of life',
    async (line) => {
      const frozen: Partial<AppHandlers> = {
        ...OFFICE,
        'remote.prompt': never,
        'remote.status': never,
        'remote.workflows': never,
        'remote.restart': never,
      };
      const { exit, waited, stderr } = await run(line, frozen);
      expect(stderr).toContain('Waiting for office…');
      expect([exit, stderr]).toEqual([4, expect.stringContaining('[peer.no-answer]')]);
      expect(waited).toBeLessThanOrEqual(15_500);
    },
  );

  it('goes on where the peer answers, and only what it was asked takes long', async () => {
    const thinking: Partial<AppHandlers> = {
      'peers.get': async () => createPeer({ name: 'office', linked: true, link: { ...LINK, hops: [], history: [] } }),
      'remote.prompt': never,
    };
    expect((await run('prompt office hello', thinking, 60)).exit).toBeUndefined();
  });

  it('goes on where somebody at the peer is asked', async () => {
    const asked: Partial<AppHandlers> = {
      ...OFFICE,
      'remote.status': async (_input, { progress }) => {
        progress({ kind: 'approval' });
        return await never();
      },
    };
    const { exit, stderr } = await run('remote status office', asked, 60);
    expect([exit, stderr]).toEqual([undefined, expect.stringContaining('Waiting for approval on office')]);
  });

  it('says nothing of it where the answer comes at once', async () => {
    const { exit, stderr } = await run('status', {});
    expect([exit, stderr]).toEqual([0, '']);
  });
});

describe('a profile that is not there', () => {
  it.each(['list', 'status', 'audit', 'history', 'connect office', 'rights office', 'gateway list', 'config'])(
    'is not made by %s, and no agent is started',
    async (line) => {
      const host = createFakeHost({}, { running: false });
      host.agent.hasProfile = false;
      expect(await runCommandLine(`${line} --profile /tmp/mistyped`.split(' '), host)).not.toBe(0);
      expect([host.started, host.prepared]).toEqual([[], []]);
      expect(host.stderr.text).toMatch(/\[(?:usage\.no-profile|control\.not-running)\]/);
    },
  );

  it('is made by a command that sets a device up', async () => {
    const host = createFakeHost({ 'device.rename': async () => createStatus() }, { running: false });
    host.agent.hasProfile = false;
    expect(await runCommandLine(['config', 'name', 'office'], host)).toBe(0);
    expect(host.started).toHaveLength(1);
  });
});

it('says nothing beside a line that shows what the command waits for', async () => {
  const invitation = {
    pairing: 1,
    code: 'ABCD-1234',
    link: null,
    pin: null,
    relay: null,
    addresses: [],
    expiresAt: 1e12,
  };
  const handlers: Partial<AppHandlers> = {
    'status.get': async () => createStatus(),
    'pairing.invite': async () => invitation,
    'pairing.result': never,
    'pairing.cancel': async () => ({}),
  };
  const host = createFakeHost(handlers, { terminal: true });
  const work = runCommandLine(['pair'], host);
  for (let waited = 0; waited < 8000; waited += 100) await host.clock.advance(100);
  host.interrupt();
  await host.clock.advance(5000);
  await work;
  expect(host.stderr.text).toContain('Ctrl-C cancels.');
  expect(host.stderr.text).not.toContain('Waiting for the other machine…');
});

it('says once what several calls wait for, on a line that is gone when they have their answers', async () => {
  const relay = (): Promise<ReturnType<typeof createRelay>> =>
    new Promise((resolve) => host.clock.setTimer(5000, () => resolve(createRelay({ state: 'connecting' }))));
  const handlers: Partial<AppHandlers> = {
    'status.get': async () => createStatus(),
    'relay.goBack': relay,
    'relay.ready': relay,
  };
  const host = createFakeHost(handlers, { terminal: false });
  const context = new CommandContext(host, {});
  const client = await context.connect();
  if (client === undefined) throw new Error('no agent');
  const calls = [client.call('relay.goBack', {}), client.call('relay.ready', { timeout: 10_000 })];
  await host.clock.advance(5000);
  await Promise.all(calls);
  const again = client.call('relay.ready', { timeout: 10_000 });
  await host.clock.advance(5000);
  await again;
  context.close();
  expect(host.stderr.text).toBe('Waiting for the relay…\n');
});

it('shows the wait on a line that goes away with it, while another call still waits', async () => {
  const handlers: Partial<AppHandlers> = {
    'status.get': async () => createStatus(),
    'relay.ready': () =>
      new Promise((resolve) => host.clock.setTimer(5000, () => resolve(createRelay({ state: 'online' })))),
    'peers.get': () =>
      new Promise((resolve) => host.clock.setTimer(8000, () => resolve(createPeer({ name: 'office' })))),
  };
  const host = createFakeHost(handlers, { terminal: true });
  const context = new CommandContext(host, {});
  const client = await context.connect();
  if (client === undefined) throw new Error('no agent');
  const calls = [client.call('relay.ready', { timeout: 10_000 }), client.call('peers.get', { peer: 'office' })];
  await host.clock.advance(4000);
  expect(lastLine(host.stderr.text)).toBe('Waiting for office…');
  await host.clock.advance(2000);
  expect(lastLine(host.stderr.text)).toBe('Waiting for office…');
  await host.clock.advance(3000);
  await Promise.all(calls);
  expect(lastLine(host.stderr.text)).toBe('');
  expect(context.reporter.isProgressShown).toBe(false);
  context.close();
});

/** What a terminal shows in its last line. */
function lastLine(text: string): string {
  return text.split('\r\u001b[K').at(-1)?.split('\n').at(-1) ?? '';
}
