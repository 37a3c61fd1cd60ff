import { describe, expect, it } from 'vitest';
import { createMemoryChannelPair, createSession, type RecordCipher } from '#shared/link/index.ts';
import { RecordOpener } from '#shared/link/paths/record-opener.ts';
import { systemClock as clock } from '#node/clock/index.ts';
import { nullCipher, SESSION_ID } from '#test/support/link.ts';

/** Opens a record when it is told so, in whatever order. The first byte of a forged one is 0xff. */
function slowCipher() {
  const waiting: (() => void)[] = [];
  const cipher: RecordCipher = {
    ...nullCipher,
    openLater: async (ciphertext) => {
      const copy = ciphertext.slice();
      await new Promise<void>((resolve) => waiting.push(resolve));
      if (copy[0] === 0xff) throw new RangeError('forged');
      return copy;
    },
  };
  return { cipher, waiting };
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

function opener(cipher: RecordCipher) {
  const events: string[] = [];
  const made = new RecordOpener({
    cipher,
    channel: { pause: () => void events.push('pause'), resume: () => void events.push('resume') },
    opened: (plaintext) => {
      events.push(String(plaintext[0]));
      return true;
    },
    failed: () => void events.push('failed'),
  });
  return { events, made };
}

describe('records that another thread opens', () => {
  it('are taken in order, whichever is open first, and the end of the channel after them', async () => {
    const { cipher, waiting } = slowCipher();
    const { events, made } = opener(cipher);
    for (const number of [1, 2, 3]) expect(made.take(Uint8Array.of(number))).toBe(true);
    made.afterwards(() => void events.push('closed'));
    for (const open of waiting.toReversed()) {
      expect(events).toEqual([]);
      open();
      await turns();
    }
    expect(events).toEqual(['1', '2', '3', 'closed']);
  });

  it('end with the first one that is not authentic: none after it is taken, also if it was opened before [S-BROWSER-3]', async () => {
    const { cipher, waiting } = slowCipher();
    const { events, made } = opener(cipher);
    for (const number of [1, 0xff, 3, 4]) made.take(Uint8Array.of(number));
    for (const open of waiting.toReversed()) open();
    await turns();
    expect(events).toEqual(['1', 'failed']);
    expect(made.take(Uint8Array.of(5))).toBe(false);
    await turns();
    expect(events).toEqual(['1', 'failed']);
  });

  it('make the channel wait while too much of it is being opened', async () => {
    const { cipher, waiting } = slowCipher();
    const { events, made } = opener(cipher);
    for (let number = 0; number < 20; number += 1) made.take(new Uint8Array(60_000).fill(number));
    expect(events).toEqual(['pause']);
    for (const open of waiting) open();
    await turns();
    expect(events.filter((event) => event === 'resume')).toHaveLength(1);
    expect(events).toHaveLength(22);
  });

  it('carry a session byte by byte, and its orderly end after the last of them', async () => {
    const initiator = createSession({ role: 'initiator', id: SESSION_ID, clock });
    const responder = createSession({ role: 'responder', id: SESSION_ID, clock });
    // Any order among those of a moment.
    let salt = 1;
    const cipher: RecordCipher = {
      ...nullCipher,
      openLater: async (ciphertext) => {
        const copy = ciphertext.slice();
        salt = (salt * 48_271) % 0x7fff_ffff;
        for (let turn = salt % 7; turn > 0; turn -= 1) await Promise.resolve();
        return copy;
      },
    };
    const [left, right] = createMemoryChannelPair({ clock });
    responder.attachPath({ kind: 'memory', channel: right, send: nullCipher, receive: cipher, dialed: false });
    initiator.attachPath({ kind: 'memory', channel: left, send: nullCipher, receive: cipher, dialed: true });
    const sent = Uint8Array.from({ length: 3 * 1024 * 1024 }, (_, index) => (index * 7 + (index >> 8)) % 256);
    const received: Uint8Array[] = [];
    const done = new Promise<void>((resolve) => {
      responder.onStream = (incoming) => {
        const stream = incoming.accept({});
        void (async () => {
          for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read())
            received.push(bytes.slice());
          resolve();
        })();
      };
    });
    const stream = initiator.open('tcp', null);
    await stream.write(sent);
    await stream.end();
    await done;
    expect(Buffer.concat(received).equals(sent)).toBe(true);
    await initiator.close('test.done', 'done');
    expect(await responder.closed).toMatchObject({ code: 'test.done', remote: true });
  });
});
