import type { WebSocket } from 'ws';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createGatewayMachine } from '#node/openclaw/index.ts';
import type { Clock } from '#shared/clock.ts';
import { makeCertificate, place, webServer, type Listening } from './servers.ts';

const FRAMES = 20_000;
const CONNECT = 15_000;

let server: Listening | undefined;
afterEach(() => server?.close());

test('a gateway that floods is read a piece at a time, with rests between [S-GW-7]', async () => {
  const certificate = await makeCertificate();
  const flood = (websocket: WebSocket): void => {
    for (let at = 0; at < FRAMES; at += 1) websocket.send(`{"type":"event","event":"x","seq":${at}}`);
  };
  server = await webServer({ certificate, connected: flood });
  // A machine so slow that each frame takes a ms; rests end when the test says so.
  let time = 0;
  const rests: { delay: number; end(): void }[] = [];
  const clock: Clock = {
    ...systemClock,
    monotonic: () => time,
    setTimer: (delay, callback) => {
      if (delay === CONNECT) return systemClock.setTimer(delay, callback);
      const rest = { delay, end: callback };
      rests.push(rest);
      return { cancel: () => void rests.splice(rests.indexOf(rest), 1) };
    },
  };
  const machine = createGatewayMachine({ clock, connectTimeout: CONNECT });
  const abort = new AbortController();
  const { signal } = abort;
  const heard = [0, 1].map(() => {
    const count = { messages: 0, isOver: Promise.withResolvers<void>() };
    const socket = machine.open(
      place(server?.port ?? 0),
      { fingerprint: certificate.fingerprint },
      {
        open: () => socket.welcome(1000),
        message: (data) => {
          expect(JSON.parse(data)).toMatchObject({ seq: count.messages });
          count.messages += 1;
          time += 1;
        },
        error: (error) => count.isOver.reject(error),
        close: () => count.isOver.resolve(),
      },
      { signal },
    );
    return count;
  });
  await expect.poll(() => rests.length, { timeout: 30_000 }).toBe(2);
  for (const { delay } of rests) expect(delay).toBeGreaterThan(80);
  for (const { messages } of heard) expect(messages).toBeLessThan(FRAMES / 2);
  let count = 0;
  while (heard.some(({ messages }) => messages < FRAMES)) {
    for (const rest of rests.splice(0)) {
      count += 1;
      rest.end();
    }
    await new Promise((resolve) => void setImmediate(resolve));
  }
  expect(count).toBeGreaterThan(8);
  abort.abort();
  await Promise.all(heard.map(({ isOver }) => isOver.promise));
  expect(rests).toEqual([]);
});
