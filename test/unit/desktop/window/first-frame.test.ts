import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BACKGROUND } from '../../../../src-main/desktop/window/main-window.ts';

const RENDERER = new URL('../../../../src-renderer/', import.meta.url).pathname;
const TOKENS = readFileSync(join(RENDERER, 'ui/styles/tokens.css'), 'utf8');
const PAGE = readFileSync(join(RENDERER, 'index.html'), 'utf8');

/** Colours that the rule beginning with these words sets, by their names. */
function coloursOf(beginning: string): Readonly<Record<string, string>> {
  const [, rest] = TOKENS.split(`\n${beginning} {`);
  if (rest === undefined) throw new Error(`no rule of ${beginning}`);
  return Object.fromEntries(
    [...(rest.split('}')[0] ?? '').matchAll(/--color-([a-z-]+): (#[0-9a-f]{6});/g)].map(
      ([, name = '', colour = '']) => [name, colour],
    ),
  );
}

const LIGHT = coloursOf(":root,\n[data-theme='light']");
const DARK = { ...LIGHT, ...coloursOf("[data-theme='dark']") };

test('the window has the colours of the page behind it, and the first frame those of its theme', () => {
  expect(BACKGROUND).toEqual({ light: LIGHT['background'], dark: DARK['background'] });
  // The script has set no theme yet.
  expect(PAGE).not.toContain('data-theme');
  const first = { ...LIGHT, ...coloursOf('  :root:not([data-theme])') };
  for (const name of ['background', 'accent', 'on-accent']) expect([name, first[name]]).toEqual([name, DARK[name]]);
});

test('the first frame shows the mark of the start screen, which takes its place', () => {
  const marks = [PAGE, readFileSync(join(RENDERER, 'ui/page/brand.tsx'), 'utf8')].map((source) =>
    [...source.matchAll(/\b(viewBox|width|height|rx|d|cx|cy|r)="([^"]+)"/g)]
      .map(([, name, value]) => `${name} ${value}`)
      .toSorted(),
  );
  expect(marks[0]).toHaveLength(8);
  expect(marks[0]).toEqual(marks[1]);
});
