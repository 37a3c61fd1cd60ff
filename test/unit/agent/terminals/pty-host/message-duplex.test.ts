import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MessageDuplex, type MessageEnd } from '#agent/index.ts';
import { settle } from '#test/support/fake-clock.ts';

/** Two ends that clone what is sent, as ports do; each message of the one is kept. */
function pair() {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const sent: unknown[] = [];
  const end = (port: typeof port1, record: unknown[]): MessageEnd => ({
    postMessage: (message) => {
      record.push(message);
      port.postMessage(message);
    },
    onMessage: (listener) => void port.on('message', listener),
  });
  return { one: new MessageDuplex(end(port1, sent)), other: new MessageDuplex(end(port2, [])), sent, port: port2 };
}

/** Writes until it is asked to wait, at most so many bytes; what it has taken. */
async function fill(stream: MessageDuplex, most: number): Promise<number> {
  let taken = 0;
  while (taken < most && !stream.writableNeedDrain) {
    stream.write(new Uint8Array(16_384));
    taken += 16_384;
    await settle();
  }
  return taken;
}

describe('a byte stream over a message port', () => {
  it('carries bytes both ways in order, and the end of each', async () => {
    const { one, other } = pair();
    for (let number = 0; number < 500; number += 1) one.write(Buffer.from(`${number} `));
    one.end();
    const received: Buffer[] = [];
    for await (const chunk of other) received.push(chunk as Buffer);
    expect(Buffer.concat(received).toString()).toBe(Array.from({ length: 500 }, (_, number) => `${number} `).join(''));
    other.end('back');
    const back: Buffer[] = [];
    for await (const chunk of one) back.push(chunk as Buffer);
    expect(Buffer.concat(back).toString()).toBe('back');
  });

  it('clones what was written and nothing beside it', async () => {
    const { one, other, sent } = pair();
    one.write(Buffer.from('a part of a large pool').subarray(2, 6));
    const [chunk] = (await new Promise<[Buffer]>((resolve) => {
      other.once('data', (data: Buffer) => resolve([data]));
    })) satisfies [Buffer];
    expect(Buffer.from(chunk).toString()).toBe('part');
    expect((sent[0] as Uint8Array).buffer.byteLength).toBe(4);
  });

  it('waits for a reader that does not read, and goes on with it', async () => {
    const { one, other } = pair();
    const taken = await fill(one, 16 * 1_048_576);
    expect(taken).toBeLessThan(2 * 1_048_576);
    let read = 0;
    other.on('data', (chunk: Buffer) => {
      read += chunk.length;
    });
    await new Promise((resolve) => {
      one.once('drain', resolve);
    });
    one.end();
    await new Promise((resolve) => {
      other.once('end', resolve);
    });
    expect(read).toBe(taken);
  });

  it.each([['a text'], [{ bytes: 1 }], [undefined]])('ends on what is no message of it: %j', async (message) => {
    const { one, other, port } = pair();
    other.on('error', () => undefined);
    const failed = new Promise<Error>((resolve) => {
      one.once('error', resolve);
    });
    port.postMessage(message);
    expect((await failed).message).toBe('not a message of this stream');
  });
});
