import { describe, expect, it } from 'vitest';
import { choiceOf, hasEnd, sameChoice, revokes } from '#renderer/features/peers/rights/right-choice.ts';
import {
  formatLocalMinute,
  parseLocalMinute,
  resolveEnd,
  tomorrowMorning,
} from '#renderer/features/peers/rights/right-ends.ts';
import { describeGrant, describeRight } from '#renderer/features/peers/rights/right-text.ts';

const NOW = new Date(2026, 10, 21, 14, 30, 20).getTime();
const HOUR = 3_600_000;

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

  it('is shown in a field as it is read from it', () => {
    const at = new Date(2026, 0, 2, 3, 4).getTime();
    expect(formatLocalMinute(at)).toBe('2026-01-02T03:04');
    expect(parseLocalMinute(formatLocalMinute(at))).toBe(at);
  });
});

describe('the choice of a right', () => {
  it('begins with what holds', () => {
    expect(choiceOf({ decision: 'ask', expiresAt: null })).toEqual({ decision: 'ask', end: 'never', date: '' });
    expect(choiceOf({ decision: 'allow', expiresAt: new Date(2026, 0, 2, 3, 4).getTime() })).toEqual({
      decision: 'allow',
      end: 'date',
      date: '2026-01-02T03:04',
    });
  });

  it('has no end where it is asked anyway', () => {
    expect(hasEnd('allow')).toBe(true);
    expect(hasEnd('deny')).toBe(true);
    expect(hasEnd('ask')).toBe(false);
    expect(sameChoice({ decision: 'ask', end: 'hour', date: '' }, { decision: 'ask', end: 'never', date: '' })).toBe(
      true,
    );
    expect(
      sameChoice({ decision: 'allow', end: 'hour', date: '' }, { decision: 'allow', end: 'never', date: '' }),
    ).toBe(false);
  });

  it('warns that terminals end when a right is taken back, and only then', () => {
    const allowed = { decision: 'allow', expiresAt: null } as const;
    const asked = { decision: 'ask', expiresAt: null } as const;
    const denied = { decision: 'deny', expiresAt: null } as const;
    const choose = (decision: 'allow' | 'ask' | 'deny') => ({ decision, end: 'never', date: '' }) as const;
    expect(revokes(allowed, choose('ask'))).toBe(true);
    expect(revokes(allowed, choose('deny'))).toBe(true);
    // One that was approved once may be running.
    expect(revokes(asked, choose('deny'))).toBe(true);
    expect(revokes(allowed, choose('allow'))).toBe(false);
    expect(revokes(asked, choose('allow'))).toBe(false);
    expect(revokes(denied, choose('deny'))).toBe(false);
  });
});

describe('a right in words', () => {
  it('names the end of what ends', () => {
    const until = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(NOW + HOUR);
    expect(describeRight('terminal', { decision: 'allow', expiresAt: NOW + HOUR }, NOW)).toEqual({
      text: `Terminals until ${until}`,
      tone: 'good',
    });
    expect(describeGrant({ decision: 'deny', expiresAt: NOW + HOUR }, NOW)).toBe(`denied until ${until}, then asks`);
  });

  it('is plain where there is no end', () => {
    expect(describeRight('terminal', { decision: 'allow', expiresAt: null }, NOW).text).toBe('Terminals allowed');
    expect(describeRight('terminal', { decision: 'ask', expiresAt: null }, NOW).text).toBe('Terminals: asks you');
    expect(describeRight('terminal', { decision: 'deny', expiresAt: null }, NOW).text).toBe('No terminals');
    expect(describeGrant({ decision: 'ask', expiresAt: NOW + HOUR }, NOW)).toBe('asks each time');
  });
});
