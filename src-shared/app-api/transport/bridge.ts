import { APP_TRANSPORT_DRAINED, type AppTransport } from './transport.ts';

/**
 * Most bytes that wait for one side if the other can't be paused: more than the windows of all 64 channels (32 MiB) and the answers that an agent
 * stores for one user interface (8 MiB).
 */
const MOST_WAITING = 48 * 1024 * 1024;

/**
 * Passes whole messages both ways between two connections, unchanged. A side that doesn't read pauses the other; too many waiting messages end both.
 * The end of either ends the other after the messages passed on.
 */
export function bridgeTransports(one: AppTransport, other: AppTransport): void {
  passOn(one, other);
  passOn(other, one);
}

function passOn(from: AppTransport, to: AppTransport): void {
  from.setHandlers({
    message: (bytes) => {
      to.send(bytes);
      const waiting = to.bufferedBytes;
      if (waiting > MOST_WAITING) {
        from.close();
        to.close();
      } else if (waiting > APP_TRANSPORT_DRAINED) {
        from.setPaused?.(true);
      }
    },
    // `from` can take messages of the other direction again.
    drain: () => to.setPaused?.(false),
    closed: () => to.close(),
  });
}
