/**
 * Byte stream of one path, below the cipher: a TCP socket after the relay's upgrade, a WebSocket with its message
 * boundaries ignored, or a pair in memory. Reliable and ordered in both directions. Carries records (PROTOCOL section
 * 4) without knowing their format.
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
  /** Stops calling `data` until `resume`, and applies back-pressure to the sender. */
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
  /** Called exactly once, last; without an error after an orderly end of the other side or a local `close`. */
  closed(error?: Error): void;
}
