import { ClawReachError } from '../../errors.ts';

/**
 * Whole messages in order between a user interface and the agent: a Unix socket with a length before each message, a WebSocket, a
 * MessagePort, or a pair in memory. Knows nothing of what it carries.
 */
export interface AppTransport {
  /** Takes one message (the transport owns it afterwards). Ignored after the end. */
  send(message: Uint8Array): void;
  /** Bytes taken and not yet handed to the operating system. */
  readonly bufferedBytes: number;
  /** Set once; messages that came earlier are kept for it. */
  setHandlers(handlers: AppTransportHandlers): void;
  /** While paused, nothing more is received beyond what is on its way already; the other side feels it. Where a transport cannot, it is missing. */
  setPaused?(paused: boolean): void;
  /** Sends what is buffered, then closes; gives up after a short while. Idempotent. */
  close(): void;
}

export interface AppTransportHandlers {
  /** One whole message, in an array of the receiver's own. */
  message(bytes: Uint8Array): void;
  /** `bufferedBytes` has fallen to `APP_TRANSPORT_DRAINED` or less after it had been above. */
  drain(): void;
  /** Called exactly once, last; without an error after an orderly end of either side. */
  closed(error?: Error): void;
}

/** A transport that has less than this to send takes channel data again. */
export const APP_TRANSPORT_DRAINED = 256 * 1024;

/** A failure of the connection itself, or one the agent reported; `code` is the agent's own then. */
export class AppApiError extends ClawReachError {
  override readonly name = 'AppApiError';
}

/** What every wait on a lost connection rejects with. */
export function connectionLost(cause?: unknown): AppApiError {
  return new AppApiError('control.lost', 'the connection to the agent is gone', cause === undefined ? {} : { cause });
}
