import { describe, expect, test } from 'vitest';
import { PeerBook, type NewPeer, type PeerChange } from '#agent/peers/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { certificateFor } from '#test/support/certificates.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { codeOf } from '#test/support/rejections.ts';

function open(file = new MemoryDocumentFile(), clock = new FakeClock()) {
  return { book: new PeerBook({ file, clock, logger: silentLogger }), file, clock };
}

function peer(id: string, name: string, changes: Partial<NewPeer> = {}): NewPeer {
  return {
    certificate: certificateFor(id),
    name,
    grants: {},
    words: null,
    provisionalUntil: null,
    enrolledBy: null,
    ...changes,
  };
}

const ID = (text: string): PeerId => text.padEnd(56, '0') as PeerId;

describe('names', () => {
  test('are made unique', () => {
    const { book } = open();
    expect(['A', 'B', 'C'].map((id) => book.add(peer(id, 'Office')).name)).toEqual(['Office', 'Office-2', 'Office-3']);
    expect(book.add(peer('D', 'oFFice')).name).toBe('oFFice-4');
    expect(book.add(peer('E', 'x'.repeat(64))).name).toHaveLength(64);
    const second = book.add(peer('F', 'x'.repeat(64))).name;
    expect(second).toBe(`${'x'.repeat(62)}-2`);
  });

  test.each([
    ['control characters', 'off\u001b[31mice\u0007', 'off[31mice'],
    ['bidirectional overrides', 'lap\u202etop\u2066\u2069\u061c', 'laptop'],
    ['invisible characters', '\u200b\ufeffa\u034fb\u{e0041}', 'ab'],
    ['characters that look like a blank', '\u3164a\u00ad\u2800b\u115f', 'a b'],
    ['marks on nothing, and heaps of them', `\u0301a${'\u0301'.repeat(500)}`, 'á'],
    ['lines and tabs', ' two\r\n\tlines\u2028here ', 'two lines here'],
    ['halves of characters', 'a\ud800b', 'ab'],
    ['nothing to be seen', '\u202e\u0000', 'peer-A000000'],
    ['too many characters', 'y'.repeat(10_000), 'y'.repeat(64)],
    ['a character across the limit', `${'z'.repeat(63)}\u{1f600}`, 'z'.repeat(63)],
  ])('of the other side are cleaned of %s', (_what, wished, expected) => {
    expect(open().book.add(peer('A', wished)).name).toBe(expected);
  });

  test.each([
    ['--words-confirmed-elsewhere', 'words-confirmed-elsewhere'],
    ['\u2013\u2212yes', 'yes'],
    ['-', 'peer-A000000'],
    ['.', 'peer-A000000'],
    ['..', 'peer-A000000'],
  ])('is nothing that a command line reads as something else: %s [S-NAME-2]', (wished, expected) => {
    const { book, file } = open();
    expect(book.add(peer('A', wished)).name).toBe(expected);
    // An earlier version let it in.
    file.text = JSON.stringify(JSON.parse(file.text ?? ''), (key, value: unknown) => (key === 'name' ? wished : value));
    expect(
      open(file)
        .book.list()
        .map(({ name }) => name),
    ).toEqual([expected]);
  });

  test.each([
    ['laptop (EE09QX5)', 'laptop-2'],
    ['laptop (EE09QX5\u2026)', 'laptop-2'],
    ['EE09QX5', 'peer-KWSW36F'],
    ['peer-EE09QX5', 'peer'],
    ['laptop [ee-o9 qx5]', 'laptop-2'],
    ['desk (\u0415\u0415\u041e9Q\u04255)', 'desk'],
    ['EE09EE09QX5QX5', 'peer-KWSW36F'],
    ['EE09QX50000000000', 'peer-KWSW36F'],
    ['mine (0WN0000)', 'mine'],
    ['desk (KWSW36F)', 'desk (KWSW36F)'],
    ['desk (EE09QX)', 'desk (EE09QX)'],
  ])('has no short id of another device in it: %s [S-NAME-3]', (wished, expected) => {
    const file = new MemoryDocumentFile();
    const options = { file, clock: new FakeClock(), logger: silentLogger, ownId: ID('0WN') };
    const book = new PeerBook(options);
    book.add(peer('EE09QX5', 'laptop'));
    expect(book.add(peer('KWSW36F', wished)).name).toBe(expected);
    // An earlier version let it in.
    file.text = (file.text ?? '').replace(JSON.stringify(expected), JSON.stringify(wished));
    const names = new PeerBook(options).list().map(({ name }) => name);
    for (const name of names) expect(name).not.toMatch(/EE09QX5.*\(KWSW36F|^EE09QX5$|0WN/u);
  });

  test('has no short id either of a device that comes later, and a person gives none [S-NAME-3]', () => {
    const { book } = open();
    book.add(peer('KWSW36F', 'laptop (EE09QX5)'));
    book.add(peer('EE09QX5', 'laptop'));
    expect(book.list().map(({ name }) => name)).toEqual(['laptop', 'laptop-2']);
    expect(() => book.rename(ID('KWSW36F'), 'desk (EE09QX5)')).toThrow(
      expect.objectContaining({ code: 'peer.name-taken' }),
    );
    expect(() => book.checkOwnName('desk EE09QX5')).toThrow(expect.objectContaining({ code: 'peer.name-taken' }));
    expect(book.rename(ID('EE09QX5'), 'desk (EE09QX5)').name).toBe('desk (EE09QX5)');
  });

  test.each(['-', '..', '\u2013', ' . '])('is given by a person with something to see: %j', (name) => {
    const { book } = open();
    const { peerId } = book.add(peer('A', 'office'));
    expect(() => book.rename(peerId, name)).toThrow(expect.objectContaining({ code: 'peer.name-invalid' }));
  });

  test('are changed only to one that is free and can be seen', async () => {
    const { book } = open();
    book.add(peer('A', 'office'));
    book.add(peer('B', 'lab'));
    expect(await codeOf(() => book.rename(ID('B'), 'OFFICE'))).toBe('peer.name-taken');
    expect(await codeOf(() => book.rename(ID('B'), '\u200b'))).toBe('peer.name-invalid');
    expect(await codeOf(() => book.rename(ID('X'), 'x'))).toBe('peer.unknown');
    expect(book.rename(ID('B'), 'Lab').name).toBe('Lab');
    expect(book.find('lab').peerId).toBe(ID('B'));
  });

  test.each([
    ['with an invisible mark behind it', 'bravo\u034f', 'bravo-2'],
    ['with a variation selector', 'bra\ufe00vo', 'bravo-2'],
    ['with a letter of another alphabet', 'br\u0430vo', 'br\u0430vo-2'],
    ['with a digit for a letter', 'brav0', 'brav0-2'],
    ['in wide letters', '\uff42ravo', '\uff42ravo-2'],
    ['in capitals of another alphabet', '\u0412RAVO', '\u0412RAVO-2'],
    ['with blanks that no one sees', '\u3164bravo\u2800', 'bravo-2'],
  ])('of another peer are not given a second time %s [S-NAME-1]', async (_what, wished, given) => {
    const { book } = open();
    book.add(peer('A', 'bravo'));
    book.add(peer('C', 'lab'));
    expect(book.add(peer('B', wished)).name).toBe(given);
    expect(await codeOf(() => book.rename(ID('C'), wished))).toBe('peer.name-taken');
    expect(book.find('bravo').peerId).toBe(ID('A'));
  });

  test('of this device are given to no peer, and the device takes none of a peer [S-NAME-1]', async () => {
    const options = { file: new MemoryDocumentFile(), clock: new FakeClock(), logger: silentLogger };
    const book = new PeerBook({ ...options, ownName: () => 'desk' });
    expect(book.add(peer('A', 'd\u0435sk')).name).toBe('d\u0435sk-2');
    book.add(peer('B', 'bravo'));
    expect(await codeOf(() => book.rename(ID('B'), 'Desk'))).toBe('peer.name-taken');
    expect(await codeOf(() => book.checkOwnName('brav\u043e'))).toBe('peer.name-taken');
    book.checkOwnName('desk');
    book.checkOwnName('kitchen');
  });

  test('that an earlier version let in are all loaded; those that look the same have the short id behind them [S-NAME-1]', async () => {
    const { book, file } = open();
    for (const [id, name] of [
      ['A', 'first'],
      ['B', 'second'],
      ['C', 'third'],
      ['D', 'kitchen'],
    ] as const)
      book.add(peer(id, name));
    file.text = (file.text ?? '')
      .replace('"first"', JSON.stringify('bravo'))
      .replace('"second"', JSON.stringify('bravo\u034f'))
      .replace('"third"', JSON.stringify('brav\u043e'));
    const loaded = open(file).book;
    expect(loaded.list().map(({ peerId, name }) => [peerId.slice(0, 1), name])).toEqual([
      ['A', 'bravo (A000000)'],
      ['B', 'bravo (B000000)'],
      ['C', 'brav\u043e (C000000)'],
      ['D', 'kitchen'],
    ]);
    expect(loaded.find('bravo (B000000)').peerId).toBe(ID('B'));
    expect(await codeOf(() => loaded.find('bravo'))).toBe('peer.unknown');
    expect(loaded.rename(ID('A'), 'bravo').name).toBe('bravo');
    // And so they stay.
    expect(
      open(file)
        .book.list()
        .map(({ name }) => name),
    ).toContain('brav\u043e (C000000)');
  });
});

describe('a peer is found', () => {
  test('never by a name that only looks like its own [S-NAME-1]', () => {
    const { book } = open();
    book.add(peer('A', 'brav\u043e'));
    expect(() => book.find('bravo')).toThrow(
      expect.objectContaining({
        code: 'peer.unknown',
        details: expect.objectContaining({ hint: expect.stringContaining('(A000000) only looks the same') }),
      }),
    );
    expect(book.find('BRAV\u041e').peerId).toBe(ID('A'));
  });

  test('by its name, its id in any spelling, and an unambiguous beginning of the id', () => {
    const { book } = open();
    book.add(peer('K1M0Z', 'office'));
    book.add(peer('K1M0Y', 'lab'));
    const id = ID('K1M0Z');
    for (const reference of [
      'office',
      ' OFFICE ',
      id,
      id.toLowerCase(),
      id.replaceAll(/.{7}(?=.)/g, '$&-'),
      'kLmOz',
      'k1-m0-z',
      'KIM0Z 00',
    ])
      expect(book.find(reference).peerId).toBe(id);
  });

  test('never by a beginning of less than four characters or of more than one peer', async () => {
    const { book } = open();
    book.add(peer('K1M0Z', 'office'));
    book.add(peer('K1M0Y', 'lab'));
    expect(await codeOf(() => book.find('K1M0'))).toBe('peer.ambiguous');
    expect(await codeOf(() => book.find('K1M'))).toBe('peer.unknown');
    expect(await codeOf(() => book.find(''))).toBe('peer.unknown');
  });

  test('never by a name that somebody gave himself to catch the id of another [S-NAME-1]', async () => {
    const { book } = open();
    book.add(peer('K1M0Z', 'office'));
    book.add(peer('B', 'k1m0z'));
    expect(await codeOf(() => book.find('k1m0z'))).toBe('peer.ambiguous');
    expect(() => book.rename(ID('B'), ID('K1M0Z'))).toThrow(expect.objectContaining({ code: 'peer.name-taken' }));
    expect(book.find(ID('K1M0Z')).peerId).toBe(ID('K1M0Z'));
  });

  test('or a similar name is suggested', () => {
    const { book } = open();
    book.add(peer('A', 'office'));
    const suggestion = (reference: string): unknown => {
      try {
        return book.find(reference);
      } catch (error) {
        return (error as { details: { suggestion: string } }).details.suggestion;
      }
    };
    expect(['ofice', 'Offcie', 'kitchen', '\u001b[2J\u001b[31moffice'].map(suggestion)).toEqual([
      'office',
      'office',
      '',
      '',
    ]);
  });
});

describe('a pin', () => {
  test('survives a restart with everything in it', () => {
    const { book, file, clock } = open();
    const grants = { terminal: { decision: 'allow', expiresAt: clock.now() + 5 } } as const;
    book.add(peer('A', 'office', { grants, enrolledBy: ID('B') }));
    book.ignoreRequests(ID('A'), 'terminal');
    expect(open(file, clock).book.get(ID('A'))).toEqual(book.get(ID('A')));
    expect(book.get(ID('A'))).toMatchObject({
      name: 'office',
      grants,
      ignoredRequests: ['terminal'],
      enrolledBy: ID('B'),
    });
  });

  test('that is provisional is dropped at its time unless a link has confirmed it [S-PAIR-7]', async () => {
    const { book, clock, file } = open();
    const until = clock.now() + 3_600_000;
    for (const [id, name] of [
      ['A', 'kept'],
      ['B', 'dropped'],
    ] as const)
      book.add(peer(id, name, { provisionalUntil: until }));
    const changes: PeerChange[] = [];
    book.onChange((change) => changes.push(change));
    book.confirm(ID('A'));
    await clock.advance(3_599_999);
    expect(book.size).toBe(2);
    await clock.advance(1);
    expect(book.list().map(({ name }) => name)).toEqual(['kept']);
    expect(changes).toEqual([
      { kind: 'updated', peerId: ID('A') },
      { kind: 'removed', peerId: ID('B'), unfinished: 'dropped' },
    ]);
    expect(open(file, clock).book.size).toBe(1);
  });

  test('that has run out while the agent was not there is dropped at load [S-PAIR-7]', async () => {
    const { book, clock, file } = open();
    book.add(peer('A', 'dropped', { provisionalUntil: clock.now() + 1000 }));
    book.close();
    await clock.advance(1000);
    expect(open(file, clock).book.size).toBe(0);
  });

  test('for good does not become provisional by pairing again', () => {
    const { book, clock } = open();
    book.add(peer('A', 'office'));
    expect(book.add(peer('A', 'other', { provisionalUntil: clock.now() + 5 }))).toMatchObject({
      name: 'office',
      provisionalUntil: null,
    });
  });

  test('takes a newer certificate, and never another identity or an earlier generation [S-NAME-1]', async () => {
    const { book } = open();
    book.add(peer('A', 'office', { certificate: certificateFor('A', { generation: 2 }) }));
    const next = certificateFor('A', {
      generation: 3,
      staticKey: new Uint8Array(32).fill(9),
      encoded: new Uint8Array(147).fill(9),
    });
    expect(book.updateCertificate(next)).toMatchObject({
      generation: 3,
      staticKey: next.staticKey,
      certificate: next.encoded,
    });
    expect(await codeOf(() => book.updateCertificate(certificateFor('A', { generation: 2 })))).toBe('peer.generation');
    expect(await codeOf(() => book.add(peer('A', 'x', { certificate: certificateFor('A', { generation: 2 }) })))).toBe(
      'peer.generation',
    );
    const stolen = certificateFor('A', { generation: 9, signingKey: new Uint8Array(32).fill(1) });
    expect(await codeOf(() => book.updateCertificate(stolen))).toBe('peer.key-changed');
    expect(await codeOf(() => book.add(peer('A', 'x', { certificate: stolen })))).toBe('peer.key-changed');
    expect(await codeOf(() => book.updateCertificate(certificateFor('Z')))).toBe('peer.unknown');
    const older = certificateFor('A', { generation: 3, notBefore: 5, staticKey: new Uint8Array(32).fill(7) });
    expect(book.updateCertificate(older).staticKey).toEqual(next.staticKey);
  });
});

test('changing what the book gives out or took in changes nothing in it', () => {
  const { book } = open();
  const added = peer('A', 'office');
  const record = book.add(added);
  added.certificate.signingKey.fill(0);
  record.signingKey.fill(0);
  book.get(ID('A'))?.staticKey.fill(0);
  book.list()[0]?.certificate.fill(0);
  expect(() => Object.assign(record, { name: 'evil' })).toThrow(TypeError);
  const fresh = certificateFor('A');
  expect(book.get(ID('A'))).toMatchObject({
    name: 'office',
    signingKey: fresh.signingKey,
    staticKey: fresh.staticKey,
    certificate: fresh.encoded,
  });
});

test('a change that cannot be saved is not made', async () => {
  const { book, file } = open();
  book.add(peer('A', 'office'));
  const changes: PeerChange[] = [];
  book.onChange((change) => changes.push(change));
  file.failure = { write: 'EPERM' };
  expect(await codeOf(() => book.forget(ID('A')))).toBe('store.write');
  expect(await codeOf(() => book.rename(ID('A'), 'lab'))).toBe('store.write');
  expect(book.get(ID('A'))?.name).toBe('office');
  expect(changes).toEqual([]);
});

test('when a peer was seen is saved once a while and at the end, and no timer is left', async () => {
  const { book, file, clock } = open();
  book.add(peer('A', 'office'));
  const writes = file.writes;
  for (let count = 0; count < 100; count += 1) book.seen(ID('A'));
  expect(file.writes).toBe(writes);
  await clock.advance(60_000);
  expect(file.writes).toBe(writes + 1);
  book.seen(ID('A'));
  book.close();
  expect(file.writes).toBe(writes + 2);
  expect(open(file, clock).book.get(ID('A'))?.lastSeenAt).toBe(clock.now());
  expect(clock.pending).toBe(0);
});

test('when a peer was used is saved later too, never goes back and never lies in the future', async () => {
  const { book, file, clock } = open();
  book.add(peer('A', 'office'));
  const now = clock.now();
  book.markUsed(ID('A'), now - 5000);
  book.markUsed(ID('A'), now - 9000);
  expect(book.get(ID('A'))?.usedAt).toBe(now - 5000);
  book.markUsed(ID('A'), now + 1e9);
  book.markUsed(ID('B'));
  expect(book.get(ID('A'))?.usedAt).toBe(now);
  book.close();
  expect(open(file, clock).book.get(ID('A'))?.usedAt).toBe(now);
  book.add(peer('A', 'office'));
  expect(book.get(ID('A'))?.usedAt).toBe(now);
});

test('a forgotten peer is gone with its rights', () => {
  const { book, file } = open();
  book.add(peer('A', 'office', { grants: { terminal: { decision: 'allow', expiresAt: null } } }));
  book.forget(ID('A'));
  expect(book.get(ID('A'))).toBeUndefined();
  expect(open(file).book.size).toBe(0);
  expect(book.add(peer('A', 'office')).grants).toEqual({});
});

describe('the order of peers', () => {
  const places = (book: PeerBook): readonly unknown[] =>
    book.list().map(({ name, group, position }) => [name, group, position]);

  test('is saved with groups; those that are not named follow, and an unknown one changes nothing', async () => {
    const { book, file, clock } = open();
    for (const id of ['A', 'B', 'C']) book.add(peer(id, id.toLowerCase()));
    book.arrange([
      { peerId: ID('C'), group: 'Work' },
      { peerId: ID('A'), group: null },
    ]);
    const expected = [
      ['a', null, 1],
      ['b', null, 2],
      ['c', 'Work', 0],
    ];
    expect(places(book)).toEqual(expected);
    expect(
      await codeOf(() =>
        book.arrange([
          { peerId: ID('B'), group: 'Home' },
          { peerId: ID('Z'), group: null },
        ]),
      ),
    ).toBe('peer.unknown');
    expect(places(open(file, clock).book)).toEqual(expected);
  });

  test('tells only of those that have moved', () => {
    const { book } = open();
    for (const id of ['A', 'B', 'C']) book.add(peer(id, id.toLowerCase()));
    book.arrange(['A', 'B', 'C'].map((id) => ({ peerId: ID(id), group: null })));
    const changes: PeerChange[] = [];
    book.onChange((change) => changes.push(change));
    book.arrange(['B', 'A', 'C'].map((id) => ({ peerId: ID(id), group: null })));
    expect(changes.map(({ peerId }) => peerId).toSorted()).toEqual([ID('A'), ID('B')]);
  });

  test('keeps favourites and groups over a new pairing', () => {
    const { book } = open();
    book.add(peer('A', 'a'));
    book.setFavourite(ID('A'), true);
    book.arrange([{ peerId: ID('A'), group: 'Home' }]);
    book.add(peer('A', 'a'));
    expect(book.get(ID('A'))).toMatchObject({ favourite: true, group: 'Home', position: 0 });
  });
});
