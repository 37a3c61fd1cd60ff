import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { errorMessage } from '#shared/errors.ts';
import { systemClock } from '#node/clock/index.ts';
import { listenForAgents, type HostListener, type HostPlace } from './host-listener.ts';
import { PtyHostServer } from './host-server.ts';
import { MessageDuplex } from './message-duplex.ts';
import { spawnPty } from './pty-process.ts';

/**
 * Entry of the PTY host process. Its first agent is the one that has started it: over descriptor 3, or, as a utility process of Electron, over
 * the port to its parent. With the directory of a profile, an id and a version as arguments it outlives that agent, and the next one finds it
 * there. Bundled to dist/pty-host.js.
 */
process.title = 'clawreach-pty-host';
/** Interval at which a host without an agent checks that an agent could still find it, ms. */
const LOOK_INTERVAL = 2_000;

// Paused terminals and timers do not keep a process alive.
const alive = setInterval(() => undefined, 0x7fff_ffff);
// The agent that hears what this process says may be gone.
process.stderr.on('error', () => undefined);
// As a utility process this is in the group of the application: what ends that, in its own order, ends this.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);

let listener: HostListener | undefined;
const server = new PtyHostServer({
  clock: systemClock,
  spawn: spawnPty,
  pid: process.pid,
  onEnd: () => listener?.close(),
});
process.on('SIGTERM', () => server.shutDown());
const place = placeOf(process.argv.slice(2));
if (place !== undefined) server.outliveAgents(true);
server.serve(firstAgent());
if (place !== undefined) listener = await listen(place);
const look = setInterval(() => {
  // Its profile was removed.
  if (listener?.isListed() === false && !server.served) server.shutDown();
}, LOOK_INTERVAL);
await server.done;
listener?.close();
clearInterval(look);
clearInterval(alive);
process.exit(0);

function placeOf([profile, id, software]: readonly string[]): HostPlace | undefined {
  return profile === undefined || id === undefined || software === undefined ? undefined : { profile, id, software };
}

async function listen(place: HostPlace): Promise<HostListener | undefined> {
  try {
    return await listenForAgents(place, (socket) => server.serve(socket));
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

/** Port that Electron gives a utility process; its types are known in the application's own folder only. */
type ParentPort = Readonly<{
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: Readonly<{ data: unknown }>) => void): void;
}>;

function isParentPort(port: unknown): port is ParentPort {
  return typeof port === 'object' && port !== null && 'postMessage' in port && 'on' in port;
}
