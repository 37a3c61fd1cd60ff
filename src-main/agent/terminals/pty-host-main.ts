import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { systemClock } from '#node/clock/index.ts';
import { PtyHostServer } from './host-server.ts';
import { MessageDuplex } from './message-duplex.ts';
import { spawnPty } from './pty-process.ts';

/**
 * Entry of the PTY host process: serves the agent until its connection closes. As a child process that is descriptor 3, as a utility process of
 * Electron the port to its parent. Bundled to dist/pty-host.js.
 */
process.title = 'clawreach-pty-host';
// Paused terminals and timers do not keep a process alive.
const alive = setInterval(() => undefined, 0x7fff_ffff);
// As a utility process this is in the group of the application: what ends that, in its own order, ends this.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
await new PtyHostServer({ socket: connection(), clock: systemClock, spawn: spawnPty }).done;
clearInterval(alive);
process.exit(0);

function connection(): Duplex {
  const port: unknown = Reflect.get(process, 'parentPort');
  if (!isParentPort(port)) return new Socket({ fd: 3, readable: true, writable: true });
  return new MessageDuplex({
    postMessage: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
  });
}

/** What Electron gives a utility process; its types are known in the application's own folder only. */
type ParentPort = Readonly<{
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: Readonly<{ data: unknown }>) => void): void;
}>;

function isParentPort(port: unknown): port is ParentPort {
  return typeof port === 'object' && port !== null && 'postMessage' in port && 'on' in port;
}
