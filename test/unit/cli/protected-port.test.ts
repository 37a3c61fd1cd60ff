import { expect, it } from 'vitest';
import { AppApiServer } from '#shared/app-api/index.ts';
import { protectPort } from '../../../src-main/cli/protected-port.ts';
import { createHandlers } from '#test/support/app-handlers.ts';
import { createTransportPair, type MemoryTransport } from '#test/support/app-transport.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';

it('a port is protected as long as its program wants it, also at the agent that comes next [S-TARGET-2]', async () => {
  const clock = new FakeClock();
  const said: unknown[] = [];
  const handlers = createHandlers({ 'targets.protect': async () => ({}) }, (call, input) => said.push([call, input]));
  const transports: MemoryTransport[] = [];
  let isThere = true;
  const server = new AppApiServer();
  const stop = protectPort(8123, {
    clock,
    connect: async () => {
      if (!isThere) throw new Error('no agent');
      const [mine, theirs] = createTransportPair();
      transports.push(theirs);
      server.serveConnection(theirs, handlers);
      return mine;
    },
  });
  await settle();
  expect(said).toEqual([['targets.protect', { port: 8123 }]]);
  isThere = false;
  transports[0]?.close();
  await clock.advance(10_000);
  isThere = true;
  await clock.advance(2000);
  expect([said.length, server.connectionCount]).toEqual([2, 1]);
  stop();
  await clock.advance(10_000);
  expect([said.length, server.connectionCount, clock.pending]).toEqual([2, 0, 0]);
});
