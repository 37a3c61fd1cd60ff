import type { ByteChannel } from '#shared/link/index.ts';

/** An address of this machine, as its operating system tells it. */
export type InterfaceAddress = Readonly<{
  /** Name of the interface, such as `eth0`. */
  interface: string;
  address: string;
  family: 'IPv4' | 'IPv6';
  /** Loopback. */
  internal: boolean;
}>;

/** IPv6 without brackets. */
export type DirectTarget = Readonly<{ host: string; port: number }>;

/** The handshake's answer, unproved, and the channel for what follows it. */
export type DialledPath = Readonly<{ message2: Uint8Array; channel: ByteChannel }>;

/** Somebody sent a whole message 1. Exactly one of `accept` and `drop` counts; without either it is over when its time is. */
export interface IncomingDirectHandshake {
  /** `host:port` of the other side. */
  readonly address: string;
  readonly message1: Uint8Array;
  /** Answers, and hands over the channel; one that has ended when the connection is gone. */
  accept(message2: Uint8Array): ByteChannel;
  /** Not a byte is sent; the connection ends as one that said nothing does. */
  drop(): void;
}

/** A listener that is up. */
export interface DirectListening {
  readonly port: number;
  /** True if it accepts IPv6 connections, too. */
  readonly ipv6: boolean;
  /** Ends the listener and every connection that came by it. Idempotent. */
  close(): Promise<void>;
}

export type DirectListenOptions = Readonly<{
  /** 0: any free one. One that is in use is replaced by a free one. */
  port: number;
  /** Nobody but this machine can connect: tests, and two devices on one machine. */
  loopback: boolean;
  onKnock(knock: IncomingDirectHandshake): void;
}>;

/** Sockets for direct connections, the seam at which the agent is tested without a network. */
export interface DirectSockets {
  /** @throws {DirectError} `direct.listen` */
  listen(options: DirectListenOptions): Promise<DirectListening>;
  /** @throws {DirectError} */
  dial(target: DirectTarget, message1: Uint8Array, signal: AbortSignal): Promise<DialledPath>;
}
