import { expect, test } from 'vitest';
import { RejectedHandshakeLog } from '#agent/network/rejected-handshake-log.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const ID = (number: number): PeerId => String(number).padStart(56, '0') as PeerId;

function open() {
  const clock = new FakeClock();
  const written: string[] = [];
  const audit = {
    record: (event: string, fields: Readonly<Record<string, unknown>>) => {
      written.push(`${event} ${String(fields['code'])}`);
    },
  };
  return { clock, written, refusals: new RejectedHandshakeLog({ audit, clock }) };
}

test('a peer that is refused all day is logged once in ten minutes, for each reason', async () => {
  const { clock, written, refusals } = open();
  for (let minute = 0; minute < 25; minute += 1) {
    refusals.record({ from: ID(1), code: 'link.unknown-peer' });
    refusals.record({ from: ID(1), code: 'handshake.replay' });
    await clock.advance(60_000);
  }
  expect(written.filter((line) => line === 'link.refused link.unknown-peer')).toHaveLength(3);
  expect(written.filter((line) => line === 'link.refused handshake.replay')).toHaveLength(3);
});

test('a crowd under changing names costs a bounded memory', () => {
  const { written, refusals } = open();
  for (let number = 0; number < 600; number += 1) refusals.record({ from: ID(number), code: 'link.unknown-peer' });
  refusals.record({ from: ID(0), code: 'link.unknown-peer' });
  refusals.record({ from: ID(599), code: 'link.unknown-peer' });
  // The first is long forgotten and written again; the newest is not.
  expect(written).toHaveLength(601);
});
