import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COMMAND_ERROR_TEXTS } from '#shared/locales/index.ts';

const FOLDER = new URL('../../../../src-shared/pairing/', import.meta.url);

/** Codes of inner errors: always wrapped before they leave. */
const INNER = new Set(['pairing.point']);

it('every error of a pairing has a text with a next step', () => {
  const codes = new Set<string>();
  for (const file of readdirSync(FOLDER)) {
    for (const [, code = ''] of readFileSync(new URL(file, FOLDER), 'utf8').matchAll(
      /Error\(\s*'(pairing\.[a-z-]+)'/g,
    )) {
      if (!INNER.has(code)) codes.add(code);
    }
  }
  expect(codes.size).toBe(17);
  for (const code of codes) {
    const text = COMMAND_ERROR_TEXTS[code];
    expect(text?.what.length).toBeGreaterThan(10);
    expect(text?.why.length).toBeGreaterThan(10);
    expect(text?.next).toMatch(/`clawreach [a-z]+|Copy the whole link/);
  }
});
