import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { webPreferences } from '../../../../src-main/desktop/window/web-preferences.ts';

const SOURCES = new URL('../../../../src-main/desktop/', import.meta.url);

describe('the page of the window', () => {
  it('has no Node, an isolated preload script, a sandbox, and no developer tools when it is packaged [S-APP-1]', () => {
    expect(webPreferences('/preload.cjs', false)).toEqual({
      preload: '/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: false,
    });
    expect(webPreferences('/preload.cjs', true).devTools).toBe(true);
  });

  it('is given its preferences in one place, and nothing anywhere weakens what browsers protect [S-APP-1]', () => {
    const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(30);
    const sources = files.map((name) => [name, readFileSync(new URL(name, SOURCES), 'utf8')] as const);
    const naming = (pattern: RegExp): string[] =>
      sources.filter(([, text]) => pattern.test(text)).map(([name]) => name);
    expect(naming(/\bwebPreferences:/)).toEqual(['window/main-window.ts']);
    expect(
      naming(
        /allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|webSecurity: false|bypassCSP: true|ignore-certificate-errors/,
      ),
    ).toEqual([]);
    expect(naming(/ipcMain\.(?:on|handle)/)).toEqual(['shell.ts']);
    expect(naming(/openExternal\(/)).toEqual(['links/create-link-opener.ts', 'links/create-viewers.ts']);
    expect(naming(/file:\/\//)).toEqual([]);
  });
});
