import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { AppApiClient, ApprovalView, CallInput, PeerView } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import { codeOf, DeviceDisk, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { PlatformRows } from '#test/support/platform-rows.ts';
import { startTestRelay } from '#test/support/relay-project.ts';
import { tellStepByStep } from '#test/support/steps.ts';

type Rights = CallInput<'introductions.introduce'>['rights'];

/** Shortest life of an introduction, s. */
const SHORTEST = 60;
/** Time by which the clock of the NAS is slow, ms, so that the shortest introduction ends after eight seconds. */
const SLOW = 52_000;

const SCREEN = { cols: 80, rows: 24, term: 'xterm' };

/** The NAS is paired with the server and with the laptop, which don't know each other. */
describe('a NAS that introduces a laptop to a server', () => {
  let nas: TestDevice;
  let server: TestDevice;
  let laptop: TestDevice;
  let restart: (device: TestDevice) => Promise<TestDevice>;

  const step = tellStepByStep(async (defer) => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'clawreach-relay-'));
    defer(() => rm(dataDirectory, { recursive: true, force: true }));
    const { relay, stop } = await startTestRelay({ dataDirectory, accounts: {} });
    defer(stop);
    const rows = new PlatformRows(dataDirectory);
    defer(() => rows.close());
    const owner = rows.account();
    const project = rows.project(owner);
    const create = async (name: string, disk: DeviceDisk, clock: Clock = systemClock): Promise<TestDevice> => {
      const ticket = rows.ticket(project, owner);
      const dialer = createRelayDialer({ clock: systemClock });
      const device = await TestDevice.create({ name, dialer, disk, clock, enrolTicket: () => ticket });
      defer(() => device.close());
      return device;
    };
    const admit = async (name: string, clock?: Clock): Promise<TestDevice> => {
      const device = await create(name, new DeviceDisk(), clock);
      device.agent.start();
      requireOnline(await device.configure(relay.url));
      return device;
    };
    restart = async (device) => {
      await device.close();
      const again = await create(device.name, device.disk);
      requireOnline(await again.start());
      return again;
    };
    nas = await admit('nas', { ...systemClock, now: () => Date.now() - SLOW });
    server = await admit('server');
    laptop = await admit('laptop');
    await pairDevices(nas, server, { allow: [] });
    await pairDevices(nas, laptop, { allow: [] });
  });

  const introduce = (rights: Rights = ['terminal'], life = 3600) =>
    nas.api.call('introductions.introduce', { newcomer: 'laptop', targets: ['server'], rights, life });

  const maySay = async (at: TestDevice, decision: 'allow' | 'ask' | 'deny'): Promise<PeerView> =>
    await at.api.call('rights.set', { peer: 'nas', right: 'introduce', decision, expiresAt: null });

  const know = async (): Promise<readonly boolean[]> => [await server.knows(laptop), await laptop.knows(server)];

  /** Opens a terminal, and types a line that is echoed. */
  async function use(from: AppApiClient, peer: string): Promise<void> {
    const { channel } = await from.call('terminal.open', { peer, ...SCREEN });
    const stream = from.channel(channel);
    await stream.write(toUtf8('hello\n'));
    let printed = '';
    while (!printed.includes('hello')) {
      const bytes = await stream.read();
      if (bytes === null) throw new Error('the terminal has ended');
      printed += fromUtf8(bytes);
    }
  }

  const terminalsAt = async (device: TestDevice): Promise<number> =>
    (await device.api.call('terminal.served', {})).length;

  async function requestAt(device: TestDevice): Promise<ApprovalView> {
    const pending = async () => (await device.api.call('approvals.list', {})).find(({ state }) => state === 'pending');
    await expect.poll(pending).toBeDefined();
    const request = await pending();
    if (request === undefined) throw new Error('the request is gone');
    return request;
  }

  step('finds them strangers: the laptop can name no server, and the NAS may introduce no one unasked', async () => {
    expect(await know()).toEqual([false, false]);
    expect(await codeOf(laptop.api.call('terminal.open', { peer: server.peerId, ...SCREEN }))).toBe('peer.unknown');
    expect((await server.peer(nas))?.rights.introduce.decision).toBe('ask');
  });

  step('has the person at the server asked first, who declines: they stay strangers', async () => {
    const answers = introduce();
    const { id, right, peerName, detail } = await requestAt(server);
    expect([right, peerName, detail]).toEqual(['introduce', 'nas', expect.stringContaining('laptop')]);
    await server.api.call('approvals.decide', { id, decision: 'not-now' });
    expect(await answers).toMatchObject([{ name: 'server', problem: 'rights.denied' }]);
    expect(await know()).toEqual([false, false]);
    expect(await nas.api.call('introductions.list', {})).toEqual([]);
  });

  step('is trusted by both to introduce others, by the server with terminals and nothing else', async () => {
    await maySay(server, 'allow');
    const { handsOn } = await server.api.call('introductions.handOn', { peer: 'nas', rights: ['terminal'] });
    expect(handsOn).toEqual(['terminal']);
    await maySay(laptop, 'allow');
    expect(await introduce(['terminal', 'forward'])).toMatchObject([{ problem: 'introduction.rights' }]);
    expect(await know()).toEqual([false, false]);
  });

  step('introduces the laptop: each knows the other, and shows by whom and until when', async () => {
    expect(await introduce()).toEqual([{ peer: server.peerId, name: 'server', problem: null }]);
    for (const [at, of] of [
      [server, laptop],
      [laptop, server],
    ] as const) {
      const introduced = (await at.peer(of))?.introduced;
      expect(introduced).toMatchObject({ by: nas.peerId, byName: 'nas' });
      expect(introduced?.endsAt ?? 0).toBeGreaterThan(Date.now());
      expect((await at.audit('introduction.accepted')).map(({ fields }) => fields['by'])).toEqual([nas.peerId]);
    }
    expect(await nas.api.call('introductions.list', {})).toMatchObject([
      { newcomerName: 'laptop', targetName: 'server' },
    ]);
  });

  step('gave the laptop terminals at the server: it opens one, without words or a question', async () => {
    expect((await server.peer(laptop))?.rights).toMatchObject({
      terminal: { decision: 'allow' },
      forward: { decision: 'ask' },
      introduce: { decision: 'deny' },
    });
    await use(laptop.api, 'server');
    expect(await terminalsAt(server)).toBe(1);
    expect(await server.api.call('approvals.list', {})).toEqual([]);
  });

  step('gave the server nothing at the laptop: there a person is asked', async () => {
    const opening = codeOf(server.api.call('terminal.open', { peer: 'laptop', ...SCREEN }));
    const { id, right, peerName } = await requestAt(laptop);
    expect([right, peerName]).toEqual(['terminal', 'server']);
    await laptop.api.call('approvals.decide', { id, decision: 'not-now' });
    expect(await opening).toBe('rights.denied');
    expect(await terminalsAt(laptop)).toBe(0);
  });

  step('is not needed for more: neither of them introduces the other further [S-INTRO-5]', async () => {
    expect(
      await laptop.api
        .call('introductions.introduce', {
          newcomer: 'server',
          targets: ['nas'],
          rights: [],
          life: 3600,
        })
        .catch((error: unknown) => error),
    ).toMatchObject({ code: 'introduction.chain' });
  });

  step('takes it back: they are strangers again, and the terminal ends [S-INTRO-6]', async () => {
    await nas.api.call('introductions.end', { newcomer: 'laptop' });
    await expect.poll(know).toEqual([false, false]);
    await expect.poll(() => terminalsAt(server)).toBe(0);
    expect(await codeOf(laptop.api.call('terminal.open', { peer: server.peerId, ...SCREEN }))).toBe('peer.unknown');
    expect(await nas.api.call('introductions.list', {})).toEqual([]);
  });

  step('introduces it once more, and a restart of the server changes nothing', async () => {
    expect(await introduce()).toMatchObject([{ problem: null }]);
    server = await restart(server);
    expect(await know()).toEqual([true, true]);
    await use(laptop.api, 'server');
    expect(await terminalsAt(server)).toBe(1);
  });

  step('may introduce no more: those that it introduced end, with their terminals [S-INTRO-6]', async () => {
    await maySay(server, 'deny');
    await expect.poll(() => server.knows(laptop)).toBe(false);
    await expect.poll(() => terminalsAt(server)).toBe(0);
    expect((await server.audit('introduction.ended')).length).toBeGreaterThan(0);
    // What used the link is told that, and not that a person here has removed the peer.
    const ends = async () => (await server.audit('peer.unlinked')).map(({ fields }) => fields['code']);
    await expect.poll(ends).toContain('link.withdrawn');
    expect(await ends()).not.toContain('link.removed');
  });

  step('introduces it for a minute by its slow clock: it ends by itself, with the terminal [S-INTRO-3]', async () => {
    await maySay(server, 'allow');
    await nas.api.call('introductions.end', { newcomer: 'laptop' });
    await expect.poll(know).toEqual([false, false]);
    expect(await introduce(['terminal'], SHORTEST)).toMatchObject([{ problem: null }]);
    const endsAt = (await server.peer(laptop))?.introduced?.endsAt ?? 0;
    await use(laptop.api, 'server');
    expect(await terminalsAt(server)).toBe(1);
    await expect.poll(know, { timeout: 20_000, interval: 100 }).toEqual([false, false]);
    expect(Date.now()).toBeGreaterThanOrEqual(endsAt);
    await expect.poll(() => terminalsAt(server)).toBe(0);
    expect((await server.audit('peer.ended')).map(({ fields }) => fields['name'])).toContain('laptop');
    // By itself, with its introduction, or by a person: the history names each.
    const { entries } = await server.api.call('history.list', { kinds: ['pairing'], limit: 50 });
    const removed = entries.filter(({ detail }) => detail === 'removed').map(({ peerName }) => peerName);
    expect(removed.length).toBeGreaterThanOrEqual(2);
    expect(new Set(removed)).toEqual(new Set(['laptop']));
  });

  step('is removed at the server: what it introduced goes with it [S-INTRO-6]', async () => {
    expect(await introduce()).toMatchObject([{ problem: null }]);
    await use(laptop.api, 'server');
    await server.api.call('peers.forget', { peer: 'nas' });
    expect(await server.knows(laptop)).toBe(false);
    await expect.poll(() => terminalsAt(server)).toBe(0);
    expect((await introduce())[0]?.problem).not.toBeNull();
    expect(await server.knows(laptop)).toBe(false);
  });
});

function requireOnline(problem: string | null): void {
  if (problem !== null) throw new Error(`no relay: ${problem}`);
}
