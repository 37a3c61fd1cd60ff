import { describe, expect, it } from 'vitest';
import { DirectError } from '#shared/direct/index.ts';
import { DirectTransport } from '#agent/direct/index.ts';
import { DirectListenerControl } from '#agent/network/direct-listener-control.ts';
import { SettingsStore } from '#agent/core/store/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { settle } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';

type Bench = Readonly<{ listener: DirectListenerControl; settings: SettingsStore; changes: () => number }>;

type Given = Readonly<{
  problem?: DirectError;
  isPaused?: () => boolean;
  listens?: () => Promise<void>;
  closes?: () => void;
}>;

function bench(given: Given = {}): Bench {
  const { problem, isPaused = () => false, listens = () => Promise.resolve(), closes = () => undefined } = given;
  const settings = new SettingsStore({ file: new MemoryDocumentFile(), deviceName: 'laptop', logger: silentLogger });
  let changes = 0;
  const transport = new DirectTransport({
    sockets: {
      listen: async ({ port }) => {
        await listens();
        if (problem !== undefined) throw problem;
        return { port, ipv6: true, close: () => Promise.resolve(closes()) };
      },
      dial: () => Promise.reject(new DirectError('direct.unreachable', 'unused')),
    },
    interfaces: () => [{ interface: 'eth0', address: '192.168.1.7', family: 'IPv4', internal: false }],
    logger: silentLogger,
  });
  const onChange = (): void => {
    changes += 1;
  };
  const listener = new DirectListenerControl({ settings, transport, logger: silentLogger, isPaused, onChange });
  return { listener, settings, changes: () => changes };
}

describe('direct connections to this device', () => {
  it('are taken at port 7473 unless a person wants otherwise, and peers are told each time', async () => {
    const { listener, settings, changes } = bench();
    expect(listener.view).toMatchObject({ listen: 'on', port: 7473, listening: null, addresses: [] });
    await listener.start();
    expect(listener.view).toMatchObject({ listening: 7473, problem: null, addresses: ['192.168.1.7:7473'] });
    expect(await listener.set({ port: 9000 })).toMatchObject({ listening: 9000, addresses: ['192.168.1.7:9000'] });
    expect(await listener.set({ listen: 'outbound-only' })).toMatchObject({
      listening: null,
      addresses: [],
      port: 9000,
    });
    expect(settings.value.network).toEqual({ listen: 'outbound-only', port: 9000 });
    expect(changes()).toBe(3);
    await listener.set({ listen: 'outbound-only' });
    expect(changes()).toBe(3);
    expect(await listener.set({ listen: 'on' })).toMatchObject({ listening: 9000 });
    await listener.close();
    expect(listener.view.listening).toBeNull();
  });

  it('that cannot be taken are told, and nothing else suffers', async () => {
    const { listener } = bench({ problem: new DirectError('direct.listen', 'not here') });
    await listener.start();
    expect(listener.view).toMatchObject({ listen: 'on', listening: null, problem: 'direct.listen' });
  });

  it('are not taken before the agent starts, whatever is set', async () => {
    const { listener } = bench();
    expect(await listener.set({ port: 9000 })).toMatchObject({ listening: null, port: 9000 });
  });

  it('are taken or not as the last wish was, however fast wishes follow each other and however long a port takes to open [S-RIGHT-5]', async () => {
    let paused = false;
    let open = 0;
    const opening: (() => void)[] = [];
    const { listener } = bench({
      isPaused: () => paused,
      listens: async () => {
        await new Promise<void>((resolve) => void opening.push(resolve));
        open += 1;
      },
      closes: () => {
        open -= 1;
      },
    });
    const progress = { isOver: false };
    const wishes = [listener.start()];
    for (const wish of [true, false, true, false, false, true]) {
      paused = wish;
      wishes.push(listener.pauseChanged());
    }
    const all = Promise.all(wishes).then(() => {
      progress.isOver = true;
    });
    while (!progress.isOver) {
      opening.shift()?.();
      await settle();
    }
    await all;
    expect([listener.view.listening, open]).toEqual([null, 0]);
    paused = false;
    const last = listener.pauseChanged();
    const end = listener.close();
    while (opening.length === 0) await settle();
    opening.shift()?.();
    await Promise.all([last, end]);
    expect([listener.view.listening, open]).toEqual([null, 0]);
  });

  it('have no problem that a former wish has come to', async () => {
    let paused = false;
    let fail: () => void = () => undefined;
    const { listener } = bench({
      problem: new DirectError('direct.listen', 'not here'),
      isPaused: () => paused,
      listens: () => new Promise((resolve) => void (fail = resolve)),
    });
    const first = listener.start();
    await settle();
    paused = true;
    const next = listener.pauseChanged();
    fail();
    await Promise.all([first, next]);
    expect(listener.view.problem).toBeNull();
  });
});
