import { describe, expect, it } from 'vitest';
import { findSettings, pageOf, settingsList } from '../../../../src-renderer/features/settings/sections.ts';

const facts = (kind: 'desktop' | 'browser') => ({ kind }) as never;
const found = (query: string, kind: 'desktop' | 'browser' = 'desktop'): readonly string[] =>
  findSettings(facts(kind), query).map(({ label }) => label);

describe('the search of the settings', () => {
  it('finds by name, the best first', () => {
    expect(found('font size')).toEqual(['Font size']);
    expect(found('appearance')[0]).toBe('Appearance');
    expect(found('zzz')).toEqual([]);
  });

  it('finds by other words for a setting', () => {
    expect(found('dark mode')).toEqual(['Theme']);
    expect(found('autostart')).toEqual(['Start when I sign in']);
    expect(found('autostart', 'browser')).toEqual([]);
  });

  it('names the page on which a setting stands as the list does', () => {
    const [relay] = findSettings(facts('desktop'), 'relays on servers');
    expect(relay?.section).toBe('relay');
    expect(pageOf('relay')).toBe('Connection');
    expect(pageOf('diagnostics')).toBe(pageOf('about'));
    expect(pageOf('appearance')).toBe('Appearance');
  });

  it('shows every section once in the list', () => {
    const sections = settingsList(facts('desktop')).flatMap((group) => group.flatMap((entry) => entry.sections));
    expect(new Set(sections).size).toBe(sections.length);
    const entries = findSettings(facts('desktop'), '').map(({ section }) => section);
    expect(new Set(entries)).toEqual(new Set(sections));
    expect(sections[0]).toBe('appearance');
    expect(
      settingsList(facts('browser'))
        .flat()
        .map(({ name }) => name),
    ).not.toContain('updates');
  });
});
