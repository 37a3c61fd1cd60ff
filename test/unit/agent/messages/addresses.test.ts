import { beforeEach, describe, expect, it } from 'vitest';
import { MessageAddresses } from '#agent/messages/addresses.ts';
import { InstanceBook } from '#agent/messages/foreign/instance-book.ts';
import { findPeer } from '#agent/peers/find-peer.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { errorCode } from '#shared/errors.ts';
import { peerIdFromBytes, type PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';

const idOf = (digit: number): PeerId => peerIdFromBytes(new Uint8Array(32).fill(digit));
const [OWN, MACHINE, OTHER] = [idOf(1), idOf(2), idOf(3)];

let book: InstanceBook;
let peers: { peerId: PeerId; name: string }[];
let ownName: string;
let addresses: MessageAddresses;
beforeEach(() => {
  book = new InstanceBook({ file: new MemoryDocumentFile(), crypto: nativeBackend, logger: silentLogger });
  peers = [];
  ownName = 'laptop';
  addresses = new MessageAddresses({
    ownId: OWN,
    ownName: () => ownName,
    peers: {
      find: (reference) => findPeer(peers, reference),
      nameOf: (peerId) => peers.find((peer) => peer.peerId === peerId)?.name,
    },
    instances: book,
  });
});

/** Has a relay name a program. @returns the ID under which it is known */
function named(name: string, key = 'ab', relay = 1): PeerId {
  const facts = { relayKey: new Uint8Array(32).fill(relay), relay: `relay${relay}.example`, name, key: key.repeat(16) };
  const seen = book.see(facts, () => false);
  if (seen === undefined) throw new Error('too many programs');
  return seen.id;
}
/** Returns what is found, or the code of the error. */
function found(reference: string): string {
  try {
    return addresses.find(reference);
  } catch (error) {
    return errorCode(error);
  }
}
/** Checks that what is shown for each device finds this one, and that no two are shown alike. */
function expectDistinct(...ids: readonly PeerId[]): void {
  const shown = ids.map((id) => addresses.shown(id) ?? '');
  expect(shown.map(found)).toEqual(ids);
  expect(new Set(shown).size).toBe(ids.length);
}

describe('a program and a machine of one name', () => {
  it('have addresses of their own, and neither is found by that of the other [S-FOREIGN-18]', () => {
    peers = [{ peerId: MACHINE, name: 'office' }];
    const program = named('office');
    expectDistinct(OWN, MACHINE, program);
    expect(addresses.shown(program)).toBe('program:office');
    expect(found('office')).toBe(MACHINE);
    // Once the machine is forgotten, the program doesn't take its place, and the other way round.
    peers = [];
    expect(found('office')).toBe('message.is-program');
    peers = [{ peerId: MACHINE, name: 'office' }];
    book.remove(program);
    expect(found('program:office')).toBe('message.unknown-instance');
  });

  it('stay apart if the machine is called like the address of a program [S-FOREIGN-18]', () => {
    const program = named('office');
    for (const name of [
      'program:office',
      'Program:office',
      'ｐｒｏｇｒａｍ：office',
      'program: office',
      'program:nothing',
    ]) {
      peers = [{ peerId: MACHINE, name }];
      addresses.changed();
      expectDistinct(OWN, MACHINE, program);
      expect(addresses.shown(MACHINE)).toBe(MACHINE);
      expect([program, 'message.unknown-instance']).toContain(found(name));
    }
    ownName = 'program:office';
    expectDistinct(OWN, program);
  });

  it('stay apart if the ID of the program begins like the machine [S-FOREIGN-18]', () => {
    const program = named('bot');
    for (const length of [4, 7, 14, 55]) expect(found(program.slice(0, length))).toBe('peer.unknown');
    expect(found(program)).toBe(program);
    expect(found(MACHINE.slice(0, 7))).toBe('peer.unknown');
  });
});

describe('several programs of one name', () => {
  it('have addresses with the beginning of their ID, and none is guessed by the name alone [S-FOREIGN-18]', () => {
    const first = named('bot');
    expect(addresses.shown(first)).toBe('program:bot');
    const second = named('bot', 'cd');
    const third = named('bot', 'ab', 2);
    expectDistinct(first, second, third);
    expect(addresses.shown(first)).toBe(`program:bot~${first.slice(0, 14)}`);
    expect(found(`program:bot~${first.slice(0, 14).toLowerCase()}`)).toBe(first);
    expect(found('program:bot')).toBe('message.ambiguous-instance');
    expect(found(`program:bot~${first.slice(0, 13)}`)).toBe('message.unknown-instance');
    expect(found(`program:other~${first.slice(0, 14)}`)).toBe('message.unknown-instance');
    book.remove(second);
    book.remove(third);
    expect(addresses.shown(first)).toBe('program:bot');
  });
});

describe('machines', () => {
  it('that look alike, or like this one, are shown by their IDs', () => {
    peers = [
      { peerId: MACHINE, name: 'office' },
      { peerId: OTHER, name: 'оffice' },
    ];
    expectDistinct(OWN, MACHINE, OTHER);
    expect(found('office')).toBe('peer.ambiguous');
    peers = [{ peerId: MACHINE, name: 'laptop' }];
    addresses.changed();
    expectDistinct(OWN, MACHINE);
    expect(found('laptop')).toBe('peer.ambiguous');
    expect(found('.')).toBe(OWN);
    peers = [];
    addresses.changed();
    expect(addresses.shown(OWN)).toBe('laptop');
    expect(found('Laptop')).toBe(OWN);
    expect(addresses.shown(MACHINE)).toBeUndefined();
  });
});
