import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);
const PAGES = ['README.md', ...pagesOf('docs/')];
const DOCUMENTS = [...PAGES, 'CHANGELOG.md', ...pagesOf('docs/adr/')];

/** README and docs/ together, and the change log, in bytes. */
const LARGEST = 336 * 1024;
const LARGEST_CHANGELOG = 32 * 1024;
const WIDEST = 100;

/** Words that the glossary replaces, and turns of phrase that read as translated. */
const UNWANTED = [
  'anew',
  'for ever',
  'nobody',
  'somebody',
  'came about',
  'makes room',
  'is sought',
  'looks? on',
  'looking on',
  'knocks?',
  'peers? in between',
  'middle peers?',
  'what came of',
  'at arm.s length',
];

function pagesOf(folder: string): readonly string[] {
  return readdirSync(new URL(folder, ROOT))
    .filter((name) => name.endsWith('.md'))
    .map((name) => folder + name);
}

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** Lines of prose: no code, tables, pictures, or figures that a program writes. */
function proseOf(path: string): readonly string[] {
  return read(path)
    .replaceAll(/<!-- soak: begin -->[\s\S]*<!-- soak: end -->/g, '')
    .replaceAll(/^ *```[\s\S]*?^ *```/gm, '')
    .split('\n')
    .filter((line) => !/^(?: {4}| *\||\s*<)/.test(line));
}

describe('the documents', () => {
  it('can be read in an afternoon', () => {
    const size = PAGES.reduce((sum, path) => sum + Buffer.byteLength(read(path)), 0);
    expect(size).toBeGreaterThan(100 * 1024);
    expect(size).toBeLessThanOrEqual(LARGEST);
    expect(Buffer.byteLength(read('CHANGELOG.md'))).toBeLessThanOrEqual(LARGEST_CHANGELOG);
  });

  it.each(DOCUMENTS)('%s is wrapped at 100 columns', (path) => {
    expect(proseOf(path).filter((line) => line.length > WIDEST)).toEqual([]);
  });

  it.each(DOCUMENTS)('%s has no word that the glossary replaces', (path) => {
    const unwanted = new RegExp(`\\b(?:${UNWANTED.join('|')})\\b`, 'i');
    expect(
      read(path)
        .split('\n')
        .filter((line) => unwanted.test(line)),
    ).toEqual([]);
  });

  it('show the two commands on the first screen', () => {
    const screen = read('README.md').split('\n').slice(0, 30).join('\n');
    expect(screen).toContain('npm install && npm run demo');
    expect(screen).toContain('npm install && npm test');
  });
});

describe('CHANGELOG.md', () => {
  it('begins each change with a verb', () => {
    const changes = [...read('CHANGELOG.md').matchAll(/^- (\w+)/gm)].map(([, word]) => word);
    expect(changes.length).toBeGreaterThan(80);
    expect(changes.filter((word) => !['Add', 'Change', 'Fix', 'Remove'].includes(word ?? ''))).toEqual([]);
  });
});
