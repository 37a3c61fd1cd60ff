import { expect, it } from 'vitest';
import { TERMINAL_LIMITS } from '#agent/terminals/index.ts';
import { RevokedTerminals } from '#agent/terminals/revoked-terminals.ts';
import { peerIdFromBytes } from '#shared/identity/index.ts';

const ALICE = peerIdFromBytes(new Uint8Array(32).fill(1));
const BOB = peerIdFromBytes(new Uint8Array(32).fill(2));

it('tells only the peer that had a terminal, and of the last ones alone', () => {
  const revoked = new RevokedTerminals();
  revoked.remember('first', ALICE);
  expect([revoked.has('first', ALICE), revoked.has('first', BOB), revoked.has('other', ALICE)]).toEqual([
    true,
    false,
    false,
  ]);
  for (let count = 1; count < TERMINAL_LIMITS.total; count += 1) revoked.remember(`later ${count}`, BOB);
  expect(revoked.has('first', ALICE)).toBe(true);
  revoked.remember('one too many', BOB);
  expect([revoked.has('first', ALICE), revoked.has('later 1', BOB)]).toEqual([false, true]);
});
