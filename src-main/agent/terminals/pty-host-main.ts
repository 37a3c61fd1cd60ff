import { Socket } from 'node:net';
import { systemClock } from '#node/clock/index.ts';
import { PtyHostServer } from './host-server.ts';
import { spawnPty } from './pty-process.ts';

/** Entry of the PTY host process: serves the agent on descriptor 3 until it closes. Bundled to dist/pty-host.js. */
process.title = 'clawreach-pty-host';
// Paused terminals and timers do not keep a process alive.
const alive = setInterval(() => undefined, 0x7fff_ffff);
const socket = new Socket({ fd: 3, readable: true, writable: true });
await new PtyHostServer({ socket, clock: systemClock, spawn: spawnPty }).done;
clearInterval(alive);
process.exit(0);
