import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandErrorText, ERROR_TEXTS } from '#shared/locales/index.ts';

/** Errors of the areas whose codes a person meets through the app-api, as their sources throw them. */
const THROWN = /new (?:Store|Peer|Rights|Approval|Control|AppApi)Error\(\s*'([a-z.-]+)'/g;

test('every code that stores, peers, rights, approvals and the control connection throw has a text', () => {
  const files = globSync(
    '{src-shared/app-api,src-shared,src-node/files,src-node/control-socket,src-main/agent/{store,peers,policy,approvals}}/*.ts',
  );
  const codes = new Set(
    files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(THROWN)].map((match) => match[1] ?? '')),
  );
  expect(codes.size).toBeGreaterThan(25);
  expect([...codes].filter((code) => !Object.hasOwn(ERROR_TEXTS, code))).toEqual([]);
});

test('a text is filled from the details, and a sentence whose details are missing is left out', () => {
  const details = { name: 'ofice', suggestion: 'office', hint: 'Did you mean office? ' };
  expect(commandErrorText('peer.unknown', '', details).next).toMatch(/^Did you mean office\? Run /);
  expect(commandErrorText('peer.unknown', '', { ...details, hint: '' }).next).toMatch(/^Run /);
  expect(commandErrorText('peer.unknown', 'no such peer').what).toBe('no such peer');
});
