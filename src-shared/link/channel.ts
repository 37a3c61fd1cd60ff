/**
 * Byte stream of one path, below the encryption: a TCP socket after the relay's upgrade, a WebSocket whose message boundaries are ignored, a WebRTC
 * data channel, or a pair in memory. Reliable and ordered in both directions. It carries records (PROTOCOL section 4) without knowing their format.
 * Implemented outside this folder, except for memory.
 */
export interface ByteChannel {
  /**
   * Writes the pieces in order. The channel owns them afterwards and may free their memory. Returns false if more than its high-water mark is
   * buffered; it then calls `drain` once when it is below again. Ignored after `close`.
   */
  write(pieces: readonly Uint8Array[]): boolean;
  /** Bytes that the operating system has not taken yet. */
  readonly bufferedBytes: number;
  /** Sets the handlers, once. Bytes that arrived earlier are stored for them. */
  setHandlers(handlers: ChannelHandlers): void;
  /** Stops calling `data` until `resume`, and slows the sender down by back-pressure. */
  pause(): void;
  resume(): void;
  /** Sends the buffered bytes, then closes; drops them if that takes longer than `deadline` ms. Idempotent. */
  close(deadline?: number): void;
  /** Closes at once and drops the buffered bytes. Idempotent. */
  destroy(error?: Error): void;
}

/** Functions that a channel calls. */
export interface ChannelHandlers {
  /** Receives bytes. The chunk is valid only during the call. */
  data(chunk: Uint8Array): void;
  drain(): void;
  /** Called exactly once, as the last handler; without an error after a local `close` or an orderly end of the other side. */
  closed(error?: Error): void;
}
