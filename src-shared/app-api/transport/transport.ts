import { ClawReachError } from '../../errors.ts';

/**
 * Connection between a user interface and the agent that carries whole messages in order: a Unix socket with length prefixes, a WebSocket, a
 * MessagePort, or a pair in memory. A transport doesn't interpret the messages.
 */
export interface AppTransport {
  /** Sends one message; the caller must not use its array afterwards. Ignored after the end. */
  send(message: Uint8Array): void;
  /** Bytes that the operating system has not taken yet. */
  readonly bufferedBytes: number;
  /** Sets the handlers, once. Messages that arrived earlier are stored and delivered then. */
  setHandlers(handlers: AppTransportHandlers): void;
  /** Pauses or resumes receiving, so that the other side has to wait; messages on their way still arrive. Undefined if the transport can't pause. */
  setPaused?(paused: boolean): void;
  /** Sends the buffered messages, then closes. Idempotent. */
  close(): void;
}

/** Functions that a transport calls. */
export interface AppTransportHandlers {
  /** Receives one whole message, in an array that the receiver owns. */
  message(bytes: Uint8Array): void;
  /** Called when `bufferedBytes` has fallen to `APP_TRANSPORT_DRAINED` or less. */
  drain(): void;
  /** Called exactly once, as the last handler; without an error if either side closed the connection properly. */
  closed(error?: Error): void;
}

/** Limit in bytes: at or below it, a transport that was full counts as drained and channels write again. */
export const APP_TRANSPORT_DRAINED = 256 * 1024;

/** Failed connection, or an error that the agent reported with its own `code`. */
export class AppApiError extends ClawReachError {
  override readonly name = 'AppApiError';
}

/** Creates the error with which pending calls reject after their connection is lost. */
export function connectionLost(cause?: unknown): AppApiError {
  return new AppApiError('control.lost', 'the connection to the agent is gone', cause === undefined ? {} : { cause });
}
