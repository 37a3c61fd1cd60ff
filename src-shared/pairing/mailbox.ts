/**
 * The relay's pairing mailbox, seen from one end: short messages to the other end, in order, as long as both are there. The relay may drop,
 * change, replay and invent them.
 */
export interface Mailbox {
  /** Takes at most `RELAY_LIMITS.mailboxMessage` bytes. Ignored or an error once closed. */
  send(body: Uint8Array): void;
  /**
   * The next message. One that arrived before the mailbox was closed is still given out. Rejects with a PairingError
   * (`pairing.interrupted`, or `pairing.expired` if the relay said so) when closed, and when `signal` aborts.
   */
  receive(signal?: AbortSignal): Promise<Uint8Array>;
  /** Idempotent. What was sent before still goes out. */
  close(): void;
}
