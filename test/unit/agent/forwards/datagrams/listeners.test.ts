import { getEventListeners } from 'node:events';
import { afterEach, expect, it, vi } from 'vitest';
import type { IncomingStream, Session } from '#shared/link/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('ten thousand targets of associations leave no listener at any signal', async () => {
  const listen = vi.spyOn(EventTarget.prototype, 'addEventListener');
  const any = vi.spyOn(AbortSignal, 'any');
  const target = new TargetSide({ clock: new FakeClock() });
  const peerId = target.addPeer('laptop');
  target.rights.set(peerId, 'forward', 'allow');
  const refused: string[] = [];
  const session = { role: 'responder', sendDatagram: () => true, closed: new Promise(() => undefined) };
  const asker = { peerId, name: 'laptop', session: session as unknown as Session };
  const { signal: cancelled } = new AbortController();
  for (let count = 0; count < 10_000; count += 1) {
    const stream = {
      params: { flow: 2 * count + 1, to: { host: `name-${count}.test`, port: 53 } },
      cancelled,
      refuse: (code: string) => refused.push(code),
      wait: () => undefined,
    } as unknown as IncomingStream;
    await target.associations.serve(stream, asker, asker.session);
  }
  expect(new Set(refused)).toEqual(new Set(['forward.name']));
  expect(refused).toHaveLength(10_000);
  const signals = new Set(listen.mock.contexts.filter((source) => source instanceof AbortSignal));
  expect(signals.has(cancelled)).toBe(true);
  expect([...signals].filter((signal) => getEventListeners(signal, 'abort').length > 0)).toEqual([]);
  expect(any).not.toHaveBeenCalled();
  expect(target.associations.count).toBe(0);
  target.close();
});
