/**
 * One path's byte stream under the cipher: a TCP socket after the relay's upgrade, a WebSocket whose message boundaries mean nothing, a
 * pair in memory. Reliable and ordered, in both directions; carries records (PROTOCOL section 4) and knows nothing of them.
 */
export interface ByteChannel {
  /**
   * Takes the pieces, in order, as one write. The channel owns them afterwards, and may free their memory.
   * Returns false when more than its high-water mark is buffered; `drain` is then called once when it is below again. Writing after close is
   * ignored.
   */
  write(pieces: readonly Uint8Array[]): boolean;
  /** Bytes taken and not yet handed to the operating system. */
  readonly bufferedBytes: number;
  /** Set once, before the first byte is wanted; bytes that came earlier are kept for it. */
  setHandlers(handlers: ChannelHandlers): void;
  /** Stops calling `data` until `resume`, and lets the sender feel it. */
  pause(): void;
  resume(): void;
  /** Sends what is buffered, then closes; gives up after `deadline` ms. Idempotent. */
  close(deadline?: number): void;
  /** Drops everything at once. Idempotent. */
  destroy(error?: Error): void;
}

export interface ChannelHandlers {
  /** The chunk is lent: valid during the call only. */
  data(chunk: Uint8Array): void;
  drain(): void;
  /** Called exactly once, last; without an error after an orderly end of the other side or our own `close`. */
  closed(error?: Error): void;
}
