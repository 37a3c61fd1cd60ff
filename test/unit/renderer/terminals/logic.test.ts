import { describe, expect, test } from 'vitest';
import { isPathLoss, type LinkState } from '#shared/app-api/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import {
  inspectPaste,
  needsReview,
  showControls,
  withControls,
  withoutBrackets,
} from '../../../../src-renderer/features/terminals/clipboard/paste.ts';
import { onePane, splitPane } from '../../../../src-renderer/features/terminals/panes/layout.ts';
import { isOver, nextPhase } from '../../../../src-renderer/features/terminals/session/phase.ts';
import { terminalStatus } from '../../../../src-renderer/features/terminals/session/terminal-status.ts';
import { Reconnect } from '../../../../src-renderer/features/terminals/session/reconnect.ts';
import { mayShowWords } from '../../../../src-renderer/features/terminals/session/may-show-words.ts';
import type { Machine } from '../../../../src-renderer/features/terminals/session/machine.ts';
import {
  MOST_TERMINALS,
  readTabs,
  restoredPhase,
  writeTabs,
} from '../../../../src-renderer/features/terminals/tabs/saved-tabs.ts';
import { TITLE_LIMIT, tidyTitle } from '../../../../src-renderer/features/terminals/tabs/title.ts';
import { peerView } from '../peers/peer.ts';

describe('a paste', () => {
  test('of one plain line needs no look, several lines, control characters and a leading end of line do', () => {
    expect(needsReview(inspectPaste('ls -l\tfile'))).toBe(false);
    const suspicious = ['a\nb', 'a\r', '\nrm', 'a\u001b[A', 'of\u200bfice', 'x\u202ey'];
    expect(suspicious.filter((text) => !needsReview(inspectPaste(text)))).toEqual([]);
  });

  test('cannot step out of its brackets, however the marks are nested', () => {
    expect(withoutBrackets('a\u001b[20\u001b[201~1~b\u009b201~c')).toBe('abc');
  });

  test('shows its control characters and gives them back', () => {
    const text = 'a\u001b[A\u0007\u007f\u202e\tb\n';
    expect(showControls(text)).toBe('a␛[A␇␡⟨U+202E⟩\tb\n');
    expect(withControls(showControls(text))).toBe(text);
  });
});

describe('the words of a pairing', () => {
  test('may wait at the machine for a while, until it says that someone there has confirmed them', () => {
    const at = (given: Parameters<typeof peerView>[0]): Machine => ({ kind: 'peer', peer: peerView(given) });
    expect(mayShowWords(at({ pairedAt: 1000 }), 2000)).toBe(true);
    expect(mayShowWords(at({ pairedAt: 1000, comparedThere: true }), 2000)).toBe(false);
    expect(mayShowWords(at({ pairedAt: 1000 }), 601_000)).toBe(false);
    expect(mayShowWords({ kind: 'peer', peer: undefined }, 2000)).toBe(false);
  });
});

describe('a terminal that runs', () => {
  const link: Omit<LinkState, 'state'> = { since: 0, retryAt: null, via: null, hops: [], why: null, history: [] };

  test('stands as its link does; one that does not run, as itself', () => {
    const running = { kind: 'running' } as const;
    const peer = (state: LinkState['state'] | undefined): Machine => ({
      kind: 'peer',
      peer: peerView({ link: state === undefined ? null : { ...link, state } }),
    });
    expect(terminalStatus(running, { kind: 'peer', peer: undefined })).toBe('running');
    expect(terminalStatus(running, { kind: 'gateway', gateway: undefined })).toBe('running');
    expect(terminalStatus(running, peer(undefined))).toBe('running');
    expect(terminalStatus(running, peer('up'))).toBe('running');
    expect(terminalStatus(running, peer('doubtful'))).toBe('doubtful');
    expect(terminalStatus(running, peer('reconnecting'))).toBe('reconnecting');
    expect(terminalStatus({ kind: 'connecting' }, peer('reconnecting'))).toBe('connecting');
  });

  test('has ended once its pairing or permission is back, and tells what is missing until then', () => {
    const at = (rights: { terminal: 'allow' | 'ask' | 'deny' } | undefined, forgottenAt?: number): Machine => ({
      kind: 'peer',
      peer: peerView({
        forgottenAt,
        rightsThere: rights && { at: 0, rights },
      }),
    });
    const failed = (code: string) => nextPhase({ kind: 'running' }, { kind: 'failed', error: undefined, code });
    for (const code of ['link.removed', 'peer.unknown', 'peer.forgot', 'terminal.revoked']) {
      expect(terminalStatus(failed(code), { kind: 'peer', peer: undefined })).toBe('failed');
      expect(terminalStatus(failed(code), at({ terminal: 'allow' }, 1))).toBe('failed');
      expect(terminalStatus(failed(code), at({ terminal: 'deny' }))).toBe('failed');
      expect(terminalStatus(failed(code), at({ terminal: 'ask' }))).toBe('ended');
      expect(terminalStatus(failed(code), at({ terminal: 'allow' }))).toBe('ended');
      expect(isOver(failed(code))).toBe(true);
    }
    expect(terminalStatus(failed('link.removed'), at(undefined))).toBe('ended');
    expect(terminalStatus(failed('terminal.revoked'), at(undefined))).toBe('failed');
    expect(terminalStatus(failed('terminal.refused'), at({ terminal: 'allow' }))).toBe('failed');
  });

  test('is attached again when its session could not continue, and when no path exists', () => {
    const codes = [
      'link.session-lost',
      'direct.timeout',
      'direct.no-answer',
      'via.unreachable',
      'via.no-answer',
      'link.no-way',
      'link.no-address',
      'relay.not-configured',
    ];
    expect(codes.filter((code) => !isPathLoss(code))).toEqual([]);
    expect(['via.refused', 'direct.listen'].filter(isPathLoss)).toEqual([]);
  });
});

test('a title is one bounded line without hidden characters', () => {
  expect(tidyTitle('a\u202eb\u0007\n  c')).toBe('ab c');
  expect(Array.from(tidyTitle('x'.repeat(5000)))).toHaveLength(TITLE_LIMIT);
});

describe('a lost terminal', () => {
  test('is retried with waits that double up to eight seconds, and at once on request', async () => {
    const clock = new FakeClock();
    let tries = 0;
    const reconnect = new Reconnect(
      clock,
      () => (tries += 1),
      () => 0.5,
    );
    const waits = Array.from({ length: 7 }, () => reconnect.wait() - clock.now());
    expect(waits).toEqual([500, 1000, 2000, 4000, 4000, 4000, 4000]);
    expect(clock.pending).toBe(1);
    reconnect.now();
    expect([tries, clock.pending]).toEqual([1, 0]);
    reconnect.succeeded();
    expect(reconnect.wait() - clock.now()).toBe(500);
    await clock.advance(500);
    expect(tries).toBe(2);
  });

  test('is retried only after the path was lost, never after a refusal or a failed authentication', () => {
    expect(
      ['link.path-lost', 'link.timeout', 'relay.lost', 'control.lost', 'relay.refused.offline'].every(isPathLoss),
    ).toBe(true);
    const final = [
      'rights.denied',
      'link.authentication',
      'link.key-changed',
      'handshake.damaged',
      'handshake.mac',
      'terminal.revoked',
      'terminal.taken-over',
      'relay.pin-mismatch',
      'relay.refused.refused',
      'relay.refused.unknown',
    ];
    expect(final.filter(isPathLoss)).toEqual([]);
  });

  test('keeps its phase during retries, and is gone when the peer does not know it', () => {
    const lost = nextPhase({ kind: 'running' }, { kind: 'lost', code: 'link.path-lost', retryAt: 5 });
    expect(nextPhase(lost, { kind: 'trying' })).toMatchObject({ kind: 'lost', retryAt: null });
    expect(nextPhase(lost, { kind: 'failed', error: undefined, code: 'terminal.unknown' })).toEqual({ kind: 'gone' });
  });
});

describe('remembered tabs', () => {
  const stored = (value: unknown) =>
    readTabs({ getItem: () => (typeof value === 'string' ? value : JSON.stringify(value)), setItem: () => undefined });
  const terminal = (name: string) => ({ peerId: 'P', terminal: name, title: 'a\u202eb' });
  const pane = (index: number) => ({ kind: 'pane', pane: index });
  const beside = (...parts: unknown[]) => ({
    kind: 'split',
    direction: 'row',
    parts: parts.map((layout) => ({ share: 1 / parts.length, layout })),
  });

  test('are validated, bounded, and each terminal is there once', () => {
    expect(stored('{')).toEqual([]);
    expect(stored({})).toEqual([]);
    const one = { name: '', front: false, layout: pane(0), focused: 0 };
    expect(
      stored([1, { peerId: 'P' }, terminal('a'), terminal('a'), { gatewayId: 'P', terminal: 'a', title: 'logs' }]),
    ).toEqual([
      { ...one, terminals: [{ peerId: 'P', terminal: 'a', title: 'ab' }] },
      { ...one, terminals: [{ gatewayId: 'P', terminal: 'a', title: 'logs' }] },
    ]);
    expect(stored(Array.from({ length: 90 }, (_, index) => terminal(String(index))))).toHaveLength(MOST_TERMINALS);
  });

  test('keep how their panes share the room; what is not there any more gives its room to the others', () => {
    const given = { panes: [terminal('a'), { peerId: 'P' }, terminal('c')], layout: beside(...[0, 1, 2].map(pane)) };
    const [tab] = stored([{ ...given, name: 'logs', focused: 2 }]);
    expect(tab).toMatchObject({ name: 'logs', focused: 1, layout: beside(pane(0), pane(1)) });
    expect(tab?.terminals.map((kept) => kept.terminal)).toEqual(['a', 'c']);
    const strange = [beside(pane(0), pane(0)), 'x', beside(), { kind: 'pane', pane: 9 }, null];
    for (const layout of strange) expect(stored([{ ...given, layout }])).toEqual([]);
  });

  test('that have ended stay, with how, and so do those that were not open yet', () => {
    const exited = { kind: 'ended', exitCode: 3, signal: null } as const;
    const tabs = stored([
      { ...terminal('a'), ended: exited },
      { ...terminal('b'), ended: { kind: 'ended', exitCode: 'x' } },
      { peerId: 'P', title: '' },
      { peerId: 'P', title: '' },
      terminal('c'),
    ]);
    expect(tabs.flatMap(({ terminals }) => terminals.map(restoredPhase))).toEqual([
      exited,
      { kind: 'gone' },
      { kind: 'unopened' },
      { kind: 'unopened' },
      undefined,
    ]);
    const many = Array.from({ length: 90 }, () => ({ peerId: 'P', title: '' }));
    expect(stored(many)).toHaveLength(MOST_TERMINALS);
  });

  test('come back as they were written', () => {
    let kept = '';
    const storage = { getItem: () => kept, setItem: (_key: string, value: string) => void (kept = value) };
    const tabs = [
      { name: 'one', front: true, focused: 0, layout: onePane(0), terminals: [{ ...terminal('a'), title: 'x' }] },
      {
        name: '',
        front: false,
        focused: 1,
        layout: splitPane(onePane(0), 0, 'column', 1),
        terminals: [
          { ...terminal('b'), title: '' },
          { gatewayId: 'G', terminal: 'c', title: '' },
        ],
      },
    ];
    writeTabs(storage, tabs);
    expect(readTabs(storage)).toEqual(tabs);
  });
});
