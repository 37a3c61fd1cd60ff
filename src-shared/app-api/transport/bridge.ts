import { APP_TRANSPORT_DRAINED, type AppTransport } from './transport.ts';

/**
 * Maximum number of bytes that wait for a slow receiver if its sender can't be paused. A sender that obeys its limits stays below: all 64 channels
 * together may have 32 MiB under way, and an agent queues at most 8 MiB of answers for one user interface.
 */
const MOST_WAITING = 48 * 1024 * 1024;

/**
 * Connects two transports and passes whole messages in both directions, unchanged. Used by the desktop application and the web server of `clawreach
 * ui` between a window and an agent that runs as a separate program. Pauses the sender if the receiver is slow, and closes both if too many bytes
 * wait. When one side ends, closes the other after its last message.
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
