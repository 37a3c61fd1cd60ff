import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mutate } from '../../../scripts/mutations/guard.ts';
import { GUARDS, UNCOVERED } from '../../../scripts/mutations/table/index.ts';
import { hasTitle, markedTests, readProject, readProperties } from '../../../scripts/support/properties.ts';

const ROOT = new URL('../../../', import.meta.url);
const ids = readProperties(readProject('docs/SECURITY.md')).map(({ id }) => id);
const guarded = new Set(GUARDS.flatMap(({ properties }) => properties));

function readTest(test: string): string {
  const path = `test/${test}`;
  return existsSync(new URL(path, ROOT)) ? readProject(path) : '';
}

/** Ids at the end of a title of a test file. */
function idsOf(test: string, title: string): readonly string[] {
  const source = readTest(test);
  return markedTests(test, source)
    .filter(
      (marked) =>
        hasTitle(`'${marked.title}'`, title) ||
        hasTitle(`"${marked.title}"`, title) ||
        hasTitle(`\`${marked.title}\``, title),
    )
    .flatMap((marked) => marked.ids);
}

describe('the guards that the mutation run removes', () => {
  it('are each in their file exactly once, and gone in the mutation', () => {
    const moved = GUARDS.flatMap((guard) => {
      try {
        const source = readProject(guard.file);
        return mutate(source, guard) === source ? [`${guard.file}: nothing is removed`] : [];
      } catch (error) {
        return [String(error)];
      }
    });
    expect(moved).toEqual([]);
  });

  it('are replaced by text whose private members the file has, so that a rename reaches it', () => {
    const unknown = GUARDS.flatMap(({ file, without }) => {
      const members = new Set(readProject(file).match(/#[a-z]\w*/gi));
      return (without.match(/(?<=\.)#[a-z]\w*/gi) ?? [])
        .filter((member) => !members.has(member))
        .map((member) => `${file}: ${member}`);
    });
    expect(unknown).toEqual([]);
  });

  it('are there once in the table', () => {
    const texts = GUARDS.map(({ file, guard, without }) => JSON.stringify([file, guard, without]));
    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
  });

  it('are tested by tests that exist', () => {
    const missing = GUARDS.flatMap(({ file, tests }) =>
      tests.flatMap(([test, ...titles]) =>
        titles
          .filter((title) => !hasTitle(readTest(test), title))
          .map((title) => `${file}: ${test} › ${title} is not there`),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('name the properties of docs/SECURITY.md that their tests carry, at least one', () => {
    const wrong = GUARDS.flatMap(({ file, guard, properties, tests }) => {
      const carried = new Set(tests.flatMap(([test, ...titles]) => titles.flatMap((title) => idsOf(test, title))));
      const differs = properties.length === 0 || [...carried].sort().join() !== [...properties].sort().join();
      return differs ? [`${file}: ${guard}: ${[...carried].join(', ')}`] : [];
    });
    expect(wrong).toEqual([]);
  });
});

describe('each property of docs/SECURITY.md', () => {
  it('has a guard in the table, or a reason why not (scripts/mutations/table/uncovered.ts)', () => {
    const missing = ids.filter((id) => !guarded.has(id) && !UNCOVERED.some(({ property }) => property === id));
    expect(missing).toEqual([]);
  });

  it('that is listed as not covered exists, and really has no guard', () => {
    const wrong = UNCOVERED.filter(
      ({ property, reason }) => !ids.includes(property) || reason.length < 10 || guarded.has(property),
    );
    expect(wrong).toEqual([]);
  });
});
