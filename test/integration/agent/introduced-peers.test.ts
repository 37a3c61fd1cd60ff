import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { PeerView } from '#shared/app-api/index.ts';
import { TestDevice } from '#test/support/hostile/device.ts';
import { PlatformRows } from '#test/support/platform-rows.ts';
import { startTestRelay } from '#test/support/relay-project.ts';

/** The NAS is paired with the server and with the laptop, which don't know each other. */
describe('peers of one machine', () => {
  let nas: TestDevice;
  let server: TestDevice;
  let laptop: TestDevice;
  const stops: (() => unknown)[] = [];

  beforeAll(async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'clawreach-relay-'));
    const { relay, stop } = await startTestRelay({ dataDirectory, accounts: {} });
    const rows = new PlatformRows(dataDirectory);
    const owner = rows.account();
    const project = rows.project(owner);
    stops.push(
      () => rm(dataDirectory, { recursive: true, force: true }),
      stop,
      () => rows.close(),
    );
    const start = async (name: string): Promise<TestDevice> => {
      const ticket = rows.ticket(project, owner);
      const device = await TestDevice.create({
        name,
        dialer: createRelayDialer({ clock: systemClock }),
        enrolTicket: () => ticket,
      });
      stops.push(() => device.close());
      device.agent.start();
      await device.configure(relay.url);
      await device.api.call('relay.ready', { timeout: 10_000 });
      return device;
    };
    [nas, server, laptop] = [await start('nas'), await start('server'), await start('laptop')];
    await pair(nas, server);
    await pair(nas, laptop);
  }, 60_000);
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  async function pair(one: TestDevice, other: TestDevice): Promise<void> {
    const { pairing, code } = await one.api.call('pairing.invite', { allow: [] });
    const invited = one.api.call('pairing.result', { pairing });
    const { words } = await other.api.call('pairing.join', { codeOrLink: code ?? '', allow: [] });
    await invited;
    await one.api.call('pairing.confirm', { peer: other.peerId, words: [...words] });
    await other.api.call('pairing.confirm', { peer: one.peerId, words: [...words] });
  }

  const known = async (at: TestDevice, of: TestDevice): Promise<PeerView | undefined> =>
    (await at.api.call('peers.list', {})).find(({ peerId }) => peerId === of.peerId);

  const introduce = (rights: 'terminal'[] = ['terminal']) =>
    nas.api.call('introductions.introduce', { newcomer: 'laptop', targets: ['server'], rights, life: 3600 });

  it('are introduced where both have granted that, open a terminal without words, and show by whom', async () => {
    await server.api.call('rights.set', { peer: 'nas', right: 'introduce', decision: 'allow', expiresAt: null });
    await server.api.call('introductions.handOn', { peer: 'nas', rights: ['terminal'] });
    await laptop.api.call('rights.set', { peer: 'nas', right: 'introduce', decision: 'allow', expiresAt: null });
    expect(await introduce()).toEqual([{ peer: server.peerId, name: 'server', problem: null }]);
    expect(await known(server, laptop)).toMatchObject({
      name: 'laptop',
      introduced: { by: nas.peerId, byName: 'nas' },
      rights: { terminal: { decision: 'allow' }, forward: { decision: 'ask' }, introduce: { decision: 'deny' } },
    });
    expect((await known(laptop, server))?.rights.terminal.decision).toBe('ask');
    const { terminal } = await laptop.api.call('terminal.open', { peer: 'server', cols: 80, rows: 24, term: 'xterm' });
    expect(terminal).toMatch(/^[0-9a-f]{32}$/);
    expect(await nas.api.call('introductions.list', {})).toMatchObject([
      { newcomerName: 'laptop', targetName: 'server' },
    ]);
  }, 60_000);

  it('end at once when the introducer takes it back, and the terminal with it [S-INTRO-6]', async () => {
    expect(await server.api.call('terminal.served', {})).toHaveLength(1);
    await nas.api.call('introductions.end', { newcomer: 'laptop' });
    await expect.poll(async () => await known(server, laptop)).toBeUndefined();
    await expect.poll(async () => await known(laptop, server)).toBeUndefined();
    await expect.poll(async () => await server.api.call('terminal.served', {})).toEqual([]);
    expect(await nas.api.call('introductions.list', {})).toEqual([]);
  }, 60_000);

  it('are asked about where the right is undecided, and stay strangers if a person declines', async () => {
    await server.api.call('rights.set', { peer: 'nas', right: 'introduce', decision: 'ask', expiresAt: null });
    const asked = introduce();
    await expect.poll(async () => (await server.api.call('approvals.list', {})).length).toBe(1);
    const [request] = await server.api.call('approvals.list', {});
    expect(request).toMatchObject({ right: 'introduce', peerName: 'nas' });
    await server.api.call('approvals.decide', { id: request?.id ?? 0, decision: 'not-now' });
    expect(await asked).toMatchObject([{ problem: 'rights.denied' }]);
    expect(await known(server, laptop)).toBeUndefined();
    expect(await known(laptop, server)).toBeUndefined();
  }, 60_000);

  it('get no more than the introducer may hand on', async () => {
    await server.api.call('rights.set', { peer: 'nas', right: 'introduce', decision: 'allow', expiresAt: null });
    await server.api.call('introductions.handOn', { peer: 'nas', rights: [] });
    expect(await introduce()).toMatchObject([{ problem: 'introduction.rights' }]);
    expect(await introduce([])).toMatchObject([{ problem: null }]);
    expect((await known(server, laptop))?.rights.terminal.decision).toBe('ask');
  }, 60_000);

  it('end when the introducer may no longer introduce, and when it is removed [S-INTRO-6]', async () => {
    expect(await known(server, laptop)).toBeDefined();
    await server.api.call('rights.set', { peer: 'nas', right: 'introduce', decision: 'deny', expiresAt: null });
    await expect.poll(async () => await known(server, laptop)).toBeUndefined();
    await server.api.call('rights.set', { peer: 'nas', right: 'introduce', decision: 'allow', expiresAt: null });
    expect(await introduce([])).toMatchObject([{ problem: null }]);
    await expect.poll(async () => await known(server, laptop)).toBeDefined();
    await server.api.call('peers.forget', { peer: 'nas' });
    expect(await known(server, laptop)).toBeUndefined();
    const audit = await server.api.call('audit.list', { limit: 20 });
    expect(audit.map(({ event }) => event)).toContain('introduction.ended');
  }, 60_000);
});
