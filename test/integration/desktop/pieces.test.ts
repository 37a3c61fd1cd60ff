import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '#test/support/e2e/commands.ts';

const BUILT = join(ROOT, 'dist', 'desktop');
/** Of all that is read before the window is made, bytes: less than a third of the application. */
const MOST = 1_150_000;

/** None where it only names other pieces. */
function sourcesOf(name: string): readonly string[] {
  const map = join(BUILT, `${name}.map`);
  return existsSync(map) ? (JSON.parse(readFileSync(map, 'utf8')) as { sources: string[] }).sources : [];
}

/** This file of the application and those that it loads at once, with the sources that each was made of. */
function loadedAtOnce(entry: string): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.set(name, sourcesOf(name));
    const text = readFileSync(join(BUILT, name), 'utf8');
    for (const [, piece = ''] of text.matchAll(/(?:from|import) ?["']\.\/([\w-]+\.js)["']/g)) visit(piece);
  };
  visit(entry);
  return found;
}

it('makes its window before it loads the agent, and before the schemas of its calls', () => {
  const pieces = loadedAtOnce('main.js');
  const sources = [...pieces.values()].flat();
  expect(sources.some((path) => path.endsWith('src-main/desktop/window/main-window.ts'))).toBe(true);
  expect(
    sources.filter((path) =>
      /\/src-main\/(?:agent|local)\/|\/app-api\/(?:schema|schemas\/peer-schema)\.ts$/.test(path),
    ),
  ).toEqual([]);
  const size = [...pieces.keys()].reduce((sum, name) => sum + readFileSync(join(BUILT, name)).length, 0);
  expect(size).toBeLessThan(MOST);
});
