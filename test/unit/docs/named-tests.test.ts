import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);
/** A file below test/, then the names of tests in it: `unit/x.test.ts` › "name", "name". */
const NAMED = /`([^`]+\.test\.ts)` › ("[^"]+"(?:, "[^"]+")*)/g;

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** Of a document, each test it names; lines are joined, since names are wrapped. */
function namedTests(path: string): (readonly [file: string, name: string])[] {
  const text = read(path).replaceAll(/\s+/g, ' ');
  return [...text.matchAll(NAMED)].flatMap(([, file = '', names = '']) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => [file, name] as const),
  );
}

/** Whether a test file has this title, as written: `%s` and `${…}` stay. */
function hasTitle(source: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(quote + title.replaceAll(quote, `\\${quote}`) + quote));
}

describe('docs/SECURITY.md', () => {
  it('names only tests that exist', () => {
    const named = namedTests('docs/SECURITY.md');
    expect(named.length).toBeGreaterThan(80);
    const missing = named.filter(([file, name]) => {
      const path = `test/${file}`;
      return !existsSync(new URL(path, ROOT)) || !hasTitle(read(path), name);
    });
    expect(missing).toEqual([]);
  });

  it('names a test for each property of each state', () => {
    const [, ...states] = read('docs/SECURITY.md').split('\n## ');
    const attacked = states.filter((state) => state.includes(' › '));
    expect(attacked.length).toBe(19);
    for (const state of attacked) {
      for (const property of state.split('\n- ').slice(1)) expect(property).toMatch(/`[^`]+\.test\.ts` › "/);
    }
  });
});
