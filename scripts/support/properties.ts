import { readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);
const ROW = /^\| (S-[A-Z]+-[0-9]+) \| (.+) \|$/gm;
const ID = /\bS-[A-Z]+-[0-9]+\b/g;
/** Ids at the end of a test's title, such as ` [S-PAIR-3] [S-LINK-1]`. */
const MARKS = String.raw`(?: \[S-[A-Z]+-[0-9]+\])`;
const MARKED_TITLE = new RegExp(String.raw`(['"\`])((?:\\.|(?!\1)[^\\\n])*?)(${MARKS}+)\1(?=,)`, 'g');

/** A row of the tables of docs/SECURITY.md. */
export type Property = Readonly<{ id: string; text: string }>;

/** A test whose title ends with ids of properties; `title` is as written in its file, without them. */
export type MarkedTest = Readonly<{ file: string; title: string; ids: readonly string[] }>;

/** Reads a file of the project. */
export function readProject(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** Lists the files below a folder of the project, as paths from its root. */
export function projectFiles(folder: string, ends: readonly string[]): readonly string[] {
  return readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => ends.some((end) => path.endsWith(end)));
}

/** Reads the properties of docs/SECURITY.md in their order. */
export function readProperties(page: string): readonly Property[] {
  return [...page.matchAll(ROW)].map(([, id = '', text = '']) => ({ id, text }));
}

/** Lists the property ids that a text contains, each once. */
export function idsIn(text: string): readonly string[] {
  return [...new Set(text.match(ID))];
}

/** Finds the tests of a file that carry ids. */
export function markedTests(file: string, source: string): readonly MarkedTest[] {
  return [...source.matchAll(MARKED_TITLE)].map(([, , title = '', marks = '']) => ({ file, title, ids: idsIn(marks) }));
}

/** Reports whether a test file has this title as written there, whichever ids follow it. */
export function hasTitle(source: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => {
    const start = quote + title.replaceAll(quote, `\\${quote}`);
    const end = new RegExp(`^${MARKS}*${quote}`);
    for (let at = source.indexOf(start); at >= 0; at = source.indexOf(start, at + 1))
      if (end.test(source.slice(at + start.length))) return true;
    return false;
  });
}

/** Extends the pattern of a title by the ids that may follow it. */
export function withMarks(pattern: string): string {
  return `${pattern}${MARKS}*`;
}

/** Compares the properties with the tests that carry their ids, and returns one sentence for each fault. */
export function propertyFaults(
  properties: readonly Property[],
  tests: readonly Readonly<{ file: string; source: string }>[],
): readonly string[] {
  const ids = properties.map(({ id }) => id);
  const known = new Set(ids);
  const marked = tests.flatMap(({ file, source }) => markedTests(file, source));
  const tested = new Set(marked.flatMap((test) => test.ids));
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} is defined twice`),
    ...ids.filter((id) => !tested.has(id)).map((id) => `${id} has no test`),
    ...marked.flatMap(({ file, title, ids: carried }) =>
      carried.filter((id) => !known.has(id)).map((id) => `${file}: "${title}" carries ${id}, which is not defined`),
    ),
    ...tests.flatMap(({ file, source }) =>
      [...source.replaceAll(MARKED_TITLE, '').matchAll(/\[(S-[A-Z]+-[0-9]+)\]/g)].map(
        ([, id = '']) => `${file}: ${id} is not at the end of a title`,
      ),
    ),
  ];
}
