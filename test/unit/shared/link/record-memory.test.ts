import { describe, expect, it } from 'vitest';
import { createMemoryChannelPair, createSession, type RecordCipher } from '#shared/link/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { nullCipher, SESSION_ID } from '#test/support/link.ts';

/** Two sessions, and every plaintext that the responder's cipher has given out. */
function linked() {
  const clock = new FakeClock();
  const initiator = createSession({ role: 'initiator', id: SESSION_ID, clock });
  const responder = createSession({ role: 'responder', id: SESSION_ID, clock });
  const opened: Readonly<{ plaintext: Uint8Array; length: number }>[] = [];
  const receive: RecordCipher = {
    ...nullCipher,
    open: (ciphertext) => {
      const plaintext = nullCipher.open(ciphertext);
      opened.push({ plaintext, length: plaintext.length });
      return plaintext;
    },
  };
  const [left, right] = createMemoryChannelPair({ clock });
  responder.attachPath({ kind: 'memory', channel: right, send: nullCipher, receive, dialed: false });
  initiator.attachPath({ kind: 'memory', channel: left, send: nullCipher, receive: nullCipher, dialed: true });
  return { clock, initiator, responder, opened };
}

describe('the memory of a record', () => {
  it('is freed when its frames are processed: nothing of bulk waits for the collector', async () => {
    const { initiator, responder, opened } = linked();
    const sent = Uint8Array.from({ length: 2 * 1024 * 1024 }, (_, index) => (index * 7 + (index >> 8)) % 256);
    const received: Uint8Array[] = [];
    const done = new Promise<void>((resolve) => {
      responder.onStream = (incoming) => {
        const stream = incoming.accept({});
        void (async () => {
          for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) received.push(bytes);
          resolve();
        })();
      };
    });
    const stream = initiator.open('tcp', null);
    for (let offset = 0; offset < sent.length; offset += 100_000)
      await stream.write(sent.subarray(offset, offset + 100_000));
    void stream.end();
    await done;
    expect(Buffer.concat(received).equals(sent)).toBe(true);
    const large = opened.filter(({ length }) => length >= 4096);
    expect(large.length).toBeGreaterThan(20);
    expect(large.filter(({ plaintext }) => plaintext.length > 0)).toEqual([]);
  });

  it('stays with whoever holds a datagram of it', async () => {
    const { clock, initiator, responder } = linked();
    const held: Uint8Array[] = [];
    responder.onDatagram = (_, bytes) => held.push(bytes);
    initiator.sendDatagram(1, new Uint8Array(30_000).fill(1));
    initiator.sendDatagram(1, new Uint8Array(30_000).fill(2));
    await clock.advance(100);
    initiator.sendDatagram(1, new Uint8Array(60_000).fill(3));
    await clock.advance(100);
    expect(held.map((bytes) => [bytes.length, bytes.at(-1)])).toEqual([
      [30_000, 1],
      [30_000, 2],
      [60_000, 3],
    ]);
  });
});
