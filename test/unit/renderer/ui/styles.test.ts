import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contrast } from '../../../../src-renderer/features/terminal-appearance/contrast.ts';

const RENDERER = new URL('../../../../src-renderer/', import.meta.url).pathname;
const resolve = createRequire(join(RENDERER, 'main.tsx')).resolve;

/** Reads a style sheet of the window without its comments. */
function readStyles(name: string): string {
  return readFileSync(join(RENDERER, name), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//gu, '');
}

const TOKENS = readStyles('ui/styles/tokens.css');
const BASE = readStyles('ui/styles/base.css');

/** Returns the colours that the rule with this selector sets, by their names. */
function coloursOf(selector: string): Readonly<Record<string, string>> {
  const rule = [...TOKENS.matchAll(/([^{}]+)\{([^{}]*)\}/gu)].find(([, names = '']) =>
    names.split(',').some((name) => name.trim() === selector),
  );
  if (rule === undefined) throw new Error(`no rule of ${selector}`);
  return Object.fromEntries(
    [...(rule[2] ?? '').matchAll(/--color-([a-z-]+):\s*(#[0-9a-f]{6});/gu)].map(([, name = '', colour = '']) => [
      name,
      colour,
    ]),
  );
}

const LIGHT = coloursOf("[data-theme='light']");
const DARK = { ...LIGHT, ...coloursOf("[data-theme='dark']") };
const RAISED = { ...DARK, ...coloursOf("[data-theme='dark'] [data-ground='raised'] > *") };

const TEXTS = ['text', 'text-muted', 'text-faint', 'accent-text'];
const TONES = ['good', 'warning', 'bad', 'info', 'neutral'];
const GROUNDS = [
  'background',
  'ground',
  'surface',
  'surface-raised',
  'surface-sunken',
  'surface-hover',
  'surface-active',
  'sidebar',
];
/** Texts with all grounds on which they are drawn. */
const PAIRS: readonly (readonly [string, string])[] = [
  ...[...TEXTS, ...TONES.map((tone) => `${tone}-text`)].flatMap((text) =>
    [...GROUNDS, ...TONES.map((tone) => `${tone}-soft`), 'accent-soft'].map((ground) => [text, ground] as const),
  ),
  // A chosen segment is never faint: what is disabled isn't held to a contrast.
  ['text', 'surface-chosen'],
  ['text-muted', 'surface-chosen'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['on-accent', 'accent-active'],
  ['on-bad', 'bad-fill'],
  ['on-bad', 'bad-hover'],
  ['terminal-text', 'terminal-background'],
  ['terminal-text', 'terminal-selection'],
];

describe('the tokens', () => {
  test.each([
    ['light', LIGHT],
    ['dark', DARK],
    ['dark, raised', RAISED],
  ] as const)('have text of 4.5:1 on every ground: %s', (_, colours) => {
    const weak = PAIRS.map(([text, ground]) => ({
      pair: `${text} on ${ground}`,
      ratio: contrast(colours[text] ?? '', colours[ground] ?? ''),
    }))
      // A colour that is missing has no ratio.
      .filter(({ ratio }) => !(ratio >= 4.5));
    expect(weak).toEqual([]);
  });
});

describe('the fonts', () => {
  test.each([
    ['--font-sans', 'Inter Variable', '@fontsource-variable/inter/opsz.css'],
    ['--font-mono', 'JetBrains Mono Variable', '@fontsource-variable/jetbrains-mono/wght.css'],
  ])('of %s are bundled: %s comes first, and its files are there', (token, family, sheet) => {
    const stack = new RegExp(`${token}:\\s*'([^']+)'`, 'u').exec(TOKENS);
    expect(stack?.[1]).toBe(family);
    expect(BASE).toContain(`@import url('${sheet}');`);
    const path = resolve(sheet);
    const faces = readFileSync(path, 'utf8');
    expect(faces).toContain(`font-family: '${family}'`);
    const files = [...faces.matchAll(/url\(([^)]+)\)/gu)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files)
      expect(
        readFileSync(join(dirname(path), file))
          .subarray(0, 4)
          .toString(),
      ).toBe('wOF2');
  });

  test('draw `--` as two signs: no sheet turns ligatures on again', () => {
    expect(/\nbody \{[^}]*font-variant-ligatures: none;/u.test(BASE)).toBe(true);
    const sheets = globSync('**/*.css', { cwd: RENDERER });
    expect(sheets.length).toBeGreaterThan(50);
    const set = sheets.flatMap((sheet) =>
      [...readStyles(sheet).matchAll(/font-(?:variant-ligatures|feature-settings|variant):[^;]*;/gu)].map(
        ([rule]) => rule,
      ),
    );
    expect(new Set(set)).toEqual(new Set(['font-variant-ligatures: none;', 'font-variant-ligatures: inherit;']));
  });
});

test('what changes its state changes colours, and moves nothing', () => {
  const moved = globSync('**/*.css', { cwd: RENDERER }).flatMap((sheet) =>
    [...readStyles(sheet).matchAll(/transition:([^;]+);/gu)]
      .flatMap(([, value = '']) => value.split(','))
      .map((one) => one.trim().split(' ')[0] ?? '')
      .filter((property) => !['background-color', 'color', 'border-color', 'opacity'].includes(property))
      .map((property) => `${sheet}: ${property}`),
  );
  expect(moved).toEqual([]);
});

/**
 * For a rule such as `* + *` or `p ~ div`, whose first part has no class, the browser computes the styles of everything beside an element that comes or
 * goes, with all that is in it: those of all terminals when a tab comes to the front.
 */
test('no rule finds any element beside any other', () => {
  const found = globSync('**/*.css', { cwd: RENDERER }).flatMap((sheet) =>
    [
      ...readStyles(sheet).matchAll(
        /(?:^|[\s>+~,(}])(?:\*|[a-z]+)?(?::[^\s>+~,{}]*)?(?<![\s>+~,(}])\s*[+~]\s*(?:[*:]|(?:div|span|svg)\b)[^{};]*\{/gmu,
      ),
    ]
      .map(([rule]) => rule.trim())
      .map((rule) => `${sheet}: ${rule}`),
  );
  expect(found).toEqual([]);
});
