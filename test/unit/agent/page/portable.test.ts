import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob, relative } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../../..');
/** Modules that `src-browser` imports of the agent. */
const DOORS = ['page', 'guest'].map((door) => join(ROOT, `src-main/agent/${door}/index.ts`));
/** Import or export of values from a module of the agent. */
const VALUES = /^(?:import|export) (?!type )[^;']*?from '(\.{1,2}\/[^']+|#agent\/[^']+)';$/gm;

type Override = Readonly<{ files: readonly string[]; rules: unknown }>;

/** Files of the agent that a page loads, relative to the project. */
function loadedByPages(): readonly string[] {
  const found = new Set<string>();
  const open = [...DOORS];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(VALUES))
      open.push(from.startsWith('#') ? join(ROOT, 'src-main', from.slice(1)) : join(dirname(file), from));
  }
  return [...found].map((file) => relative(ROOT, file)).filter((file) => file.startsWith('src-main/agent/'));
}

it('lint forbids Node in every folder of the agent that a page loads', () => {
  const { overrides } = JSON.parse(readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8')) as {
    overrides: readonly Override[];
  };
  const portable = overrides.filter(({ rules }) => JSON.stringify(rules).includes('^node:|^#node/'));
  expect(portable).toHaveLength(1);
  const globs = portable.flatMap(({ files }) => files);
  const loaded = loadedByPages();
  expect(loaded.length).toBeGreaterThan(100);
  expect(loaded.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  expect(loaded.filter((file) => !globs.some((glob) => matchesGlob(file, glob)))).toEqual([]);
});
