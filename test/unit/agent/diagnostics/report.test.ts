import { describe, expect, it } from 'vitest';
import { writeJsonReport, writeReport } from '#agent/diagnostics/index.ts';
import { RecentLog } from '#shared/recent-log.ts';
import type { SystemFacts } from '#node/system/index.ts';
import type { ForwardView, PeerView, RelayStatus } from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const ME = 'M'.repeat(56);
const PEER = 'P'.repeat(56);
const SECRETS = [
  'attic-nas',
  'relay.example.net',
  '198.51.100.7',
  PEER,
  ME,
  'annas-laptop',
  '/home/anna',
  'hunter2',
  'bank',
  'vault',
  'teller',
  '/keys/merger',
  'former laptop',
  '/srv/profiles/second',
];

const system: SystemFacts = {
  platform: 'linux',
  release: '6.1',
  architecture: 'x64',
  node: '24.0.0',
  electron: null,
  cores: 2,
  memory: { total: 1000, free: 500, ours: 80 },
};

function report(log: readonly string[] = [], write = writeReport): string {
  const relay: RelayStatus = {
    url: 'wss://relay.example.net:7474',
    state: 'waiting',
    problem: 'relay.unreachable',
    retryAt: 5,
    secure: true,
    keyId: 'ab'.repeat(32),
  };
  return write({
    at: 1_700_000_000_000,
    status: {
      version: '0.1.0',
      pid: 1,
      startedAt: 1,
      profile: '/srv/profiles/second',
      device: { name: 'annas-laptop', peerId: ME, shortId: 'MMMMMMM', generation: 1 },
      relay,
      secretStore: 'file',
      peers: { known: 1, online: 1, linked: 1 },
      terminals: { serving: 0, using: 1 },
      approvalsPending: 0,
    },
    network: {
      listen: 'on',
      port: 7473,
      listening: 7473,
      problem: null,
      addresses: ['198.51.100.7:7473'],
    },
    peers: [
      {
        peerId: PEER,
        name: 'attic-nas',
        path: 'relay',
        online: true,
        rtt: 12,
        address: '198.51.100.7:7474',
        pathMode: 'auto',
        pathVia: [],
        rights: { terminal: { decision: 'allow', expiresAt: null } },
        lastSeenAt: 1,
        safetyNumber: '12345',
        link: { state: 'up', since: 1, why: 'no-answer', history: [{ at: 1, path: 'relay', reason: 'first' }] },
      } as unknown as PeerView,
    ],
    forwards: [
      {
        rule: {
          name: 'bank',
          kind: 'ssh-tunnel',
          enabled: true,
          user: 'hunter2',
          server: { host: 'vault', user: 'teller', login: { method: 'key', file: '/keys/merger' } },
        },
        state: 'failed',
        problem: { code: 'forward.port-in-use', details: {}, at: 1 },
        open: false,
        connections: 0,
        total: 0,
      } as unknown as ForwardView,
    ],
    gateways: [],
    system,
    person: ['/home/anna', 'anna'],
    log,
  });
}

describe('a diagnostics report', () => {
  it('says what is wrong, in codes', () => {
    for (const told of ['relay.unreachable', 'forward.port-in-use', 'no-answer', '0.1.0', 'peer-1'])
      expect(report()).toContain(told);
  });

  it('tells neither who nor where, also where the log does [S-KEY-6]', () => {
    const log = [
      'info a link to attic-nas is up {"peer":"attic-nas","address":"198.51.100.7:7473"}',
      `warn ${PEER} at wss://relay.example.net:7474 refused annas-laptop, see /home/anna/.config`,
      'info rule bank',
      'warn no login at vault as teller {"file":"/keys/merger"}',
      'info terminal opened {"name":"former laptop"}',
      'info it was the former laptop, see /srv/profiles/second/agent.log',
    ];
    for (const write of [writeReport, writeJsonReport]) {
      const text = report(log, write);
      for (const secret of SECRETS) expect(text).not.toContain(secret);
      expect(text).toContain('a link to peer-1 is up');
    }
  });

  it('is cut where it would be too long for a call', () => {
    expect(report(Array.from({ length: 300 }, () => 'x'.repeat(2000))).length).toBeLessThan(400_000);
  });
});

describe('a diagnostics report as JSON', () => {
  it('has the same facts, and the log as lines', () => {
    const facts: unknown = JSON.parse(report(['one', 'two'], writeJsonReport));
    expect(facts).toMatchObject({
      relay: { problem: 'relay.unreachable' },
      peers: [{ peer: 'peer-1' }],
      log: ['one', 'two'],
    });
  });

  it('leaves out the oldest lines where it would be too long for a call', () => {
    const lines = Array.from({ length: 300 }, (_, index) => `${index} ${'"'.repeat(1000)}`);
    const text = report(lines, writeJsonReport);
    expect(text.length).toBeLessThan(400_000);
    const { log } = JSON.parse(text) as { log: readonly string[] };
    expect(log.length).toBeGreaterThan(50);
    expect(log.at(-1)).toBe(lines.at(-1));
  });
});

describe('the newest lines of the log', () => {
  it('are kept up to a number, secrets replaced, and passed on', () => {
    const passed: string[] = [];
    const recent = new RecentLog({ ...silentLogger, info: (message) => void passed.push(message) }, new FakeClock());
    recent.logger.info('asked', { token: 'hunter2', count: 1 });
    expect(recent.lines.join('\n')).not.toContain('hunter2');
    expect(recent.lines[0]).toMatch(/info asked \{.*"count":1/);
    for (let line = 0; line < 1000; line += 1) recent.logger.child({ part: 'x' }).warn(`line ${line}`);
    expect(recent.lines).toHaveLength(300);
    expect(recent.lines.at(-1)).toContain('line 999');
    expect(passed).toEqual(['asked']);
  });
});
