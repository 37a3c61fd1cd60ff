import { expect, test } from 'vitest';
import { currentRightsThere, rightsThere } from '../../../../src-renderer/features/peers/rights/rights-there.ts';
import { peerView } from './peer.ts';

const NOW = 1_000_000;
const rights = { forward: 'ask' } as const;

test('an old answer of a machine counts while the link stands on which it tells each change', () => {
  const old = { rightsThere: { at: 0, rights }, online: true };
  expect(rightsThere(peerView({ ...old, linked: true }), NOW)).toBe(undefined);
  expect(currentRightsThere(peerView({ ...old, linked: true }), NOW)).toEqual(rights);
  expect(currentRightsThere(peerView({ ...old, linked: false }), NOW)).toBe(undefined);
  expect(currentRightsThere(peerView({ ...old, linked: true, suspendedSince: 1 }), NOW)).toBe(undefined);
  expect(currentRightsThere(peerView({ rightsThere: { at: NOW, rights }, online: true, linked: false }), NOW)).toEqual(
    rights,
  );
});
