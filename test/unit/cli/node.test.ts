import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AppHandlers, GatewayView, NodePolicy, NodeRun } from '#shared/app-api/index.ts';
import { createFakeHost } from '#test/support/cli-host.ts';

const ROLE: GatewayView['node'] = {
  state: 'off',
  since: 0,
  retryAt: null,
  problem: null,
  requestId: null,
  deviceId: 'd'.repeat(64),
  scopes: [],
};
const SURFACE: GatewayView['surface'] = { state: 'none', requestId: null, commands: [], waiting: [] };

function gateway(node: Partial<GatewayView['node']> = {}, change: Partial<GatewayView> = {}): GatewayView {
  return {
    id: 'abcdefgh12345678',
    settings: {
      name: 'home',
      endpoint: { host: '127.0.0.1', port: 18_789, tls: true, path: '/' },
      fingerprint: null,
      operator: { enabled: true, access: 'full' },
      node: { enabled: false, name: 'laptop', capabilities: [] },
    },
    hasToken: true,
    hasPassword: false,
    operator: ROLE,
    node: { ...ROLE, ...node },
    surface: SURFACE,
    certificate: null,
    server: null,
    otherNode: null,
    pendingRequests: 0,
    ...change,
  };
}

const POLICY: NodePolicy = { default: 'ask', rules: [], folders: [] };
const RULE = {
  id: 'r',
  program: '/usr/bin/uptime',
  name: 'uptime',
  arguments: [],
  gateway: null,
  addedAt: 1,
  lastUsedAt: null,
};
const RUN: NodeRun = {
  id: 7,
  gateway: 'abcdefgh12345678',
  gatewayName: 'home',
  command: "sh -c 'echo hi'",
  directory: '/srv',
  agent: null,
  startedAt: 1_800_000_000_000,
  endedAt: 1_800_000_002_000,
  exitCode: 0,
  outcome: 'finished',
  outputLength: 3,
};

async function run(words: readonly string[], handlers: Partial<AppHandlers> = {}) {
  const host = createFakeHost({
    'gateways.list': async () => [gateway()],
    'node.policy.get': async () => POLICY,
    'node.policy.set': async ({ policy }) => policy,
    'node.allow': async () => RULE,
    'node.runs': async () => [RUN],
    'node.cancel': async () => ({}),
    ...handlers,
  });
  const over = new AbortController();
  const work = runCommandLine(['node', ...words], host).finally(() => over.abort());
  while (!over.signal.aborted) await host.clock.advance(500);
  const exit = await work;
  return { host, exit, calls: host.calls, stdout: host.stdout.text, stderr: host.stderr.text };
}

describe('node', () => {
  it('run where nothing answers at the gateway ends with the code of the cause, and is tried again', async () => {
    const away = gateway({ state: 'waiting', problem: { code: 'gateway.refused', details: {}, at: 0 } });
    const { exit, stdout, stderr } = await run(['run'], {
      'gateways.list': async () => [away],
      'gateways.update': async () => away,
    });
    expect(exit).toBe(4);
    expect(stdout).toContain('[gateway.refused]');
    expect(stderr).toContain('Retrying automatically');
  });

  it('says how this machine is at each gateway, with what is to be typed there', async () => {
    const { exit, stdout } = await run([], {
      'gateways.list': async () => [
        gateway(),
        gateway({ state: 'pairing', requestId: 'req-1' }),
        gateway(
          { state: 'connected' },
          { surface: { ...SURFACE, state: 'pending', requestId: 'req-2', waiting: ['system.run'] } },
        ),
        gateway(
          { state: 'connected' },
          { surface: { ...SURFACE, state: 'approved', commands: ['system.run', 'evil\u001b[31m'] } },
        ),
        gateway(
          { state: 'stopped', problem: { code: 'node.run-over', details: {}, at: 1 } },
          { otherNode: 'openclaw-node.service' },
        ),
      ],
    });
    expect(exit).toBe(0);
    expect(stdout).toContain('home: off. To make this machine its node: `clawreach node run --gateway home`');
    expect(stdout).toContain('step 1 of 2');
    expect(stdout).toContain('openclaw devices approve req-1');
    expect(stdout).toContain('step 2 of 2: connected; waiting until an operator approves its commands: system.run');
    expect(stdout).toContain('openclaw nodes approve req-2');
    expect(stdout).toMatch(/connected; approved commands: evil\S*, system\.run/);
    expect(stdout).toContain('[node.run-over]');
    expect(stdout).toContain('Another OpenClaw node is set up on this machine (openclaw-node.service)');
    expect(stdout).not.toContain('\u001b');
  });

  it('is told which folders gateways may list', async () => {
    const known: NodePolicy = { ...POLICY, folders: ['/srv/site', '/home/ada/'] };
    const given = { 'node.policy.get': async () => known };
    const set = async (...words: string[]) => await run(['policy', ...words], given);
    expect((await run(['policy'])).stdout).toContain('They can list your home folder and everything in it.');
    expect((await set()).stdout).toContain('  /srv/site\n');
    const added = await set('--folder', 'docs', '--folder', '/srv/site', '--remove-folder', '/home/ada');
    expect(added.exit).toBe(0);
    expect(added.calls.find(({ call }) => call === 'node.policy.set')?.input).toMatchObject({
      policy: { default: 'ask', folders: ['/srv/site', '/work/docs'] },
    });
    const unknown = await set('--remove-folder', '/nowhere');
    expect([unknown.exit, unknown.calls.some(({ call }) => call === 'node.policy.set')]).toEqual([2, false]);
  });

  it('as JSON says the same', async () => {
    const { stdout } = await run(['status', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      policy: 'ask',
      gateways: [{ gateway: 'home', name: 'laptop', enabled: false, node: { state: 'off' } }],
    });
  });

  it('becomes a node, and tells both stages until it may be used', async () => {
    const states = [
      gateway({ state: 'pairing', requestId: 'req-1' }),
      gateway({ state: 'connected' }, { surface: { ...SURFACE, state: 'pending', requestId: 'req-2' } }),
      gateway({ state: 'connected' }, { surface: { ...SURFACE, state: 'approved', commands: ['fs.listDir'] } }),
    ];
    let at = -1;
    const { exit, stdout, calls } = await run(
      ['run', '--wait', '--gateway', 'HOME', '--name', 'box', '--capability', 'fs.listDir'],
      {
        'gateways.list': async () => [states[(at += 1) - 1] ?? gateway()],
        'gateways.update': async () => gateway({ state: 'connecting' }),
      },
    );
    expect([exit, stdout.match(/req-[12]|approved commands: fs.listDir/g)]).toEqual([
      0,
      ['req-1', 'req-2', 'approved commands: fs.listDir'],
    ]);
    const update = calls.find(({ call }) => call === 'gateways.update');
    expect(update?.input).toMatchObject({
      gateway: 'abcdefgh12345678',
      settings: { node: { enabled: true, name: 'box', capabilities: ['fs.listDir'] } },
    });
  });

  it('says what is pending and ends, unless it is to wait', async () => {
    const pairing = gateway({ state: 'pairing', requestId: 'req-1' });
    for (const words of [['run'], ['run', '--no-wait']]) {
      const { exit, stdout, calls } = await run(words, {
        'gateways.list': async () => [pairing],
        'gateways.update': async () => gateway({ state: 'connecting' }),
      });
      expect([exit, stdout.match(/openclaw devices approve req-1/g)]).toEqual([0, ['openclaw devices approve req-1']]);
      expect(calls.filter(({ call }) => call === 'gateways.list').length).toBeLessThan(5);
    }
  });

  it('tells the name of a request that comes after the stage, and nothing twice', async () => {
    const pending = (requestId: string | null, ...waiting: readonly string[]) =>
      gateway({ state: 'connected' }, { surface: { ...SURFACE, state: 'pending', requestId, waiting: [...waiting] } });
    const declared = pending(null, 'system.run', 'fs.listDir');
    const asked = pending('req-2', 'fs.listDir', 'system.run');
    const states = [gateway(), declared, asked, asked];
    let at = -1;
    const { exit, stdout } = await run(['run', '--wait'], {
      'gateways.list': async () => [
        states[(at += 1)] ?? gateway({ state: 'connected' }, { surface: { ...SURFACE, state: 'approved' } }),
      ],
      'gateways.update': async () => gateway({ state: 'connecting' }),
    });
    expect([exit, stdout.match(/step 2 of 2|openclaw nodes approve req-2/g)]).toEqual([
      0,
      ['step 2 of 2', 'openclaw nodes approve req-2'],
    ]);
  });

  it('of the only gateway there is needs no name of it, and the beginning of one is enough', async () => {
    const known = { 'gateways.update': async () => gateway({ state: 'connected' }) };
    const named = { gateway: 'abcdefgh12345678' };
    for (const words of [['run'], ['run', '--gateway', 'ho']]) {
      const { exit, calls } = await run(words, known);
      expect([exit, calls.find(({ call }) => call === 'gateways.update')?.input]).toMatchObject([0, named]);
    }
    const two = {
      'gateways.list': async () => [gateway(), { ...gateway(), id: '8765432187654321' }],
    };
    const unsure = await run(['run'], { ...known, ...two });
    expect([unsure.exit, unsure.stderr]).toEqual([2, expect.stringContaining('[usage.gateway]')]);
  });

  it('offers what is named and nothing else: a name that is none changes nothing', async () => {
    const wrong = await run(['run', '--gateway', 'home', '--capability', 'system.which', 'system.runn']);
    expect(wrong.exit).toBe(2);
    expect(wrong.stderr).toContain('system.runn');
    expect(wrong.stderr).toContain('fs.listDir');
    expect(wrong.calls.some(({ call }) => call === 'gateways.update')).toBe(false);
  });

  it('is none any more after stop, and keeps its switches', async () => {
    const { exit, calls, stdout } = await run(['stop'], {
      'gateways.list': async () => [gateway({ state: 'connected' })],
      'gateways.update': async ({ settings }) => gateway({}, { settings }),
    });
    expect([exit, stdout]).toEqual([0, 'This machine is no longer a node of home.\n']);
    expect(calls.find(({ call }) => call === 'gateways.update')?.input).toMatchObject({
      settings: { ...gateway().settings, node: { ...gateway().settings.node, enabled: false } },
    });
  });

  it('ends with what has stopped it', async () => {
    const stopped = gateway({ state: 'stopped', problem: { code: 'node.run-over', details: {}, at: 1 } });
    const { exit, stderr } = await run(['run', '--gateway', 'home'], {
      'gateways.list': async () => [stopped],
      'gateways.update': async () => stopped,
    });
    expect(exit).not.toBe(0);
    expect(stderr).toContain('This run has ended.');
    expect((await run(['run', '--gateway', 'other'])).exit).not.toBe(0);
  });

  it('shows the policy, sets it, and takes rules away', async () => {
    const df = { ...RULE, id: 's', program: '/usr/bin/df', name: 'df', arguments: null, gateway: gateway().id };
    const { name: _name, ...old } = { ...RULE, id: 't' };
    const git = {
      ...RULE,
      id: 'u',
      program: '/usr/bin/git',
      name: '/opt/git',
      directory: '/srv',
      unpinned: true as const,
    };
    const policy = { ...POLICY, rules: [RULE, df, old, git] };
    const known = { 'node.policy.get': async () => policy };
    const shown = await run(['policy'], known);
    expect(shown.stdout).toContain("you're asked first");
    expect(shown.stdout).toContain('2  /usr/bin/df (any arguments)  (gateway home)');
    expect(shown.stdout).toMatch(/3 {2}\/usr\/bin\/uptime .*asks again: created by an older version/);
    expect(shown.stdout).toContain(
      '4  /usr/bin/git  (no arguments, as /opt/git, in /srv, all gateways, whatever it loads)',
    );
    expect(shown.stdout.match(/asks again/g)).toHaveLength(1);
    expect(shown.calls.some(({ call }) => call === 'node.policy.set')).toBe(false);
    const set = await run(['policy', '--default', 'deny', '--remove', '1'], known);
    expect(set.calls.find(({ call }) => call === 'node.policy.set')?.input).toEqual({
      policy: { default: 'deny', rules: policy.rules.slice(1), folders: [] },
    });
    expect((await run(['policy', '--default', 'maybe'])).exit).toBe(2);
    expect((await run(['policy', '--remove', '9'])).exit).toBe(2);
  });

  it('allows a program with its arguments, which may begin with a dash', async () => {
    const one = await run(['allow', '--directory', '/srv', 'git', 'pull', '--ff-only', '--json']);
    expect(one.calls.find(({ call }) => call === 'node.allow')?.input).toEqual({
      program: 'git',
      arguments: ['pull', '--ff-only', '--json'],
      gateway: null,
      directory: '/srv',
    });
    const any = await run(['allow', '--any', '--gateway', 'home', 'df']);
    expect(any.calls.find(({ call }) => call === 'node.allow')?.input).toEqual({
      program: 'df',
      arguments: null,
      gateway: 'home',
    });
    expect((await run(['allow', '--any', 'df', '-h'])).exit).toBe(2);
    const unpinned = await run(['allow', '--unpinned', '--directory', '/srv', 'make']);
    expect(unpinned.calls.find(({ call }) => call === 'node.allow')?.input).toMatchObject({ unpinned: true });
    expect((await run(['allow', '--unpinned', '--any', 'df'])).exit).toBe(2);
  });

  it('lists the runs, and ends one', async () => {
    const { stdout } = await run(['runs']);
    expect(stdout).toMatch(/7\s+home\s+.*exit 0\s+sh -c 'echo hi'/);
    const cancelled = await run(['runs', 'cancel', '7']);
    expect(cancelled.calls.find(({ call }) => call === 'node.cancel')?.input).toEqual({ run: 7 });
  });
});
