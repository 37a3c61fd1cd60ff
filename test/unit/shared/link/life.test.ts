import { describe, expect, it } from 'vitest';

import { AuthenticationError, errorCode } from '#shared/errors.ts';
import { createMemoryChannelPair, createSession } from '#shared/link/index.ts';
import type { ByteChannel, ChannelHandlers, LinkError, RecordCipher } from '#shared/link/index.ts';
import { acceptNext, caught, echo, pattern, readAll } from '#test/support/compliance/session.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { attachMemoryPath, linkInMemory, nullCipher, SESSION_ID } from '#test/support/link.ts';

/** A channel that takes what is written and shows it; the other end is the test. */
function probe(): { channel: ByteChannel; writes: Uint8Array[][]; handlers(): ChannelHandlers; full: boolean } {
  let handlers: ChannelHandlers | undefined;
  const shown = {
    writes: [] as Uint8Array[][],
    full: false,
    handlers: () => {
      if (handlers === undefined) throw new Error('no handlers yet');
      return handlers;
    },
    channel: {
      bufferedBytes: 0,
      write: (pieces: readonly Uint8Array[]) => {
        shown.writes.push(pieces.map((piece) => piece.slice()));
        return !shown.full;
      },
      setHandlers: (given: ChannelHandlers) => {
        handlers = given;
      },
      pause: () => undefined,
      resume: () => undefined,
      close: () => undefined,
      destroy: () => undefined,
    },
  };
  return shown;
}

const size = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, piece) => sum + piece.length, 0);

describe('the life of a session', () => {
  it('begins with a record of the initiator at once, and silence of the responder until it has come', async () => {
    const clock = new FakeClock();
    const [there, back] = [probe(), probe()];
    const initiator = createSession({ role: 'initiator', id: SESSION_ID, clock });
    const responder = createSession({ role: 'responder', id: SESSION_ID, clock });
    responder.onStream = echo;
    responder.attachPath({
      kind: 'memory',
      channel: back.channel,
      send: nullCipher,
      receive: nullCipher,
      dialed: false,
    });
    responder.open('rpc', null);
    await settle();
    expect(back.writes).toEqual([]);
    initiator.attachPath({
      kind: 'memory',
      channel: there.channel,
      send: nullCipher,
      receive: nullCipher,
      dialed: true,
    });
    expect(there.writes).toHaveLength(1);
    for (const piece of there.writes.flat()) back.handlers().data(piece);
    await responder.confirmed;
    await settle();
    expect(back.writes.length).toBeGreaterThan(0);
    for (const piece of back.writes.flat()) there.handlers().data(piece);
    await initiator.confirmed;
  });

  it('ends with link.path-lost when its path is lost and it does not wait for another', async () => {
    const { clock, initiator, responder, channels } = linkInMemory({ limits: { pathLossGrace: 0 } });
    const accepted = acceptNext(responder);
    const stream = initiator.open('rpc', null);
    const reading = caught(stream.read());
    await accepted;
    await settle();
    channels[0].destroy();
    expect(await initiator.closed).toMatchObject({ code: 'link.path-lost', remote: false });
    expect(await responder.closed).toMatchObject({ code: 'link.path-lost', remote: false });
    expect(await reading).toMatchObject({ code: 'link.path-lost' });
    expect(await stream.closed).toMatchObject({ code: 'link.path-lost' });
    expect(clock.pending).toBe(0);
  });

  it('waits for the next path as long as it may, and goes on over it', async () => {
    const { clock, initiator, responder, channels } = linkInMemory({ limits: { pathLossGrace: 1000 } });
    responder.onStream = echo;
    const lost: string[] = [];
    initiator.onPath = (event) => {
      if (event.type === 'lost') lost.push(event.error.message);
    };
    const stream = initiator.open('tcp', null);
    const request = pattern(2_000_000, 3);
    const answer = readAll(stream);
    const writing = stream.write(request.slice()).then(() => stream.end());
    await settle(1);
    channels[1].destroy();
    await clock.advance(900);
    expect(lost).toHaveLength(1);
    expect(initiator.path).toBeUndefined();
    attachMemoryPath(initiator, responder, { clock });
    await clock.advance(200);
    expect(Buffer.from(await answer).equals(request)).toBe(true);
    await writing;
    channels[0].destroy();
    await clock.advance(100);
    expect(initiator.path).toBe('memory');
  });

  it('ends when no path came within the grace', async () => {
    const { clock, initiator, responder, channels } = linkInMemory({ limits: { pathLossGrace: 1000 } });
    await settle();
    channels[0].destroy();
    await clock.advance(1001);
    expect(await initiator.closed).toMatchObject({ code: 'link.path-lost' });
    expect(await responder.closed).toMatchObject({ code: 'link.path-lost' });
    expect(clock.pending).toBe(0);
  });

  it('ends its path when a record is not authentic, and asks the cipher no second time', async () => {
    let opened = 0;
    const deaf: RecordCipher = {
      seal: (plaintext) => nullCipher.seal(plaintext),
      open: () => {
        opened += 1;
        throw new AuthenticationError('crypto.open', 'bad tag');
      },
    };
    const clock = new FakeClock();
    const [left, right] = createMemoryChannelPair();
    const responder = createSession({ role: 'responder', id: SESSION_ID, clock });
    responder.attachPath({ kind: 'memory', channel: right, send: nullCipher, receive: deaf, dialed: false });
    const confirmed = caught(responder.confirmed);
    left.write([Uint8Array.of(0, 1, 7, 0, 1, 7, 0, 1, 7)]);
    expect(await responder.closed).toMatchObject({ code: 'link.authentication', remote: false });
    expect(await confirmed).toMatchObject({ code: 'link.authentication' });
    expect(opened).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('asks an idle path whether it lives, doubts it after five silent seconds, and gives it up after thirty more', async () => {
    const { clock, initiator, responder, channels } = linkInMemory();
    await clock.advance(120_000);
    expect([initiator.pathState, responder.pathState]).toEqual(['up', 'up']);
    channels[0].pause();
    await clock.advance(4900);
    expect(initiator.pathState).toBe('up');
    await clock.advance(20_200);
    expect(initiator.pathState).toBe('doubtful');
    await clock.advance(30_000);
    expect(initiator.pathState).toBe('lost');
    await Promise.all([initiator.close('done', ''), clock.advance(31_000)]);
    expect(await responder.closed).toMatchObject({ code: 'link.path-lost' });
    expect(clock.pending).toBe(0);
  });

  it('gives up a first path on which nobody answers', async () => {
    const clock = new FakeClock();
    const silent = probe();
    const lonely = createSession({ role: 'initiator', id: SESSION_ID, clock });
    lonely.attachPath({
      kind: 'memory',
      channel: silent.channel,
      send: nullCipher,
      receive: nullCipher,
      dialed: true,
    });
    await clock.advance(9999);
    expect([lonely.path, lonely.pathState]).toEqual(['memory', 'doubtful']);
    await clock.advance(1);
    expect(await lonely.closed).toMatchObject({ code: 'link.path-lost' });
    expect(clock.pending).toBe(0);
  });

  it('closes within a second when nobody answers, and says so to who still calls', async () => {
    const clock = new FakeClock();
    const silent = probe();
    const session = createSession({ role: 'initiator', id: SESSION_ID, clock });
    session.attachPath({
      kind: 'memory',
      channel: silent.channel,
      send: nullCipher,
      receive: nullCipher,
      dialed: true,
    });
    const stream = session.open('rpc', null);
    const asked = caught(session.ping());
    const closing = Promise.all([session.close('user', 'bye'), session.close('again', 'ignored')]);
    expect(await caught(stream.opened)).toMatchObject({ code: 'link.closed', details: { code: 'user' } });
    await clock.advance(1000);
    await closing;
    expect(await session.closed).toEqual({ code: 'user', reason: 'bye', remote: false });
    expect(await asked).toMatchObject({ code: 'link.closed' });
    expect(await caught(session.ping())).toMatchObject({ code: 'link.closed' });
    expect(clock.pending).toBe(0);
  });

  it('ends here with a code of its own when the one that it sends is for the other side', async () => {
    const { initiator, responder } = linkInMemory();
    responder.onStream = echo;
    const stream = initiator.open('pty', null);
    await stream.opened;
    const reading = caught(stream.read());
    await initiator.close('link.forgotten', 'gone', 'link.removed');
    expect(await reading).toMatchObject({ code: 'link.removed' });
    expect(await initiator.closed).toEqual({ code: 'link.removed', reason: 'gone', remote: false });
    expect(await responder.closed).toEqual({ code: 'link.forgotten', reason: 'gone', remote: true });
  });

  it('sends its CLOSE though the channel is full', async () => {
    const clock = new FakeClock();
    const stuffed = probe();
    stuffed.full = true;
    const session = createSession({ role: 'initiator', id: SESSION_ID, clock });
    session.attachPath({
      kind: 'memory',
      channel: stuffed.channel,
      send: nullCipher,
      receive: nullCipher,
      dialed: true,
    });
    void session.close('user', 'bye');
    const last = stuffed.writes.at(-1)?.map((piece) => Buffer.from(piece).toString('latin1')) ?? [];
    expect(last.join('')).toContain('user');
    await clock.advance(1000);
    expect(await session.closed).toMatchObject({ code: 'user' });
  });

  it('takes a terminal that pours for normal, and its keys for interactive again', async () => {
    const { clock, initiator, responder } = linkInMemory();
    responder.onStream = echo;
    const terminal = initiator.open('pty', null);
    expect(terminal.priority).toBe('interactive');
    await terminal.write(new Uint8Array(100_000));
    expect(terminal.priority).toBe('normal');
    await clock.advance(500);
    await terminal.write(Uint8Array.of(13));
    expect(terminal.priority).toBe('interactive');
    terminal.priority = 'bulk';
    expect(terminal.priority).toBe('bulk');
  });

  it('closes at once without a path', async () => {
    const clock = new FakeClock();
    const session = createSession({ role: 'responder', id: SESSION_ID, clock });
    expect(await caught(session.ping())).toMatchObject({ code: 'link.path-lost' });
    await session.close('user', 'never met');
    expect(await session.closed).toMatchObject({ code: 'user' });
  });

  it('tells who accepts or opens with params that cannot be sent, and nobody else', async () => {
    const { initiator, responder } = linkInMemory();
    const codes: string[] = [];
    responder.onStream = (offer) => {
      try {
        offer.accept('x'.repeat(5000));
      } catch (error) {
        codes.push(errorCode(error));
        offer.accept('short');
      }
    };
    expect(() => initiator.open('rpc', { large: 'x'.repeat(5000) })).toThrow('params are longer');
    const stream = initiator.open('rpc', null);
    expect(await stream.opened).toBe('short');
    expect(codes).toEqual(['link.params']);
  });

  it('rejects a ping that takes too long', async () => {
    const { clock, initiator } = linkInMemory({ channel: { latency: 300 } });
    const quick = caught(initiator.ping(500));
    const slow = initiator.ping(700);
    await clock.advance(700);
    expect(await quick).toMatchObject({ code: 'link.timeout', details: { timeout: 500 } });
    expect(await slow).toBe(600);
    expect(initiator.statistics()).toMatchObject({ rtt: 600, minRtt: 600 });
  });

  it.each([
    [undefined, undefined],
    [0, undefined],
    [0.5, 1],
    [59_001, 59_001],
    [3_600_001, 3_600_000],
  ])('names the pause of a refusal: %j becomes %j', async (pause, expected) => {
    const { initiator, responder } = linkInMemory();
    responder.onStream = (offer) => {
      offer.wait('approval');
      offer.refuse('rights.denied', 'no', pause);
    };
    const details = { code: 'rights.denied', message: 'no', ...(expected && { retryAfter: expected }) };
    const refusal = await caught(initiator.open('pty', null).opened);
    expect((refusal as LinkError).details).toEqual(details);
  });

  it('allows as many streams as the other side said, and more once some are over', async () => {
    const { clock, initiator, responder } = linkInMemory({ limits: { maxIncomingStreams: 16 } });
    responder.onStream = (offer) => {
      offer.refuse('no', '');
    };
    const errors: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      for (let count = 0; count < 16; count += 1)
        initiator.open('rpc', null).opened.catch((error: Error) => errors.push(error.message));
      await clock.advance(50);
    }
    expect(errors).toHaveLength(320);
    for (let count = 0; count < 16; count += 1) initiator.open('rpc', null);
    expect(() => initiator.open('rpc', null)).toThrow('too many streams');
  });
});

describe('what a session writes', () => {
  it('joins everything of one tick in one record', async () => {
    const { initiator, responder, channels } = linkInMemory();
    const accepted = acceptNext(responder);
    const stream = initiator.open('message', null);
    await accepted;
    await settle();
    const writes: number[] = [];
    const write = channels[0].write.bind(channels[0]);
    channels[0].write = (pieces) => {
      writes.push(pieces.length);
      return write(pieces);
    };
    for (let count = 0; count < 100; count += 1) await stream.write(Uint8Array.of(count));
    void stream.end().catch(() => undefined);
    await settle();
    expect(writes[0]).toBe(2);
    expect(writes.length).toBeLessThanOrEqual(2);
  });

  it('fills records with bulk and hands several over in one write, fewer while an interactive stream is open', async () => {
    const { initiator, responder, channels, clock } = linkInMemory();
    responder.onStream = echo;
    const bulk = initiator.open('file', null);
    await bulk.opened;
    await settle();
    const sizes: number[] = [];
    const write = channels[0].write.bind(channels[0]);
    channels[0].write = (pieces) => {
      sizes.push(size(pieces));
      return write(pieces);
    };
    const drained = (async (): Promise<void> => {
      for (let bytes = await bulk.read(); bytes !== null; bytes = await bulk.read()) await settle(0);
    })();
    const pour = async (): Promise<void> => {
      for (let count = 0; count < 40; count += 1) await bulk.write(new Uint8Array(256 * 1024));
    };
    await Promise.all([pour(), clock.advance(100)]);
    expect(Math.max(...sizes)).toBeGreaterThan(4 * 60_000);
    sizes.length = 0;
    const terminal = initiator.open('pty', null);
    await terminal.opened;
    await Promise.all([pour(), clock.advance(100)]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(65_537 + 100);
    await Promise.all([bulk.end(), drained, clock.advance(100)]);
  });

  it('stops when the channel is full, goes on when it drains, and sends keystrokes first', async () => {
    const clock = new FakeClock();
    const [there, back] = [probe(), probe()];
    const initiator = createSession({ role: 'initiator', id: SESSION_ID, clock });
    const responder = createSession({ role: 'responder', id: SESSION_ID, clock });
    const order: string[] = [];
    responder.onStream = (offer) => {
      const stream = offer.accept();
      void (async (): Promise<void> => {
        for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) order.push(stream.kind);
      })().catch(() => undefined);
    };
    responder.attachPath({
      kind: 'memory',
      channel: back.channel,
      send: nullCipher,
      receive: nullCipher,
      dialed: false,
    });
    initiator.attachPath({
      kind: 'memory',
      channel: there.channel,
      send: nullCipher,
      receive: nullCipher,
      dialed: true,
    });
    const exchange = async (): Promise<void> => {
      await settle();
      for (const piece of there.writes.splice(0).flat()) back.handlers().data(piece);
      await settle();
      for (const piece of back.writes.splice(0).flat()) there.handlers().data(piece);
      await settle();
    };
    const bulk = initiator.open('file', null);
    const normal = initiator.open('tcp', null);
    const terminal = initiator.open('pty', null);
    for (let round = 0; round < 3; round += 1) await exchange();
    there.full = true;
    void bulk.write(new Uint8Array(200_000));
    await settle();
    expect(there.writes).toHaveLength(1);
    void normal.write(new Uint8Array(10));
    void terminal.write(new Uint8Array(10));
    await settle();
    expect(there.writes).toHaveLength(1);
    there.full = false;
    there.handlers().drain();
    await exchange();
    await clock.advance(10);
    await exchange();
    expect(order.slice(0, 3)).toEqual(['file', 'pty', 'tcp']);
  });

  it('delivers datagrams of up to 65 000 bytes, and takes none when it is closed', async () => {
    const { clock, initiator, responder, channels } = linkInMemory();
    const heard: [number, number][] = [];
    responder.onDatagram = (flow, bytes) => heard.push([flow, bytes.length]);
    expect(initiator.sendDatagram(7, new Uint8Array(65_000))).toBe(true);
    expect(initiator.sendDatagram(7, new Uint8Array(65_001))).toBe(false);
    await settle();
    expect(heard).toEqual([[7, 65_000]]);
    expect(channels[0].bufferedBytes).toBe(0);
    await clock.advance(0);
    await initiator.close('done', '');
    expect(initiator.sendDatagram(7, new Uint8Array(1))).toBe(false);
    expect(responder.path).toBeUndefined();
  });
});
