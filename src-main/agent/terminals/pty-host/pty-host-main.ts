import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { errorMessage } from '#shared/errors.ts';
import { systemClock } from '#node/clock/index.ts';
import { listenForAgents, type HostListener, type HostAddress } from './host-listener.ts';
import { PtyHostServer } from './host-server.ts';
import { MessageDuplex } from './message-duplex.ts';
import { spawnPty } from './pty-process.ts';

/**
 * Entry point of the PTY host process, bundled to `dist/pty-host.js`. Serves the agent that started it over descriptor 3, or over the parent port if
 * it is a utility process of Electron. With the directory of a profile, an ID and a version as arguments, it outlives that agent and listens in the
 * profile for the next one.
 */
process.title = 'clawreach-pty-host';
/** Interval at which a host without an agent checks that its record still exists, ms. */
const LOOK_INTERVAL = 2_000;

// Paused terminals and timers do not keep a process alive.
const alive = setInterval(() => undefined, 0x7fff_ffff);
// The agent that reads stderr may be gone.
process.stderr.on('error', () => undefined);
// A utility process is in the application's process group: the application ends it in its own order.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);

let listener: HostListener | undefined;
const server = new PtyHostServer({
  clock: systemClock,
  spawn: spawnPty,
  pid: process.pid,
  onEnd: () => listener?.close(),
});
process.on('SIGTERM', () => server.shutDown());
const address = addressOf(process.argv.slice(2));
if (address !== undefined) server.outliveAgents(true);
server.serve(firstAgent());
if (address !== undefined) listener = await listen(address);
const look = setInterval(() => {
  // The profile was removed.
  if (listener?.isListed() === false && !server.served) server.shutDown();
}, LOOK_INTERVAL);
await server.done;
listener?.close();
clearInterval(look);
clearInterval(alive);
process.exit(0);

function addressOf([profile, id, software]: readonly string[]): HostAddress | undefined {
  return profile === undefined || id === undefined || software === undefined ? undefined : { profile, id, software };
}

async function listen(address: HostAddress): Promise<HostListener | undefined> {
  try {
    return await listenForAgents(address, (socket) => server.serve(socket));
  } catch (error) {
    server.outliveAgents(false);
    process.stderr.write(`the terminals end with their agent: ${errorMessage(error)}\n`);
    return undefined;
  }
}

function firstAgent(): Duplex {
  const port: unknown = Reflect.get(process, 'parentPort');
  if (!isParentPort(port)) return new Socket({ fd: 3, readable: true, writable: true });
  return new MessageDuplex({
    postMessage: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
  });
}

/** Port that Electron gives a utility process; this folder can't import Electron's types. */
type ParentPort = Readonly<{
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: Readonly<{ data: unknown }>) => void): void;
}>;

function isParentPort(port: unknown): port is ParentPort {
  return typeof port === 'object' && port !== null && 'postMessage' in port && 'on' in port;
}
