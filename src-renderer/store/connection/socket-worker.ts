import { serveSocket, type SocketWorkerScope } from './serve-socket.ts';

/** Entry of the worker that holds the WebSocket of a window in a browser. */
serveSocket(globalThis as unknown as SocketWorkerScope);
