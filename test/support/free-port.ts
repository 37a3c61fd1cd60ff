import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Below those that any system gives to whoever asks for none in particular (Linux: from 32768 on, containers: from 16000 on): a port that was found
 * free stays free, whatever else opens connections meanwhile.
 */
const [FIRST, BEYOND] = [10_240, 15_900] as const;

const TAKEN = join(tmpdir(), 'clawreach-test-ports');
/** A program that hasn't begun to listen after this many milliseconds has failed. */
const TAKEN_FOR = 600_000;

/** A TCP port of the loopback interface that nobody listens at, and that no other test is given meanwhile. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, BEYOND);
    if (takes(port) && (await isFree(port))) return port;
  }
}

/** Whether the port is this caller's now: tests of other processes look for ports at the same time. */
function takes(port: number): boolean {
  const mark = join(TAKEN, String(port));
  mkdirSync(TAKEN, { recursive: true });
  const age = Date.now() - (statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > TAKEN_FOR) rmSync(mark, { force: true });
  try {
    writeFileSync(mark, '', { flag: 'wx' });
    return true;
  } catch {
    return false;
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
