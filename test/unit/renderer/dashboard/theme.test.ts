import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyTheme, followOtherTabs, lendTheme, readTheme, setTheme } from '#renderer/dashboard/theme/index.ts';

describe('the theme of the account pages', () => {
  const kept = new Map<string, string>();
  const page = new EventTarget();
  const shown: Record<string, string> = {};
  const changeElsewhere = (theme: string): void => {
    kept.set('dashboard.theme', theme);
    page.dispatchEvent(Object.assign(new Event('storage'), { key: 'dashboard.theme' }));
  };

  beforeEach(() => {
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    });
    vi.stubGlobal('document', { documentElement: { dataset: shown }, querySelectorAll: () => [] });
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  });
  afterEach(() => void vi.unstubAllGlobals());

  it('reaches the other tabs of the browser at once, save one that shows the window of a machine', () => {
    const told: string[] = [];
    setTheme('light');
    followOtherTabs(() => void told.push(readTheme()));
    changeElsewhere('dark');
    expect([shown['theme'], told]).toEqual(['dark', ['dark']]);
    const takeBack = lendTheme();
    shown['theme'] = 'that of the window';
    changeElsewhere('light');
    applyTheme();
    expect(shown['theme']).toBe('that of the window');
    takeBack();
    expect(shown['theme']).toBe('light');
    page.dispatchEvent(Object.assign(new Event('storage'), { key: 'dashboard.language' }));
    expect(told).toEqual(['dark', 'light']);
  });
});
