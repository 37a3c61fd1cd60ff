import type { FromSocketWorker, ToSocketWorker } from './socket-messages.ts';

/** Parts of a worker's global scope that the socket uses. */
export type SocketWorkerScope = Readonly<{
  postMessage(message: FromSocketWorker, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToSocketWorker>) => void): void;
}>;

/** Interval of checking how much the socket still has to send, ms; browsers have no event for that. */
const BUFFER_POLL = 20;
/** Maximum number of received bytes that a page hasn't handled; a sender that obeys the limits of `bridgeTransports` stays below. */
export const MOST_UNHANDLED = 48 * 1024 * 1024;

/**
 * Holds one WebSocket for a page (`WorkerSocket`), in a worker. A browser passes a WebSocket's bytes to the thread that holds it in pieces of 64 KiB, the
 * next one after the thread has taken the last; a page that draws for most of a frame would get one piece in each. A worker takes them at once, and
 * passes whole messages on without a copy. Closes the socket if the page stops handling what it gets.
 */
export function serveSocket(
  scope: SocketWorkerScope,
  connect = (url: string, protocols: readonly string[]): WebSocket => new WebSocket(url, [...protocols]),
): void {
  let socket: WebSocket | undefined;
  let [given, sent, unhandled] = [0, 0, 0];
  let poll: ReturnType<typeof setTimeout> | undefined;

  const report = (): void => {
    poll = undefined;
    if (socket === undefined) return;
    const left = socket.bufferedAmount;
    if (given - left > sent) scope.postMessage({ kind: 'sent', bytes: given - left - sent });
    sent = given - left;
    if (left > 0) poll = setTimeout(report, BUFFER_POLL);
  };
  const open = (url: string, protocols: readonly string[]): void => {
    socket = connect(url, protocols);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') {
        scope.postMessage({ kind: 'text', text: data });
        return;
      }
      unhandled += data.byteLength;
      scope.postMessage({ kind: 'binary', bytes: data }, [data]);
      if (unhandled > MOST_UNHANDLED) socket?.close();
    });
    socket.addEventListener('close', ({ code, wasClean }) => {
      clearTimeout(poll);
      scope.postMessage({ kind: 'closed', code, wasClean });
    });
  };
  scope.addEventListener('message', ({ data }) => {
    switch (data.kind) {
      case 'open':
        open(data.url, data.protocols);
        break;
      case 'send':
        given += data.bytes.byteLength;
        socket?.send(data.bytes);
        poll ??= setTimeout(report, BUFFER_POLL);
        break;
      case 'handled':
        unhandled -= data.bytes;
        break;
      case 'close':
        socket?.close(1000);
        break;
    }
  });
}
