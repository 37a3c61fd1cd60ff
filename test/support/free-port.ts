import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below those that any system gives to whoever asks for none in particular (Linux: from 32768 on, containers: from 16000 on): a port that was found
 * free stays free, whatever else opens connections meanwhile.
 */
const [FIRST, BEYOND] = [10_240, 15_900] as const;

/** A TCP port of the loopback interface that nobody listens at. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, BEYOND);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
