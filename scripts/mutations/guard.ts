import { withMarks } from '../support/properties.ts';

/** A piece of code that properties of docs/SECURITY.md rest on, and the tests that notice when it is gone. */
export type Guard = Readonly<{
  /** Ids of the properties it enforces; its tests carry each of them. */
  properties: readonly string[];
  /** Path from the root of the project. */
  file: string;
  /** Exact text, which the file has once. */
  guard: string;
  /** Text that replaces it in a mutation. */
  without: string;
  /** Files below `test/`, each with titles as written there, without their ids. Each test has to fail without the guard; of `it.each` one row is enough. */
  tests: readonly (readonly [file: string, ...titles: string[]])[];
}>;

/** A property of docs/SECURITY.md without a guard in the table, by its id. */
export type Uncovered = Readonly<{ property: string; reason: string }>;

/** Builds a pattern for titles as tests write them: `%s`, `$name` and `${…}` stand for anything, and ids may follow. */
export function titlePattern(title: string): string {
  const escaped = title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const pattern = escaped
    .replaceAll(/%[a-z]/g, '.*')
    .replaceAll(/\\\$\\\{.*?\\\}/g, '.*')
    .replaceAll(/\\\$[a-z]+(?:\\\.[a-z]+)*/gi, '.*');
  return withMarks(pattern);
}

/** Returns the source without the guard. @throws {RangeError} where the guard is not there exactly once: it has moved */
export function mutate(source: string, { file, guard, without }: Guard): string {
  const [before, after, ...more] = source.split(guard);
  if (guard === '' || before === undefined || after === undefined || more.length > 0) {
    const count = after === undefined ? 'not' : `${more.length + 1} times`;
    throw new RangeError(`guard moved: ${count} in ${file}: ${guard.split('\n')[0] ?? ''}`);
  }
  return `${before}${without}${after}`;
}
