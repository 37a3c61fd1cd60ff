import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import {
  AppApiError,
  type AppHandlers,
  type GatewayView,
  type GatewayHeartbeat,
  type RemoteView,
} from '#shared/app-api/index.ts';
import { createFakeHost, createPeer, typeAnswer } from '#test/support/cli-host.ts';

const PEER = createPeer({ name: 'office' });
const BEAT: GatewayHeartbeat = {
  node_id: 'n',
  uptime: 3700,
  active_tasks: 1,
  last_error: 'no model\u001b[31m',
  connection_state: 'online',
};
const REMOTE: RemoteView = {
  id: 'r1',
  name: 'Lab',
  peer: PEER.peerId,
  peerName: 'office',
  gateway: null,
  heartbeat: BEAT,
  heardAt: 0,
  problem: null,
};
const ROLE: GatewayView['operator'] = {
  state: 'connected',
  since: 0,
  retryAt: null,
  problem: null,
  requestId: null,
  deviceId: 'd'.repeat(64),
  scopes: [],
};
const OWN: GatewayView = {
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
  node: { ...ROLE, state: 'off' },
  surface: { state: 'none', requestId: null, commands: [], waiting: [] },
  certificate: null,
  server: null,
  otherNode: null,
  pendingRequests: 0,
};

type Options = Readonly<{ terminal?: boolean; typed?: string; until?: string }>;

async function run(words: readonly string[], handlers: Partial<AppHandlers> = {}, options: Options = {}) {
  const host = createFakeHost(
    {
      'peers.get': async () => PEER,
      'gateways.list': async () => [OWN],
      'remotes.list': async () => [REMOTE],
      'remote.status': async () => BEAT,
      'remote.restart': async ({ confirmed }, { progress }) => {
        progress({ kind: 'pending', tasks: ['1 active run'] });
        return { cancelled: confirmed ? ['1 active run'] : [] };
      },
      'remote.workflows': async () => [{ name: 'deploy', description: 'brings it there' }],
      'remote.workflow': async (_input, { progress }) => {
        progress({ kind: 'token', text: 'done ' });
        return { text: 'done ', taskId: 't1' };
      },
      ...handlers,
    },
    { terminal: options.terminal === true },
  );
  if (/^[yn]\n$/.test(options.typed ?? '')) void typeAnswer(host, options.typed ?? '');
  else if (options.typed !== undefined) host.stdin.end(options.typed);
  const over = new AbortController();
  const work = runCommandLine([...words], host).finally(() => over.abort());
  while (!over.signal.aborted) {
    await host.clock.advance(1000);
    if (options.until !== undefined && host.stdout.text.includes(options.until)) host.interrupt();
  }
  const exit = await work;
  const called = (name: string): unknown[] => host.calls.filter(({ call }) => call === name).map(({ input }) => input);
  return { exit, called, stdout: host.stdout.text, stderr: host.stderr.text };
}

describe('remote status', () => {
  it('tells how a peer is, without what would drive a terminal', async () => {
    const { exit, stdout, called } = await run(['remote', 'status', 'office', '--gateway', 'lab']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^office {2}online, up 1 ?h.*, 1 task, last error: no model/);
    expect(stdout).not.toContain('\u001b');
    expect(called('remote.status')).toEqual([{ target: { peer: PEER.peerId, gateway: 'lab' } }]);
  });

  it('tells it of a gateway of this device, by name or the only one', async () => {
    for (const words of [['--gateway', 'HOME'], []]) {
      const { stdout, called } = await run(['remote', 'status', '.', ...words]);
      expect(stdout).toContain('home  online');
      expect(called('remote.status')).toEqual([{ target: null, gateway: OWN.id }]);
    }
    const none = await run(['remote', 'status', '.'], { 'gateways.list': async () => [] });
    expect([none.exit, none.called('remote.status')]).toEqual([2, []]);
  });
});

describe('remote restart', () => {
  it('tells first what it breaks off, and restarts after a yes only', async () => {
    for (const [typed, exit, calls] of [
      ['n\n', 1, [false]],
      ['y\n', 0, [false, true]],
    ] as const) {
      const done = await run(['remote', 'restart', '.'], {}, { terminal: true, typed });
      expect(done.exit).toBe(exit);
      expect(done.called('remote.restart')).toEqual(
        calls.map((confirmed) => ({ target: null, gateway: OWN.id, confirmed })),
      );
      expect(done.stderr).toContain('A restart cancels:\n  1 active run');
    }
  });

  it('does it with --yes, and without a terminal not at all', async () => {
    const yes = await run(['remote', 'restart', 'office', '--yes', '--json']);
    expect(yes.called('remote.restart')).toEqual([{ target: { peer: PEER.peerId }, confirmed: true }]);
    expect(JSON.parse(yes.stdout)).toEqual({ cancelled: ['1 active run'] });
    const mute = await run(['remote', 'restart', 'office']);
    expect([mute.exit, mute.called('remote.restart')]).toMatchObject([1, [{ confirmed: false }]]);
  });

  it('takes none of several gateways here without its name', async () => {
    const two = {
      'gateways.list': async () => [
        OWN,
        { ...OWN, id: 'other01234567890', settings: { ...OWN.settings, name: 'lab' } },
      ],
    };
    const { exit, stderr, called } = await run(['remote', 'restart', '.', '--yes'], two);
    expect([exit, called('remote.restart')]).toEqual([2, []]);
    expect(stderr).toContain('[usage.gateway]');
  });
});

describe('remote workflow', () => {
  it('is started with its values, at a peer or here', async () => {
    const there = await run(['remote', 'workflow', 'office', 'deploy', 'branch=a=b']);
    expect([there.exit, there.stdout]).toEqual([0, 'done \n']);
    expect(there.called('remote.workflow')).toEqual([
      { target: { peer: PEER.peerId }, workflow: 'deploy', params: { branch: 'a=b' } },
    ]);
    const here = await run(['remote', 'workflow', '.', 'deploy']);
    expect(here.called('remote.workflow')).toEqual([{ target: null, workflow: 'deploy', params: {} }]);
    const wrong = await run(['remote', 'workflow', 'office', 'deploy', 'branch']);
    expect([wrong.exit, wrong.called('remote.workflow')]).toEqual([2, []]);
  });

  it('is known by name', async () => {
    expect((await run(['remote', 'workflows', '.'])).stdout).toBe('deploy  brings it there\n');
    const none = await run(['remote', 'workflows', 'office'], { 'remote.workflows': async () => [] });
    expect(none.stdout).toBe('office has no workflows.\n');
  });
});

describe('remote watch', () => {
  it('prints each heartbeat of one peer, and goes on after it was not reached', async () => {
    let tries = 0;
    const watch: Partial<AppHandlers> = {
      'remote.watch': async (_input, { progress, signal }) => {
        tries += 1;
        if (tries === 1) throw new AppApiError('link.no-way', 'not reached');
        progress({ kind: 'heartbeat', heartbeat: { ...BEAT, active_tasks: tries } });
        return await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('called off')), { once: true });
        });
      },
    };
    const { stdout, stderr, called } = await run(['remote', 'watch', 'office'], watch, { until: '2 tasks' });
    expect(stdout.split('\n').filter(Boolean)).toHaveLength(1);
    expect(stderr).toContain('office: no status now [link.no-way]');
    expect(called('remote.watch')).toEqual(Array.from({ length: 2 }, () => ({ target: { peer: PEER.peerId } })));
  });

  it('ends at what does not pass by itself', async () => {
    const denied: Partial<AppHandlers> = {
      'remote.watch': async () => {
        throw new AppApiError('rights.denied', 'no');
      },
    };
    const { exit, stderr } = await run(['remote', 'watch', '.'], denied);
    expect(exit).not.toBe(0);
    expect(stderr).toContain('[rights.denied]');
  });

  it('of the saved entries is a table, or a list on each line for programs', async () => {
    const table = await run(['remote', 'watch'], {}, { until: 'Lab' });
    expect(table.stdout).toMatch(/NAME +MACHINE +GATEWAY +STATE +UPDATED\nLab +office +- +online/);
    const lines = await run(['remote', 'watch', '--json'], {}, { until: 'Lab' });
    expect(JSON.parse(lines.stdout)).toMatchObject([{ name: 'Lab' }]);
  });

  it('of the saved entries ends with its agent', async () => {
    const host = createFakeHost({ 'remotes.list': async () => [REMOTE] });
    const watching = runCommandLine(['remote', 'watch'], host);
    while (!host.stdout.text.includes('Lab')) await host.clock.advance(1000);
    host.server.close();
    expect(await watching).toBe(3);
    expect(host.stderr.text).toContain('[control.lost]');
  });
});

describe('saved entries', () => {
  it('are saved under a name, listed and forgotten', async () => {
    const saved = await run(['remote', 'save', 'office', '--gateway', 'lab'], { 'remotes.save': async () => REMOTE });
    expect(saved.called('remotes.save')).toEqual([{ name: 'office', target: { peer: PEER.peerId, gateway: 'lab' } }]);
    expect(saved.stdout).toBe('Saved as Lab.\n');
    const removed = await run(['remote', 'remove', 'lab'], { 'remotes.remove': async () => ({}) });
    expect(removed.called('remotes.remove')).toEqual([{ id: 'r1' }]);
    const unknown = await run(['remote', 'remove', 'attic']);
    expect([unknown.exit, unknown.stderr.includes('[usage.remote]')]).toEqual([2, true]);
  });
});

describe('prompt', () => {
  const answering: Partial<AppHandlers> = {
    'remote.prompt': async (_input, { progress }) => {
      progress({ kind: 'approval' });
      progress({ kind: 'token', text: 'It is ' });
      progress({ kind: 'replace', text: 'It was ' });
      progress({ kind: 'token', text: 'green.' });
      return { text: 'It was green.', taskId: 'run-1' };
    },
  };

  it('prints the answer as it comes, and says who is asked', async () => {
    const { stdout, stderr, called } = await run(['prompt', 'office', 'Is it green?', '--session', 's1'], answering);
    expect(stdout).toBe('It is \nIt was green.\n');
    expect(stderr).toContain('Waiting for approval on office…');
    expect(called('remote.prompt')).toEqual([{ target: { peer: PEER.peerId }, prompt: 'Is it green?', session: 's1' }]);
  });

  it('with --json is a line for each step as it comes, and one for the end', async () => {
    const { stdout } = await run(['prompt', 'office', 'Is it green?', '--json'], answering);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      { kind: 'approval' },
      { kind: 'token', text: 'It is ' },
      { kind: 'replace', text: 'It was ' },
      { kind: 'token', text: 'green.' },
      { kind: 'done', text: 'It was green.', taskId: 'run-1' },
    ]);
  });
});
