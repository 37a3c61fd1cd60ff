import { settle } from '#test/support/fake-clock.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AppChannel } from '#shared/app-api/index.ts';
import { INPUT_LIMIT, InputQueue } from '../../../../src-renderer/features/terminals/session/input-queue.ts';
import { PeerProgram, type Joint } from './peer-program.ts';

let program: PeerProgram;
let joint: Joint;
/** Both ends of one channel. */
let there: AppChannel;
let queue: InputQueue;

beforeEach(() => {
  program = new PeerProgram();
  joint = program.connect();
  there = joint.connection.openChannel();
  queue = new InputQueue(joint.api.channel(there.id));
});
afterEach(() => program.close());

/** So many bytes, or all until the end. */
async function read(length: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for (let left = length; left > 0;) {
    const piece = await there.read();
    if (piece === null) break;
    pieces.push(piece);
    left -= piece.length;
  }
  return Buffer.concat(pieces);
}

test('input arrives whole and in order, however small its pieces are', async () => {
  const words = Array.from({ length: 5000 }, (_, index) => `${index} größer → 👍\r`);
  for (const word of words) expect(queue.text(word)).toBe(true);
  const whole = words.join('');
  expect((await read(Buffer.byteLength(whole))).toString()).toBe(whole);
});

test('input that arrives during a write follows it as one piece', async () => {
  queue.text('a');
  for (const letter of 'bcdefgh') queue.text(letter);
  await settle();
  expect(Buffer.from((await there.read()) ?? []).toString()).toBe('a');
  expect(Buffer.from((await there.read()) ?? []).toString()).toBe('bcdefgh');
});

test('mouse reports are bytes, and text between them keeps its position', async () => {
  queue.binary('\u001b[M \u00e9\u00ff');
  queue.text('é');
  expect([...(await read(8))]).toEqual([0x1b, 0x5b, 0x4d, 0x20, 0xe9, 0xff, 0xc3, 0xa9]);
});

test('no more waits than the limit; what is refused is refused whole, and with room it is taken again', async () => {
  expect(queue.text('x'.repeat(INPUT_LIMIT - 1))).toBe(true);
  expect(queue.text('é')).toBe(false);
  expect(queue.text('y')).toBe(true);
  expect(queue.binary('z')).toBe(false);
  const taken = await read(INPUT_LIMIT);
  expect(taken.length).toBe(INPUT_LIMIT);
  expect(taken.at(-1)).toBe('y'.charCodeAt(0));
  await settle();
  expect(queue.text('again')).toBe(true);
  expect((await read(5)).toString()).toBe('again');
});

test('input for a lost connection is dropped without an error', async () => {
  queue.text('x'.repeat(2_000_000));
  queue.text('behind it');
  await settle();
  joint.connection.close();
  await settle();
  // It does not wait for ever: the whole limit is free each time.
  for (let times = 0; times < 3; times += 1) {
    expect(queue.text('x'.repeat(INPUT_LIMIT))).toBe(true);
    await settle();
  }
});
