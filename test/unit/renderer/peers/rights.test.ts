import { describe, expect, it } from 'vitest';
import { text } from '#renderer/locale/index.ts';
import { peerView } from './peer.ts';
import { changesFor, lacksOwnMark, presetOf } from '#renderer/features/peers/rights/presets.ts';
import { chosenGrant, endsBeforePeer, hasEnd, revokes } from '#renderer/features/peers/rights/right-choice.ts';
import {
  formatLocalMinute,
  parseLocalMinute,
  resolveEnd,
  tomorrowMorning,
} from '#renderer/features/peers/rights/right-ends.ts';
import { describeRight } from '#renderer/features/peers/rights/right-text.ts';

const NOW = new Date(2026, 10, 21, 14, 30, 20).getTime();
const HOUR = 3_600_000;
const ASK = { decision: 'ask', expiresAt: null } as const;
const ALLOW = { decision: 'allow', expiresAt: null } as const;
const DENY = { decision: 'deny', expiresAt: null } as const;
const all = (grant: typeof ASK | typeof ALLOW) => ({
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

describe('the end of a right', () => {
  it('is counted from the moment it is given', () => {
    expect(resolveEnd('never', '', NOW)).toEqual({ kind: 'end', expiresAt: null });
    expect(resolveEnd('hour', '', NOW)).toEqual({ kind: 'end', expiresAt: NOW + HOUR });
    expect(resolveEnd('eight-hours', '', NOW)).toEqual({ kind: 'end', expiresAt: NOW + 8 * HOUR });
  });

  it('is nine in the morning of the next day for tomorrow, at the end of a month and of a year too', () => {
    expect(new Date(tomorrowMorning(NOW))).toEqual(new Date(2026, 10, 22, 9, 0, 0));
    expect(new Date(tomorrowMorning(new Date(2026, 11, 31, 23, 59, 59).getTime()))).toEqual(new Date(2027, 0, 1, 9));
    expect(new Date(tomorrowMorning(new Date(2026, 10, 21, 0, 0, 1).getTime()))).toEqual(new Date(2026, 10, 22, 9));
  });

  it('at a date has to be given and to come', () => {
    expect(resolveEnd('date', '', NOW)).toEqual({ kind: 'problem', problem: 'missing' });
    expect(resolveEnd('date', '2026-11-21T14:30', NOW)).toEqual({ kind: 'problem', problem: 'past' });
    expect(resolveEnd('date', '2026-11-21T14:31', NOW)).toEqual({
      kind: 'end',
      expiresAt: new Date(2026, 10, 21, 14, 31).getTime(),
    });
  });

  it.each(['', 'tomorrow', '2026-02-30T10:00', '2026-13-01T10:00', '2026-11-21', '21.11.2026 10:00'])(
    'is not read from %j',
    (text) => {
      expect(parseLocalMinute(text)).toBeUndefined();
    },
  );

  it('of a browser or an introduced machine counts only before its own end', () => {
    const until = (expiresAt: number | null) => ({ decision: 'allow', expiresAt }) as const;
    const browser = { browser: { life: '12h', endsAt: NOW + HOUR } } as const;
    const introduced = { introduced: { by: 'A', byName: 'nas', endsAt: NOW + HOUR } };
    for (const peer of [browser, introduced]) {
      expect(endsBeforePeer(until(NOW + HOUR), peer)).toBe(false);
      expect(endsBeforePeer(until(NOW + HOUR - 1), peer)).toBe(true);
    }
    expect(endsBeforePeer(until(NOW + HOUR), {})).toBe(true);
    expect(endsBeforePeer(until(null), {})).toBe(false);
  });

  it('is shown in a field as it is read from it', () => {
    const at = new Date(2026, 0, 2, 3, 4).getTime();
    expect(formatLocalMinute(at)).toBe('2026-01-02T03:04');
    expect(parseLocalMinute(formatLocalMinute(at))).toBe(at);
  });
});

describe('the choice of a right', () => {
  it('has no end where it is asked anyway', () => {
    expect(hasEnd('allow')).toBe(true);
    expect(hasEnd('deny')).toBe(true);
    expect(hasEnd('ask')).toBe(false);
  });

  it('ends what runs when a right is taken back, and only then', () => {
    expect(revokes(ALLOW, 'ask')).toBe(true);
    expect(revokes(ALLOW, 'deny')).toBe(true);
    // One that was approved once may be running.
    expect(revokes(ASK, 'deny')).toBe(true);
    expect(revokes(ALLOW, 'allow')).toBe(false);
    expect(revokes(ASK, 'allow')).toBe(false);
    expect(revokes(DENY, 'deny')).toBe(false);
  });

  it('is the one that waits for the pairing words, until they are confirmed', () => {
    const words = { words: ['a', 'b', 'c', 'd'], pending: { terminal: ALLOW } };
    const peer = peerView({ rights: all(ASK), pairing: { ...words, compared: false } });
    expect(chosenGrant(peer, 'terminal')).toEqual(ALLOW);
    expect(chosenGrant(peer, 'view')).toEqual(ASK);
    expect(chosenGrant({ ...peer, pairing: { ...words, compared: true } }, 'terminal')).toEqual(ASK);
  });
});

describe('a preset', () => {
  it('is named only if every right and the mark of an own device fit', () => {
    expect(presetOf(peerView({ rights: all(ALLOW), own: true }))).toBe('mine');
    expect(presetOf(peerView({ rights: all(ALLOW), own: false }))).toBeUndefined();
    expect(lacksOwnMark(peerView({ rights: all(ALLOW), own: false }))).toBe(true);
    expect(lacksOwnMark(peerView({ rights: all(ALLOW), own: true }))).toBe(false);
    expect(lacksOwnMark(peerView({ rights: { ...all(ALLOW), relay: ASK }, own: false }))).toBe(false);
    expect(presetOf(peerView({ rights: all(ASK), own: false }))).toBe('guest');
    expect(presetOf(peerView({ rights: all(ASK), own: true }))).toBeUndefined();
    expect(presetOf(peerView({ rights: { ...all(ALLOW), relay: ASK }, own: true }))).toBeUndefined();
    // An hour of everything isn't one's own machine.
    const hour = { decision: 'allow', expiresAt: NOW + HOUR } as const;
    expect(presetOf(peerView({ rights: { ...all(ALLOW), terminal: hour }, own: true }))).toBeUndefined();
  });

  it('changes only what differs, and names the grant that was seen', () => {
    const peer = peerView({ rights: { ...all(ASK), terminal: ALLOW, relay: DENY } });
    expect(changesFor('guest', peer)).toEqual([
      { right: 'terminal', decision: 'ask', was: ALLOW },
      { right: 'relay', decision: 'ask', was: DENY },
    ]);
    expect(changesFor('mine', peer).map(({ right }) => right)).toEqual([
      'view',
      'relay',
      'forward',
      'prompt',
      'message',
      'send',
      'wake',
    ]);
    for (const key of ['access.preset.mine.explain', 'access.preset.mine.confirm'] as const)
      expect(text(key, { name: 'office' })).toContain('introduc');
  });
});

describe('a right in words', () => {
  it('names the end of what ends', () => {
    const until = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(NOW + HOUR);
    expect(describeRight('terminal', { decision: 'allow', expiresAt: NOW + HOUR }, NOW)).toEqual({
      text: `Terminals until ${until}`,
      tone: 'good',
    });
  });

  it('is plain where there is no end', () => {
    expect(describeRight('terminal', { decision: 'allow', expiresAt: null }, NOW).text).toBe('Terminals allowed');
    expect(describeRight('terminal', { decision: 'ask', expiresAt: null }, NOW).text).toBe('Terminals: asks you');
    expect(describeRight('terminal', { decision: 'deny', expiresAt: null }, NOW).text).toBe('No terminals');
  });
});
