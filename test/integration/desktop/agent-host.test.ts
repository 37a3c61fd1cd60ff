import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  AppApiClient,
  createTransportPair,
  DEFAULT_WINDOW_SETTINGS,
  type ShellHandlers,
} from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { StoreError } from '#shared/storage.ts';
import { createLocalAgent } from '#local/index.ts';
import { connectControlSocket, controlSocketPath } from '#node/control-socket/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { createAgentHost } from '../../../src-main/desktop/agent/agent-host.ts';
import { startApplicationAgent } from '../../../src-main/desktop/agent/application-agent.ts';
import type { AgentHost } from '../../../src-main/desktop/ports.ts';

const refuse = (): Promise<never> => Promise.reject(new Error('not in this test'));
const HANDLERS: ShellHandlers = {
  'shell.facts': refuse,
  'shell.openLink': refuse,
  'shell.terminals': refuse,
  'shell.settings.get': () => Promise.resolve(DEFAULT_WINDOW_SETTINGS),
  'shell.settings.set': refuse,
  'shell.relay.get': refuse,
  'shell.relay.start': refuse,
  'shell.relay.outside': refuse,
  'shell.relay.stop': refuse,
};

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function host(profile: string): Promise<AgentHost> {
  const created = await createAgentHost({
    profile,
    logger: silentLogger,
    createAgent: () => createLocalAgent({ profile, logger: silentLogger, name: 'application' }),
    handlers: () => HANDLERS,
  });
  open.push(created);
  return created;
}

/** An agent without a window, as `clawreach run` has it. */
async function headless(profile: string) {
  const agent = await startApplicationAgent(profile, () =>
    createLocalAgent({ profile, logger: silentLogger, name: 'headless' }),
  );
  open.push(agent);
  return agent;
}

function window(of: AgentHost): AppApiClient {
  const [page, application] = createTransportPair();
  of.attach(application);
  return new AppApiClient(page);
}

const nameOf = async (client: AppApiClient): Promise<string> => (await client.call('status.get', {})).device.name;

describe('the agent behind the application', () => {
  it('is its own: windows, the application itself and commands have the same one', async () => {
    const profile = temporaryDirectory();
    const own = await host(profile);
    expect(own.ownsAgent).toBe(true);
    const command = new AppApiClient(await connectControlSocket(controlSocketPath(profile)));
    const names = await Promise.all([own.client, window(own), command].map(nameOf));
    expect(names).toEqual(['application', 'application', 'application']);
    expect(await window(own).call('shell.settings.get', {})).toEqual(DEFAULT_WINDOW_SETTINGS);
    command.close();
  });

  it('tells all windows, until they are gone', async () => {
    const own = await host(temporaryDirectory());
    const windows = [window(own), window(own)] as const;
    const heard: string[] = [];
    for (const [index, client] of windows.entries()) {
      client.on('shell.settings.changed', ({ theme }) => void heard.push(`${index} ${theme}`));
      await client.call('shell.settings.get', {});
    }
    own.emit('shell.settings.changed', { ...DEFAULT_WINDOW_SETTINGS, theme: 'dark' });
    await windows[0].call('shell.settings.get', {});
    await windows[1].call('shell.settings.get', {});
    windows[0].close();
    await windows[1].call('shell.settings.get', {});
    own.emit('shell.settings.changed', { ...DEFAULT_WINDOW_SETTINGS, theme: 'light' });
    await windows[1].call('shell.settings.get', {});
    expect(heard).toEqual(['0 dark', '1 dark', '1 light']);
  });

  it('asked to stop by a command tells the application', async () => {
    const own = await host(temporaryDirectory());
    await own.client.call('agent.stop', {});
    await expect(own.stopRequested).resolves.toBeUndefined();
  });

  it('ends with it: windows are told, and nothing of it is left on the disk', async () => {
    const profile = temporaryDirectory();
    const own = await host(profile);
    const client = window(own);
    await client.call('status.get', {});
    await Promise.all([own.close(), own.close()]);
    expect((await client.closed)?.code).toBe('control.lost');
    expect(readdirSync(profile).filter((name) => name.startsWith('control.sock'))).toEqual([]);
    const late = window(own);
    expect((await late.closed)?.code).toBe('control.lost');
  });

  it('is the one that runs already; windows reach it, and it goes on without the application', async () => {
    const profile = temporaryDirectory();
    await headless(profile);
    const guest = await host(profile);
    expect(guest.ownsAgent).toBe(false);
    const client = window(guest);
    expect(await Promise.all([nameOf(guest.client), nameOf(client)])).toEqual(['headless', 'headless']);
    expect(await client.call('shell.settings.get', {})).toEqual(DEFAULT_WINDOW_SETTINGS);
    await guest.close();
    const command = new AppApiClient(await connectControlSocket(controlSocketPath(profile)));
    expect(await nameOf(command)).toBe('headless');
    command.close();
  });

  it('is taken over when the one that ran ends: same identity, new connections', async () => {
    const profile = temporaryDirectory();
    const running = await headless(profile);
    const guest = await host(profile);
    const before = await guest.client.call('status.get', {});
    const client = window(guest);
    await client.call('status.get', {});
    const next = new Promise<AppApiClient>((resolve) => {
      guest.onClient(resolve);
    });
    await running.close();
    const after = await (await next).call('status.get', {});
    expect(after.device.peerId).toBe(before.device.peerId);
    expect(guest.ownsAgent).toBe(true);
    expect((await client.closed)?.code).toBe('control.lost');
    expect(await nameOf(window(guest))).toBe('application');
  });

  it('that cannot be made leaves the profile free, tells windows why, and is made as soon as it can be', async () => {
    const profile = temporaryDirectory();
    let locked = true;
    const application = await createAgentHost({
      profile,
      logger: silentLogger,
      createAgent: () =>
        locked
          ? Promise.reject(new StoreError('store.key-store-locked', 'locked', { details: { file: '/secret' } }))
          : createLocalAgent({ profile, logger: silentLogger, name: 'application' }),
      handlers: () => HANDLERS,
    });
    open.push(application);
    expect(application.problem).toMatchObject({ code: 'store.key-store-locked' });
    expect(readdirSync(profile)).toEqual([]);
    const waiting = window(application);
    await expect(waiting.call('status.get', {})).rejects.toMatchObject({
      code: 'store.key-store-locked',
      details: { file: '/secret' },
    });
    // What the shell answers is there all the same.
    expect(await waiting.call('shell.settings.get', {})).toEqual(DEFAULT_WINDOW_SETTINGS);
    const followed: AppApiClient[] = [];
    application.onClient((client) => followed.push(client));
    locked = false;
    expect(await nameOf(window(application))).toBe('application');
    expect(application.problem).toBeUndefined();
    expect(followed).toEqual([application.client]);
  });
});
