import { expect, test } from 'vitest';
import { RefusalLog } from '#agent/network/refusal-log.ts';
import { AuditLog } from '#agent/store/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryLineFile } from '#test/support/memory-files.ts';

const ID = (number: number): PeerId => String(number).padStart(56, '0') as PeerId;

function open() {
  const clock = new FakeClock();
  const file = new MemoryLineFile();
  const audit = new AuditLog({ file, clock, logger: silentLogger });
  return { clock, file, audit, refusals: new RefusalLog({ audit, clock }) };
}

test('who knocks all day is written down once in ten minutes, for each reason', async () => {
  const { clock, file, audit, refusals } = open();
  for (let minute = 0; minute < 25; minute += 1) {
    refusals.record({ from: ID(1), code: 'link.unknown-peer' });
    refusals.record({ from: ID(1), code: 'handshake.replay' });
    await clock.advance(60_000);
  }
  await audit.flush();
  expect(file.lines.filter((line) => line.includes('link.unknown-peer'))).toHaveLength(3);
  expect(file.lines.filter((line) => line.includes('handshake.replay'))).toHaveLength(3);
  expect(file.lines[0]).toContain('"event":"link.refused"');
});

test('a crowd under changing names costs a bounded memory', async () => {
  const { file, audit, refusals } = open();
  for (let number = 0; number < 600; number += 1) refusals.record({ from: ID(number), code: 'link.unknown-peer' });
  refusals.record({ from: ID(0), code: 'link.unknown-peer' });
  refusals.record({ from: ID(599), code: 'link.unknown-peer' });
  await audit.flush();
  // The first is long forgotten and written again; the newest is not.
  expect(file.lines).toHaveLength(601);
});
