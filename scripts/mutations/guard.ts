/** A piece of code that a property of docs/SECURITY.md rests on, and the tests that notice when it is gone. */
export type Guard = Readonly<{
  /** From the root of the project. */
  file: string;
  /** Its exact text, which the file has once. */
  guard: string;
  /** Stands in its place in a mutation: the code without the guard. */
  without: string;
  /** A file below `test/`, then titles as they are written there; each of them has to fail without the guard. Of `it.each` one row is enough. */
  tests: readonly (readonly [file: string, ...titles: string[]])[];
}>;

/** A property of docs/SECURITY.md without a guard in the table, by the beginning of its text. */
export type Uncovered = Readonly<{ property: string; reason: string }>;

/** Finds titles of tests as they are written in a file, where `%s`, `$name` and `${…}` stand for anything. */
export function titlePattern(title: string): string {
  const escaped = title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return escaped
    .replaceAll(/%[a-z]/g, '.*')
    .replaceAll(/\\\$\\\{.*?\\\}/g, '.*')
    .replaceAll(/\\\$[a-z]+(?:\\\.[a-z]+)*/gi, '.*');
}

/** The source without the guard. @throws {RangeError} where the guard is not there exactly once: it has moved */
export function mutate(source: string, { file, guard, without }: Guard): string {
  const [before, after, ...more] = source.split(guard);
  if (guard === '' || before === undefined || after === undefined || more.length > 0) {
    const count = after === undefined ? 'not' : `${more.length + 1} times`;
    throw new RangeError(`guard moved: ${count} in ${file}: ${guard.split('\n')[0] ?? ''}`);
  }
  return `${before}${without}${after}`;
}
