import { expect, it } from 'vitest';
import { PeerError } from '#agent/peers/index.ts';
import { findPeer } from '#agent/peers/find-peer.ts';
import { peerIdFromBytes } from '#shared/identity/index.ts';

const peer = (name: string, digit: number) => ({ peerId: peerIdFromBytes(new Uint8Array(32).fill(digit)), name });
const OFFICE = peer('Office', 1);
const NAS = peer('nas', 2);

const failure = (peers: readonly (typeof OFFICE)[], reference: string): PeerError => {
  try {
    findPeer(peers, reference);
  } catch (error) {
    if (error instanceof PeerError) return error;
  }
  throw new Error('a peer was found');
};

it('gives the very record that was meant, by a name in any case or by the id', () => {
  expect(findPeer([OFFICE, NAS], ' office ')).toBe(OFFICE);
  expect(findPeer([OFFICE, NAS], NAS.peerId.toLowerCase())).toBe(NAS);
  expect(findPeer([OFFICE, NAS], NAS.peerId.slice(0, 4))).toBe(NAS);
});

it('lets no name stand for the beginning of the id of another', () => {
  const impostor = { ...peer('impostor', 3), name: NAS.peerId.slice(0, 6) };
  expect(failure([NAS, impostor], impostor.name)).toMatchObject({
    code: 'peer.ambiguous',
    details: {
      candidates: `${impostor.name} (${impostor.peerId.slice(0, 7)}), nas (${NAS.peerId.slice(0, 7)})`,
    },
  });
  // Whoever types the whole id means that one, whatever others are called.
  expect(findPeer([{ ...impostor, name: NAS.peerId }, NAS], NAS.peerId)).toBe(NAS);
});

it('names eight of those that fit at most', () => {
  const twins = Array.from({ length: 20 }, (_, index) => peer('twin', index + 1));
  expect(String(failure(twins, 'twin').details['candidates']).split(', ')).toHaveLength(8);
});

it('says what may have been meant, without the control characters of what was typed', () => {
  expect(failure([OFFICE, NAS], 'ofice')).toMatchObject({
    code: 'peer.unknown',
    details: { name: 'ofice', suggestion: 'Office', hint: 'Did you mean Office? ' },
  });
  expect(failure([OFFICE, NAS], '\u001B[2Jkitchen').details).toMatchObject({
    suggestion: '',
    hint: 'Your machines: Office, nas. ',
  });
  expect(failure([], 'kitchen').details).toMatchObject({ suggestion: '', hint: '' });
  const many = Array.from({ length: 20 }, (_, index) => peer(`host${index}`, index + 1));
  expect(failure(many, 'kitchen').details['hint']).toMatch(/^Your machines: (?:host\d+, ){8}… $/);
  expect(failure([OFFICE, NAS], '\u001B[2Jkitchen').message).not.toContain('\u001B');
});
