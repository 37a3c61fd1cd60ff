import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasTitle, readProject, securityProperties } from '#test/support/named-tests.ts';
import { mutate } from '../../../scripts/mutations/guard.ts';
import { GUARDS, UNCOVERED } from '../../../scripts/mutations/table/index.ts';

const ROOT = new URL('../../../', import.meta.url);
const key = (file: string, title: string): string => `${file} › ${title}`;
const properties = securityProperties();
const guarded = new Set(
  GUARDS.flatMap(({ tests }) => tests.flatMap(([file, ...titles]) => titles.map((title) => key(file, title)))),
);
const isCovered = ({ tests }: (typeof properties)[number]): boolean =>
  tests.some(([file, title]) => guarded.has(key(file, title)));

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

  it('are there once in the table', () => {
    const texts = GUARDS.map(({ file, guard, without }) => JSON.stringify([file, guard, without]));
    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
  });

  it('are tested by tests that exist, one of which docs/SECURITY.md names', () => {
    const named = new Set(properties.flatMap(({ tests }) => tests.map(([file, title]) => key(file, title))));
    const wrong = GUARDS.flatMap(({ file, tests }) => [
      ...tests.flatMap(([test, ...titles]) => {
        const path = `test/${test}`;
        const source = existsSync(new URL(path, ROOT)) ? readProject(path) : '';
        return titles
          .filter((title) => !hasTitle(source, title))
          .map((title) => `${file}: ${key(test, title)} is not there`);
      }),
      ...(tests.some(([test, ...titles]) => titles.some((title) => named.has(key(test, title))))
        ? []
        : [`${file}: docs/SECURITY.md names none of its tests`]),
    ]);
    expect(wrong).toEqual([]);
  });
});

describe('each property of docs/SECURITY.md', () => {
  it('has a guard in the table that one of its tests notices, or a reason why not (scripts/mutations/table/uncovered.ts)', () => {
    const missing = properties.filter(
      (property) => !isCovered(property) && !UNCOVERED.some((entry) => property.text.startsWith(entry.property)),
    );
    expect(missing.map(({ text }) => text.slice(0, 100))).toEqual([]);
  });

  it('that is listed as not covered is one property, and really has no guard', () => {
    const wrong = UNCOVERED.filter(({ property, reason }) => {
      const meant = properties.filter(({ text }) => text.startsWith(property));
      return meant.length !== 1 || reason.length < 10 || meant.some(isCovered);
    });
    expect(wrong.map(({ property }) => property)).toEqual([]);
  });
});
