import { expect, it } from 'vitest';
import { EventLoopTick } from '#shared/link/paths/event-loop-tick.ts';

/** A host whose turn ends when a test says so. */
class Host {
  #waiting: (() => void)[] = [];

  afterTurn(callback: () => void): void {
    this.#waiting.push(callback);
  }

  endTurn(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  }
}

async function microtasks(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
}

it('sends once for everything that a turn of the host brings, when it is over', async () => {
  const host = new Host();
  let sent = 0;
  const turns = new EventLoopTick(
    () => (sent += 1),
    () => false,
    host,
  );
  for (let reason = 0; reason < 5; reason += 1) {
    turns.request(true);
    await microtasks();
  }
  expect(sent).toBe(0);
  host.endTurn();
  expect(sent).toBe(1);
  host.endTurn();
  expect(sent).toBe(1);
  turns.request(true);
  host.endTurn();
  expect(sent).toBe(2);
});

it('does not wait for the end of a turn with as much as a write takes', async () => {
  const host = new Host();
  let waiting = 0;
  const writes: number[] = [];
  const turns = new EventLoopTick(
    () => {
      writes.push(waiting);
      waiting = 0;
    },
    () => waiting >= 2,
    host,
  );
  for (let reason = 0; reason < 5; reason += 1) {
    waiting += 1;
    turns.request(true);
    await microtasks();
  }
  expect(writes).toEqual([2, 2]);
  host.endTurn();
  expect(writes).toEqual([2, 2, 1]);
});

it('without word of the host sends when a tick has nothing more to send', async () => {
  let sent = 0;
  const turns = new EventLoopTick(
    () => (sent += 1),
    () => false,
    {},
  );
  turns.request(true);
  turns.request(true);
  expect(sent).toBe(0);
  await microtasks();
  expect(sent).toBe(1);
});

it('does not begin when something else will look for it', async () => {
  const host = new Host();
  let sent = 0;
  const turns = new EventLoopTick(
    () => (sent += 1),
    () => true,
    host,
  );
  turns.request(false);
  await microtasks();
  host.endTurn();
  expect(sent).toBe(0);
});
