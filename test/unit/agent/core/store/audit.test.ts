import { expect, test } from 'vitest';
import { AuditLog } from '#agent/core/store/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import type { LineFile } from '#shared/storage.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryLineFile } from '#test/support/memory-files.ts';

function open(file: LineFile, warnings: string[] = []): AuditLog {
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  return new AuditLog({ file, clock: new FakeClock(1000), logger });
}

test('entries come back newest first and no more than asked for', async () => {
  const audit = open(new MemoryLineFile());
  audit.record('agent.started', { version: '1', pid: 5 });
  audit.record('pairing.failed', { side: 'joiner', code: 'pairing.wrong-code' });
  audit.record('agent.stopped', { reason: 'signal' });
  expect(await audit.list(2)).toEqual([
    { at: 1000, event: 'agent.stopped', fields: { reason: 'signal' } },
    { at: 1000, event: 'pairing.failed', fields: { side: 'joiner', code: 'pairing.wrong-code' } },
  ]);
});

test('a torn line and foreign lines are left out', async () => {
  const file = new MemoryLineFile();
  const audit = open(file);
  audit.record('agent.stopped', { reason: 'signal' });
  await audit.flush();
  file.lines.push('{"at":1,"event":"x","fields":{"a":{}}}', 'null', '{"at":1000,"event":"agent.st');
  expect(await audit.list(10)).toHaveLength(1);
});

test('a disk that refuses is told in the log and never to the caller, and later entries are written', async () => {
  const file = new MemoryLineFile();
  const warnings: string[] = [];
  const audit = open(file, warnings);
  file.failing = true;
  audit.record('agent.stopped', { reason: 'first' });
  await audit.flush();
  expect(warnings).toHaveLength(1);
  file.failing = false;
  audit.record('agent.stopped', { reason: 'second' });
  expect(await audit.list(10)).toMatchObject([{ fields: { reason: 'second' } }]);
});

test('a disk that hangs costs a bounded number of waiting entries', async () => {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const file = new MemoryLineFile();
  const audit = open({
    append: async (line) => {
      await gate;
      await file.append(line);
    },
    newest: (limit) => file.newest(limit),
  });
  for (let count = 0; count < 5000; count += 1) audit.record('agent.stopped', { reason: String(count) });
  release();
  await audit.flush();
  expect(file.lines).toHaveLength(1000);
});

test('a field is cut to a bounded length, and says by how much', async () => {
  const audit = open(new MemoryLineFile());
  audit.record('agent.stopped', { reason: 'x'.repeat(10_000) });
  expect((await audit.list(1))[0]?.fields['reason']).toBe(`${'x'.repeat(8192)} … ⟨and 1808 more characters⟩`);
});

test('what a peer causes without a right cannot push the rest out of the log [S-TARGET-6]', async () => {
  const clock = new FakeClock(1000);
  const file = new MemoryLineFile();
  const audit = new AuditLog({ file, clock, logger: silentLogger });
  const [peer, other] = ['A' as PeerId, 'B' as PeerId];
  const refuse = (by: PeerId): void =>
    audit.record('terminal.refused', { peer: by, name: 'n', code: 'rights.denied', piped: false });
  for (let count = 0; count < 500; count += 1) refuse(peer);
  await audit.flush();
  expect(file.lines).toHaveLength(200);
  // Others, and what needs a right, are not its business.
  refuse(other);
  audit.record('terminal.attached', { peer, name: 'n', terminal: 't' });
  await clock.advance(30_000);
  refuse(peer);
  refuse(peer);
  await audit.flush();
  expect(file.lines).toHaveLength(203);
});

test.each(['terminal.refused', 'way.refused'] as const)('every refusal is counted: %s', async (event) => {
  const file = new MemoryLineFile();
  const audit = open(file);
  for (let count = 0; count < 300; count += 1)
    audit.record(event, { peer: 'A' as PeerId, name: 'n', code: 'rights.denied' });
  await audit.flush();
  expect(file.lines).toHaveLength(200);
});

test.each(['message.refused', 'message.held'] as const)(
  'every message without a right is counted: %s',
  async (event) => {
    const file = new MemoryLineFile();
    const audit = open(file);
    for (let count = 0; count < 300; count += 1)
      audit.record(event, { peer: 'A' as PeerId, name: 'n', agent: 'coder', code: 'rights.denied' });
    await audit.flush();
    expect(file.lines).toHaveLength(200);
  },
);

test('a relay that names strangers without end cannot either', async () => {
  const file = new MemoryLineFile();
  const audit = open(file);
  for (let count = 0; count < 500; count += 1) {
    audit.record('link.refused', { claimed: String(count) as PeerId, code: 'link.unknown-peer' });
  }
  await audit.flush();
  expect(file.lines).toHaveLength(200);
});

test('nor can a peer that has a way through this device, or that asks again and again [S-TARGET-6]', async () => {
  const file = new MemoryLineFile();
  const audit = open(file);
  const peer = 'A' as PeerId;
  for (let count = 0; count < 300; count += 1) {
    audit.record('way.opened', { peer, name: 'n', to: 'B' as PeerId });
    audit.record('approval.requested', { peer, name: 'n', right: 'terminal', approval: count, what: 'x' });
  }
  await audit.flush();
  expect(file.lines).toHaveLength(200);
});
