import { describe, expect, it } from 'vitest';
import { orderMachines, inGroup } from '#cli/commands/machines/list-order.ts';
import { factLines } from '#cli/commands/machines/approval-format.ts';
import { describeRights } from '#cli/commands/machines/peer-format.ts';
import { programView } from '#cli/output/program-view.ts';
import { runCommandLine } from '#cli/program.ts';
import type { Grant } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { createFakeHost, createPeer } from '#test/support/cli-host.ts';

const NOW = 1_800_000_000_000;
const ask: Grant = { decision: 'ask', expiresAt: null };
const allow: Grant = { decision: 'allow', expiresAt: null };
const deny: Grant = { decision: 'deny', expiresAt: null };

describe('the permissions of a machine in one line', () => {
  const all = (grant: Grant) => ({
    terminal: grant,
    view: grant,
    relay: grant,
    forward: grant,
    prompt: grant,
    message: grant,
    send: grant,
    wake: grant,
    files: grant,
    introduce: grant,
  });

  it.each([
    ['asks each time', all(ask)],
    ['terminal denied, else asks', { ...all(ask), terminal: { decision: 'deny', expiresAt: null } as const }],
    ['none', all(deny)],
    ['terminal, view, pass-through, forward, prompt, message, send, wake, files, introduce', all(allow)],
    ['terminal, else asks', { ...all(ask), terminal: allow }],
    ['view', { ...all(deny), view: allow }],
    ['asks each time', { ...all(ask), terminal: { decision: 'allow', expiresAt: NOW - 1 } as const }],
  ])('are %j', (text, rights) => {
    expect(describeRights(createPeer({ rights }), NOW)).toBe(text);
  });

  it('say of a browser its end once, and nothing of what no browser may', () => {
    const endsAt = NOW + 3_600_000;
    const rights = { ...all(ask), terminal: { decision: 'allow', expiresAt: endsAt } as const, introduce: deny };
    const text = describeRights(createPeer({ rights, browser: { life: '12h', endsAt } }), NOW);
    expect(text).toMatch(/^terminal, else asks \(browser until [^()]+\)$/);
    const shorter = { ...rights, terminal: { decision: 'allow', expiresAt: NOW + 60_000 } as const };
    expect(describeRights(createPeer({ rights: shorter, browser: { life: '12h', endsAt } }), NOW)).toMatch(
      /^terminal \(until [^()]+\), else asks \(browser until [^()]+\)$/,
    );
  });

  it('say before the comparison that nothing counts yet', () => {
    const pairing = { words: ['a', 'b', 'c', 'd'], compared: false, pending: {} };
    expect(describeRights(createPeer({ rights: all(ask), pairing }), NOW)).toBe('words not compared');
  });
});

describe('a group that no machine is in', () => {
  it('is told with those that there are, if there are any', () => {
    const codeOf = (machines: Parameters<typeof inGroup>[0]): unknown => {
      try {
        return inGroup(orderMachines(machines, 'mine'), 'Work');
      } catch (error) {
        return error instanceof ClawReachError ? [error.code, error.details] : error;
      }
    };
    expect(codeOf([createPeer()])).toEqual(['usage.no-groups', {}]);
    expect(codeOf([createPeer({ group: 'Home' })])).toEqual(['usage.group', { group: 'Work', groups: 'Home' }]);
  });
});

it('says that no terminal is shared, where none is', async () => {
  const host = createFakeHost({
    'peers.get': async () => createPeer({ linked: true }),
    'peers.ping': async () => ({ path: 'direct', address: '192.0.2.7:7473', rtt: 2 }),
    'terminal.shared': async () => [],
  });
  expect(await runCommandLine(['watch', 'office'], host)).toBe(2);
  expect(host.stderr.text).toMatch(/No one shares a terminal on office with you\. .*usage\.watch-none/);
});

it('a request without a terminal has the terminal type none', () => {
  expect(
    factLines([
      { fact: 'term', value: 'no terminal' },
      { fact: 'folder', value: 'no terminal' },
    ]),
  ).toEqual(['terminal type: none, the command has no terminal', 'folder: no terminal']);
});

it('the summary of a ping has round numbers for programs', () => {
  expect(programView({ summary: { min: 1.179693000158295, avg: 3.1195480001624674, max: 5, sent: 2 } })).toEqual({
    summary: { min: 1.18, avg: 3.12, max: 5, sent: 2 },
  });
});

it('a removal names what it keeps, and an update of one version names it once', async () => {
  const plan = {
    task: 'remove',
    server: 'ada@relay:22',
    arch: 'x64',
    version: '0.1.0',
    before: '0.1.0',
    size: null,
    url: 'wss://relay:7474',
    actions: [],
  } as const;
  const host = createFakeHost({
    'relayServers.run': async (_input, { progress }) => {
      progress({ kind: 'plan', plan: { ...plan, actions: [] } });
      return { outcome: 'done', plan: null, state: null, kept: ['/var/lib/clawreach-relay', 'clawreach-relay'] };
    },
  });
  await runCommandLine(['relay-server', 'remove', 'relay', '--yes'], host);
  expect(host.stderr.text).toContain('(0.1.0)');
  expect(host.stdout.text).toContain('kept  keys and database: /var/lib/clawreach-relay\n');
  expect(host.stdout.text).toContain('kept  system user: clawreach-relay\n');
});
