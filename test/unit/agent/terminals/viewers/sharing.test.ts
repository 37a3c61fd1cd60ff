import { beforeEach, expect, test } from 'vitest';
import { listShared, openTerminal, shareTerminal, TerminalService } from '#agent/terminals/index.ts';
import type { TerminalConnection, TerminalPeer } from '#agent/terminals/index.ts';
import type { RightDecision } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import {
  encodeViewerMessage,
  TargetMessageParser,
  type TargetMessage,
  type ViewerMessage,
} from '#shared/terminal/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { FakePtyBackend } from '#test/support/fake-pty.ts';

const ALICE = { peerId: 'A'.repeat(56) as PeerId, name: 'alice' };
const BOB = { peerId: 'B'.repeat(56) as PeerId, name: 'bob' };
const CAROL = { peerId: 'C'.repeat(56) as PeerId, name: 'carol' };
const SIZE = { cols: 80, rows: 24, term: 'xterm' };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

let clock: FakeClock;
let backend: FakePtyBackend;
let service: TerminalService;
let views: Map<PeerId, RightDecision>;
let audited: string[];
let told: string[];

const linkOf = (peer: TerminalPeer): FakeLink => new FakeLink((stream) => void service.serve(stream, peer));

beforeEach(() => {
  clock = new FakeClock();
  backend = new FakePtyBackend();
  views = new Map<PeerId, RightDecision>([
    [BOB.peerId, 'allow'],
    [CAROL.peerId, 'allow'],
  ]);
  audited = [];
  told = [];
  let names = 0;
  service = new TerminalService({
    backend,
    clock,
    logger: silentLogger,
    home: { platform: 'linux', environment: { PATH: '/bin' }, shell: '/bin/zsh', username: 'me', home: '/home/me' },
    decision: () => 'allow',
    viewDecision: (peerId) => views.get(peerId) ?? 'deny',
    onShared: (peerId) => void told.push(peerId.slice(0, 1)),
    isMyDevice: (peerId) => peerId !== BOB.peerId,
    nameOf: (peerId) => [ALICE, BOB, CAROL].find((peer) => peer.peerId === peerId)?.name,
    createId: () => String((names += 1)).padStart(32, '0'),
    audit: { record: (event, fields) => void audited.push(`${event} ${'name' in fields ? fields.name : ''}`) },
  });
});

async function shared(): Promise<TerminalConnection> {
  const terminal = await openTerminal(linkOf(ALICE).session, SIZE);
  await share(terminal, BOB);
  return terminal;
}

function share({ terminal }: { terminal: string }, peer: TerminalPeer, by = ALICE): Promise<void> {
  return shareTerminal(linkOf(by).session, { action: 'share', terminal, peer: peer.peerId });
}

function view({ terminal }: { terminal: string }, peer = BOB): Promise<TerminalConnection> {
  return openTerminal(linkOf(peer).session, { ...SIZE, terminal, view: true });
}

/** A viewer that sends what no honest one does. */
async function raw({ terminal }: { terminal: string }, peer = BOB) {
  const stream = linkOf(peer).session.open('pty', { action: 'view', terminal }, { priority: 'interactive' });
  await stream.opened;
  return stream;
}

/** Answers the newest request for the screen. */
function draw(text: string, cols = 80, rows = 24): void {
  const { last } = backend;
  const request = Number(/\d+$/.exec(last.told.findLast((said) => said.startsWith('peek')) ?? '')?.[0]);
  last.events.peekBegin(request, cols, rows);
  if (text !== '') last.events.peekData(bytes(text));
  last.events.peekEnd();
}

async function read(terminal: TerminalConnection): Promise<string> {
  await settle();
  return new TextDecoder().decode((await terminal.read()) ?? bytes('(end)'));
}

async function messagesOf(stream: LinkStream, until: TargetMessage['type']): Promise<readonly TargetMessage[]> {
  const parser = new TargetMessageParser();
  const messages: TargetMessage[] = [];
  while (!messages.some(({ type }) => type === until)) {
    const read = await stream.read();
    if (read === null) break;
    messages.push(...parser.push(read));
  }
  return messages;
}

test('who it is shared with sees the screen of now and what follows, in the size of who has it', async () => {
  const holder = await shared();
  const viewer = await view(holder);
  await settle();
  draw('$ make', 100, 30);
  backend.last.events.data(bytes('ok'));
  expect(await read(viewer)).toBe('\u001bc\u001b[8;30;100t');
  expect(await read(viewer)).toBe('$ make');
  expect(await read(viewer)).toBe('ok');
  expect(await read(holder)).toBe('ok');
  expect(holder.state).toEqual({ recorded: false, viewers: [{ peer: BOB.peerId, name: 'bob', watching: true }] });
  backend.last.events.exited({ exitCode: 3, signal: null });
  expect(await read(viewer)).toBe('(end)');
  expect(await viewer.ended).toEqual({ exitCode: 3, signal: null, code: null });
});

test('it is listed for those it is shared with, and for nobody else [S-TERM-12]', async () => {
  const holder = await shared();
  expect(await listShared(linkOf(BOB).session)).toMatchObject([{ terminal: holder.terminal, holder: 'alice' }]);
  expect(await listShared(linkOf(CAROL).session)).toEqual([]);
  expect(told).toEqual(['B']);
  await expect(view(holder, CAROL)).rejects.toMatchObject({ code: 'terminal.unknown' });
});

test.each([
  { type: 'input', bytes: bytes('rm -rf ~\r') },
  { type: 'end-of-input' },
  { type: 'close' },
  { type: 'catch-up', anyway: true },
] satisfies ViewerMessage[])(
  'a viewer that sends $type is sent away, and nothing reaches the program [S-TERM-11]',
  async (message) => {
    const holder = await shared();
    const stream = await raw(holder);
    await settle();
    draw('$ ');
    await stream.write(encodeViewerMessage(message));
    const messages = await messagesOf(stream, 'ended');
    expect(messages.at(-1)).toMatchObject({ type: 'ended', end: { code: 'terminal.view-only' } });
    expect(backend.last.told.filter((said) => !said.startsWith('peek'))).toEqual([]);
    expect(service.count).toBe(1);
    await stream.end();
    await settle();
    expect(holder.state?.viewers).toEqual([{ peer: BOB.peerId, name: 'bob', watching: false }]);
  },
);

test('the size of a viewer counts for nothing, and the next size of the holder is drawn anew for it [S-TERM-11]', async () => {
  const holder = await shared();
  const stream = await raw(holder);
  await settle();
  draw('$ ');
  await stream.write(encodeViewerMessage({ type: 'resize', cols: 3, rows: 2 }));
  await settle();
  expect(backend.last.told).toEqual(['peek 1']);
  holder.resize(120, 40);
  await settle();
  await clock.advance(500);
  expect(backend.last.told).toEqual(['peek 1', 'resize 120x40', 'peek 2']);
  expect(service.count).toBe(1);
});

test('bytes that are no messages end the stream of the viewer alone [S-TERM-11]', async () => {
  const holder = await shared();
  const stream = await raw(holder);
  await stream.write(Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 0xff));
  expect(await stream.closed).not.toBe('finished');
  backend.last.events.data(bytes('on'));
  expect(await read(holder)).toBe('on');
});

test('a viewer that does not read slows nobody, and costs no more than one screen and a quarter of a megabyte [S-TERM-11]', async () => {
  const holder = await shared();
  const stream = await raw(holder);
  await settle();
  draw('$ ');
  const { last } = backend;
  let seen = 0;
  const reading = (async () => {
    while (seen < 40 * 65_536) seen += (await holder.read())?.length ?? 0;
  })();
  for (let turn = 0; turn < 40; turn += 1) {
    last.events.data(new Uint8Array(65_536).fill(120));
    await settle();
  }
  await reading;
  expect(last.acknowledged).toBeGreaterThanOrEqual(39 * 65_536);
  // It reads again: what went by is left out, and the screen of now comes.
  const peeks = (): number => last.told.filter((said) => said.startsWith('peek')).length;
  expect(peeks()).toBe(1);
  const messages = messagesOf(stream, 'ended');
  await settle();
  await clock.advance(1000);
  expect(peeks()).toBe(2);
  draw('now');
  last.events.exited({ exitCode: 0, signal: null });
  const got = await messages;
  const output = got.reduce((sum, message) => sum + (message.type === 'output' ? message.bytes.length : 0), 0);
  expect(output).toBeLessThan(700_000);
  expect(got.filter(({ type }) => type === 'snapshot-begin')).toHaveLength(2);
});

test('a viewer that stops for good is let go of when the terminal ends [S-TERM-11]', async () => {
  const holder = await shared();
  const stream = await raw(holder);
  await settle();
  draw('$ ');
  for (let turn = 0; turn < 10; turn += 1) backend.last.events.data(new Uint8Array(65_536));
  backend.last.events.exited({ exitCode: 0, signal: null });
  await settle();
  await clock.advance(5000);
  expect(await stream.closed).toMatchObject({ code: 'link.reset' });
  expect(clock.pending).toBe(0);
});

test.each(['ask', 'deny'] as const)(
  'a right that becomes %s cuts who looks on at once [S-TERM-13]',
  async (decision) => {
    const holder = await shared();
    const viewer = await view(holder);
    await settle();
    draw('$ ');
    views.set(BOB.peerId, decision);
    service.revokeView(BOB.peerId, decision);
    backend.last.events.data(bytes('secret'));
    expect(await viewer.ended.then(({ code }) => code)).toBeDefined();
    expect((await viewer.ended).code).toBe('terminal.revoked');
    void holder.read();
    await settle();
    expect(holder.state?.viewers).toEqual(
      decision === 'ask' ? [{ peer: BOB.peerId, name: 'bob', watching: false }] : [],
    );
    const answer = await view(holder).then(
      () => 'admitted',
      (error: unknown) => errorCode(error),
    );
    expect(answer).toBe(decision === 'deny' ? 'terminal.unknown' : 'admitted');
  },
);

test('who has it ends it for one, or for all, and nobody else can [S-TERM-13]', async () => {
  const holder = await shared();
  await share(holder, CAROL);
  const [bob, carol] = [await view(holder), await view(holder, CAROL)];
  const unshare = (by: TerminalPeer, peer?: PeerId): Promise<void> =>
    shareTerminal(linkOf(by).session, {
      action: 'unshare',
      terminal: holder.terminal,
      ...(peer === undefined ? {} : { peer }),
    });
  await expect(unshare(BOB, CAROL.peerId)).rejects.toMatchObject({ code: 'terminal.unknown' });
  await unshare(ALICE, BOB.peerId);
  expect((await bob.ended).code).toBe('terminal.unshared');
  await unshare(ALICE);
  expect((await carol.ended).code).toBe('terminal.unshared');
  void holder.read();
  await settle();
  expect(holder.state?.viewers).toEqual([]);
});

test('a terminal is shared by who has it only, and with peers that this device lets look on [S-TERM-12]', async () => {
  const holder = await shared();
  const refused = { code: 'terminal.share-refused' };
  views.set(CAROL.peerId, 'deny');
  await expect(share(holder, CAROL)).rejects.toMatchObject(refused);
  // Never paired, or forgotten: the same answer.
  await expect(share(holder, { peerId: 'D'.repeat(56) as PeerId, name: '' })).rejects.toMatchObject(refused);
  await expect(share(holder, ALICE)).rejects.toMatchObject(refused);
  await expect(share(holder, CAROL, BOB)).rejects.toMatchObject({ code: 'terminal.unknown' });
  await expect(share({ terminal: 'f'.repeat(32) }, BOB)).rejects.toMatchObject({ code: 'terminal.unknown' });
});

test('the person at the device shares what runs there, and ends it', async () => {
  const holder = await openTerminal(linkOf(ALICE).session, SIZE);
  service.sharing.share(holder.terminal, BOB.peerId, undefined);
  const viewer = await view(holder);
  await settle();
  expect(service.served).toMatchObject([{ peerName: 'alice', viewers: [{ name: 'bob', watching: true }] }]);
  service.sharing.unshare(holder.terminal, undefined, undefined);
  expect((await viewer.ended).code).toBe('terminal.unshared');
});

test('nobody looks on any more when the right of who has it is taken back [S-TERM-13]', async () => {
  const holder = await shared();
  const viewer = await view(holder);
  service.revoke(ALICE.peerId);
  expect((await viewer.ended).code).toBe('terminal.revoked');
  expect(await listShared(linkOf(BOB).session)).toEqual([]);
});

test('a terminal whose holder is away is still seen, and muted when nobody looks on any more', async () => {
  const holder = await shared();
  const viewer = await view(holder);
  await settle();
  draw('$ ');
  holder.detach();
  await settle();
  expect(backend.last.told).toEqual(['peek 1', 'left']);
  backend.last.events.data(bytes('still here'));
  await read(viewer);
  await read(viewer);
  expect(await read(viewer)).toBe('still here');
  viewer.detach();
  await settle();
  expect(backend.last.told).toEqual(['peek 1', 'left', 'mute']);
});

test('who looks on after somebody that left before the screen came sees it as well', async () => {
  const holder = await shared();
  const hasty = await view(holder);
  await settle();
  holder.detach();
  hasty.detach();
  await settle();
  expect(backend.last.told).toEqual(['peek 1', 'left', 'mute']);
  await clock.advance(1000);
  const viewer = await view(holder);
  await settle();
  expect(backend.last.told).toEqual(['peek 1', 'left', 'mute', 'peek 2']);
  draw('$ ');
  await read(viewer);
  expect(await read(viewer)).toBe('$ ');
});

test('two streams of one peer look on, and no third [S-TERM-12]', async () => {
  const holder = await shared();
  await view(holder);
  await view(holder);
  await expect(view(holder)).rejects.toMatchObject({ code: 'terminal.too-many-viewers' });
  expect(audited.filter((event) => event.startsWith('terminal.viewed'))).toEqual([
    'terminal.viewed bob',
    'terminal.viewed bob',
  ]);
});

test('a peer hears that what is shared with it has changed, also when the terminal ends', async () => {
  await shared();
  backend.last.events.exited({ exitCode: 0, signal: null });
  expect(told).toEqual(['B', 'B']);
});

test('a terminal that another device of the same person has taken over is shared with nobody any more [S-TERM-13]', async () => {
  const holder = await shared();
  const viewer = await view(holder);
  const taken = await openTerminal(linkOf(CAROL).session, { ...SIZE, terminal: holder.terminal, takeOver: true });
  expect((await viewer.ended).code).toBe('terminal.unshared');
  await expect(view(taken)).rejects.toMatchObject({ code: 'terminal.unknown' });
  expect(told).toEqual(['B', 'B']);
  expect(audited).toContain('terminal.unshared alice');
});
