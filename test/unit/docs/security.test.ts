import { describe, expect, it } from 'vitest';
import {
  hasTitle,
  idsIn,
  markedTests,
  projectFiles,
  propertyFaults,
  readProject,
  readProperties,
} from '../../../scripts/support/properties.ts';

const PAGE = readProject('docs/SECURITY.md');
const properties = readProperties(PAGE);
/** A file whose tests have these titles, each followed by ids in brackets. */
function fileOf(...titles: readonly (readonly [title: string, ...ids: string[]])[]) {
  const source = titles.map(([title, ...ids]) => `it('${[title, ...ids.map((id) => `[${id}]`)].join(' ')}', run);`);
  return { file: 'test/a.test.ts', source: source.join('\n') };
}

describe('docs/SECURITY.md', () => {
  it('has a test for each id, and tests carry only its ids', () => {
    const tests = projectFiles('test', ['.test.ts']).map((file) => ({ file, source: readProject(file) }));
    expect(properties.length).toBeGreaterThan(100);
    expect(propertyFaults(properties, tests)).toEqual([]);
  });

  it('is the only place that defines ids: other documents, sources and scripts name existing ones', () => {
    const known = new Set(properties.map(({ id }) => id));
    const files = [
      ...projectFiles('docs', ['.md']),
      ...['src-browser', 'src-main', 'src-node', 'src-relay', 'src-renderer', 'src-shared', 'scripts'].flatMap(
        (folder) => projectFiles(folder, ['.ts', '.tsx']),
      ),
    ];
    const unknown = files.flatMap((file) =>
      idsIn(readProject(file))
        .filter((id) => !known.has(id))
        .map((id) => `${file}: ${id}`),
    );
    expect(unknown).toEqual([]);
  });

  it('is short enough to be read: 43 KB, with one sentence or two for each property', () => {
    expect(Buffer.byteLength(PAGE)).toBeLessThanOrEqual(46_000);
    expect(properties.filter(({ text }) => text.length > 170).map(({ id }) => id)).toEqual([]);
  });
});

describe('the comparison of properties and tests', () => {
  const page = readProperties('| S-PAIR-1 | One. |\n| S-PAIR-2 | Two. |\n');

  it('finds no fault where each id has a test', () => {
    expect(propertyFaults(page, [fileOf(['works', 'S-PAIR-1', 'S-PAIR-2'], ['has none'])])).toEqual([]);
  });

  it('finds an id without a test, a test with an unknown id, and an id that is defined twice', () => {
    expect(propertyFaults([...page, ...page.slice(0, 1)], [fileOf(['works', 'S-PAIR-1', 'S-NONE-1'])])).toEqual([
      'S-PAIR-1 is defined twice',
      'S-PAIR-2 has no test',
      'test/a.test.ts: "works" carries S-NONE-1, which is not defined',
    ]);
  });

  it('finds an id that is not at the end of a title', () => {
    const { file, source } = fileOf(['works', 'S-PAIR-1'], ['also works', 'S-PAIR-2']);
    const early = `${source} it('${['[', ']'].join('S-PAIR-2')} works', run);`;
    expect(propertyFaults(page, [{ file, source: early }])).toEqual([`${file}: S-PAIR-2 is not at the end of a title`]);
  });

  it('reads titles in any quotes, and finds them without their ids', () => {
    const id = (number: number): string => `[S-PAIR-${number}]`;
    const source = `it("isn't ${id(1)}", run); it.each(rows)(\`%s \${name} ${id(2)}\`, run);`;
    expect(markedTests('x', source).map(({ title }) => title)).toEqual(["isn't", '%s ${name}']);
    expect(hasTitle(source, "isn't")).toBe(true);
    expect(hasTitle(source, '%s ${name}')).toBe(true);
    expect(hasTitle(source, `isn't ${id(2)}`)).toBe(false);
  });
});
