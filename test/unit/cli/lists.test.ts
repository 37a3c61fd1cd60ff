import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMAND_GROUPS } from '#cli/commands/index.ts';
import { runCommandLine } from '#cli/program.ts';
import type { AgentCall, AppHandlers } from '#shared/app-api/index.ts';
import { createFakeHost, createPeer } from '#test/support/cli-host.ts';

const PEERS: Partial<AppHandlers> = {
  'peers.list': async () => [createPeer()],
  'peers.get': async () => createPeer(),
};

const ROLE = {
  state: 'off',
  since: 0,
  retryAt: null,
  problem: null,
  requestId: null,
  deviceId: 'd'.repeat(64),
  scopes: [],
};
const GATEWAY = {
  id: 'abcdefgh12345678',
  settings: {
    name: 'home',
    endpoint: { host: '10.0.0.4', port: 18_789, tls: true, path: '/' },
    fingerprint: null,
    operator: { enabled: true, access: 'full' },
    node: { enabled: false, name: 'laptop', capabilities: [] },
  },
  hasToken: true,
  hasPassword: false,
  operator: ROLE,
  node: ROLE,
  surface: { state: 'none', requestId: null, commands: [], waiting: [] },
  certificate: null,
  server: { version: '2026.9.6', startedAt: null, restarting: false },
  otherNode: null,
  pendingRequests: 0,
};

/** Answers of an agent that has one machine, one gateway, and nothing else. */
const NOTHING = {
  ...PEERS,
  'agents.list': async () => [],
  'approvals.list': async () => [],
  'audit.list': async () => [],
  'devices.list': async () => [],
  'forwards.connections': async () => [],
  'forwards.list': async () => [],
  'forwards.ports': async () => ({ ports: null }),
  'gateways.list': async () => [GATEWAY],
  'history.list': async () => ({ entries: [], more: false }),
  'node.runs': async () => [],
  'nodes.list': async () => [],
  'peers.ping': async () => ({ path: 'relay', address: 'relay.example:7474', rtt: 20, hops: [] }),
  'plainRelays.list': async () => [],
  'recordings.list': async () => ({ recordings: [], used: 0, limit: 0 }),
  'relayServers.list': async () => [],
  'remotes.list': async () => [],
  'requests.list': async () => ({ waiting: [], decided: [] }),
  'savedCommands.list': async () => [],
  'terminal.list': async () => [],
  'terminal.served': async () => [],
  'workflows.list': async () => [],
} as unknown as Partial<AppHandlers>;

/** Command lines that list. Each group whose command `list` isn't here fails the first test. */
const LISTS = [
  'list',
  'agent list',
  'approvals',
  'approvals --all',
  'approvals list',
  'approvals list --all',
  'audit',
  'devices list',
  'saved',
  'saved list',
  'forward list',
  'forward connections',
  'forward ports office',
  'gateway list',
  'history',
  'node runs',
  'nodes list',
  'plain-relay',
  'recordings',
  'recordings list',
  'relay-server',
  'remote list',
  'requests list',
  'requests list --all',
  'terminals office',
  'workflows list',
];

/** Names of all commands called `list`, as `forward list`. */
async function namesOfLists(): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { load } of COMMAND_GROUPS.flatMap(([, commands]) => commands)) {
    const program = new Command().enablePositionalOptions();
    const register = await load();
    register(program, async () => undefined);
    for (const command of program.commands) {
      if (command.name() === 'list') names.push('list');
      names.push(...command.commands.filter((one) => one.name() === 'list').map(() => `${command.name()} list`));
    }
  }
  return names;
}

describe('JSON of the commands that list', () => {
  it('is checked for every command named list', async () => {
    const names = await namesOfLists();
    expect(names.length).toBeGreaterThan(6);
    expect(names.filter((name) => !LISTS.includes(name))).toEqual([]);
  });

  it.each(LISTS)('is one array: %s', async (line) => {
    const host = createFakeHost(NOTHING);
    expect(await runCommandLine([...line.split(' '), '--json'], host)).toBe(0);
    expect(host.stdout.text.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(host.stdout.text)).toBeInstanceOf(Array);
  });

  it.each([
    ['audit', 'audit.list', [{ at: 1, event: 'peer.paired', fields: {} }]],
    [
      'recordings',
      'recordings.list',
      {
        recordings: [
          {
            id: '20261121T220300Z-0123abcd',
            side: 'viewer',
            input: false,
            peerId: 'P',
            peerName: 'office',
            title: '',
            startedAt: 1,
            duration: 1,
            bytes: 1,
            cols: 80,
            rows: 24,
            running: false,
          },
        ],
        used: 1,
        limit: 2,
      },
    ],
    [
      'devices list',
      'devices.list',
      [
        {
          deviceId: 'd',
          name: 'd',
          label: null,
          platform: null,
          clientId: null,
          roles: [],
          scopes: [],
          tokens: [],
          approvedVia: null,
          approvedAt: null,
          lastSeenAt: null,
          connected: false,
          self: false,
        },
      ],
    ],
  ] as const)('has an object per entry: %s', async (line, call, answer) => {
    const handlers = { ...NOTHING, [call as AgentCall]: async () => answer };
    const host = createFakeHost(handlers);
    await runCommandLine([...line.split(' '), '--json'], host);
    expect(JSON.parse(host.stdout.text)).toEqual([expect.objectContaining({})]);
  });

  it('is described in the documentation', () => {
    expect(readFileSync('docs/COMMANDS.md', 'utf8')).toMatch(/every command that lists prints one array/);
  });
});
