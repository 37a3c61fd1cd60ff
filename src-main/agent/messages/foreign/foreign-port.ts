import type { PeerId } from '#shared/identity/index.ts';

/** Message of an agent of this device to an agent of a foreign instance. `replyTo`: ID that the instance gave the message which this one answers. */
export type ForeignSending = Readonly<{
  id: string;
  from: string;
  to: string;
  body: string;
  replyTo: string | undefined;
}>;

/**
 * Outcome of sending a message to a foreign instance, by the relay's word. `later`: it isn't there, or sends no receipt; `wait`: time before a retry, ms;
 * `mayBeThere`: false if the message has certainly not reached it.
 */
export type ForeignOutcome = Readonly<
  | { kind: 'stored' }
  | { kind: 'refused'; code: string }
  | { kind: 'later'; mayBeThere: boolean; wait?: number | undefined }
>;

/** Foreign instances as both boxes use them. `peerId` is the ID under which this device knows an instance: it belongs to no key. */
export type ForeignPort = Readonly<{
  /** Reports whether this is the ID of a foreign instance. */
  has(peerId: PeerId): boolean;
  /** Reports whether the relay says that the instance is connected. */
  isOnline(peerId: PeerId): boolean;
  /** Sends a message, and waits for the receipt. Never rejects. */
  send(peerId: PeerId, message: ForeignSending): Promise<ForeignOutcome>;
}>;
