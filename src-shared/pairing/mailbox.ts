/**
 * One end of the relay's mailbox for a pairing, which carries short messages in order while both ends are connected. The relay may drop, change,
 * replay or invent messages. Implemented by the agent's relay client.
 */
export interface Mailbox {
  /** Sends a message of at most `RELAY_LIMITS.mailboxMessage` bytes. After the close it drops the message or throws. */
  send(body: Uint8Array): void;
  /**
   * Receives the next message, including one that arrived before the mailbox was closed. Rejects with a PairingError when the mailbox is closed
   * (`pairing.interrupted`, or `pairing.expired` if the relay reports that) or `signal` aborts.
   */
  receive(signal?: AbortSignal): Promise<Uint8Array>;
  /** Closes this end after the messages sent before. Idempotent. */
  close(): void;
}
