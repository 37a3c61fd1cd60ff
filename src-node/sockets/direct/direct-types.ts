import type { ByteChannel } from '#shared/link/index.ts';

/** An address of this machine, as reported by its operating system. */
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

/**
 * A complete message 1 from an unknown sender. Exactly one of `accept` and `drop` counts; without either the connection
 * ends at its time limit.
 */
export interface IncomingDirectHandshake {
  /** `host:port` of the other side. */
  readonly address: string;
  readonly message1: Uint8Array;
  /** Answers, and hands over the channel; one that has ended when the connection is gone. */
  accept(message2: Uint8Array): ByteChannel;
  /** Sends nothing; the connection ends like one that sent nothing. */
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
  /** True to accept connections from this machine only: for tests, and two devices on one machine. */
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
