/**
 * One end of a pairing mailbox at the relay: it carries short messages in order while both ends are connected. The relay may drop, change,
 * replay and invent messages.
 */
export interface Mailbox {
  /** Sends at most `RELAY_LIMITS.mailboxMessage` bytes. Ignores the message or throws once closed. */
  send(body: Uint8Array): void;
  /**
   * Receives the next message, also one that arrived before the mailbox was closed. Rejects with a PairingError (`pairing.interrupted`, or
   * `pairing.expired` if the relay reported that) once closed, and when `signal` aborts.
   */
  receive(signal?: AbortSignal): Promise<Uint8Array>;
  /** Closes this end; may be called again. Messages sent before still go out. */
  close(): void;
}
