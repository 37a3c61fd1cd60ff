import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '#shared/app-api/index.ts';
import { chooseLines, toLines } from '../../../../src-renderer/features/history/log/audit-lines.ts';
import { auditText, kindOf } from '../../../../src-renderer/features/history/log/audit-text.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const said = (event: string, fields: AuditEntry['fields'] = {}): string => auditText({ at: NOW, event, fields }, NOW);

describe('an entry of the history', () => {
  it.each<readonly [event: string, fields: AuditEntry['fields'], sentence: string]>([
    ['agent.started', { version: '0.1.0', pid: 7 }, 'ClawReach 0.1.0 started'],
    ['agent.stopped', { reason: 'stop' }, 'ClawReach was stopped by command'],
    ['agent.stopped', { reason: 'other' }, 'ClawReach stopped'],
    ['secret.moved', { store: 'file' }, "Moved this machine's key to a file"],
    ['secret.moved', { store: 'kwallet6' }, "Moved this machine's key to the key store kwallet6"],
    ['relay.configured', { url: 'wss://r:7474', insecure: false }, 'Set the relay to wss://r:7474'],
    ['relay.configured', { url: 'ws://r:7474', insecure: true }, 'Set the relay to ws://r:7474, without TLS'],
    ['relay.state', { url: 'wss://r', state: 'online', problem: null }, 'Connected to the relay wss://r'],
    ['relay.state', { url: 'wss://r', state: 'waiting', problem: 'relay.dns' }, "Relay wss://r: Can't find the relay"],
    ['relay.state', { url: 'wss://r', state: 'connecting', problem: null }, 'Relay wss://r: Connecting'],
    ['pairing.started', { side: 'inviter', form: 'link' }, 'Created a pairing link'],
    ['pairing.started', { side: 'joiner', form: 'code' }, 'Entered a pairing code'],
    [
      'pairing.failed',
      { side: 'joiner', code: 'pairing.wrong-code' },
      'Pairing failed: Wrong code. Nothing was paired',
    ],
    ['peer.paired', { name: 'office', side: 'joiner' }, 'Paired with office using its code or link'],
    ['peer.renamed', { name: 'lab', before: 'office' }, 'Renamed office to lab'],
    ['peer.forgotten', { name: 'office' }, 'Removed office'],
    ['peer.own', { name: 'laptop', own: true }, 'Marked laptop as one of your machines'],
    ['peer.own', { name: 'laptop', own: false }, 'laptop is no longer marked as one of your machines'],
    ['terminal.taken-over', { name: 'tablet', fromName: 'laptop' }, 'tablet took over a terminal here from laptop'],
    ['peer.linked', { name: 'office', path: 'relay' }, 'Connected to office, through the relay'],
    ['peer.linked', { name: 'office', path: 'direct' }, 'Connected to office, direct'],
    ['peer.linked', { name: 'office', path: 'pigeon' }, 'Connected to office'],
    ['approval.requested', { name: 'office', right: 'relay' }, 'office wanted to pass through this machine'],
    ['approval.requested', { name: 'office', right: 'later' }, 'office sent a request'],
    ['right.changed', { name: 'office', right: 'relay', decision: 'deny' }, "office can't pass through this machine"],
    ['peer.unlinked', { name: 'office', code: '' }, 'Disconnected from office'],
    [
      'right.changed',
      { name: 'office', right: 'send', decision: 'allow', expiresAt: null, most: 1_000_000_000 },
      'office can send files to this machine, up to 1 GB at a time',
    ],
    ['folder.changed', { name: 'office', action: 'rename', path: 'a', to: 'b', count: 1 }, 'office renamed a to b'],
    [
      'folder.changed',
      { name: 'office', action: 'rename', path: '*', to: '*', count: 40 },
      'office renamed 40 more files or folders',
    ],
    [
      'transfer.received',
      { name: 'office', transfer: '*', count: 7 },
      'Received 7 more transfers of files from office',
    ],
    [
      'link.refused',
      { claimed: 'CR5K8ZT2M4', code: 'handshake.unknown-peer' },
      'Rejected a connection that claims to be CR5K8ZT: not paired with this machine',
    ],
    [
      'right.changed',
      { name: 'office', right: 'terminal', decision: 'ask' },
      'office has to ask before opening terminals here',
    ],
    [
      'right.changed',
      { name: 'office', right: 'teleport', decision: 'deny' },
      'Changed a permission of office: teleport, deny',
    ],
    ['approval.requested', { name: 'office', right: 'terminal' }, 'office wanted to open a terminal here'],
    ['approval.decided', { name: 'office', outcome: 'denied' }, 'Declined a request from office'],
    ['terminal.opened', { name: 'office', program: '/bin/sh' }, 'office opened a terminal here: /bin/sh'],
    // In the words of the device that was asked, not of the one that was refused.
    [
      'terminal.refused',
      { name: 'office', code: 'rights.denied' },
      "office couldn't open a terminal here: Not allowed here",
    ],
    [
      'terminal.ended',
      { name: 'office', code: 'terminal.revoked' },
      "office's terminal here ended: Permission withdrawn",
    ],
    ['terminal.ended', { name: 'office', code: null, exitCode: 3 }, "office's terminal here ended with exit code 3"],
    ['terminal.ended', { name: 'office', signal: 'SIGKILL' }, "office's terminal here was ended by SIGKILL"],
    [
      'terminal.ended',
      { name: 'office', signal: 'SIGKILL', piped: true },
      "office's command here was ended by SIGKILL",
    ],
    ['terminal.opened', { name: 'office', program: 'id', piped: true }, 'office ran a command here: id'],
    [
      'terminal.refused',
      { name: 'office', code: 'rights.withdrawn', piped: true },
      "office couldn't run a command here: It ended the request before it was answered",
    ],
    ['node.run.started', { name: 'home', command: 'make all' }, 'home started a program here: make all'],
    ['node.run.denied', { name: 'home', command: 'make all' }, 'Denied home a program here: make all'],
    [
      'node.run.ended',
      { name: 'home', run: 3, outcome: 'finished', exitCode: 2 },
      'Run 3 of home ended with exit code 2',
    ],
    [
      'node.run.ended',
      { name: 'home', run: 3, outcome: 'cancelled', exitCode: null },
      'Run 3 of home ended: cancelled',
    ],
    ['node.rule.added', { gateway: null, program: '/bin/df' }, 'Allowed gateways to run /bin/df here without asking'],
    ['way.opened', { name: 'office', to: 'HMAVXWKY44YN' }, 'office passed through this machine to HMAVXWK'],
    [
      'way.refused',
      { name: 'office', code: 'via.unreachable' },
      "office couldn't pass through this machine: The machine in between can't reach the other one",
    ],
    ['terminal.used', { name: 'office' }, 'Used a terminal on office'],
    ['forward.opened', { name: 'office', target: 'db:5432', count: 1 }, 'office reached db:5432 through this machine'],
    [
      'forward.opened',
      { name: 'office', target: '*', count: 7 },
      'office reached other addresses through this machine, 7 times',
    ],
    [
      'forward.refused',
      { name: 'office', target: '10.0.0.1:22', code: 'forward.timeout', count: 1 },
      "office couldn't reach 10.0.0.1:22 through this machine: The target didn't answer in time",
    ],
    [
      'forward.listening',
      { name: 'office', address: '127.0.0.1:8080' },
      'office receives connections to 127.0.0.1:8080 here',
    ],
    ['targets.changed', { name: 'office', count: 2 }, 'office can reach 2 named targets here'],
  ])('%s is told in words: %j', (event, fields, sentence) => {
    expect(said(event, fields)).toBe(sentence);
  });

  it('of a temporary right shows until when', () => {
    const text = said('right.changed', { name: 'office', right: 'terminal', decision: 'allow', expiresAt: NOW + 1000 });
    expect(text).toMatch(/^office can open terminals here until .*\d/);
  });

  it('of a later version is shown as it is', () => {
    expect(said('file.sent', { name: 'office', bytes: 7, to: { x: 1 } })).toBe(
      'file.sent name=office bytes=7 to={"x":1}',
    );
    expect(said('approval.decided', { name: 'office', outcome: 'later' })).toBe(
      'approval.decided name=office outcome=later',
    );
    expect(said('right.changed', {})).toBe('Changed a permission of a machine: , ');
  });

  it('shows what cannot be seen in the words of others, and never reorders its own', () => {
    const text = said('peer.forgotten', { name: 'off\u202eice\u0007' });
    expect(text).toContain('⟨U+202E⟩');
    expect(text).not.toContain('\u0007');
    expect(text).not.toContain('\u202e');
    expect(said('terminal.opened', { name: 'אבג', program: 'sh' })).toMatch(/^\u2068אבג\u2069 opened/);
  });

  it('with garbage in its fields is still a sentence', () => {
    for (const value of [null, 7, [], {}, true, 'constructor', '__proto__', '']) {
      for (const event of [
        'peer.paired',
        'relay.state',
        'pairing.started',
        'right.changed',
        'terminal.ended',
        'toString',
      ]) {
        const fields = Object.fromEntries(
          [
            'name',
            'side',
            'form',
            'code',
            'state',
            'problem',
            'outcome',
            'decision',
            'exitCode',
            'expiresAt',
            'right',
          ].map((name) => [name, value]),
        );
        expect(said(event, fields).length).toBeGreaterThan(3);
      }
    }
  });

  it('has a kind by its name', () => {
    expect(['peer.paired', 'link.refused', 'pairing.failed'].map(kindOf)).toEqual(['peers', 'peers', 'peers']);
    expect(['approval.decided', 'terminal.used', 'relay.state', 'new.thing'].map(kindOf)).toEqual([
      'rights',
      'terminals',
      'device',
      'device',
    ]);
  });
});

describe('the history', () => {
  const entries: readonly AuditEntry[] = [
    { at: NOW - 3000, event: 'agent.started', fields: { version: '0.1.0' } },
    { at: NOW - 1000, event: 'peer.paired', fields: { name: 'office', side: 'inviter' } },
    { at: NOW - 2000, event: 'terminal.used', fields: { name: 'office' } },
    { at: 1e300, event: 'peer.forgotten', fields: { name: 'attic' } },
  ];

  it('is newest first, and takes any time', () => {
    const lines = toLines(entries, NOW);
    expect(lines.map(({ what }) => what.slice(0, 9))).toEqual(['Removed a', 'Paired wi', 'Used a te', 'ClawReach']);
    expect(new Set(lines.map(({ key }) => key)).size).toBe(4);
  });

  it('is searched for all words in any order and case, within a kind', () => {
    const lines = toLines(entries, NOW);
    const found = (wanted: string, kind: Parameters<typeof chooseLines>[2] = 'all') =>
      chooseLines(lines, wanted, kind).map(({ kind: found }) => found);
    expect(found('')).toHaveLength(4);
    expect(found(' OFFICE  paired ')).toEqual(['peers']);
    expect(found('office', 'terminals')).toEqual(['terminals']);
    expect(found('office nowhere')).toEqual([]);
  });
});
