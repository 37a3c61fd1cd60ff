import { describe, expect, it } from 'vitest';
import { concatBytes } from '#shared/bytes/index.ts';
import { encodeHostCommand, HostCommandParser } from '#agent/terminals/pty-host/host-commands.ts';
import { encodeHostDataHeader, encodeHostEvent, HostEventParser } from '#agent/terminals/pty-host/host-events.ts';
import type { TerminalLabel } from '#agent/terminals/index.ts';
import type { HostCommand, HostEvent } from '#agent/terminals/pty-host/host-protocol.ts';
import { CASES_PER_BOUNDARY, fuzzDecoder } from '#test/support/fuzz.ts';

const LABEL: TerminalLabel = {
  terminal: '0123456789abcdef0123456789abcdef',
  opener: { peerId: 'A'.repeat(56), name: 'alice' },
  owner: { peerId: 'B'.repeat(56), name: 'bob' },
  title: 'sh',
  startedAt: 1_700_000_000_000,
  granted: true,
  left: false,
};

const COMMANDS: readonly HostCommand[] = [
  {
    terminal: 1,
    type: 'open',
    request: {
      label: LABEL,
      file: '/bin/sh',
      args: ['-c', 'echo Grüße', ''],
      cwd: '/home/me',
      environment: { PATH: '/bin', TERM: 'xterm', EMPTY: '' },
      cols: 80,
      rows: 24,
    },
  },
  { terminal: 70_000, type: 'write', bytes: new Uint8Array(80).fill(7) },
  { terminal: 2, type: 'resize', cols: 132, rows: 50 },
  { terminal: 2, type: 'acknowledge', bytes: 65_536 },
  { terminal: 2, type: 'mute' },
  { terminal: 2, type: 'snapshot', request: 3, scrollback: true },
  { terminal: 2, type: 'snapshot', request: 4, scrollback: false },
  { terminal: 2, type: 'hang-up' },
  { terminal: 0, type: 'shut-down' },
  { terminal: 2, type: 'leave', left: true },
  { terminal: 2, type: 'hand-over', owner: { peerId: 'C'.repeat(56), name: 'tablet 🦀' }, granted: false },
];
const EVENTS: readonly HostEvent[] = [
  { terminal: 1, type: 'opened', pid: 4_194_304 },
  { terminal: 1, type: 'data', bytes: new Uint8Array(90).fill(9) },
  { terminal: 1, type: 'snapshot-begin', request: 3, cols: 80, rows: 24 },
  { terminal: 1, type: 'snapshot-end' },
  { terminal: 1, type: 'title', title: 'vim' },
  { terminal: 1, type: 'input-taken', bytes: 5 },
  { terminal: 1, type: 'exited', exitCode: 255, signal: 9 },
  { terminal: 9, type: 'error', code: 'terminal.spawn', message: 'forkpty(3) failed.' },
  { terminal: 3, type: 'kept', label: { ...LABEL, granted: false, title: '' }, cols: 132, rows: 50, pid: 77 },
  { terminal: 0, type: 'ready', pid: 4_194_304 },
  { terminal: 0, type: 'lasting', lasts: true },
  { terminal: 0, type: 'lasting', lasts: false },
  { terminal: 0, type: 'dismissed' },
];

const isHeaderError = (code: string): boolean => code === 'format.length' || code === 'format.type';

describe('what agent and PTY host say', () => {
  it('is the same wherever the stream is cut in two', () => {
    const commands = concatBytes(...COMMANDS.map(encodeHostCommand));
    for (let cut = 0; cut <= commands.length; cut += 1) {
      const parser = new HostCommandParser();
      expect([...parser.push(commands.subarray(0, cut)), ...parser.push(commands.subarray(cut))]).toEqual(COMMANDS);
    }
    const events = concatBytes(...EVENTS.map(encodeHostEvent));
    for (let cut = 0; cut <= events.length; cut += 1) {
      const parser = new HostEventParser();
      expect([...parser.push(events.subarray(0, cut)), ...parser.push(events.subarray(cut))]).toEqual(EVENTS);
    }
  });

  it('has data whose header is written apart', () => {
    const bytes = new Uint8Array(65_536).fill(1);
    const apart = concatBytes(encodeHostDataHeader(300, bytes.length), bytes);
    expect(apart).toEqual(encodeHostEvent({ terminal: 300, type: 'data', bytes }));
  });

  it('does not carry an environment that no system would take', () => {
    const environment = Object.fromEntries(Array.from({ length: 5000 }, (_value, index) => [`V${index}`, 'x']));
    const [open] = COMMANDS;
    if (open?.type !== 'open') throw new Error('the first command opens');
    expect(() => encodeHostCommand({ ...open, request: { ...open.request, environment } })).toThrow(RangeError);
  });

  it('survives anything', () => {
    const commands = fuzzDecoder({
      name: 'PTY host commands',
      valid: COMMANDS.map(encodeHostCommand),
      maximum: 64,
      errors: ['FormatError'],
      firstCheck: isHeaderError,
      decode: (bytes) => {
        new HostCommandParser().push(bytes);
      },
    });
    const events = fuzzDecoder({
      name: 'PTY host events',
      valid: EVENTS.map(encodeHostEvent),
      maximum: 64,
      errors: ['FormatError'],
      firstCheck: isHeaderError,
      decode: (bytes) => {
        new HostEventParser().push(bytes);
      },
    });
    for (const count of [commands, events]) {
      expect(count.cases).toBeGreaterThanOrEqual(CASES_PER_BOUNDARY);
      expect(count.passedFirstCheck).toBeGreaterThan(count.cases * 0.1);
    }
  });
});
