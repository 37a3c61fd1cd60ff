import { expect, it } from 'vitest';
import { ownAddress } from '#renderer/features/pairing/own-address.ts';

it('names a machine in the dialog of the four words by its own address, never by that of the relay or of a hop', () => {
  const peer = { shortId: '4f1a09c2', address: '127.0.0.1:41991' } as const;
  expect(ownAddress({ ...peer, path: 'relay' })).toBe('ID 4f1a09c2');
  expect(ownAddress({ ...peer, path: 'via' })).toBe('ID 4f1a09c2');
  expect(ownAddress({ ...peer, path: 'offline' })).toBe('ID 4f1a09c2');
  expect(ownAddress({ ...peer, path: 'direct', address: null })).toBe('ID 4f1a09c2');
  expect(ownAddress({ ...peer, path: 'direct', address: '192.168.4.9:7473' })).toBe('192.168.4.9');
});
