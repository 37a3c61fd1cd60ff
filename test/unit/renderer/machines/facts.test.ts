import { afterEach, describe, expect, it } from 'vitest';
import { systemName } from '#renderer/features/machines/list/search-machines.ts';
import { medianOf } from '#renderer/features/machines/page/median.ts';
import { spanText } from '#renderer/features/machines/page/system-facts.tsx';
import { changeLanguage } from '#renderer/locale/index.ts';
import { peerView } from '../peers/peer.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

afterEach(() => changeLanguage('en'));

describe('facts about a machine', () => {
  it.each([
    [-5, '0 minutes'],
    [90_000, '1 minute'],
    [3 * HOUR, '3 hours'],
    [3 * HOUR + 5 * MINUTE, '3 hours, 5 minutes'],
    [DAY + 59 * MINUTE, '1 day'],
    [12 * DAY + 4.5 * HOUR, '12 days, 4 hours'],
  ])('say how long it runs in its two largest units: %s', (span, expected) => {
    expect(spanText(span)).toBe(expected);
  });

  it('join the units as each language does', async () => {
    await changeLanguage('de');
    expect(spanText(12 * DAY + 4 * HOUR)).toBe('12 Tage, 4 Stunden');
    await changeLanguage('zh');
    expect(spanText(12 * DAY + 4 * HOUR)).toBe('12 天 4 小时');
  });

  it('have the middle of its round trips, which one slow answer does not move', () => {
    expect(medianOf([])).toBe(undefined);
    expect(medianOf([7])).toBe(7);
    expect(medianOf([2, 900, 3])).toBe(3);
    expect(medianOf([4, 2])).toBe(3);
  });

  it('name its system as it does itself, else by kind, else not at all', () => {
    const facts = { at: 0, os: 'Debian 12' };
    expect(systemName(peerView({ system: 'linux', facts }))).toBe('Debian 12');
    expect(systemName(peerView({ system: 'linux', facts: { at: 0 } }))).toBe('Linux');
    expect(systemName(peerView({ system: undefined }))).toBe(undefined);
  });
});
