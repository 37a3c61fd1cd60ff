import { expect, it } from 'vitest';
import { PeerBook } from '#agent/peers/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { createIdentity, verifyCertificate } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';

const clock = new FakeClock();
const now = Math.floor(clock.now() / 1000);
const secret = crypto.randomBytes(32);
const certificateOf = (generation: number) =>
  verifyCertificate(crypto, createIdentity(crypto, secret, { generation, now }).certificate, now);
const pairing = (generation = 1) => ({
  certificate: certificateOf(generation),
  name: 'laptop',
  grants: { terminal: { decision: 'allow', expiresAt: null } } as const,
  words: null,
  provisionalUntil: null,
  enrolledBy: null,
});
const open = (file: MemoryDocumentFile): PeerBook => new PeerBook({ file, clock, logger: silentLogger });

it('a peer is one of the own devices only once a person has said so, which stays', () => {
  const file = new MemoryDocumentFile();
  const book = open(file);
  const { peerId } = book.add(pairing());
  expect(book.get(peerId)?.own).toBe(false);
  expect(book.setOwn(peerId, true).own).toBe(true);
  expect(open(file).get(peerId)?.own).toBe(true);
  book.setOwn(peerId, false);
  expect(open(file).get(peerId)?.own).toBe(false);
});

it('nothing a peer shows changes the mark: another pairing, a newer certificate, being there [S-TERM-9]', () => {
  const book = open(new MemoryDocumentFile());
  const { peerId } = book.add(pairing());
  const show = (generation: number): void => {
    book.add(pairing(generation));
    book.updateCertificate(certificateOf(generation + 1));
    book.confirm(peerId);
    book.seen(peerId);
    book.reached(peerId, '10.0.0.1:7473');
  };
  show(2);
  expect(book.get(peerId)?.own).toBe(false);
  book.setOwn(peerId, true);
  show(4);
  expect(book.get(peerId)?.own).toBe(true);
});

it('a peer that was forgotten comes back without the mark [S-TERM-9]', () => {
  const book = open(new MemoryDocumentFile());
  const { peerId } = book.add(pairing());
  book.setOwn(peerId, true);
  book.forget(peerId);
  expect(book.add(pairing()).own).toBe(false);
  expect(() => book.setOwn('0'.repeat(56) as typeof peerId, true)).toThrow(
    expect.objectContaining({ code: 'peer.unknown' }),
  );
});

it('a profile from before devices could be marked loads, with none marked', () => {
  const file = new MemoryDocumentFile();
  const { peerId } = open(file).add(pairing());
  const document = structuredClone(file.read()) as { data: { peers: Record<string, unknown>[] } };
  for (const peer of document.data.peers) delete peer['own'];
  const old = new MemoryDocumentFile();
  old.write(document);
  expect(open(old).get(peerId)).toMatchObject({ name: 'laptop', own: false });
});
