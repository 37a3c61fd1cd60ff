import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_INPUT_BACKLOG, ProgramInput } from '#agent/terminals/process/program-input.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';

let clock: FakeClock;
let sent: string[];
let input: ProgramInput;

const flood = new Uint8Array(MAX_INPUT_BACKLOG + 1).fill(0x61);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Says when a write has found room. */
const write = (name: string, content: Uint8Array, done: string[]): void =>
  void input.write(content).then(() => done.push(name));

beforeEach(() => {
  clock = new FakeClock();
  sent = [];
  input = new ProgramInput(clock, (content) => void sent.push(new TextDecoder().decode(content.slice(0, 8))));
});

describe('room', () => {
  it('is waited for above the limit, until the program has taken enough', async () => {
    const done: string[] = [];
    write('fits', bytes('x'), done);
    write('flood', flood, done);
    await settle();
    expect(done).toEqual(['fits']);
    input.taken(1);
    await settle();
    expect(done).toEqual(['fits']);
    input.taken(1);
    await settle();
    expect(done).toEqual(['fits', 'flood']);
  });

  it.each([
    ['who typed has gone', () => input.changesHands()],
    ['the program has gone', () => input.close()],
  ])('is waited for no more when %s', async (_, happens) => {
    const done: string[] = [];
    write('flood', flood, done);
    await settle();
    happens();
    await settle();
    expect(done).toEqual(['flood']);
  });

  it('is waited for by who types now, whoever waited before', async () => {
    const done: string[] = [];
    write('former', flood, done);
    input.changesHands();
    write('present', bytes('x'), done);
    await settle();
    expect(done).toEqual(['former']);
    input.taken(flood.length);
    await settle();
    expect(done).toEqual(['former', 'present']);
  });
});

describe('the end of input', () => {
  it('is said again at growing intervals, but not before what is on the way was taken', async () => {
    await input.end();
    await clock.advance(250);
    expect(sent).toEqual(['\u0004']);
    input.taken(1);
    await clock.advance(500);
    expect(sent).toEqual(['\u0004', '\u0004']);
    input.taken(1);
    await clock.advance(999);
    expect(sent).toHaveLength(2);
    await clock.advance(1);
    expect(sent).toHaveLength(3);
  });

  it.each([
    ['who said it has gone', () => input.changesHands()],
    ['the program is to go', () => input.hungUp()],
    ['the program has gone', () => input.close()],
  ])('is not said again when %s', async (_, happens) => {
    await input.end();
    input.taken(1);
    happens();
    await clock.advance(60_000);
    expect([sent, clock.pending]).toEqual([['\u0004'], 0]);
  });

  it('after half a line ends the half first, and that line where this alone does not help', async () => {
    await input.write(bytes('half'));
    await input.end();
    expect(sent).toEqual(['half', '\u0004\u0004']);
    input.taken(6);
    await clock.advance(250);
    input.taken(1);
    await clock.advance(500);
    expect(sent.slice(2)).toEqual(['\u0004', '\r\u0004']);
  });
});

it('takes nothing when the program has gone', async () => {
  input.close();
  await input.write(bytes('late'));
  expect(sent).toEqual([]);
});
