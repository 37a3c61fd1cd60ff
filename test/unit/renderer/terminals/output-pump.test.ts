import { describe, expect, test } from 'vitest';
import type { AppApiClient, AppChannel, EventPayload } from '#shared/app-api/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { OutputPump, type ByteSink } from '../../../../src-renderer/features/terminals/screen/output-pump.ts';
import { MIN_PENDING, MAX_PENDING, DrainRate } from '../../../../src-renderer/features/terminals/screen/drain-rate.ts';
import { RedrawnTerminals } from '../../../../src-renderer/features/terminals/screen/redrawn-terminals.ts';

type Redrawn = EventPayload<'terminal.redrawn'>;

/** What an agent tells, and how a test has it told. */
function redrawn(): Readonly<{ terminals: RedrawnTerminals; tell(event: Redrawn): void }> {
  let tell: (event: Redrawn) => void = () => undefined;
  const api = {
    on: (_event: string, listener: (event: Redrawn) => void) => {
      tell = listener;
      return () => undefined;
    },
  } as Partial<AppApiClient> as AppApiClient;
  return { terminals: new RedrawnTerminals(api), tell: (event) => tell(event) };
}
const nothingRedrawn = (): RedrawnTerminals => redrawn().terminals;

test('output is carried in bounded batches, all of it, while little enough waits to be dealt with', async () => {
  const pieces = Array.from({ length: 300 }, (_, index) => new Uint8Array(8192).fill(index));
  const expected = pieces.length * 8192;
  const channel = {
    read: async () => pieces.shift() ?? null,
    get unreadBytes() {
      return pieces.length * 8192;
    },
  } as Partial<AppChannel> as AppChannel;
  const sizes: number[] = [];
  const waiting: (() => void)[] = [];
  let pending = 0;
  let mostPending = 0;
  const sink: ByteSink = {
    skipped: () => undefined,
    write: (bytes, done) => {
      sizes.push(bytes.length);
      pending += bytes.length;
      mostPending = Math.max(mostPending, pending);
      waiting.push(() => {
        pending -= bytes.length;
        done();
      });
    },
  };
  const pumped = new OutputPump(channel, sink, nothingRedrawn(), new DrainRate(() => 0)).run();
  let over = false;
  void pumped.then(() => {
    over = true;
  });
  while (pieces.length > 0 || waiting.length > 0) {
    await settle();
    expect(over).toBe(false);
    waiting.shift()?.();
  }
  await pumped;
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(expected);
  expect(Math.max(...sizes)).toBe(MAX_PENDING / 4);
  expect(mostPending).toBe(MAX_PENDING);
});

describe('a screen that is redrawn', () => {
  const CHANNEL = 3;
  const letters = (text: string): Uint8Array => new TextEncoder().encode(text);

  /** A channel with these pieces and those that come, and a terminal that deals with what it has when it is told to. */
  function carry(pieces: string[]) {
    const { terminals, tell } = redrawn();
    const left = pieces.map(letters);
    let come: (bytes: Uint8Array) => void = (bytes) => void left.push(bytes);
    const channel = {
      id: CHANNEL,
      read: () => {
        const next = left.shift();
        if (next !== undefined) return Promise.resolve(next);
        return new Promise<Uint8Array>((resolve) => {
          come = resolve;
        });
      },
      get unreadBytes() {
        // Each piece is a go of its own.
        return 0;
      },
    } as Partial<AppChannel> as AppChannel;
    const done: (() => void)[] = [];
    const shown: string[] = [];
    const sink = {
      write: (bytes: Uint8Array, processed: () => void) => {
        shown.push(new TextDecoder().decode(bytes));
        done.push(processed);
      },
      skipped: () => void shown.push(done.length === 0 ? '(empty)' : '(too early)'),
    };
    const pump = new OutputPump(channel, sink, terminals);
    return { tell, shown, done, pump, run: () => void pump.run(), push: (text: string) => come(letters(text)) };
  }

  test('begins at the given position, also within a chunk; nothing before it is drawn', async () => {
    const { tell, shown, run } = carry(['old', 'older$ ', 'live']);
    tell({ channel: CHANNEL, at: 8 });
    tell({ channel: CHANNEL + 1, at: 1 });
    run();
    await settle();
    expect(shown).toEqual(['(empty)', '$ ', 'live']);
  });

  test('waits for what the terminal has already, which cannot be taken back', async () => {
    const { tell, shown, done, run, pump, push } = carry(['old']);
    run();
    await settle();
    expect(shown).toEqual(['old']);
    tell({ channel: CHANNEL, at: 7 });
    push('gone');
    await settle();
    push('$ ');
    await settle();
    expect(shown).toEqual(['old']);
    done.shift()?.();
    await settle();
    expect(shown).toEqual(['old', '(empty)', '$ ']);
    expect(pump.waiting).toBe(2);
    done.shift()?.();
    expect(pump.waiting).toBe(0);
  });
});

describe('the pace of a terminal', () => {
  test('allows a sixteenth of a second of output to be pending, within its bounds', () => {
    let now = 0;
    const pace = new DrainRate(() => now);
    expect(pace.most).toBe(MAX_PENDING);
    pace.started();
    now = 40;
    // 4 MB/s
    pace.processed(160_000);
    expect(pace.most).toBe(240_000);
    now = 80;
    pace.processed(1000);
    expect(pace.most).toBe(MIN_PENDING);
    now = 120;
    pace.processed(50_000_000);
    expect(pace.most).toBe(MAX_PENDING);
  });
});
