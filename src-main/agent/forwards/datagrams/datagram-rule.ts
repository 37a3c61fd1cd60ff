import { randomBytes } from 'node:crypto';
import { openUdp, type UdpAddress, type UdpSocket } from '#node/forwarding/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { ForwardError } from '#shared/forward/index.ts';
import {
  ForwardConnector,
  formatHostPort,
  type OpenConnection,
  type RuleContext,
  type RuleRunner,
} from '../rules/index.ts';
import { ClientAssociation } from './client-association.ts';
import { IdleWatch } from './idle-watch.ts';
import { DATAGRAM_LIMITS } from './limits.ts';
import { HandshakeWatch } from './handshake-watch.ts';

type Client = Readonly<{ association: ClientAssociation; idle: IdleWatch; entry: OpenConnection }>;

/**
 * Runs a forward of kind `udp` or `wg-proxy`: a local UDP port whose datagrams the peer sends to one target. Every client has its own association.
 * `wg-proxy` is for WireGuard: it stays open while packets pass, and reports handshakes without an answer.
 */
export class DatagramRule implements RuleRunner {
  readonly #context: RuleContext<'udp' | 'wg-proxy'>;
  readonly #connector: ForwardConnector;
  readonly #clients = new Map<string, Client>();
  readonly #handshakes: HandshakeWatch | undefined;
  readonly #idle: number;
  #port: UdpSocket | undefined;
  #release: () => void = () => undefined;
  #stopped = false;

  constructor(context: RuleContext<'udp' | 'wg-proxy'>) {
    const { rule, clock } = context;
    const isWireGuard = rule.kind === 'wg-proxy';
    this.#context = context;
    this.#connector = new ForwardConnector({
      context,
      upstream: context.upstream(rule.peer),
      upstreamName: context.peerName(rule.peer),
    });
    this.#idle = isWireGuard ? DATAGRAM_LIMITS.idleWireGuard : DATAGRAM_LIMITS.idle;
    this.#handshakes = isWireGuard
      ? new HandshakeWatch(
          clock,
          (isSilent) => this.#reportSilence(isSilent),
          (handshakeAt) => context.report({ handshakeAt }),
        )
      : undefined;
  }

  /** @throws {ForwardError} as `openUdp` */
  async start(signal: AbortSignal): Promise<void> {
    const { rule, formerPort, claimPort, report } = this.#context;
    const port = await openUdp({ ...rule.listen, formerPort, onMessage: this.#receive });
    if (signal.aborted || this.#stopped) {
      await port.close();
      return;
    }
    this.#port = port;
    this.#release = claimPort(port.port);
    report({ address: port.address });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#release();
    this.#handshakes?.stop();
    for (const key of this.#clients.keys()) this.#forget(key);
    await this.#port?.close();
  }

  readonly #receive = (bytes: Uint8Array, from: UdpAddress): void => {
    if (this.#stopped) return;
    const client = this.#clients.get(`${from.address} ${from.port}`) ?? this.#admit(from);
    if (client === undefined) return;
    client.idle.touch();
    this.#handshakes?.inspect(bytes);
    client.association.push(bytes);
  };

  #admit(from: UdpAddress): Client | undefined {
    const { clock, rule, connections, session } = this.#context;
    if (this.#clients.size >= DATAGRAM_LIMITS.clientsPerRule && !this.#makeRoom()) {
      this.#connector.failed(new ForwardError('forward.too-many', 'too many programs use this port'));
      return undefined;
    }
    const key = `${from.address} ${from.port}`;
    const target = formatHostPort(rule.to.host, rule.to.port);
    const entry = connections.open(target, formatHostPort(from.address, from.port), () => this.#forget(key));
    const idle = new IdleWatch(clock, this.#idle, () => this.#forget(key));
    const association = new ClientAssociation({
      clock,
      session: (signal) => session(rule.peer, signal),
      to: rule.to,
      idle: this.#idle / 1000,
      token: toHex(randomBytes(16)),
      isKept: rule.kind === 'wg-proxy' ? () => true : undefined,
      connector: this.#connector,
      meter: entry.meter,
      deliver: (bytes) => {
        idle.touch();
        this.#handshakes?.inspect(bytes);
        this.#port?.send([bytes], from);
      },
    });
    const client = { association, idle, entry };
    this.#clients.set(key, client);
    return client;
  }

  /**
   * Removes the client that was silent for longest, if it was silent for long enough.
   * @returns true if a client was removed
   */
  #makeRoom(): boolean {
    let oldest: string | undefined;
    let usedAt = this.#context.clock.monotonic() - DATAGRAM_LIMITS.spare;
    for (const [key, { idle }] of this.#clients) {
      if (idle.touchedAt > usedAt) continue;
      oldest = key;
      usedAt = idle.touchedAt;
    }
    if (oldest === undefined) return false;
    this.#forget(oldest);
    return true;
  }

  #forget(key: string): void {
    const client = this.#clients.get(key);
    if (client === undefined) return;
    this.#clients.delete(key);
    client.idle.stop();
    client.association.close();
    client.entry.close();
  }

  #reportSilence(isSilent: boolean): void {
    const { rule } = this.#context;
    if (!isSilent) this.#connector.succeeded();
    else
      this.#connector.failed(
        new ForwardError('forward.wireguard-silent', 'no handshake was answered', {
          details: { target: formatHostPort(rule.to.host, rule.to.port) },
        }),
      );
  }
}
