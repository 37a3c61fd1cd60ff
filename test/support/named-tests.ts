import { readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);
/** A file below test/, then the names of tests in it: `unit/x.test.ts` › "name", "name". */
const NAMED = /`([^`]+\.test\.ts)` › ("[^"]+"(?:, "[^"]+")*)/g;

/** A file of the project. */
export function readProject(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

export type NamedTest = readonly [file: string, name: string];

/** Each test that a text names; lines are joined, since names are wrapped. */
export function namedTests(text: string): readonly NamedTest[] {
  const joined = text.replaceAll(/\s+/g, ' ');
  return [...joined.matchAll(NAMED)].flatMap(([, file = '', names = '']) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => [file, name] as const),
  );
}

/** Whether a test file has this title, as written: `%s` and `${…}` stay. */
export function hasTitle(source: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(quote + title.replaceAll(quote, `\\${quote}`) + quote));
}

/** The properties of docs/SECURITY.md that name tests, state by state: each is a line of a list, with its text in one line. */
export function securityProperties(): readonly Readonly<{ text: string; tests: readonly NamedTest[] }>[] {
  const [, ...states] = readProject('docs/SECURITY.md').split('\n## ');
  return states
    .filter((state) => state.includes(' › '))
    .flatMap((state) => state.split('\n- ').slice(1))
    .map((property) => ({ text: property.replaceAll(/\s+/g, ' ').trim(), tests: namedTests(property) }));
}
