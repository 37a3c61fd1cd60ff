import { beforeEach, describe, expect, it } from 'vitest';
import { listTerminals, openTerminal, TerminalService } from '#agent/terminals/index.ts';
import type { TerminalConnection, TerminalPeer } from '#agent/terminals/index.ts';
import type { RightDecision } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { peerIdFromBytes, type PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { RESET_HANG_UP } from '#shared/terminal/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { FakePtyBackend } from '#test/support/fake-pty.ts';

const device = (name: string, digit: number): TerminalPeer => ({
  peerId: peerIdFromBytes(new Uint8Array(32).fill(digit)),
  name,
});
const LAPTOP = device('laptop', 1);
const TABLET = device('tablet', 2);
const STRANGER = device('stranger', 3);
const SIZE = { cols: 80, rows: 24, term: 'xterm' };

let clock: FakeClock;
let backend: FakePtyBackend;
let service: TerminalService;
let decisions: Map<PeerId, RightDecision>;
/** Marked here by a person. */
let own: Set<PeerId>;
/** What devices are called here now. */
let names: Map<PeerId, string>;
let asked: PeerId[];
let audited: Readonly<{ event: string; fields: object }>[];

const linkOf = (peer: TerminalPeer): FakeLink => new FakeLink((stream) => void service.serve(stream, peer));
const open = (peer: TerminalPeer): Promise<TerminalConnection> => openTerminal(linkOf(peer).session, SIZE);
const attach = (peer: TerminalPeer, terminal: string, takeOver = true): Promise<TerminalConnection> =>
  openTerminal(linkOf(peer).session, { ...SIZE, terminal, takeOver });
const list = (peer: TerminalPeer) => listTerminals(linkOf(peer).session);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = async (terminal: TerminalConnection): Promise<string> =>
  new TextDecoder().decode((await terminal.read()) ?? bytes('(end)'));
const refusal = (attempt: Promise<unknown>): Promise<Readonly<{ code: string; message: string }>> =>
  attempt.then(
    () => ({ code: 'none', message: 'it was let in' }),
    (error: Error) => ({ code: errorCode(error), message: error.message }),
  );
const UNKNOWN = { code: 'terminal.unknown', message: 'no such terminal' };

beforeEach(() => {
  clock = new FakeClock();
  backend = new FakePtyBackend();
  decisions = new Map();
  own = new Set([LAPTOP.peerId, TABLET.peerId]);
  names = new Map();
  asked = [];
  audited = [];
  let count = 0;
  service = new TerminalService({
    backend,
    clock,
    logger: silentLogger,
    home: { platform: 'linux', environment: { PATH: '/bin' }, shell: '/bin/sh', username: 'me', home: '/home/me' },
    decision: (peerId) => decisions.get(peerId) ?? 'allow',
    isMyDevice: (peerId) => {
      asked.push(peerId);
      return own.has(peerId);
    },
    nameOf: (peerId) => names.get(peerId),
    createId: () => String((count += 1)).padStart(32, 'e'),
    limits: { perPeer: 2, total: 5 },
    audit: { record: (event, fields) => void audited.push({ event, fields }) },
  });
});

describe('a device of the same person', () => {
  it('sees whose terminals there are, and takes one over with its screen; the former viewer is told', async () => {
    const first = await open(LAPTOP);
    backend.last.events.title('vim');
    await open(TABLET);
    names.set(LAPTOP.peerId, 'my laptop');
    const [mine, others] = await list(TABLET);
    // Its own first.
    expect(mine).toMatchObject({ openedBy: null, heldBy: null, title: 'sh' });
    expect(others).toMatchObject({ openedBy: 'my laptop', heldBy: 'my laptop', title: 'vim', attached: true });
    expect(others?.terminal).toBe(first.terminal);

    const taken = await attach(TABLET, first.terminal);
    expect(await read(first)).toBe('(end)');
    expect(await first.ended).toEqual({ exitCode: null, signal: null, code: 'terminal.taken-over' });
    const [pty] = backend.ptys;
    expect(pty?.told).toEqual(['hand over to tablet 0 granted', 'snapshot 1']);
    pty?.events.data(bytes('before'));
    pty?.events.snapshotBegin(1, 80, 24);
    pty?.events.data(bytes('screen'));
    pty?.events.snapshotEnd();
    pty?.events.data(bytes(' and live'));
    expect((await read(taken)) + (await read(taken))).toBe('screen and live');
    await taken.write(bytes('x'));
    await settle();
    expect(pty?.told.at(-1)).toBe('write x');
    expect(audited.at(-1)).toEqual({
      event: 'terminal.taken-over',
      fields: {
        peer: TABLET.peerId,
        name: 'tablet',
        terminal: first.terminal,
        from: LAPTOP.peerId,
        fromName: 'laptop',
      },
    });
    expect(await list(LAPTOP)).toContainEqual(
      expect.objectContaining({ terminal: first.terminal, openedBy: null, heldBy: 'tablet', attached: true }),
    );
    expect(await list(TABLET)).toContainEqual(
      expect.objectContaining({ terminal: first.terminal, openedBy: 'my laptop', heldBy: null }),
    );
  });

  it('takes one that nobody watches, and may be taken from in turn', async () => {
    const first = await open(LAPTOP);
    first.detach();
    await settle();
    const second = await attach(TABLET, first.terminal);
    const third = await attach(LAPTOP, first.terminal);
    expect(await read(second)).toBe('(end)');
    expect((await second.ended).code).toBe('terminal.taken-over');
    third.close();
    await settle();
    backend.last.events.exited({ exitCode: 0, signal: null });
    expect(audited.at(-1)).toMatchObject({ event: 'terminal.ended', fields: { peer: LAPTOP.peerId, name: 'laptop' } });
    await settle();
    expect([service.count, clock.pending]).toEqual([0, 0]);
  });

  it('takes over only when it says so: what comes back by itself takes nothing away [S-TERM-10]', async () => {
    const first = await open(LAPTOP);
    expect(await refusal(attach(TABLET, first.terminal, false))).toMatchObject({ code: 'terminal.taken-over' });
    expect(backend.last.told).toEqual([]);
    await attach(TABLET, first.terminal);
    const told = [...backend.last.told];
    // The laptop's window seeks its terminal again.
    expect(await refusal(attach(LAPTOP, first.terminal, false))).toMatchObject({ code: 'terminal.taken-over' });
    expect(backend.last.told).toEqual(told);
    // Its own needs no such word.
    expect((await attach(TABLET, first.terminal, false)).terminal).toBe(first.terminal);
  });

  it('owns what it took over: a right taken back ends what its device has now, and no more [S-TERM-10]', async () => {
    const moved = await open(LAPTOP);
    const kept = await open(LAPTOP);
    const taken = await attach(TABLET, moved.terminal);
    service.revoke(LAPTOP.peerId);
    expect(await read(kept)).toBe('(end)');
    expect((await kept.ended).code).toBe('terminal.revoked');
    expect(backend.ptys.map(({ told }) => told.includes('hang up'))).toEqual([false, true]);
    service.revoke(TABLET.peerId);
    expect(await read(taken)).toBe('(end)');
    expect((await taken.ended).code).toBe('terminal.revoked');
    expect(service.count).toBe(0);
  });

  it('that asks each time is labelled so, for the agent that comes next', async () => {
    decisions.set(TABLET.peerId, 'ask');
    const first = await open(LAPTOP);
    await attach(TABLET, first.terminal);
    expect(backend.last.told).toContain('hand over to tablet 0 asked');
  });

  it('that is marked no more keeps what it has, and sees nothing else [S-TERM-10]', async () => {
    const moved = await open(LAPTOP);
    const left = await open(LAPTOP);
    const taken = await attach(TABLET, moved.terminal);
    own.delete(TABLET.peerId);
    backend.ptys[0]?.events.snapshotBegin(1, 80, 24);
    backend.ptys[0]?.events.data(bytes('still here'));
    expect(await read(taken)).toBe('still here');
    expect((await list(TABLET)).map(({ terminal }) => terminal)).toEqual([moved.terminal]);
    expect((await list(LAPTOP)).map(({ terminal }) => terminal)).toEqual([left.terminal]);
    expect(await refusal(attach(LAPTOP, moved.terminal))).toEqual(UNKNOWN);
    expect((await attach(TABLET, moved.terminal)).terminal).toBe(moved.terminal);
  });

  it('has no more terminals than a peer may have, also by taking over [S-TERM-10]', async () => {
    const first = await open(LAPTOP);
    await open(TABLET);
    await open(TABLET);
    expect(await refusal(attach(TABLET, first.terminal))).toMatchObject({ code: 'terminal.too-many' });
    expect(backend.ptys[0]?.told).toEqual([]);
    await open(LAPTOP);
    expect(service.count).toBe(4);
  });

  it('has it after the agent was restarted, by what the terminal itself keeps [S-TERM-10]', async () => {
    backend.kept.push({
      terminal: 'c'.repeat(32),
      opener: LAPTOP,
      owner: TABLET,
      title: 'vim',
      startedAt: 1,
      granted: true,
      left: false,
      cols: 80,
      rows: 24,
    });
    decisions.set(LAPTOP.peerId, 'deny');
    await service.takeOver();
    expect(await list(TABLET)).toMatchObject([{ openedBy: 'laptop', heldBy: null }]);
    service.revoke(LAPTOP.peerId);
    expect(service.count).toBe(1);
    expect((await attach(TABLET, 'c'.repeat(32), false)).terminal).toBe('c'.repeat(32));
  });
});

describe('a peer that is not marked, or is alone with its mark', () => {
  const marks: readonly (readonly [string, () => void])[] = [
    ['neither is marked', () => own.clear()],
    ['only the one that wants it is marked', () => own.delete(LAPTOP.peerId)],
    ['only the one that has it is marked', () => own.delete(TABLET.peerId)],
  ];

  it.each(marks)('sees and attaches nothing, as if it did not exist: %s [S-TERM-9]', async (_case, mark) => {
    const first = await open(LAPTOP);
    mark();
    expect(await list(TABLET)).toEqual([]);
    asked = [];
    const existing = await refusal(attach(TABLET, first.terminal));
    const lookedUp = asked.length;
    asked = [];
    const missing = await refusal(attach(TABLET, 'f'.repeat(32)));
    expect(existing).toEqual(UNKNOWN);
    expect(missing).toEqual(UNKNOWN);
    // No answer comes faster than the other: the same is looked up for both.
    expect([lookedUp, asked.length]).toEqual(own.has(TABLET.peerId) ? [2, 2] : [1, 1]);
    expect(service.holderToTakeOverFrom(first.terminal, TABLET.peerId)).toBeUndefined();
    expect(backend.last.told).toEqual([]);
    backend.last.events.data(bytes('undisturbed'));
    expect(await read(first)).toBe('undisturbed');
  });

  it('finds nothing by a guessed name of 16 bytes, without a word to those who have it [S-TERM-9]', async () => {
    const first = await open(LAPTOP);
    for (const guess of [first.terminal, '0'.repeat(32), `${first.terminal.slice(0, 31)}f`])
      expect(await refusal(attach(STRANGER, guess))).toEqual(UNKNOWN);
    expect(backend.last.told).toEqual([]);
    expect(audited.map(({ event }) => event)).toEqual(['terminal.opened']);
  });

  it('gets nothing by the name of a marked device, nor by an id that begins the same [S-TERM-9]', async () => {
    const first = await open(LAPTOP);
    const sameName = { ...STRANGER, name: 'laptop' };
    const almost = {
      name: 'tablet',
      peerId: `${TABLET.peerId.slice(0, 55)}${TABLET.peerId.endsWith('0') ? '1' : '0'}` as PeerId,
    };
    names.set(STRANGER.peerId, 'laptop');
    for (const peer of [sameName, almost]) {
      expect(await list(peer)).toEqual([]);
      expect(await refusal(attach(peer, first.terminal))).toEqual(UNKNOWN);
    }
  });

  it('lost the mark between the list and the attach [S-TERM-9]', async () => {
    await open(LAPTOP);
    const [seen] = await list(TABLET);
    own.delete(TABLET.peerId);
    expect(await refusal(attach(TABLET, seen?.terminal ?? ''))).toEqual(UNKNOWN);
    own.add(TABLET.peerId);
    own.delete(LAPTOP.peerId);
    expect(await refusal(attach(TABLET, seen?.terminal ?? ''))).toEqual(UNKNOWN);
  });

  it('of which a terminal was taken ends nothing there any more, whatever it still sends [S-TERM-10]', async () => {
    const link = linkOf(LAPTOP);
    const stream = link.session.open('pty', { action: 'open', ...SIZE });
    const { terminal } = (await stream.opened) as { terminal: string };
    await attach(TABLET, terminal);
    const told = [...backend.last.told];
    // Input, close, and a reset that means "hang up".
    await stream.write(Uint8Array.of(2, 0x01, 0x78, 1, 0x04)).catch(() => undefined);
    stream.reset(RESET_HANG_UP);
    await settle();
    expect(backend.last.told).toEqual(told);
    expect(service.count).toBe(1);
  });

  it('whose end of input waited when its terminal was taken says no end to the next [S-TERM-10]', async () => {
    const first = await open(LAPTOP);
    // As much as may wait, so that the end waits for room.
    first.write(new Uint8Array(262_144)).catch(() => undefined);
    await settle();
    first.endInput();
    await settle();
    await attach(TABLET, first.terminal);
    backend.last.events.inputTaken(300_000);
    await settle();
    const ends = (): number => backend.last.told.filter((said) => said.endsWith('\u0004')).length;
    const before = ends();
    await clock.advance(60_000);
    expect(ends()).toBe(before);
  });
});
