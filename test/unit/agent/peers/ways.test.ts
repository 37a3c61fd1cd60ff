import { expect, it } from 'vitest';
import { PeerBook } from '#agent/peers/index.ts';
import { SettingsStore } from '#agent/core/store/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { createIdentity, verifyCertificate, type PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';

const clock = new FakeClock();

function addPeer(book: PeerBook, name: string): PeerId {
  const now = Math.floor(clock.now() / 1000);
  const { certificate } = createIdentity(crypto, crypto.randomBytes(32), { generation: 1, now });
  return book.add({
    certificate: verifyCertificate(crypto, certificate, now),
    name,
    grants: {},
    words: null,
    provisionalUntil: null,
    enrolledBy: null,
  }).peerId;
}

const open = (file: MemoryDocumentFile): PeerBook => new PeerBook({ file, clock, logger: silentLogger });

/** The document as it was before there were direct paths. */
function aged(file: MemoryDocumentFile, drop: (data: Record<string, unknown>) => void): MemoryDocumentFile {
  const document = structuredClone(file.read()) as { version: number; data: Record<string, unknown> };
  drop(document.data);
  const old = new MemoryDocumentFile();
  old.write(document);
  return old;
}

it('a profile from before there were direct paths loads, with every path allowed', () => {
  const file = new MemoryDocumentFile();
  const peerId = addPeer(open(file), 'office');
  const old = aged(file, ({ peers }) => {
    for (const peer of peers as Record<string, unknown>[]) {
      for (const field of ['pathMode', 'via', 'addresses']) delete peer[field];
    }
  });
  expect(open(old).get(peerId)).toMatchObject({ name: 'office', pathMode: 'auto', via: [], addresses: [] });

  const settings = new MemoryDocumentFile();
  const store = (from: MemoryDocumentFile) =>
    new SettingsStore({ file: from, deviceName: 'laptop', logger: silentLogger });
  store(settings).update((current) => current);
  const oldSettings = aged(settings, (data) => delete data['network']);
  expect(store(oldSettings).value.network).toEqual({ listen: 'on', port: 7473 });
});

it('a profile from before there were several peers in between loads, with the one that was named', () => {
  const file = new MemoryDocumentFile();
  const book = open(file);
  const [office, other, middle] = ['office', 'other', 'middle'].map((name) => addPeer(book, name));
  const old = aged(file, ({ peers }) => {
    for (const peer of peers as Record<string, unknown>[]) peer['via'] = peer['peerId'] === office ? middle : null;
  });
  expect([office, other].map((peerId) => peerId && open(old).get(peerId)?.via)).toEqual([[middle], []]);
});

it('what a person allows for a peer, and where it was reached, stays: the last four addresses, newest first', () => {
  const file = new MemoryDocumentFile();
  const book = open(file);
  const [office, middle] = [addPeer(book, 'office'), addPeer(book, 'middle')];
  book.setPathMode(office, 'direct-only', [middle]);
  for (const last of [1, 2, 3, 4, 5, 3]) book.reached(office, `10.0.0.${last}:7473`);
  expect(open(file).get(office)).toMatchObject({
    pathMode: 'direct-only',
    via: [middle],
    addresses: ['10.0.0.3:7473', '10.0.0.5:7473', '10.0.0.4:7473', '10.0.0.2:7473'],
  });
});
