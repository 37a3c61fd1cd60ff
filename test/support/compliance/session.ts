import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';

import { LinkError } from '#shared/link/index.ts';
import type { IncomingStream, LinkSession, LinkStream } from '#shared/link/index.ts';
import { until } from './byte-channel.ts';

/** Two sessions with a path between them. `turn` lets the world go on: time of a fake clock, or a turn of the event loop. */
export type SessionPair = Readonly<{
  initiator: LinkSession;
  responder: LinkSession;
  turn(): Promise<void>;
  /** Ends what the factory began. */
  dispose?(): Promise<void>;
}>;
export type SessionPairFactory = () => Promise<SessionPair>;

/** What every session does, whatever path it runs over; call inside a `describe`. */
export function testSession(create: SessionPairFactory): void {
  /** Runs the body on a pair of its own, and ends both sessions afterwards. */
  const within =
    (body: (pair: SessionPair) => Promise<void>): (() => Promise<void>) =>
    async () => {
      const pair = await create();
      try {
        await body(pair);
      } finally {
        await Promise.all([settled(pair, pair.initiator.close('test', 'over')), settled(pair, pair.responder.closed)]);
        await pair.dispose?.();
      }
      expect(openStreams(pair)).toBe(0);
    };

  it(
    'is confirmed at both ends and measures its round trip',
    within(async (pair) => {
      await settled(pair, Promise.all([pair.initiator.confirmed, pair.responder.confirmed]));
      expect(await settled(pair, pair.initiator.ping())).toBeGreaterThanOrEqual(0);
      expect(await settled(pair, pair.responder.ping())).toBeGreaterThanOrEqual(0);
      expect(pair.initiator.statistics().rtt).toBeDefined();
    }),
  );

  it(
    'opens streams from both sides, echoes, and forgets them',
    within(async (pair) => {
      pair.initiator.onStream = echo;
      pair.responder.onStream = echo;
      await settled(pair, pair.responder.confirmed);
      for (const [session, parity] of [
        [pair.initiator, 1],
        [pair.responder, 0],
      ] as const) {
        const stream = session.open('rpc', { question: 42 });
        expect(stream.id % 2).toBe(parity);
        const request = pattern(100_000, stream.id);
        const answer = settled(pair, readAll(stream));
        await settled(pair, stream.write(request.slice()));
        await settled(pair, stream.end());
        expect(await answer).toEqual(request);
        expect(await settled(pair, stream.opened)).toEqual({ question: 42 });
        expect(await settled(pair, stream.closed)).toBe('finished');
      }
      await until(pair.turn, () => openStreams(pair) === 0);
    }),
  );

  it(
    'answers after the other direction has ended',
    within(async (pair) => {
      pair.responder.onStream = (offer) => {
        void (async (): Promise<void> => {
          const stream = offer.accept();
          const request = await readAll(stream);
          await stream.write(Uint8Array.of(request.length % 256, request.length >> 8));
          await stream.end();
        })();
      };
      const stream = pair.initiator.open('tcp', null);
      await settled(pair, stream.write(new Uint8Array(700)));
      await settled(pair, stream.end());
      expect(Array.from(await settled(pair, readAll(stream)))).toEqual([700 % 256, 700 >> 8]);
      await until(pair.turn, () => openStreams(pair) === 0);
    }),
  );

  it(
    'reads into memory of the reader, and lets the writer use its own again at once',
    within(async (pair) => {
      pair.responder.onStream = echo;
      const stream = pair.initiator.open('file', null);
      const piece = new Uint8Array(3000);
      const write = async (): Promise<void> => {
        for (let round = 0; round < 60; round += 1) {
          const written = stream.write(piece.fill(round));
          piece.fill(255);
          await written;
        }
        await stream.end();
      };
      const writing = write();
      const buffer = new Uint8Array(7000);
      let received = 0;
      for (;;) {
        const length = await settled(pair, stream.readInto(buffer));
        if (length === null) break;
        expect(length).toBeGreaterThan(0);
        const expected = Uint8Array.from({ length }, (_, index) => Math.floor((received + index) / 3000));
        expect(buffer.subarray(0, length)).toEqual(expected);
        received += length;
      }
      await settled(pair, writing);
      expect(received).toBe(60 * 3000);
      expect(await settled(pair, caught(stream.readInto(new Uint8Array(0))))).toMatchObject({ code: 'link.state' });
    }),
  );

  it(
    'tells whether a write would wait',
    within(async (pair) => {
      let far: LinkStream | undefined;
      pair.responder.onStream = (offer) => {
        far = offer.accept();
      };
      const stream = pair.initiator.open('file', null);
      await settled(pair, stream.opened);
      expect(stream.hasRoom).toBe(true);
      // More than the other side takes unread: what is full for a moment only has room a turn later.
      for (let written = 0; written < 2_000_000; written += 100_000) {
        void stream.write(new Uint8Array(100_000));
        await pair.turn();
      }
      expect(stream.hasRoom).toBe(false);
      let waits = true;
      const room = stream.write(Uint8Array.of(1)).then(() => {
        waits = false;
      });
      await pair.turn();
      expect(waits).toBe(true);
      const buffer = new Uint8Array(300_000);
      while (!stream.hasRoom) await settled(pair, far?.readInto(buffer) ?? Promise.reject(new Error('no stream')));
      await settled(pair, room);
      stream.reset(0);
      await until(pair.turn, () => openStreams(pair) === 0);
    }),
  );

  it(
    'carries nothing and ends',
    within(async (pair) => {
      pair.responder.onStream = echo;
      const stream = pair.initiator.open('file', null);
      await settled(pair, stream.end());
      expect(await settled(pair, stream.read())).toBeNull();
      expect(await settled(pair, stream.closed)).toBe('finished');
    }),
  );

  it(
    'refuses with a code and a message, and takes no memory for it',
    within(async (pair) => {
      pair.responder.onStream = (offer) => {
        offer.refuse('rights.denied', 'not you');
      };
      const stream = pair.initiator.open('pty', null);
      await settled(pair, stream.write(new Uint8Array(100)));
      const error = await settled(pair, caught(stream.opened));
      expect(error).toMatchObject({ code: 'link.refused', details: { code: 'rights.denied', message: 'not you' } });
      expect(await settled(pair, stream.closed)).toMatchObject({ code: 'link.refused' });
      expect(await settled(pair, caught(stream.read()))).toMatchObject({ code: 'link.refused' });
      await until(pair.turn, () => openStreams(pair) === 0);
    }),
  );

  it(
    'refuses when nobody takes streams',
    within(async (pair) => {
      const error = await settled(pair, caught(pair.initiator.open('rpc', null).opened));
      expect(error).toMatchObject({ code: 'link.refused', details: { code: 'link.no-service' } });
    }),
  );

  it(
    'tells the opener that a person is asked, then accepts',
    within(async (pair) => {
      let offered: IncomingStream | undefined;
      pair.responder.onStream = (offer) => {
        offered = offer;
        offer.wait('approval');
      };
      const stream = pair.initiator.open('pty', null);
      const waits: string[] = [];
      stream.onWaiting = (message) => waits.push(message);
      await until(pair.turn, () => waits.length > 0);
      expect(waits).toEqual(['approval']);
      offered?.accept('welcome').reset(0);
      expect(await settled(pair, stream.opened)).toBe('welcome');
    }),
  );

  it(
    'cancels an offer whose opener gave up',
    within(async (pair) => {
      let offered: IncomingStream | undefined;
      pair.responder.onStream = (offer) => {
        offered = offer;
      };
      const abort = new AbortController();
      const stream = pair.initiator.open('pty', null, { signal: abort.signal });
      await until(pair.turn, () => offered !== undefined);
      expect(offered?.cancelled.aborted).toBe(false);
      abort.abort();
      await until(pair.turn, () => offered?.cancelled.aborted === true);
      expect(await settled(pair, caught(stream.opened))).toMatchObject({ code: 'link.reset' });
      const late = offered?.accept();
      expect(await settled(pair, caught(late?.read()))).toBeInstanceOf(LinkError);
      await until(pair.turn, () => openStreams(pair) === 0);
    }),
  );

  it(
    'ends both directions of a reset stream at both ends',
    within(async (pair) => {
      const accepted = acceptNext(pair.responder);
      const stream = pair.initiator.open('tcp', null);
      await settled(pair, stream.write(pattern(50_000, 1)));
      const other = await settled(pair, accepted);
      await settled(pair, other.read());
      const waiting = caught(readAll(other));
      stream.reset(7);
      expect(await settled(pair, waiting)).toMatchObject({ code: 'link.reset', details: { code: 7, remote: true } });
      await until(pair.turn, () => openStreams(pair) === 0);
      expect(await settled(pair, caught(other.write(Uint8Array.of(1))))).toMatchObject({ code: 'link.reset' });
      expect(await settled(pair, caught(stream.read()))).toMatchObject({
        code: 'link.reset',
        details: { remote: false },
      });
      expect(await settled(pair, other.closed)).toMatchObject({ code: 'link.reset' });
    }),
  );

  it(
    'stops a sender that its reader no longer wants',
    within(async (pair) => {
      const accepted = acceptNext(pair.responder);
      const stream = pair.initiator.open('file', null);
      await settled(pair, stream.end());
      const sender = await settled(pair, accepted);
      const pouring = caught(pour(sender));
      await settled(pair, stream.read());
      stream.reset(3);
      expect(await settled(pair, pouring)).toMatchObject({ code: 'link.reset', details: { code: 3, remote: true } });
      await until(pair.turn, () => openStreams(pair) === 0);
    }),
  );

  it(
    'carries a thousand streams at once',
    within(async (pair) => {
      pair.responder.onStream = echo;
      await settled(pair, pair.initiator.confirmed);
      await settled(pair, pair.initiator.ping());
      const answers = Array.from({ length: 1000 }, async (_, index) => {
        const stream = pair.initiator.open('tcp', index);
        const request = pattern(1000 + index, index);
        await stream.write(request.slice());
        const [, answer] = await Promise.all([stream.end(), readAll(stream)]);
        return equal(answer, request);
      });
      expect(await settled(pair, Promise.all(answers))).not.toContain(false);
      await until(pair.turn, () => openStreams(pair) === 0);
    }),
  );

  it(
    'makes a writer wait for its reader, and no other',
    within(async (pair) => {
      const slow = acceptNext(pair.responder);
      const stuck = pair.initiator.open('file', null);
      const unread = await settled(pair, slow);
      let written = 0;
      let waiting = false;
      const pouring = caught(
        (async (): Promise<void> => {
          for (;;) {
            const write = stuck.write(new Uint8Array(64 * 1024));
            written += 64 * 1024;
            waiting = true;
            await write;
            waiting = false;
          }
        })(),
      );
      let before = -1;
      await until(
        () => turns(pair, 50),
        () => {
          const still = written === before;
          before = written;
          return still;
        },
      );
      expect(waiting).toBe(true);
      expect(written).toBeLessThan(2 * 1024 * 1024);
      pair.responder.onStream = echo;
      const quick = pair.initiator.open('tcp', null);
      const request = pattern(3_000_000, 5);
      const answer = settled(pair, readAll(quick));
      await settled(pair, quick.write(request.slice()));
      await settled(pair, quick.end());
      expect(equal(await answer, request)).toBe(true);
      unread.reset(0);
      expect(await settled(pair, pouring)).toMatchObject({ code: 'link.reset' });
    }),
  );

  it(
    'serves keystrokes while every byte of credit for bulk lies unread',
    within(async (pair) => {
      pair.responder.onStream = (offer) => {
        offer.accept();
      };
      await settled(pair, pair.initiator.ping());
      const pours: Promise<Error>[] = [];
      for (let index = 0; index < 200; index += 1) pours.push(caught(pour(pair.initiator.open('file', index))));
      await turns(pair, 100);
      pair.responder.onStream = echo;
      const terminal = pair.initiator.open('pty', null);
      await settled(pair, terminal.opened);
      for (let key = 0; key < 20; key += 1) {
        await settled(pair, terminal.write(Uint8Array.of(key)));
        expect(await settled(pair, terminal.read())).toEqual(Uint8Array.of(key));
      }
      void pair.initiator.close('test', 'over');
      await settled(pair, Promise.all(pours));
    }),
  );

  it(
    'carries 16 MiB without changing a bit',
    within(async (pair) => {
      const accepted = acceptNext(pair.responder);
      const stream = pair.initiator.open('file', null);
      const sent = createHash('sha256');
      const received = createHash('sha256');
      const pouring = (async (): Promise<void> => {
        for (let turn = 0; turn < 16; turn += 1) {
          const piece = pattern(1024 * 1024, turn);
          sent.update(piece);
          await stream.write(piece);
        }
        await stream.end();
      })();
      const reading = (async (): Promise<number> => {
        const other = await accepted;
        const buffer = new Uint8Array(100_003);
        let total = 0;
        for (let length = await other.readInto(buffer); length !== null; length = await other.readInto(buffer)) {
          received.update(buffer.subarray(0, length));
          total += length;
        }
        await other.end();
        return total;
      })();
      expect(await settled(pair, reading)).toBe(16 * 1024 * 1024);
      await settled(pair, pouring);
      expect(received.digest('hex')).toBe(sent.digest('hex'));
      expect(await settled(pair, stream.read())).toBeNull();
    }),
  );

  it(
    'answers keystrokes while bulk runs beside them, and the bulk goes on',
    within(async (pair) => {
      let moved = 0;
      pair.responder.onStream = (offer) => {
        if (offer.kind === 'pty') {
          echo(offer);
          return;
        }
        void (async (): Promise<void> => {
          const stream = offer.accept();
          for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) {
            moved += bytes.length;
            // In memory without latency nothing else would ever have its turn.
            await new Promise((resolve) => setImmediate(resolve));
          }
        })().catch(() => undefined);
      };
      const bulk = pair.initiator.open('file', null);
      const pouring = caught(pour(bulk));
      await until(pair.turn, () => moved > 0);
      const terminal = pair.initiator.open('pty', null);
      await settled(pair, terminal.opened);
      const before = moved;
      for (let key = 0; key < 20; key += 1) {
        await settled(pair, terminal.write(Uint8Array.of(key)));
        expect(await settled(pair, terminal.read())).toEqual(Uint8Array.of(key));
      }
      await until(pair.turn, () => moved > before);
      bulk.reset(0);
      terminal.reset(0);
      expect(await settled(pair, pouring)).toMatchObject({ code: 'link.reset' });
      await until(pair.turn, () => openStreams(pair) === 0);
    }),
  );

  it(
    'tells both ends why a session was closed, and settles everything that waits',
    within(async (pair) => {
      const accepted = acceptNext(pair.responder);
      const stream = pair.initiator.open('pty', null);
      const other = await settled(pair, accepted);
      const waiting = [stream.read(), other.read(), other.end(), stream.closed.then(fail)].map(caught);
      await settled(pair, pair.initiator.close('user', 'good night'));
      expect(await settled(pair, pair.initiator.closed)).toEqual({ code: 'user', reason: 'good night', remote: false });
      expect(await settled(pair, pair.responder.closed)).toEqual({ code: 'user', reason: 'good night', remote: true });
      for (const error of await settled(pair, Promise.all(waiting)))
        expect(error).toMatchObject({ code: 'link.closed' });
      expect(() => pair.initiator.open('pty', null)).toThrow(LinkError);
      expect(openStreams(pair)).toBe(0);
    }),
  );
}

/** Waits for the promise while the world goes on. */
export async function settled<T>(pair: Pick<SessionPair, 'turn'>, promise: Promise<T>): Promise<T> {
  let done = false;
  const mark = (): void => {
    done = true;
  };
  promise.then(mark, mark);
  await until(pair.turn, () => done);
  return promise;
}

/** Answers every byte. */
export function echo(offer: IncomingStream): void {
  const stream = offer.accept(offer.params);
  void (async (): Promise<void> => {
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) await stream.write(bytes);
    await stream.end();
  })().catch(() => undefined);
}

/** The next stream the other side opens, accepted. */
export function acceptNext(session: LinkSession): Promise<LinkStream> {
  return new Promise((resolve) => {
    session.onStream = (offer): void => {
      resolve(offer.accept());
    };
  });
}

export async function readAll(stream: LinkStream): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) {
    pieces.push(bytes);
    length += bytes.length;
  }
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}

/** Bytes that differ from place to place and from seed to seed. */
export function pattern(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) bytes[index] = (index * 31 + (index >> 8) * 7 + seed * 131) & 0xff;
  return bytes;
}

export async function caught(promise: Promise<unknown> | undefined): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('expected a rejection');
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

async function pour(stream: LinkStream): Promise<void> {
  for (;;) await stream.write(new Uint8Array(64 * 1024));
}

async function turns(pair: SessionPair, count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await pair.turn();
}

function openStreams(pair: SessionPair): number {
  return pair.initiator.statistics().streamsOpen + pair.responder.statistics().streamsOpen;
}

function fail(reason: unknown): never {
  throw reason instanceof Error ? reason : new Error(String(reason));
}
