import { beforeEach, expect, test } from 'vitest';
import { openTerminal, TerminalService, type TerminalConnection, type TerminalPeer } from '#agent/terminals/index.ts';
import { reportGuest } from '#agent/terminals/client/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import type { GuestReport } from '#shared/terminal/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { FakePtyBackend } from '#test/support/fake-pty.ts';

const BROWSER = { peerId: 'A'.repeat(56) as PeerId, name: 'Chrome on Linux' };
const OTHER = { peerId: 'B'.repeat(56) as PeerId, name: 'lab' };
const GRACE = { guest: { id: '0000000a', name: 'Grace' } };
const LINK = { link: '00000001', role: 'type' } as const;

let service: TerminalService;
let audited: Record<string, unknown>[];
let history: { id: string; facts: unknown; outcome?: string | null }[];

const linkOf = (peer: TerminalPeer): FakeLink => new FakeLink((stream) => void service.serve(stream, peer));

beforeEach(() => {
  audited = [];
  history = [];
  service = new TerminalService({
    backend: new FakePtyBackend(),
    clock: new FakeClock(),
    logger: silentLogger,
    home: { platform: 'linux', environment: { PATH: '/bin' }, shell: '/bin/zsh', username: 'me', home: '/home/me' },
    decision: () => 'allow',
    isMyDevice: () => false,
    nameOf: (peerId) => [BROWSER, OTHER].find((peer) => peer.peerId === peerId)?.name,
    createId: () => 'c'.repeat(32),
    audit: { record: (event, fields) => void (event === 'terminal.guest' && audited.push(fields)) },
    history: {
      begin: ({ kind, facts }) => {
        if (kind === 'shared') history.push({ id: String(history.length), facts });
        return kind === 'shared' ? String(history.length - 1) : 'of the terminal';
      },
      describe: (entry, { facts }) => Object.assign(history[Number(entry)] ?? {}, { facts }),
      resume: () => undefined,
      end: (entry, outcome) => void Object.assign(history[Number(entry)] ?? {}, { outcome }),
    },
  });
});

const opened = async (): Promise<TerminalConnection> =>
  await openTerminal(linkOf(BROWSER).session, { cols: 80, rows: 24, term: 'xterm' });

async function report(report: Omit<GuestReport, 'link' | 'role'> & Partial<GuestReport>, by = BROWSER): Promise<void> {
  await reportGuest(linkOf(by).session, 'c'.repeat(32), { ...LINK, ...report }, new AbortController().signal);
}

const events = (): unknown[] => audited.map(({ event, guest }) => (guest === '' ? event : [event, guest]));

test('a machine keeps what the holder of a terminal says of its guests, as its word [S-SHARE-8]', async () => {
  await opened();
  await report({ event: 'opened', until: 5 });
  await report({ event: 'asked', ...GRACE });
  await report({ event: 'let-in', ...GRACE });
  expect(history).toEqual([
    {
      id: '0',
      facts: [
        { fact: 'guest', value: 'Grace' },
        { fact: 'says', value: 'Chrome on Linux' },
      ],
    },
  ]);
  await report({ event: 'typed', ...GRACE });
  expect(history[0]?.facts).toContainEqual({ fact: 'guest-typed', value: 'Grace' });
  await report({ event: 'left', code: 'share.removed', ...GRACE });
  await report({ event: 'ended', code: 'share.expired' });
  expect(history[0]?.outcome).toBe('share.removed');
  expect(events()).toEqual([
    'opened',
    ['asked', 'Grace'],
    ['let-in', 'Grace'],
    ['typed', 'Grace'],
    ['left', 'Grace'],
    'ended',
  ]);
  expect(audited[0]).toMatchObject({ peer: BROWSER.peerId, name: 'Chrome on Linux', role: 'type', until: 5 });
});

test('only the holder may report guests, with a name that is made safe, and each event counts once [S-SHARE-8]', async () => {
  await opened();
  await expect(report({ event: 'opened' }, OTHER)).rejects.toMatchObject({ code: 'terminal.unknown' });
  const odd = { guest: { id: '0000000a', name: 'Gr\u202eace\n' } };
  await report({ event: 'let-in', ...odd });
  await report({ event: 'let-in', ...odd });
  await expect(report({ event: 'typed' })).rejects.toMatchObject({ code: 'terminal.params' });
  await expect(report({ event: 'let-in', guest: { id: 'x', name: 'Eve' } })).rejects.toMatchObject({
    code: 'terminal.params',
  });
  expect(events()).toEqual([['let-in', 'Grace']]);
  expect(history).toHaveLength(1);
});

test('a machine keeps track of sixteen links to a terminal and sixteen guests of each', async () => {
  await opened();
  const numbered = (at: number): string => at.toString(16).padStart(8, '0');
  for (let at = 0; at < 16; at += 1) {
    await report({ event: 'opened', link: numbered(at) });
    await report({ event: 'asked', link: numbered(0), guest: { id: numbered(at), name: 'G' } });
  }
  await expect(report({ event: 'opened', link: numbered(16) })).rejects.toMatchObject({
    code: 'terminal.too-many-viewers',
  });
  const another = { guest: { id: numbered(16), name: 'G' } };
  await expect(report({ event: 'asked', link: numbered(0), ...another })).rejects.toMatchObject({
    code: 'terminal.too-many-viewers',
  });
  // A link of this machine itself has its own room.
  expect(() => service.noteGuest('c'.repeat(32), { ...LINK, event: 'let-in', ...GRACE })).not.toThrow();
  expect(history.at(-1)?.facts).toEqual([{ fact: 'guest', value: 'Grace' }]);
});

test('the links of a holder that leaves the terminal end by what the machine sees, not by its word', async () => {
  const terminal = await opened();
  await report({ event: 'let-in', ...GRACE });
  service.noteGuest('c'.repeat(32), { link: '00000002', role: 'view', event: 'let-in', ...GRACE });
  terminal.detach();
  await settle();
  expect(events()).toEqual([['let-in', 'Grace'], 'lost']);
  // Its own link goes on: the terminal does.
  expect(history.map(({ outcome }) => outcome)).toEqual(['share.lost', undefined]);
  await report({ event: 'ended', code: 'terminal.ended' });
  expect(events()).toHaveLength(2);
});
