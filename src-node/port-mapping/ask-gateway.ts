import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock } from '#shared/clock.ts';
import { MAPPING_LIMITS } from './types.ts';

/** UDP port of PCP and NAT-PMP at a router. */
const PORT = 5351;

/** Conversation with the router by datagrams, from one socket that takes only the router's answers. */
export class GatewaySocket {
  readonly #socket: Socket;
  readonly #clock: Clock;

  private constructor(socket: Socket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    // A router without the service answers by ICMP; the next wait then ends the attempt.
    socket.on('error', () => undefined);
  }

  /** Opens a socket connected to the router. @throws a system error without a route */
  static async open(gateway: string, clock: Clock): Promise<GatewaySocket> {
    const socket = createSocket('udp4');
    try {
      socket.connect(PORT, gateway);
      await once(socket, 'connect');
      return new GatewaySocket(socket, clock);
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** IPv4 address of this machine towards the router. */
  get local(): string {
    return this.#socket.address().address;
  }

  /** Sends a request up to three times, until `decode` accepts an answer; undefined if none comes within 1.75 s. */
  async ask<T>(
    request: Uint8Array,
    decode: (answer: Uint8Array) => T | undefined,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    for (const wait of MAPPING_LIMITS.waits) {
      signal.throwIfAborted();
      const answer = await this.#once(request, decode, wait, signal);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  close(): void {
    this.#socket.close();
  }

  #once<T>(
    request: Uint8Array,
    decode: (answer: Uint8Array) => T | undefined,
    wait: number,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    return new Promise((resolve) => {
      const settle = (answer: T | undefined): void => {
        timer.cancel();
        signal.removeEventListener('abort', giveUp);
        this.#socket.off('message', read);
        resolve(answer);
      };
      const read = (message: Buffer): void => {
        const answer = decode(message);
        if (answer !== undefined) settle(answer);
      };
      const giveUp = (): void => settle(undefined);
      const timer = this.#clock.setTimer(wait, giveUp);
      signal.addEventListener('abort', giveUp, { once: true });
      this.#socket.on('message', read);
      this.#socket.send(request, () => undefined);
    });
  }
}
