import { expect, it } from 'vitest';
import { SessionWriter } from '#relay/hub/session-writer.ts';
import type { SessionRecord, Store } from '#relay/store/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const record = (connection: string, reason: string): SessionRecord => ({
  connection,
  from: 'A',
  to: 'B',
  startedAt: 1,
  endedAt: 2,
  bytesForward: 3,
  bytesBack: 4,
  reason,
});

it('a link is written as direct if its devices are still there when one that quits would have left', async () => {
  const clock = new FakeClock();
  const written: (readonly [string, string])[] = [];
  const addSessions = async (records: readonly SessionRecord[]): Promise<void> => {
    written.push(...records.map(({ connection, reason }) => [connection, reason] as const));
  };
  const writer = new SessionWriter({
    clock,
    logger: silentLogger,
    store: { addSessions } as unknown as Store,
    written: () => undefined,
  });
  writer.add(record('left', 'left'), () => true);
  writer.add(record('stays', 'ended'), () => true);
  writer.add(record('quits', 'ended'), () => false);
  await writer.write();
  expect(written).toEqual([['left', 'left']]);
  await clock.advance(2000);
  await writer.write();
  expect(written.slice(1)).toEqual([
    ['stays', 'direct'],
    ['quits', 'ended'],
  ]);
  writer.add(record('last', 'ended'), () => true);
  await writer.write(true);
  expect(written.at(-1)).toEqual(['last', 'ended']);
});
