/** Message to a plain relay. */
export type OutgoingMessage = Readonly<Record<string, unknown>>;

/** Open connection to a plain relay, as sessions and requests use it. */
export interface PlainSender {
  /** Sends a message. Does nothing once the connection has ended. */
  send(message: OutgoingMessage): void;
  /** Resolves when the relay has taken enough of what was sent: true; false if the connection has ended. */
  room(): Promise<boolean>;
}
