import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_WINDOW_SETTINGS } from '#shared/app-api/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { openJsonFile as open } from '../../../../src-main/desktop/settings/json-document.ts';
import { StoredWindowSettings } from '../../../../src-main/desktop/settings/window-settings-store.ts';

function openSettings(directory: string) {
  const said: string[] = [];
  return { said, settings: new StoredWindowSettings({ open, directory, showMessage: (text) => void said.push(text) }) };
}

const BOUNDS = { x: -20, y: 10, width: 800, height: 600, maximised: true };

describe("the window's settings", () => {
  it('are the defaults at first, and write nothing', () => {
    const directory = temporaryDirectory();
    const { settings, said } = openSettings(directory);
    expect(settings.get()).toEqual(DEFAULT_WINDOW_SETTINGS);
    expect(settings.bounds.load()).toBeUndefined();
    expect([said, readdirSync(directory)]).toEqual([[], []]);
  });

  it('are there again at the next start, for their owner only', () => {
    const directory = temporaryDirectory();
    const { settings } = openSettings(directory);
    const heard: unknown[] = [];
    const off = settings.onChange((next) => void heard.push(next.theme));
    settings.set({ ...DEFAULT_WINDOW_SETTINGS, theme: 'dark' });
    off();
    settings.set({ ...DEFAULT_WINDOW_SETTINGS, theme: 'light' });
    settings.bounds.save(BOUNDS);
    expect(heard).toEqual(['dark']);
    const again = openSettings(directory).settings;
    expect(again.get().theme).toBe('light');
    expect(again.bounds.load()).toEqual(BOUNDS);
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
  });

  it('about the secret are apart from what the page writes, and there again at the next start', () => {
    const directory = temporaryDirectory();
    const { settings } = openSettings(directory);
    expect(settings.secretLocation.load()).toBeUndefined();
    settings.secretLocation.save('file');
    settings.set({ ...DEFAULT_WINDOW_SETTINGS, theme: 'dark' });
    const again = openSettings(directory).settings;
    expect([again.secretLocation.load(), again.get().theme]).toEqual(['file', 'dark']);
    expect(statSync(join(directory, 'window-secret.json')).mode & 0o777).toBe(0o600);
  });

  it('about the secret do not hold when they cannot be written', () => {
    const settings = new StoredWindowSettings({
      directory: temporaryDirectory(),
      showMessage: () => undefined,
      open: () => ({
        get store(): Record<string, unknown> {
          return {};
        },
        set store(_next) {
          throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        },
      }),
    });
    expect(() => settings.secretLocation.save('file')).toThrow(
      expect.objectContaining({ code: 'store.write', details: expect.objectContaining({ reason: 'ENOSPC' }) }),
    );
    expect(settings.secretLocation.load()).toBeUndefined();
  });

  it.each([
    ['half a document', '{"theme": "da'],
    ['a document of something else', '{"theme": 7}'],
    ['zero bytes', '\0\0\0\0'],
  ])('that are %s are set aside and said; nothing else is touched', (_name, text) => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'window.json'), text);
    openSettings(directory).settings.bounds.save(BOUNDS);
    const { said, settings } = openSettings(directory);
    expect(settings.get()).toEqual(DEFAULT_WINDOW_SETTINGS);
    expect(settings.bounds.load()).toEqual(BOUNDS);
    expect(readFileSync(join(directory, 'window.json.damaged'), 'utf8')).toBe(text);
    settings.set({ ...DEFAULT_WINDOW_SETTINGS, theme: 'dark' });
    expect(openSettings(directory).settings.get().theme).toBe('dark');
    // Said once, by the start that found it.
    expect(said).toEqual([]);
  });

  it('say where the damaged ones are', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'window.json'), '{');
    const { said } = openSettings(directory);
    expect(said).toEqual([expect.stringContaining(join(directory, 'window.json.damaged'))]);
    expect(existsSync(join(directory, 'window.json'))).toBe(false);
  });

  it('that cannot be written hold until the end', () => {
    const said: string[] = [];
    const settings = new StoredWindowSettings({
      open: () => ({
        get store(): Record<string, unknown> {
          return {};
        },
        set store(_value) {
          throw new Error('disk full');
        },
      }),
      directory: '/nowhere',
      showMessage: (text) => void said.push(text),
    });
    expect(settings.set({ ...DEFAULT_WINDOW_SETTINGS, theme: 'dark' }).theme).toBe('dark');
    expect(settings.get().theme).toBe('dark');
    expect(said).toEqual(['/nowhere/window.json could not be saved: disk full']);
  });
});
