import { assert, asyncProperty, boolean, uint8Array } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { concatBytes } from '#shared/bytes/index.ts';
import { createSession } from '#shared/link/index.ts';
import type {
  ByteChannel,
  ChannelHandlers,
  IncomingStream,
  LinkLimits,
  LinkSession,
  SessionRole,
} from '#shared/link/index.ts';
import { echo } from '#test/support/compliance/session.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { nullCipher, SESSION_ID } from '#test/support/link.ts';
import { encodeFrame } from '../../../../src-shared/link/frame-encoder.ts';
import type { ControlFrame } from '../../../../src-shared/link/frames.ts';
import { RecordBuffer } from '../../../../src-shared/link/record-buffer.ts';
import { casesOf } from '#test/support/fuzz.ts';

/** Of each of the two kinds: 100 000 sessions and more together. */
const CASES = casesOf(55_000);

const TIMEOUT = 180_000;

const LIMITS: Partial<LinkLimits> = {
  maxIncomingStreams: 16,
  maxOutgoingStreams: 16,
  sessionWindow: 160 * 1024,
  interactiveReserve: 8 * 1024,
  streamWindow: 8 * 1024,
  pathLossGrace: 0,
};

/** Everything a session may end with here; `internal` would be a defect of ours. */
const ENDS = new Set([
  'alive',
  'remote',
  'link.malformed',
  'link.unknown-frame',
  'link.stream-id',
  'link.too-many-streams',
  'link.credit',
  'link.final-size',
  'link.state',
  'link.path',
  'link.path-lost',
]);

/** A channel whose other end is the test: takes everything, counts it. */
class Probe implements ByteChannel {
  readonly bufferedBytes = 0;
  written: Uint8Array[] = [];
  writtenBytes = 0;
  handlers: ChannelHandlers | undefined;

  write(pieces: readonly Uint8Array[]): boolean {
    for (const piece of pieces) {
      this.written.push(piece);
      this.writtenBytes += piece.length;
    }
    return true;
  }

  setHandlers(handlers: ChannelHandlers): void {
    this.handlers = handlers;
  }

  pause(): void {}
  resume(): void {}
  close(): void {}
  destroy(): void {}
}

type Case = { session: LinkSession; probe: Probe; clock: FakeClock; end: string };

function begin(role: SessionRole): Case {
  const clock = new FakeClock();
  const session = createSession({ role, id: SESSION_ID, clock, limits: LIMITS });
  const probe = new Probe();
  const started: Case = { session, probe, clock, end: 'alive' };
  session.onStream = answer;
  session.attachPath({
    kind: 'memory',
    channel: probe,
    send: nullCipher,
    receive: nullCipher,
    dialed: role === 'initiator',
  });
  void session.closed.then((end) => {
    started.end = end.remote ? 'remote' : end.code;
  });
  return started;
}

/** All that a service may do with an offer. */
function answer(offer: IncomingStream): void {
  switch ((offer.id >> 1) % 5) {
    case 0:
    case 1:
      echo(offer);
      return;
    case 2:
      offer.refuse('no', 'not today');
      return;
    case 3:
      offer.wait('approval');
      return;
    default:
      offer.accept().reset(1);
  }
}

/** Feeds the bytes, ends the path, and tells whether everything went as it must. */
async function survives(started: Case, input: Uint8Array): Promise<boolean> {
  const { session, probe, clock } = started;
  const half = input.length >> 1;
  probe.handlers?.data(input.subarray(0, half));
  await turn();
  probe.handlers?.data(input.subarray(half));
  await turn();
  const known = ENDS.has(started.end);
  const bounded = session.statistics().streamsOpen <= 32 && probe.writtenBytes <= 65_536 + 4 * input.length;
  probe.handlers?.closed();
  await Promise.resolve();
  return known && bounded && started.end !== 'alive' && clock.pending === 0;
}

async function turn(): Promise<void> {
  for (let hops = 0; hops < 12; hops += 1) await Promise.resolve();
}

function record(...frames: readonly Uint8Array[]): Uint8Array {
  const plaintext = concatBytes(...frames);
  return concatBytes(Uint8Array.of(plaintext.length >> 8, plaintext.length & 0xff), plaintext);
}

function data(stream: number, offset: number, length: number, fin: boolean): Uint8Array {
  const buffer = new RecordBuffer();
  buffer.putStream(stream, offset, length, fin, { copy: () => undefined });
  return buffer.view().slice();
}

const KINDS = ['pty', 'tcp', 'file', 'message', 'rpc', 'teapot'];

/** Three bytes make a frame: which, for which stream, and a number that is small, near a limit, or huge. */
function frameOf(which: number, place: number, value: number): Uint8Array {
  const stream = place === 8 && value % 8 > 0 ? 3 : place;
  const size = value < 128 ? value : value < 200 ? 4096 + (value - 164) : value < 254 ? (value - 200) * 1000 : 2 ** 50;
  const control = (frame: ControlFrame): Uint8Array => encodeFrame(frame);
  switch (which % 16) {
    case 0:
    case 1:
    case 2:
      return control({ type: 'open', stream: stream + 8, kind: KINDS[value % KINDS.length] ?? '', params: value });
    case 3:
    case 4:
      return data(stream, value < 128 ? 0 : size, Math.min(size, 300), value % 4 === 0);
    case 5:
      return data(stream, value, value, value % 2 === 0);
    case 6:
      return control({ type: 'openOk', stream, params: null });
    case 7:
      return control({ type: 'openFail', stream, code: 'no', message: '' });
    case 8:
      return control(
        value % 2 === 0 ? { type: 'openWait', stream, message: 'x' } : { type: 'retryAfter', stream, pause: size },
      );
    case 9:
      return control({ type: 'resetStream', stream, code: value, finalSize: size });
    case 10:
      return control({ type: 'stopSending', stream, code: value });
    case 11:
      return control({ type: 'maxStreamData', stream, limit: size });
    case 12:
      return control({ type: value % 2 === 0 ? 'maxData' : 'maxStreams', limit: size });
    case 13:
      return control({ type: value % 2 === 0 ? 'ack' : 'abandon', path: stream % 3, record: value % 6 });
    case 14:
      return control(
        value % 2 === 0 ? { type: 'ping', data: Uint8Array.of(value) } : { type: 'path', path: value % 4 },
      );
    default:
      return control(
        value < 250
          ? { type: 'datagram', flow: value, bytes: new Uint8Array(value) }
          : { type: 'close', code: 'x', reason: '' },
      );
  }
}

describe('a session whose other side is hostile', () => {
  const { stackTraceLimit } = Error;
  beforeAll(() => {
    Error.stackTraceLimit = 0;
  });
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it(
    `goes on or ends with a named error, whatever the frames (${CASES} cases) [S-LINK-10]`,
    async () => {
      const ends: Record<string, number> = {};
      await assert(
        asyncProperty(boolean(), uint8Array({ maxLength: 42 }), async (initiator, program) => {
          const started = begin(initiator ? 'initiator' : 'responder');
          if (initiator) {
            const stream = started.session.open('rpc', null);
            stream.write(new Uint8Array(9000)).catch(() => undefined);
            started.session
              .open('file', null)
              .end()
              .catch(() => undefined);
          }
          const remote = initiator ? [2, 4, 6, 8] : [1, 3, 5, 7];
          const opens = remote.map((stream) => encodeFrame({ type: 'open', stream, kind: 'tcp', params: null }));
          const records = [record(...(initiator ? [] : [encodeFrame({ type: 'path', path: 1 })]), ...opens)];
          for (let at = 0; at + 2 < program.length; at += 3)
            records.push(record(frameOf(program[at] ?? 0, 1 + ((program[at + 1] ?? 0) % 8), program[at + 2] ?? 0)));
          const input = concatBytes(...records);
          const good = await survives(started, input);
          ends[started.end] = (ends[started.end] ?? 0) + 1;
          return good;
        }),
        { numRuns: CASES },
      );
      console.info('ends after random frames', ends);
      expect(ends['link.path-lost']).toBeGreaterThan(CASES / 55);
    },
    TIMEOUT,
  );

  it(
    `goes on or ends with a named error when a valid transcript is changed (${CASES} cases)`,
    async () => {
      const transcript = await recordTranscript();
      let passed = 0;
      const ends: Record<string, number> = {};
      await assert(
        asyncProperty(uint8Array({ minLength: 4, maxLength: 16 }), async (program) => {
          const started = begin('responder');
          const input = mutate(transcript, program);
          const good = await survives(started, input);
          if (started.session.statistics().bytesReceived > 0) passed += 1;
          ends[started.end] = (ends[started.end] ?? 0) + 1;
          return good;
        }),
        { numRuns: CASES },
      );
      console.info(
        `${passed} of ${CASES} changed transcripts passed the first check: a stream was opened and got data`,
        ends,
      );
      expect(passed).toBeGreaterThan(CASES / 4);
    },
    TIMEOUT,
  );

  it('names no pause of more than an hour, and none for its own stream', async () => {
    const { session, probe } = begin('initiator');
    const opened = session.open('pty', null).opened.catch((error: unknown) => error);
    const pauses = [2 ** 50, 1, 2 ** 50].map((pause) => encodeFrame({ type: 'retryAfter', stream: 1, pause }));
    probe.handlers?.data(record(...pauses, encodeFrame({ type: 'openFail', stream: 1, code: 'no', message: '' })));
    expect(await opened).toMatchObject({ code: 'link.refused', details: { retryAfter: 3_600_000 } });

    const other = begin('responder');
    const frames: readonly ControlFrame[] = [
      { type: 'path', path: 1 },
      { type: 'open', stream: 7, kind: 'pty', params: null },
      { type: 'retryAfter', stream: 7, pause: 1 },
    ];
    other.probe.handlers?.data(record(...frames.map(encodeFrame)));
    await turn();
    expect(other.end).toBe('link.state');
  });

  it('takes a valid transcript as it is', async () => {
    const started = begin('responder');
    expect(await survives(started, await recordTranscript())).toBe(true);
    expect(started.end).toBe('link.path-lost');
    expect(started.session.statistics().bytesReceived).toBe(1200);
  });
});

/** What an honest initiator sends: streams of every outcome, data, half-close, reset, pings. */
async function recordTranscript(): Promise<Uint8Array> {
  const { session, probe, clock } = begin('initiator');
  for (const kind of ['rpc', 'tcp', 'file', 'pty', 'message', 'rpc'] as const) {
    const stream = session.open(kind, { kind });
    stream.write(new Uint8Array(200).fill(stream.id)).catch(() => undefined);
    await settle(1);
    if (stream.id % 3 === 0) stream.reset(2);
    else stream.end().catch(() => undefined);
    session.ping().catch(() => undefined);
    await settle(1);
  }
  probe.handlers?.closed();
  await clock.advance(0);
  return concatBytes(...probe.written);
}

/** Each triple changes one place: flips a byte, drops or doubles a run, or exchanges two runs. */
function mutate(bytes: Uint8Array, program: Uint8Array): Uint8Array {
  let changed = bytes;
  for (let at = 0; at + 3 < program.length; at += 4) {
    const place = (((program[at] ?? 0) << 8) | (program[at + 1] ?? 0)) % Math.max(1, changed.length);
    const value = program[at + 2] ?? 0;
    const rest = changed.subarray(Math.min(changed.length, place + value));
    const run = changed.subarray(place, place + value);
    switch ((program[at + 3] ?? 0) % 8) {
      case 0:
        changed = concatBytes(changed.subarray(0, place), rest);
        break;
      case 1:
        changed = concatBytes(changed.subarray(0, place), run, run, rest);
        break;
      case 2:
        changed = concatBytes(changed.subarray(0, place), rest, run);
        break;
      default:
        changed = changed.slice();
        changed[place] = (changed[place] ?? 0) ^ (value || 1);
    }
  }
  return changed;
}
