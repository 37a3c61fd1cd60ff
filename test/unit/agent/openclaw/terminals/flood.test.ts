import { expect, it } from 'vitest';
import { GatewayTerminals } from '#agent/openclaw/terminals/index.ts';
import { AuditLog } from '#agent/core/store/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { MemoryLineFile } from '#test/support/memory-files.ts';
import { FakeChannel } from '../operator/fake-gateway.ts';

it('keeps nothing of what a gateway says of other terminals, or makes no sense, while it opens one [S-GW-7]', async () => {
  const clock = new FakeClock();
  const channel = new FakeChannel();
  const { promise, resolve } = Promise.withResolvers<unknown>();
  channel.answers['terminal.open'] = () => promise;
  const terminals = new GatewayTerminals({
    gateways: {
      find: () => ({ id: 'home', name: 'home' }),
      list: () => [],
      channel: () => channel,
      ready: async () => channel,
      onChannel: () => () => undefined,
      onRemoved: () => () => undefined,
    },
    clock,
    logger: silentLogger,
    audit: new AuditLog({ file: new MemoryLineFile(), clock, logger: silentLogger }),
  });
  const opening = terminals.open({ gateway: 'home', cols: 80, rows: 24 }, new AbortController().signal);
  await settle();
  // What is looked at again later was kept as it came, however large.
  let looks = 0;
  const said = (sessionId: unknown, more: object): object =>
    Object.defineProperty({ ...more }, 'sessionId', { enumerable: true, get: () => ((looks += 1), sessionId) });
  for (let at = 0; at < 1000; at += 1) {
    channel.emit('terminal.data', said(5, { seq: at, data: 'x' }));
    channel.emit('terminal.exit', said('another', { exitCode: 0 }));
    channel.emit('terminal.exit', said(5, { exitCode: 0 }));
  }
  const before = looks;
  resolve({ sessionId: 'own' });
  const { terminal } = await opening;
  expect(looks).toBe(before);
  channel.emit('terminal.exit', { sessionId: 'own', exitCode: 3 });
  expect(await terminal.read()).toBeNull();
  expect(await terminal.ended).toEqual({ exitCode: 3, signal: null, code: null });
  terminals.close();
});
