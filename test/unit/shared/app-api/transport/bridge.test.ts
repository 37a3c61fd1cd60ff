import { describe, expect, it } from 'vitest';
import {
  APP_TRANSPORT_DRAINED,
  AppApiClient,
  AppApiServer,
  bridgeTransports,
  createTransportPair,
  type AppTransport,
} from '#shared/app-api/index.ts';
import { createHandlers } from '#test/support/app-handlers.ts';
import { createTransportPair as createStallingPair } from '#test/support/app-transport.ts';
import { createStatus } from '#test/support/cli-host.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function collect(transport: AppTransport): { bytes: number; messages: Uint8Array[]; ends: number } {
  const seen = { bytes: 0, messages: [] as Uint8Array[], ends: 0 };
  transport.setHandlers({
    message: (bytes) => {
      seen.bytes += bytes.length;
      seen.messages.push(bytes);
    },
    drain: () => undefined,
    closed: () => void (seen.ends += 1),
  });
  return seen;
}

describe('a bridge between two connections', () => {
  it('passes messages both ways as they are', async () => {
    const [window, one] = createTransportPair();
    const [other, agent] = createTransportPair();
    bridgeTransports(one, other);
    const [atWindow, atAgent] = [collect(window), collect(agent)];
    window.send(Uint8Array.of(1, 2));
    agent.send(Uint8Array.of(3));
    window.send(new Uint8Array(0));
    await settled();
    expect(atAgent.messages).toEqual([Uint8Array.of(1, 2), new Uint8Array(0)]);
    expect(atWindow.messages).toEqual([Uint8Array.of(3)]);
  });

  it.each(['window', 'agent'] as const)('ends with the end of the %s, behind what was sent', async (side) => {
    const [window, one] = createTransportPair();
    const [other, agent] = createTransportPair();
    bridgeTransports(one, other);
    const [closing, staying] = side === 'window' ? [window, agent] : [agent, window];
    const seen = collect(staying);
    collect(closing);
    closing.send(Uint8Array.of(7));
    closing.close();
    await settled();
    expect(seen).toMatchObject({ messages: [Uint8Array.of(7)], ends: 1 });
  });

  it('carries calls and answers of the app-api', async () => {
    const [window, one] = createTransportPair();
    const [other, agent] = createTransportPair();
    bridgeTransports(one, other);
    new AppApiServer().serveConnection(agent, createHandlers({ 'status.get': async () => createStatus() }));
    const client = new AppApiClient(window);
    expect((await client.call('status.get', {})).device.name).toBe('laptop');
    client.close();
    expect(await client.closed).toBeUndefined();
  });

  it('pauses one side while the other takes nothing, and goes on when it does', async () => {
    const [window, one] = createTransportPair();
    const [other, agent] = createTransportPair();
    bridgeTransports(one, other);
    const atAgent = collect(agent);
    agent.setPaused?.(true);
    const piece = 64 * 1024;
    for (let sent = 0; sent < 4 * 1024 * 1024; sent += piece) window.send(new Uint8Array(piece));
    await settled();
    // A little more than the mark has passed the bridge; the rest waits with who has sent it.
    expect(other.bufferedBytes).toBeLessThanOrEqual(APP_TRANSPORT_DRAINED + piece);
    expect(window.bufferedBytes).toBeGreaterThan(3 * 1024 * 1024);
    agent.setPaused?.(false);
    await settled();
    expect(atAgent.bytes).toBe(4 * 1024 * 1024);
    expect(window.bufferedBytes).toBe(0);
  });

  it('ends both sides when one that cannot be paused goes on sending to one that takes nothing', async () => {
    const [window, one] = createStallingPair();
    const [other, agent] = createStallingPair();
    bridgeTransports(one, other);
    collect(window);
    collect(agent);
    other.stall(true);
    for (let sent = 0; sent <= 49; sent += 1) window.send(new Uint8Array(1024 * 1024));
    await settled();
    expect([window.over, agent.over]).toEqual([true, true]);
  });
});
