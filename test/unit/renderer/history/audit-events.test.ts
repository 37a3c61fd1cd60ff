import { describe, expect, it } from 'vitest';
import type { PeerId } from '#shared/identity/index.ts';
import type { AuditEvents } from '../../../../src-main/agent/core/store/audit-events.ts';
import { auditText } from '../../../../src-renderer/features/history/log/audit-text.ts';

type Samples = { readonly [Event in keyof AuditEvents]: readonly [AuditEvents[Event], ...AuditEvents[Event][]] };

const peer = 'A'.repeat(56) as PeerId;
const name = 'Home';
const gateway = 'abcdefgh12345678';
const who = { peer, name };
const at = { gateway, name };
const decided = { ...at, kind: 'device', request: 'r1', who: 'nas', outcome: 'approved', decision: 'approve' };
const kinds = ['prompt', 'workflow', 'restart', 'status', 'workflows', 'watch'] as const;
/** Returns an entry for one event, and one that stands for several. */
function counted<Fields>(entry: (count: number) => Fields): readonly [Fields, Fields] {
  return [entry(1), entry(3)];
}

function each<const Value, Fields>(
  values: readonly [Value, ...Value[]],
  make: (value: Value) => Fields,
): [Fields, ...Fields[]] {
  const [first, ...others] = values;
  return [make(first), ...others.map(make)];
}

/** What a machine keeps of another one's word about a guest. */
const reported = (event: AuditEvents['terminal.guest']['event'], more: Partial<AuditEvents['terminal.guest']> = {}) =>
  ({
    ...who,
    terminal: 't1',
    role: 'type',
    event,
    link: '00000001',
    guest: 'Ada',
    automatic: false,
    until: null,
    code: '',
    ...more,
  }) as const;

/** One of each that the agent can write, with each value that has words of its own; the compiler asks for every new one. */
const SAMPLES: Samples = {
  'agent.started': [{ version: '0.1.0', pid: 7 }],
  'agent.stopped': [{ reason: 'stop' }],
  'agent.paused': [{ until: 1_800_000_000_000 }, { until: null }],
  'agent.resumed': [{}],
  'secret.moved': [{ store: 'file' }],
  'network.proxy': [
    { mode: 'manual', address: 'http://proxy.test:3128', authorities: 1 },
    { mode: 'system', address: '', authorities: 0 },
    { mode: 'none', address: '', authorities: 0 },
  ],
  'relay-server.installed': [{ host: 'relay.test', url: 'wss://r', version: '1.0.0' }],
  'relay-server.removed': [{ host: 'relay.test', url: 'wss://r' }],
  'relay.configured': [{ url: 'wss://r', insecure: false }],
  'relay.state': [{ url: 'wss://r', state: 'online', problem: null }],
  'pairing.started': each(['code', 'link'], (form) => ({ side: 'inviter', form })),
  'pairing.failed': [{ side: 'joiner', code: 'pairing.wrong-code' }],
  'pairing.requested': [{ ...who, account: 'ann@example.test' }],
  'peer.paired': each(['inviter', 'joiner'], (side) => ({ ...who, side })),
  'peer.ended': each(['time', 'sign-out', 'tab'], (cause) => ({ ...who, cause })),
  'introduction.given': [{ ...who, to: peer, toName: 'NAS', rights: 'terminal', expiresAt: 1 }],
  'introduction.accepted': [{ ...who, by: peer, byName: 'NAS', rights: 'terminal', expiresAt: 1 }],
  'introduction.ended': [{ ...who, by: peer, byName: 'NAS' }],
  'introduction.refused': [{ ...who, code: 'introduction.rights' }],
  'agent.added': [{ agent: 'coder' }],
  'agent.changed': [{ agent: 'coder' }],
  'agent.files': [
    { agent: 'coder', folder: '/srv/out' },
    { agent: 'coder', folder: '' },
  ],
  'agent.token-renewed': [{ agent: 'coder' }],
  'agent.removed': [{ agent: 'coder' }],
  'message.refused': [{ ...who, agent: 'coder', code: 'rights.denied' }],
  'message.delivered': [{ ...who, agent: 'coder' }],
  'message.discarded': [{ ...who, count: 3 }],
  'message.held': [{ ...who, agent: 'coder' }],
  'wake.sent': [{ ...who, cards: 'a4:bb:6d:10:22:33', networks: 1 }],
  'transfer.received': counted((count) => ({
    ...who,
    transfer: count === 1 ? 'a' : '*',
    files: 2,
    bytes: 3,
    failed: 0,
    folder: '/home/mira/in',
    count,
  })),
  'transfer.sent': counted((count) => ({
    ...who,
    transfer: count === 1 ? 'a' : '*',
    files: 2,
    bytes: 3,
    failed: 1,
    count,
  })),
  'transfer.ended': counted((count) => ({
    ...who,
    transfer: count === 1 ? 'a' : '*',
    direction: 'in' as const,
    state: 'cancelled',
    code: 'file.cancelled',
    files: 1,
    bytes: 3,
    count,
  })),
  'folders.changed': [{ ...who, count: 2 }],
  'folder.changed': each(['mkdir', 'rename', 'remove'] as const, (action) => ({
    ...who,
    action,
    path: 'photos/a.jpg',
    to: action === 'rename' ? 'photos/b.jpg' : '',
    count: 1,
  })),
  'folder.read': counted((count) => ({ ...who, transfer: 'a', path: count === 1 ? 'photos/a.jpg' : '*', count })),
  'introduction.hands-on': [{ ...who, rights: 'terminal' }],
  'browser.life': [{ ...who, life: '12h', expiresAt: 1 }],
  'browser.answers': each([true, false], (answers) => ({ ...who, answers })),
  'browser.answered': each(['approve', 'decline'], (answer) => ({ ...who, request: '3', answer })),
  'browsers.mode': each(['never', 'ask', 'approved'], (mode) => ({ mode })),
  'peer.renamed': [{ ...who, before: 'Lab' }],
  'peer.forgotten': [who],
  'peer.unfinished': [who],
  'peer.suspended': [who],
  'peer.forgot': [who],
  'peer.readmitted': [who],
  'peer.compared': [who],
  'peer.own': each([true, false], (own) => ({ ...who, own })),
  'peer.certificate': [{ peer, generation: 2 }],
  'peer.linked': [{ ...who, path: 'relay' }],
  'peer.unlinked': [{ ...who, code: 'link.idle' }],
  'link.refused': [{ claimed: peer, code: 'handshake.unknown-peer' }],
  'right.changed': each(['terminal', 'relay', 'forward', 'prompt', 'message'], (right) => ({
    ...who,
    right,
    decision: 'allow',
    expiresAt: null,
  })),
  'approval.requested': each(['terminal', 'relay', 'forward', 'prompt', 'message'], (right) => ({
    ...who,
    right,
    approval: 1,
    what: 'run: make',
  })),
  'approval.decided': each(['approved', 'denied', 'ignored', 'expired', 'withdrawn'], (outcome) => ({
    ...who,
    right: 'terminal',
    approval: 1,
    outcome,
    what: outcome === 'approved' ? 'run: make' : null,
  })),
  'terminal.opened': each([null, 'make all'], (command) => ({
    ...who,
    terminal: 't1',
    program: '/bin/sh',
    command,
    folder: '/srv',
    user: 'mira',
    term: 'xterm',
    piped: command !== null,
  })),
  'terminal.attached': [{ ...who, terminal: 't1' }],
  'terminal.taken-over': [{ ...who, terminal: 't1', from: peer, fromName: 'lab' }],
  'terminal.refused': [
    { ...who, code: 'rights.denied', piped: false },
    { ...who, code: 'rights.withdrawn', piped: true },
  ],
  'terminal.ended': [
    { ...who, terminal: 't1', code: null, exitCode: 0, signal: null, piped: false },
    { ...who, terminal: 't1', code: null, exitCode: null, signal: 'SIGKILL', piped: false },
    { ...who, terminal: 't1', code: null, exitCode: null, signal: 'SIGKILL', piped: true },
  ],
  'relay.page-differs': [{ url: 'wss://r', hash: '0123456789abcdef', findings: 2 }],
  'account.linked': [{ url: 'wss://r', account: 'ab'.repeat(16), address: 'ada@relay.test' }],
  'account.joined': [{ url: 'wss://r', account: 'ab'.repeat(16), address: 'ada@relay.test' }],
  'account.unlinked': [{ url: 'wss://r', account: 'ab'.repeat(16), address: 'ada@relay.test' }],
  'plain.added': [{ ...who, url: 'wss://r', kind: 'connector', config: '/c.json' }],
  'plain.switched': each([true, false], (on) => ({ ...who, on })),
  'plain.ended': [{ ...who, terminals: 2, requests: 1 }],
  'plain.removed': [who],
  'plain.connected': [{ ...who, url: 'wss://r' }],
  'plain.lost': each(['plain.lost', 'plain.silent'], (code) => ({ ...who, code })),
  'terminal.used': [{ ...who, terminal: 't1' }],
  'terminal.shared': [{ ...who, terminal: 't1', with: peer, withName: 'lab' }],
  'terminal.unshared': [{ ...who, terminal: 't1', with: peer, withName: 'lab', code: 'terminal.unshared' }],
  'terminal.viewed': [{ ...who, terminal: 't1' }],
  'terminal.view-ended': each([null, 'terminal.revoked'], (code) => ({ ...who, terminal: 't1', code })),
  'share.opened': [{ ...who, terminal: 't1', role: 'view', until: 1_800_000_000_000, once: false, letIn: true }],
  'share.ended': [{ ...who, terminal: 't1', role: 'view', code: 'share.expired' }],
  'guest.asked': [{ ...who, terminal: 't1', role: 'type', guest: 'Ada' }],
  'guest.typed': [{ ...who, terminal: 't1', role: 'type', guest: 'Ada' }],
  'guest.let-in': [{ ...who, terminal: 't1', role: 'type', guest: 'Ada', automatic: false }],
  'terminal.guest': [
    reported('opened', { role: 'view' }),
    reported('opened'),
    reported('asked'),
    reported('let-in'),
    reported('let-in', { automatic: true }),
    reported('declined'),
    reported('typed'),
    reported('left'),
    reported('left', { code: 'share.removed' }),
    reported('ended'),
    reported('lost'),
  ],
  'guest.declined': [{ ...who, terminal: 't1', role: 'type', guest: 'Ada' }],
  'guest.left': [{ ...who, terminal: 't1', role: 'type', guest: 'Ada', code: 'share.removed' }],
  'way.opened': [{ ...who, to: peer }],
  'way.refused': [{ ...who, code: 'rights.denied' }],
  'forward.opened': each(['tcp', 'udp'], (protocol) => ({
    ...who,
    protocol,
    target: 'db:5432',
    address: '10.0.0.7:5432',
    count: 1,
  })),
  'forward.refused': [{ ...who, protocol: 'tcp', target: 'db:5432', code: 'forward.timeout', count: 1 }],
  'forward.listening': [{ ...who, address: '127.0.0.1:80' }],
  'targets.changed': [{ ...who, count: 2 }],
  'message.loops': [{ inARow: 50, inTenMinutes: 200 }],
  'right.agent': [
    ...each(['allow', 'ask', 'deny', 'none'] as const, (decision) => ({
      ...who,
      agent: 'coder',
      decision,
      expiresAt: null,
    })),
    { ...who, agent: 'coder', decision: 'allow', expiresAt: 1_800_000_000_000 },
  ],
  'remote.started': [
    ...each(kinds, (kind) => ({ ...who, kind, gateway, workflow: null, session: null, confirm: null, length: 3 })),
    { ...who, kind: 'restart', gateway, workflow: null, session: null, confirm: false, length: 0 },
  ],
  'remote.ended': [
    ...each(kinds, (kind) => ({ ...who, kind, gateway, outcome: 'done', length: 3 })),
    { ...who, kind: 'prompt', gateway, outcome: 'remote.aborted', length: 0 },
    { ...who, kind: 'prompt', gateway, outcome: 'of-a-later-version', length: 0 },
  ],
  'remote.refused': [{ ...who, kind: 'prompt', code: 'rights.denied' }],
  'remote.used': each(kinds, (kind) => ({ ...who, kind })),
  'workflows.changed': each([0, 1, 2], (count) => ({ count })),
  'gateway.terminal': [{ ...at, terminal: 't1' }],
  'gateway.restart': [at],
  'gateway.workflow': [{ ...at, workflow: 'deploy' }],
  'gateway.added': [{ ...at, host: '10.0.0.4' }],
  'gateway.changed': [{ ...at, host: '10.0.0.4' }],
  'gateway.removed': [at],
  'gateway.trusted': each(['always', 'once'], (how) => ({ ...at, fingerprint: 'ab'.repeat(32), how })),
  'gateway.certificate': each([null, 'cd'.repeat(32)], (before) => ({ ...at, fingerprint: 'ab'.repeat(32), before })),
  'gateway.connected': each(['operator', 'node'], (role) => ({ ...at, role })),
  'gateway.lost': each(['operator', 'node'], (role) => ({ ...at, role, code: 'gateway.lost' })),
  'gateway.pairing': each(['operator', 'node'], (role) => ({ ...at, role, request: 'r1' })),
  'gateway.refused': each(['operator', 'node'], (role) => ({ ...at, role, code: 'gateway.token-wrong' })),
  'gateway.device': each(['renamed', 'removed', 'token-rotated', 'token-revoked'], (change) => ({
    ...at,
    device: 'd'.repeat(64),
    change,
    role: null,
  })),
  'gateway.node': each(['renamed', 'removed'], (change) => ({ ...at, node: 'nas', change })),
  'gateway.invoked': each([null, 'gateway.timeout'], (code) => ({ ...at, node: 'nas', command: 'system.which', code })),
  'node.run.started': [
    { ...at, run: 1, command: 'make', program: '/usr/bin/make', directory: '/', variables: 'LANG', by: 'rule' },
  ],
  'node.run.ended': each([0, null], (exitCode) => ({
    ...at,
    run: 1,
    outcome: 'finished',
    exitCode,
    signal: null,
    code: null,
    seconds: 1,
  })),
  'node.run.denied': [{ ...at, command: 'make', by: 'person' }],
  'node.policy.changed': [{ default: 'ask', rules: 1 }],
  'node.rule.added': [{ gateway: null, program: '/bin/df', any: false, unpinned: false }],
  'request.decided': [
    ...each(['device', 'node', 'exec', 'plugin', 'run'], (kind) => ({ ...decided, kind })),
    { ...decided, outcome: 'rejected' },
  ],
  'request.over': each(['expired', 'elsewhere', 'replaced', 'withdrawn'], (outcome) => ({ ...decided, outcome })),
};

describe('what the agent writes into its history', () => {
  it.each(Object.entries(SAMPLES))('%s has words for it, whatever it says', (event, samples) => {
    const said = samples.map((fields) => auditText({ at: 0, event, fields }, 0));
    for (const text of said) {
      // The name and the fields as they are stand for an event that nobody knows.
      expect(text).not.toContain(event);
      expect(text).not.toMatch(/[{}=]|undefined|: $/);
      expect(text).toMatch(/^\P{Ll}/u);
    }
    // Each of the values that were given is told apart.
    expect(new Set(said).size).toBe(samples.length);
  });
});
