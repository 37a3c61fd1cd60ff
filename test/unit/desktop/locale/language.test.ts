import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import desktop from '../../../../src-shared/locales/en/desktop.json' with { type: 'json' };
import { StoreError } from '#shared/storage.ts';
import {
  compareNames,
  currentLanguage,
  explainCode,
  explainError,
  joinParts,
  loadErrors,
  switchLanguage,
  text,
} from '../../../../src-main/desktop/locale/index.ts';

afterEach(() => switchLanguage('en', []));

describe('what the application shows', () => {
  it('is in the language of the setting, and in that of the system where none is set', async () => {
    expect(text('desktop.tray.quit')).toBe('Quit ClawReach');
    expect(await switchLanguage('system', ['de-DE', 'en'])).toBe(true);
    expect(text('desktop.tray.quit')).toBe('ClawReach beenden');
    expect(text('desktop.approvals.title', { count: 3 })).toBe('3 Anfragen warten auf Sie');
    expect(await switchLanguage('zh', ['de-DE'])).toBe(true);
    expect(text('desktop.tray.quit')).toBe('退出 ClawReach');
    expect(joinParts(['已连接', '1 个请求'])).toBe('已连接，1 个请求');
    expect(await switchLanguage('zh', ['de-DE'])).toBe(false);
  });

  it('is what was wished last, whichever came first', async () => {
    const slow = switchLanguage('de', []);
    const fast = switchLanguage('en', []);
    expect(await slow).toBe(false);
    await fast;
    expect(currentLanguage()).toBe('en');
    expect(text('desktop.tray.open')).toBe('Open ClawReach');
  });

  it('explains errors in that language, and in English what it does not know', async () => {
    const error = new StoreError('store.write', 'x', { details: { file: 'peers.json', reason: 'ENOSPC' } });
    // Neither is read before the window has drawn.
    expect(explainError(error)).toEqual({ what: 'x', why: '', next: '' });
    await loadErrors();
    expect(explainError(error).what).toContain("Can't save the change");
    await switchLanguage('de', []);
    expect(explainError(error).why).toBe('peers.json: ENOSPC.');
    expect(explainError(error).what).toContain('lässt sich nicht speichern');
    expect(explainCode('no.such-code', 'Something new.').what).toBe('Something new.');
    expect(explainCode('constructor', 'Strange.').what).toBe('Strange.');
  });

  it('has no text that no source names', () => {
    const folder = fileURLToPath(new URL('../../../../src-main/desktop/', import.meta.url));
    const used = globSync('**/*.ts', { cwd: folder })
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n');
    const beginnings = [...used.matchAll(/`(desktop\.[a-z.-]+\.)\$\{/g)].map(([, start = '']) => start);
    const keys = Object.keys(desktop).map((key) => key.replace(/_(?:one|other)$/, ''));
    expect(keys.length).toBeGreaterThan(80);
    const unused = keys.filter(
      (key) => !used.includes(`'${key}'`) && !beginnings.some((start) => key.startsWith(start)),
    );
    expect(unused).toEqual([]);
  });

  it('sorts names as a person does', () => {
    expect(['office-10', 'Öl', 'office-2', 'zoo'].sort(compareNames)).toEqual(['office-2', 'office-10', 'Öl', 'zoo']);
  });
});
