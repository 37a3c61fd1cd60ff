import { ClawReachError } from '../../errors.ts';

/**
 * Whole messages in order between a user interface and the agent: a Unix socket with length prefixes, a WebSocket, a MessagePort, or a pair in
 * memory. A transport doesn't interpret the messages.
 */
export interface AppTransport {
  /** Sends one message, which the transport owns afterwards. Ignored after the end. */
  send(message: Uint8Array): void;
  /** Bytes not yet handed to the operating system. */
  readonly bufferedBytes: number;
  /** Sets the handlers once; earlier messages are stored for them. */
  setHandlers(handlers: AppTransportHandlers): void;
  /** Pauses receiving, apart from what is in flight, so that the other side has to wait. Missing where a transport can't. */
  setPaused?(paused: boolean): void;
  /** Sends what is buffered, then closes, within a short time. Idempotent. */
  close(): void;
}

export interface AppTransportHandlers {
  /** Receives one whole message, in an array that the receiver owns. */
  message(bytes: Uint8Array): void;
  /** Called when `bufferedBytes` has fallen to `APP_TRANSPORT_DRAINED` or less. */
  drain(): void;
  /** Called exactly once, last; without an error after an orderly end of either side. */
  closed(error?: Error): void;
}

/** Bytes waiting below which a transport takes channel data again. */
export const APP_TRANSPORT_DRAINED = 256 * 1024;

/** Failure of the connection, or an error reported by the agent with its own `code`. */
export class AppApiError extends ClawReachError {
  override readonly name = 'AppApiError';
}

/** Creates the error with which pending calls of a lost connection reject. */
export function connectionLost(cause?: unknown): AppApiError {
  return new AppApiError('control.lost', 'the connection to the agent is gone', cause === undefined ? {} : { cause });
}
