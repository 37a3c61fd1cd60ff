import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasTitle, namedTests, readProject } from '#test/support/named-tests.ts';

const ROOT = new URL('../../../', import.meta.url);

describe('docs/SECURITY.md', () => {
  it('names only tests that exist', () => {
    const named = namedTests(readProject('docs/SECURITY.md'));
    expect(named.length).toBeGreaterThan(80);
    const missing = named.filter(([file, name]) => {
      const path = `test/${file}`;
      return !existsSync(new URL(path, ROOT)) || !hasTitle(readProject(path), name);
    });
    expect(missing).toEqual([]);
  });

  it('has no remark between the names of a list: those behind it would not be looked at', () => {
    const text = readProject('docs/SECURITY.md').replaceAll(/\s+/g, ' ');
    const interrupted = text.match(/ › "[^"]+"(?:, "[^"]+")* ?\([^)]*\),? "[^"]+"/g) ?? [];
    expect(interrupted).toEqual([]);
  });

  it('names a test for each property of each state', () => {
    const [, ...states] = readProject('docs/SECURITY.md').split('\n## ');
    const attacked = states.filter((state) => state.includes(' › '));
    expect(attacked.length).toBe(19);
    for (const state of attacked) {
      for (const property of state.split('\n- ').slice(1)) expect(property).toMatch(/`[^`]+\.test\.ts` › "/);
    }
  });
});
