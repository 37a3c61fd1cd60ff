import { expect, test } from 'vitest';
import { openTerminal } from '#agent/terminals/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { encodeTargetMessage } from '#shared/terminal/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';

test('a target that never shows the screen it was asked for, in pieces as small as can be, is kept in a few of them [S-TERM-7]', async () => {
  const streams: LinkStream[] = [];
  const link = new FakeLink((stream) => void streams.push(stream.accept({ terminal: '0'.repeat(32) })));
  const terminal = await openTerminal(link.session, { cols: 80, rows: 24, term: 'xterm' });
  const [target] = streams;
  terminal.catchUp?.(1_000_000);
  await settle();
  const letter = encodeTargetMessage({ type: 'output', bytes: Uint8Array.of(0x79) });
  for (let count = 0; count < 20_000; count += 1) await target?.write(letter);
  await target?.write(encodeTargetMessage({ type: 'ended', end: { exitCode: 0, signal: null, code: null } }));
  await target?.end();
  await settle();
  const lengths: number[] = [];
  for (let next = await terminal.read(); next !== null; next = await terminal.read()) lengths.push(next.length);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(20_000);
  expect(lengths.length).toBeLessThan(100);
});
