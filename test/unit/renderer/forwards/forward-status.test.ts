import { describe, expect, test } from 'vitest';
import { formatBytes } from '../../../../src-renderer/ui/text/format-bytes.ts';
import { formatAge, formatRate } from '../../../../src-renderer/features/forwards/list/quantities.ts';
import { describeKind, describeRoute } from '../../../../src-renderer/features/forwards/list/rule-text.ts';
import { savedToast } from '../../../../src-renderer/features/forwards/form/saved-toast.ts';
import {
  explainConnection,
  explainForward,
  hasUnreportedKey,
  remedyOf,
  forwardStatus,
} from '../../../../src-renderer/features/forwards/list/forward-status.ts';
import type { ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import { forwardView } from './view.ts';

const problem = (code: string, details: Readonly<Record<string, string | number>> = {}) => ({ code, details, at: 1 });

const bridge = (direction: 'local' | 'remote'): ForwardRule => ({
  kind: 'tcp-bridge',
  name: 'db',
  enabled: true,
  peer: '0'.repeat(56),
  direction,
  listen: { host: '127.0.0.1', port: 0 },
  to: { host: 'fd00::5', port: 5432 },
});

describe('how a rule stands', () => {
  test('is its state, and a problem when connections of a ready one fail', () => {
    expect(forwardStatus(forwardView({ state: 'waiting', problem: problem('forward.asking') }), 'ask', [])).toBe(
      'waiting',
    );
    expect(forwardStatus(forwardView({ problem: problem('forward.refused') }), 'ask', [])).toBe('problem');
    expect(forwardStatus(forwardView({ connections: 1 }), undefined, [])).toBe('ready');
  });

  test('is no readiness while it is not known whether the machine asks, unless its last connection needed no question', () => {
    const quiet = { connections: 0, bytesIn: 0 };
    const status = (given: Partial<ForwardView>, there?: 'allow' | 'ask' | 'deny', of = bridge('local')): string =>
      forwardStatus(forwardView({ ...quiet, ...given }, of), there, []);
    expect(status({})).toBe('may-ask');
    expect(status({}, 'ask')).toBe('ask');
    // Someone there was asked, and may have allowed the target permanently.
    expect(['ask', 'allow', 'deny'].map((there) => status({ asks: 'perhaps' }, there as 'ask'))).toEqual([
      'may-ask',
      'ready',
      'deny',
    ]);
    expect(status({ asks: 'perhaps' })).toBe('may-ask');
    expect([status({ asks: 'no' }), status({ asks: 'no' }, 'ask')]).toEqual(['ready', 'ready']);
    // No machine is between.
    expect(
      status({}, undefined, {
        kind: 'folder',
        name: 'f',
        enabled: true,
        listen: { host: '127.0.0.1', port: 0 },
        path: '/srv',
      }),
    ).toBe('ready');
    expect(status({ auto: { way: 'ssh', probes: [] } })).toBe('ready');
  });

  test('is no readiness while the machine still has to be asked, or has said no', () => {
    const quiet = forwardView({ connections: 0, bytesIn: 0 });
    expect(
      ['allow', 'ask', 'deny'].map((there) => forwardStatus(quiet, there as 'allow' | 'ask' | 'deny', [])),
    ).toEqual(['ready', 'ask', 'deny']);
    expect(forwardStatus(forwardView({ connections: 1, bytesIn: 0 }), 'ask', [])).toBe('ready');
    expect(forwardStatus(forwardView({ connections: 0, bytesIn: 12 }), 'ask', [])).toBe('ready');
    // A port over there is open only after an answer.
    expect(forwardStatus(forwardView({ connections: 0, bytesIn: 0 }, bridge('remote')), 'ask', [])).toBe('ready');
  });

  test('is readiness where another forward to the same address has carried something', () => {
    const idle = { connections: 0, bytesIn: 0 };
    const local = bridge('local');
    const quiet = forwardView(idle, local);
    const status = (given: Partial<ForwardView>, rule: ForwardRule): string =>
      forwardStatus(quiet, 'ask', [quiet, forwardView({ id: 'f2', ...given }, rule)]);
    expect(status({ ...idle, bytesIn: 12 }, local)).toBe('ready');
    expect(status(idle, local)).toBe('ask');
    const other = { connections: 1 };
    const to = { host: 'fd00::5', port: 5433 };
    expect(status(other, { ...local, to } as ForwardRule)).toBe('ask');
    expect(status(other, { ...local, peer: '1'.repeat(56) })).toBe('ask');
    expect(status(other, bridge('remote'))).toBe('ask');
  });

  test.each([
    ['forward.port-in-use', { port: 1080, free: 1081 }, { kind: 'free-port', port: 1080, free: 1081 }],
    ['forward.port-privileged', { port: 80, free: 8080 }, { kind: 'free-port', port: 80, free: 8080 }],
    ['forward.port-in-use', { message: 'at the peer' }, { kind: 'edit' }],
    ['forward.linking', { peer: 'office' }, { kind: 'peers' }],
    ['forward.asking', { peer: 'office' }, { kind: 'none' }],
    ['forward.secret-unreadable', {}, { kind: 'edit' }],
    ['ssh.login-refused', {}, { kind: 'edit' }],
    ['something.new', {}, { kind: 'restart' }],
  ])('%s %o leads to %o', (code, details, remedy) => {
    expect(remedyOf(forwardView({ state: 'failed', problem: problem(code, details) }))).toEqual(remedy);
  });

  test('of a proxy needs no action when a program named a host that does not exist', () => {
    expect(remedyOf(forwardView({ problem: problem('forward.name', { target: 'nowhere.test:80' }) }))).toEqual({
      kind: 'none',
    });
    expect(remedyOf(forwardView({ problem: problem('forward.name') }, bridge('local')))).toEqual({ kind: 'edit' });
  });

  test('leads to the key before anything else, where a server showed one', () => {
    const view = forwardView({
      state: 'failed',
      problem: problem('ssh.host-key-changed'),
      hostKey: { fingerprint: 'SHA256:a', before: 'SHA256:b' },
    });
    expect(remedyOf(view)).toEqual({ kind: 'host-key' });
    expect(hasUnreportedKey(view)).toBe(false);
  });

  test('asks about a key also while the rule runs by another method, whatever its other problem', () => {
    const hostKey = { fingerprint: 'SHA256:a', before: null };
    expect(hasUnreportedKey(forwardView({ hostKey }))).toBe(true);
    const refused = forwardView({ hostKey, problem: problem('forward.peer-away') });
    expect(hasUnreportedKey(refused)).toBe(true);
    expect(remedyOf(refused)).toEqual({ kind: 'peers' });
    expect(hasUnreportedKey(forwardView())).toBe(false);
  });

  test('decides the message after it was saved', () => {
    const failed = forwardView({
      state: 'failed',
      problem: problem('forward.port-in-use', { port: 1080, free: 1081 }),
    });
    const { name } = failed.rule;
    expect(savedToast(failed, 'failed', true)).toEqual({
      tone: 'warning',
      text: `${name} was saved but isn't running. Port 1080 is already used here by another program.`,
    });
    expect(savedToast(forwardView({ peerName: 'office' }), 'ask', true)).toEqual({
      tone: 'info',
      text: `${name} was added. At the first connection, office asks its user, unless it already allows this address.`,
    });
    expect(savedToast(forwardView({ peerName: 'office' }), 'may-ask', true).text).toContain(
      'office asks its user, unless',
    );
    expect(savedToast(forwardView(), 'ready', true)).toEqual({ tone: 'good', text: `${name} was added.` });
    expect(savedToast(forwardView(), 'ready', false)).toEqual({ tone: 'good', text: `${name} was saved.` });
  });

  test('names the missing device of the path, and not the peer behind it', () => {
    const details = { reason: 'via.hop-lost', hop: 'lab', before: 'nas', peer: 'office' };
    expect(explainForward(problem('forward.peer-away', details)).what).toContain("nas can't reach lab");
    expect(explainForward(problem('forward.linking', details)).what).toContain("nas can't reach lab");
    expect(explainForward(problem('forward.peer-away', { reason: 'link.no-way' })).what).not.toContain('lab');
  });

  test('names the machine that has declined, the port and the time, and no other cause', () => {
    const details = { peer: 'office', target: 'localhost:8090', retryAfter: 60_000, message: '', reason: '' };
    const at = new Date(2026, 10, 25, 13, 30, 20).getTime();
    expect(explainForward({ code: 'forward.denied', details, at })).toMatchObject({
      what: expect.stringMatching(/^office declined port 8090 at 1:30\sPM\.$/u),
      // Rounded up: asked at 1:31, it would be declined unseen.
      why: expect.stringMatching(/^Open it again from 1:32\sPM on: then it asks there again\.$/u),
      next: '',
    });
    const elsewhere = { ...details, target: 'db.lan:5432' };
    expect(explainForward({ code: 'forward.denied', details: elsewhere, at }).what).toContain(
      'declined db.lan:5432 at',
    );
    const { retryAfter: _, ...denied } = details;
    expect(explainForward({ code: 'forward.denied', details: denied, at }).what).toBe(
      "The other machine doesn't allow this address.",
    );
  });

  test('names the port that is in use', () => {
    expect(explainForward(problem('forward.port-in-use', { port: 1080, message: 'in use' })).what).toBe(
      'Port 1080 is already used here by another program.',
    );
    expect(explainForward(problem('forward.port-in-use', { port: 5900, owner: 'vncserver', message: '' })).what).toBe(
      'Port 5900 is already used here by vncserver.',
    );
    expect(explainForward(problem('forward.port-in-use', { message: 'somewhere' })).what).toBe('The port is in use.');
  });
});

describe('what a rule is, in words', () => {
  test('shows which machine each end is at', () => {
    expect(describeRoute(forwardView())).toEqual({ from: '127.0.0.1:1080', to: 'everything office can reach' });
    expect(describeRoute(forwardView({ address: '127.0.0.1:40000' }, bridge('local')))).toEqual({
      from: '127.0.0.1:40000',
      to: '[fd00::5]:5432 at office',
    });
    expect(describeRoute(forwardView({ address: null }, bridge('remote')))).toEqual({
      from: 'a free port on 127.0.0.1 at office',
      to: '[fd00::5]:5432 here',
    });
    expect(describeKind(forwardView({}, bridge('remote')))).toBe('Local port → office');
    expect(describeKind(forwardView({ peerName: null }))).toBe('SOCKS proxy through a removed machine');
  });
});

describe('figures', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [999_600, '1 MB'],
    [48_300_000, '48 MB'],
    [3e15, '3,000 TB'],
  ])('%d bytes are %s', (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words);
  });

  test('are a rate, or an age in its largest unit', () => {
    expect(formatRate(1200)).toBe('1.2 kB/s');
    expect([-5, 59_999, 60_000, 7_200_000, 172_800_000].map(formatAge)).toEqual(['0 s', '59 s', '1 min', '2 h', '2 d']);
  });
});

describe('a connection that was refused', () => {
  const refused = problem('forward.refused', { target: 'wiki.lan:80' });
  const what = (rule: ForwardRule, peerName: string | null = 'office') =>
    explainConnection(forwardView({ peerName }, rule), refused).what.replaceAll(/[\u2066-\u2069]/gu, '');
  const local = bridge('local') as Extract<ForwardRule, Readonly<{ kind: 'tcp-bridge' }>>;

  test('names the port and the machine, or the target of that machine', () => {
    expect(what({ ...local, to: { host: 'localhost', port: 5432 } })).toBe(
      'Port 5432 on office refused the connection.',
    );
    expect(what(local)).toBe('[fd00::5]:5432 refused the connection from office.');
    expect(what(forwardView().rule)).toBe('wiki.lan:80 refused the connection from office.');
  });

  test('says whose machine answered, and where the program is missing', () => {
    const words = explainConnection(
      forwardView({ peerName: 'office' }, { ...local, to: { host: 'localhost', port: 1 } }),
      refused,
    );
    expect([words.why, words.next]).toEqual([
      'office answered, but no program listens on that port.',
      'Start the program on office, or check the port.',
    ]);
    expect(explainConnection(forwardView({ peerName: 'office' }), refused).why).toBe(
      'wiki.lan answered, but no program listens on that port.',
    );
  });

  test('names neither where the machine is unknown, or the target is here', () => {
    expect(what(local, null)).toBe('The target refused the connection.');
    expect(what(bridge('remote'))).toBe('The target refused the connection.');
    expect(explainConnection(forwardView({ peerName: 'office' }, local), problem('forward.timeout')).what).toBe(
      "The target didn't answer in time.",
    );
  });
});
