import type { ByteChannel } from '../link/index.ts';

/** Address of a network interface of this machine. */
export type InterfaceAddress = Readonly<{
  /** Name of the interface, such as `eth0`. */
  interface: string;
  address: string;
  family: 'IPv4' | 'IPv6';
  /** True for a loopback address. */
  internal: boolean;
}>;

/** Address to dial; an IPv6 host without brackets. */
export type DirectTarget = Readonly<{ host: string; port: number }>;

/** Result of a dial: message 2 of the handshake, not verified yet, and the channel for the bytes that follow it. */
export type DialedPath = Readonly<{ message2: Uint8Array; channel: ByteChannel }>;

/** Complete message 1 from an unknown sender. The owner calls either `accept` or `drop`; without either the connection ends at its time limit. */
export interface IncomingDirectHandshake {
  /** `host:port` of the other side. */
  readonly address: string;
  readonly message1: Uint8Array;
  /** Answers with message 2 and returns the channel; a closed channel if the connection is gone. */
  accept(message2: Uint8Array): ByteChannel;
  /** Ignores the message without an answer; the connection ends at its time limit. */
  drop(): void;
}

/** Open listener for direct paths. */
export interface DirectListening {
  readonly port: number;
  /** True if it accepts IPv6 connections, too. */
  readonly ipv6: boolean;
  /** Closes the listener and every connection that it accepted. Idempotent. */
  close(): Promise<void>;
}

/** Port and receiver of incoming handshakes. */
export type DirectListenOptions = Readonly<{
  /** Port number; 0 for any free port. If the port is in use, a free one replaces it. */
  port: number;
  /** True to accept connections from this machine only: for tests, and for two devices on one machine. */
  loopback: boolean;
  /** Called with each complete message 1. */
  onHandshake(incoming: IncomingDirectHandshake): void;
}>;

/** Sockets of the agent's direct transport. The agent gets them as an option, so that tests run without a network. */
export interface DirectSockets {
  /**
   * Opens a listener.
   * @throws {DirectError} `direct.listen`
   */
  listen(options: DirectListenOptions): Promise<DirectListening>;
  /**
   * Dials a peer.
   * @throws {DirectError}
   */
  dial(target: DirectTarget, message1: Uint8Array, signal: AbortSignal): Promise<DialedPath>;
  /** Measures the round trip to a machine without sending anything, ms; undefined if nothing answers. */
  measure?(target: DirectTarget): Promise<number | undefined>;
}
