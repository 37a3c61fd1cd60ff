import { beforeEach, describe, expect, it } from 'vitest';
import { TerminalTable, type ListScope } from '#agent/terminals/terminal-table.ts';
import { Terminal, type TerminalDevice } from '#agent/terminals/terminal.ts';
import { peerIdFromBytes, type PeerId } from '#shared/identity/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const device = (name: string, digit: number): TerminalDevice => ({
  peerId: peerIdFromBytes(new Uint8Array(32).fill(digit)),
  name,
});
const LAPTOP = device('laptop', 1);
const TABLET = device('tablet', 2);
const STRANGER = device('stranger', 3);

let own: Set<PeerId>;
let denied: Set<PeerId>;
let table: TerminalTable;
let ended: string[];

const run = (terminal: string, owner: TerminalDevice): Terminal => {
  const created: Terminal = new Terminal({
    terminal,
    opener: owner,
    owner,
    title: 'sh',
    startedAt: 0,
    cols: 80,
    rows: 24,
    clock: new FakeClock(),
    onEnd: ({ code }) => {
      ended.push(`${terminal} ${code}`);
      table.remove(created);
    },
  });
  table.add(created);
  return created;
};
const names = (peer: TerminalDevice, scope: ListScope = 'all'): string[] =>
  table.knownTo(peer.peerId, scope).map(({ terminal }) => terminal);

beforeEach(() => {
  own = new Set([LAPTOP.peerId, TABLET.peerId]);
  denied = new Set();
  ended = [];
  table = new TerminalTable(
    { isMyDevice: (peerId) => own.has(peerId), decision: (peerId) => (denied.has(peerId) ? 'deny' : 'allow') },
    { perPeer: 2, total: 3 },
  );
});

describe('for whom a terminal exists', () => {
  it('for who has it and for devices of the same person, each of them marked so at that moment', () => {
    const terminal = run('one', LAPTOP);
    expect(table.find('one', LAPTOP.peerId)).toBe(terminal);
    expect(table.find('one', TABLET.peerId)).toBe(terminal);
    expect(table.find('one', STRANGER.peerId)).toBeUndefined();
    own.delete(LAPTOP.peerId);
    expect(table.find('one', TABLET.peerId)).toBeUndefined();
    expect(names(TABLET)).toEqual([]);
    expect(table.find('one', LAPTOP.peerId)).toBe(terminal);
  });

  it('for nobody once it is to end, nor is it told of to who may do nothing here', () => {
    run('one', LAPTOP).hangUp();
    run('two', LAPTOP);
    expect(table.find('one', LAPTOP.peerId)).toBeUndefined();
    denied.add(LAPTOP.peerId);
    expect(names(LAPTOP)).toEqual([]);
    expect(names(TABLET)).toEqual(['one', 'two']);
  });

  it("lists a device's own first, and only those where it wants what it watches", () => {
    run('one', TABLET);
    run('two', LAPTOP);
    expect(names(LAPTOP)).toEqual(['two', 'one']);
    // Nobody watches either.
    expect(names(LAPTOP, 'watched')).toEqual([]);
  });

  it("lists without a question what is the peer's own, left ones too, and never another's [S-TERM-18]", () => {
    run('one', TABLET);
    run('two', LAPTOP);
    run('three', LAPTOP).hangUp();
    run('four', STRANGER);
    expect(names(LAPTOP, 'own')).toEqual(['two']);
    expect(names(STRANGER, 'own')).toEqual(['four']);
    denied.add(LAPTOP.peerId);
    expect(names(LAPTOP, 'own')).toEqual([]);
    table.end('terminal.revoked', ({ peerId }) => peerId === STRANGER.peerId);
    expect(names(STRANGER, 'own')).toEqual([]);
  });
});

describe('room', () => {
  it('is taken by what is only being opened, and given back when that came to nothing', () => {
    run('one', LAPTOP);
    const opening = table.opening(LAPTOP);
    expect([table.hasRoomFor(LAPTOP.peerId), table.mayHaveMore(LAPTOP.peerId)]).toEqual([false, false]);
    expect(table.hasRoomFor(TABLET.peerId)).toBe(true);
    table.opened(opening);
    expect(table.hasRoomFor(LAPTOP.peerId)).toBe(true);
  });

  it('ends for all when all of it is taken, though a peer may still take over what is there', () => {
    run('one', LAPTOP);
    run('two', LAPTOP);
    table.opening(STRANGER);
    expect([table.hasRoomFor(TABLET.peerId), table.mayHaveMore(TABLET.peerId)]).toEqual([false, true]);
  });
});

it('ends those of the chosen owner at once, and cancels what is being opened for it', () => {
  run('one', LAPTOP);
  run('two', TABLET);
  const [mine, other] = [table.opening(LAPTOP), table.opening(TABLET)];
  table.end('terminal.revoked', ({ peerId }) => peerId === LAPTOP.peerId);
  expect(ended).toEqual(['one terminal.revoked']);
  expect(table.all.map(({ terminal }) => terminal)).toEqual(['two']);
  expect([mine.isCancelled, other.isCancelled]).toEqual([true, false]);
});
