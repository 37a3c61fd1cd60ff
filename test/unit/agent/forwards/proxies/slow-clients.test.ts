import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { SlowClients } from '#agent/forwards/proxies/slow-clients.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

class FakeSocket extends EventEmitter {
  bytesRead = 0;
  destroyed = false;

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

function setup(): {
  clock: FakeClock;
  slow: SlowClients<Socket>;
  late: unknown[];
  add: () => { fake: FakeSocket; socket: Socket };
} {
  const clock = new FakeClock();
  const late: unknown[] = [];
  const slow = new SlowClients<Socket>({
    clock,
    limits: { head: 10_000, idle: 60_000 },
    late: (socket) => {
      late.push(socket);
      socket.destroy();
    },
  });
  const add = (): { fake: FakeSocket; socket: Socket } => {
    const fake = new FakeSocket();
    const socket = fake as unknown as Socket;
    slow.add(socket, () => socket.bytesRead);
    return { fake, socket };
  };
  return { clock, slow, late, add };
}

test('a client that sends its head a byte at a time is ended after ten seconds, also with a later request [S-FWD-2]', async () => {
  const { clock, slow, late, add } = setup();
  const first = add();
  for (let second = 0; second < 9; second += 1) {
    first.fake.bytesRead += 1;
    await clock.advance(1000);
  }
  expect(late).toEqual([]);
  await clock.advance(1000);
  expect(late).toEqual([first.socket]);
  const second = add();
  slow.busy(second.socket);
  await clock.advance(100_000);
  slow.idle(second.socket);
  await clock.advance(30_000);
  second.fake.bytesRead += 1;
  await clock.advance(9000);
  expect(late).toHaveLength(1);
  await clock.advance(3000);
  expect(late).toEqual([first.socket, second.socket]);
  expect(clock.pending).toBe(0);
});

test('a client that is busy stays, one that says nothing for a minute goes', async () => {
  const { clock, slow, late, add } = setup();
  const { fake, socket } = add();
  slow.busy(socket);
  await clock.advance(600_000);
  slow.idle(socket);
  await clock.advance(59_000);
  expect(fake.destroyed).toBe(false);
  await clock.advance(2000);
  expect(fake.destroyed).toBe(true);
  expect({ late, size: slow.size, timers: clock.pending }).toEqual({ late: [], size: 0, timers: 0 });
});
