import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_TEXTS } from '#shared/locales/index.ts';
import { missingDetails } from '#test/support/locales/missing-details.ts';
import { CONNECTION_CODES } from '#shared/forward/index.ts';

const CODE = /'(forward\.[a-z-]+)'/g;

test('every code of a forward has a text, and no text asks for a detail that its code does not bring', () => {
  const files = globSync('{src-main/agent/{forwards,targets},src-node/forwarding,src-shared/forward}/**/*.ts');
  const audit = new Set(['forward.opened', 'forward.listening']);
  const used = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(CODE)].map((match) => match[1] ?? ''));
  const codes = new Set([...used, ...CONNECTION_CODES].filter((code) => !audit.has(code)));
  expect(codes.size).toBeGreaterThan(25);
  expect([...codes].filter((code) => !Object.hasOwn(ERROR_TEXTS, code))).toEqual([]);
});

test('the text of a port in use, of a waiting rule and of a peer that asks name what a person needs', () => {
  const details = { peer: 'office', port: 80, free: 8080, host: '10.9.9.9', message: 'port 80 is in use' };
  for (const code of [
    'forward.port-privileged',
    'forward.asking',
    'forward.linking',
    'forward.address',
    'forward.listener-closed',
  ])
    expect(missingDetails(code, details)).toEqual([]);
});
