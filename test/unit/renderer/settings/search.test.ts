import { describe, expect, it } from 'vitest';
import {
  findSettings,
  pageOf,
  sectionLabel,
  settingsList,
} from '../../../../src-renderer/features/settings/sections.ts';

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

  it('offers in a browser that is itself a machine nothing that only a machine with rights to give has', () => {
    const browser = { kind: 'browser', ownsAgent: true } as never;
    const window = { kind: 'browser', ownsAgent: false } as never;
    const names = (of: never): readonly string[] =>
      settingsList(of)
        .flat()
        .map(({ name }) => name);
    expect(names(browser)).not.toContain('background');
    expect(names(window)).toContain('background');
    const shown = (without: readonly string[]): readonly string[] =>
      settingsList({ kind: 'browser', ownsAgent: true, without } as never)
        .flat()
        .flatMap(({ sections }) => sections);
    expect(shown([])).toContain('diagnostics');
    expect(shown(['diagnostics'])).not.toContain('diagnostics');
    expect(shown(['messages'])).not.toContain('messages');
    expect(shown(['saved-commands'])).not.toContain('saved-commands');
    const labels = (of: never): readonly string[] => findSettings(of, '').map(({ label }) => label);
    expect(labels(browser)).not.toContain('Browsers');
    expect(labels(browser)).not.toContain('Permissions of other machines');
    expect(labels(browser)).toContain('Safety numbers');
    expect(labels(window)).toContain('Browsers');
    expect([browser, window].map((of) => sectionLabel('device', of))).toEqual(['This browser', 'This machine']);
    expect(labels(browser)).toContain('This browser');
    expect(pageOf('device', browser)).toBe('This browser');
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
