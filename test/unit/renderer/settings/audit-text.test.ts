import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '#shared/app-api/index.ts';
import { chooseLines, toLines } from '../../../../src-renderer/features/settings/audit/audit-lines.ts';
import { auditText, kindOf } from '../../../../src-renderer/features/settings/audit/audit-text.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const said = (event: string, fields: AuditEntry['fields'] = {}): string => auditText({ at: NOW, event, fields }, NOW);

describe('an entry of the history', () => {
  it.each<readonly [event: string, fields: AuditEntry['fields'], sentence: string]>([
    ['agent.started', { version: '0.1.0', pid: 7 }, 'ClawReach 0.1.0 started'],
    ['agent.stopped', { reason: 'stop' }, 'ClawReach ended by command'],
    ['agent.stopped', { reason: 'other' }, 'ClawReach ended'],
    ['secret.moved', { store: 'file' }, 'The key of this device was moved into a file'],
    ['secret.moved', { store: 'kwallet6' }, 'The key of this device was moved into the key store kwallet6'],
    ['relay.configured', { url: 'wss://r:7474', insecure: false }, 'The relay was set to wss://r:7474'],
    ['relay.configured', { url: 'ws://r:7474', insecure: true }, 'The relay was set to ws://r:7474, without TLS'],
    ['relay.state', { url: 'wss://r', state: 'online', problem: null }, 'Connected to the relay wss://r'],
    [
      'relay.state',
      { url: 'wss://r', state: 'waiting', problem: 'relay.dns' },
      'Relay wss://r: The relay was not found',
    ],
    ['relay.state', { url: 'wss://r', state: 'connecting', problem: null }, 'Relay wss://r: Connecting'],
    ['pairing.started', { side: 'inviter', form: 'link' }, 'A pairing link was made here'],
    ['pairing.started', { side: 'joiner', form: 'code' }, 'A pairing code was entered here'],
    ['pairing.failed', { side: 'joiner', code: 'pairing.wrong-code' }, 'Pairing failed: The pairing code is wrong'],
    ['peer.paired', { name: 'office', side: 'joiner' }, 'Paired with office, with its code or link'],
    ['peer.renamed', { name: 'lab', before: 'office' }, 'office is called lab here now'],
    ['peer.forgotten', { name: 'office' }, 'office was forgotten'],
    ['peer.own', { name: 'laptop', own: true }, 'laptop was marked as one of your own devices'],
    ['peer.own', { name: 'laptop', own: false }, 'laptop is no longer marked as one of your own devices'],
    ['terminal.taken-over', { name: 'tablet', fromName: 'laptop' }, 'tablet took over a terminal here from laptop'],
    ['peer.linked', { name: 'office', path: 'relay' }, 'Linked with office, through the relay'],
    ['peer.linked', { name: 'office', path: 'direct' }, 'Linked with office, directly'],
    ['peer.linked', { name: 'office', path: 'pigeon' }, 'Linked with office'],
    ['approval.requested', { name: 'office', right: 'relay' }, 'office asked to pass through this device'],
    ['approval.requested', { name: 'office', right: 'later' }, 'office asked for something here'],
    ['right.changed', { name: 'office', right: 'relay', decision: 'deny' }, 'office may not pass through this device'],
    ['peer.unlinked', { name: 'office', code: '' }, 'The link with office ended'],
    [
      'link.refused',
      { claimed: 'CR5K8ZT2M4', code: 'handshake.unknown-peer' },
      'Somebody who claims to be CR5K8ZT was refused: it is not paired with this device',
    ],
    ['right.changed', { name: 'office', right: 'terminal', decision: 'ask' }, 'office has to ask for terminals here'],
    [
      'right.changed',
      { name: 'office', right: 'files', decision: 'deny' },
      'A right of office was changed: files, deny',
    ],
    ['approval.requested', { name: 'office', right: 'terminal' }, 'office asked to open a terminal here'],
    ['approval.decided', { name: 'office', outcome: 'denied' }, 'A request of office was refused'],
    ['terminal.opened', { name: 'office', program: '/bin/sh' }, 'office opened a terminal here: /bin/sh'],
    // In the words of the device that was asked, not of the one that was refused.
    [
      'terminal.refused',
      { name: 'office', code: 'rights.denied' },
      'office was refused a terminal here: It is not allowed here',
    ],
    [
      'terminal.ended',
      { name: 'office', code: 'terminal.revoked' },
      'A terminal of office here ended: The right was taken back',
    ],
    ['terminal.ended', { name: 'office', code: null, exitCode: 3 }, 'A terminal of office here ended with exit code 3'],
    ['node.run.started', { name: 'home', command: 'make all' }, 'home began to run here: make all'],
    ['node.run.denied', { name: 'home', command: 'make all' }, 'home was not let run here: make all'],
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
    ['node.rule.added', { gateway: null, program: '/bin/df' }, 'Gateways may run /bin/df here without a question'],
    ['way.opened', { name: 'office', to: 'HMAVXWKY44YN' }, 'office was passed on to HMAVXWK by this device'],
    [
      'way.refused',
      { name: 'office', code: 'via.unreachable' },
      'office was refused a way through this device: The device in the middle cannot reach the other one',
    ],
    ['terminal.used', { name: 'office' }, 'A terminal on office was used from here'],
    ['forward.opened', { name: 'office', target: 'db:5432', count: 1 }, 'office reached db:5432 through this device'],
    [
      'forward.opened',
      { name: 'office', target: '*', count: 7 },
      'office reached further addresses through this device, 7 times',
    ],
    [
      'forward.refused',
      { name: 'office', target: '10.0.0.1:22', code: 'forward.timeout', count: 1 },
      'office did not reach 10.0.0.1:22 through this device: The target did not answer in time',
    ],
    [
      'forward.listening',
      { name: 'office', address: '127.0.0.1:8080' },
      'office takes the connections that come to 127.0.0.1:8080 here',
    ],
    ['targets.changed', { name: 'office', count: 2 }, 'office may reach 2 named targets here'],
  ])('%s is told in words: %j', (event, fields, sentence) => {
    expect(said(event, fields)).toBe(sentence);
  });

  it('of a right for a while says until when', () => {
    const text = said('right.changed', { name: 'office', right: 'terminal', decision: 'allow', expiresAt: NOW + 1000 });
    expect(text).toMatch(/^office may open terminals here until .*\d/);
  });

  it('of a later version is shown as it is', () => {
    expect(said('file.sent', { name: 'office', bytes: 7, to: { x: 1 } })).toBe(
      'file.sent name=office bytes=7 to={"x":1}',
    );
    expect(said('approval.decided', { name: 'office', outcome: 'later' })).toBe(
      'approval.decided name=office outcome=later',
    );
    expect(said('right.changed', {})).toBe('A right of a peer was changed: , ');
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
    expect(lines.map(({ what }) => what.slice(0, 9))).toEqual(['attic was', 'Paired wi', 'A termina', 'ClawReach']);
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
