import { APP_TRANSPORT_DRAINED, type AppTransport } from './transport.ts';

/**
 * Bytes that may wait for one side when the other cannot be told to pause: more than the windows of all 64 channels (32 MiB) and the answers an
 * agent keeps for one user interface (8 MiB).
 */
const MOST_WAITING = 48 * 1024 * 1024;

/**
 * Passes whole messages both ways between two connections, as they are. A side that does not take its messages pauses the other; one that
 * lets too much pile up ends both. The end of either ends the other, behind what was passed on.
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
    // `from` has room again for what comes the other way.
    drain: () => to.setPaused?.(false),
    closed: () => to.close(),
  });
}
