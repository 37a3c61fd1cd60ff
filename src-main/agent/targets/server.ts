import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { connectToAddresses, listenTcp, type Connected } from '#node/forwarding/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import {
  CONNECTION_CODES,
  ForwardError,
  parseTcpParams,
  TCP_RESET_CANCELLED,
  type Target,
} from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, LinkStream, Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { pipeSocket, type ForwardConnections } from '../forwards/rules/index.ts';
import type { AuditLog } from '../core/store/index.ts';
import { hostAndPort } from './host.ts';
import { anySignal } from './any-signal.ts';
import { TARGET_LIMITS, type TargetLimits } from './limits.ts';
import { TargetAccessLog, type OnUnreachable } from './access-log.ts';
import type { ReservedPorts } from './reserved-ports.ts';
import { PeerListener } from './peer-listener.ts';
import { Quota } from './quota.ts';
import type { AllowedTarget, TargetRequester, TargetPolicy } from './target-policy.ts';

type Peer = Readonly<{ peerId: PeerId; name: string }>;

/**
 * Receiver of connections that a peer accepted at ports it opened for this device (remote forwards); implemented by `AwaitedConnections`.
 */
export interface RemoteListenerHandler {
  /**
   * Takes over a stream.
   * @param from the listener's control stream, and the address of the client at the peer
   */
  take(stream: IncomingStream, from: Readonly<{ listener: number; address: string }>, session: Session): void;
}

/** Server for UDP associations (streams of kind `udp`); implemented by `AssociationServer`. */
export interface DatagramServer {
  serve(stream: IncomingStream, requester: TargetRequester, session: Session): Promise<void>;
  /** Ends all associations. */
  close(): void;
}

/** Options of `TargetServer`. */
export type TargetServerOptions = Readonly<{
  policy: TargetPolicy;
  /** Receives the connections of this device's remote forwards. */
  awaited: RemoteListenerHandler;
  /** Serves UDP associations; if undefined, streams of kind `udp` are refused. */
  datagrams?: DatagramServer | undefined;
  connections: Pick<ForwardConnections, 'open'>;
  reservedPorts: ReservedPorts;
  audit: Pick<AuditLog, 'record'>;
  /** Called at most once a minute for each target that was allowed and couldn't be reached. */
  onUnreachable?: OnUnreachable | undefined;
  clock: Clock;
  logger: Logger;
  limits?: Partial<TargetLimits>;
}>;

/**
 * Server for the forwarding streams that peers open (PROTOCOL section 9): connects to a target, opens a port here for the peer, or serves UDP, as far
 * as the policy allows, which may ask a person. Opens sockets, adds connections to the list of open connections, which the history records, and
 * writes to the audit log.
 */
export class TargetServer {
  readonly #options: TargetServerOptions;
  readonly #limits: TargetLimits;
  readonly #log: TargetAccessLog;
  readonly #opening: Quota;
  readonly #open: Quota;
  readonly #listeners: Quota;
  readonly #closing = new AbortController();

  constructor(options: TargetServerOptions) {
    this.#options = options;
    this.#limits = { ...TARGET_LIMITS, ...options.limits };
    // Each connection adds a listener.
    setMaxListeners(0, this.#closing.signal);
    this.#log = new TargetAccessLog(options, 'tcp');
    this.#opening = new Quota({ perPeer: this.#limits.openingPerPeer });
    this.#open = new Quota({ perPeer: this.#limits.connectionsPerPeer, total: this.#limits.connections });
    this.#listeners = new Quota({ perPeer: this.#limits.listenersPerPeer });
  }

  /** Number of open connections. */
  get count(): number {
    return this.#open.total;
  }

  /** Number of connections that are being opened. */
  get openingCount(): number {
    return this.#opening.total;
  }

  /** Number of ports that are open for peers. */
  get listenerCount(): number {
    return this.#listeners.total;
  }

  /** Serves one stream of a peer. Resolves when it was refused or has ended; never rejects. */
  async serve(stream: IncomingStream, peer: Peer, session: Session): Promise<void> {
    const requester: TargetRequester = { ...peer, session };
    if (stream.kind === 'udp') {
      const { datagrams } = this.#options;
      if (datagrams === undefined) stream.refuse('link.kind', 'this version serves no udp streams');
      else await datagrams.serve(stream, requester, session);
      return;
    }
    const params = readParams(stream.params);
    if (params === undefined) {
      stream.refuse('forward.params', 'the params of the connection cannot be read');
      return;
    }
    if ('from' in params) this.#options.awaited.take(stream, params.from, session);
    else if ('to' in params) await this.#connect(stream, requester, params.to);
    else await this.#listen(stream, requester, session, params.listen);
  }

  /** Ends all connections and closes all ports. */
  close(): void {
    this.#closing.abort();
    this.#options.datagrams?.close();
    this.#log.close();
  }

  async #connect(stream: IncomingStream, requester: TargetRequester, target: Target): Promise<void> {
    const text = hostAndPort(target.host.toLowerCase(), target.port);
    try {
      const free = this.#open.take(requester.peerId);
      try {
        const { connected, allowed } = await this.#opened(stream, requester, target);
        this.#log.opened(requester, text, hostAndPort(connected.address, allowed.port));
        await this.#carry(stream, requester, allowed, connected, text);
      } finally {
        free();
      }
    } catch (error) {
      this.#refuse(stream, requester, text, error);
    }
  }

  /** Checks the target with the policy, then connects to it. */
  async #opened(
    stream: IncomingStream,
    requester: TargetRequester,
    target: Target,
  ): Promise<Readonly<{ connected: Connected; allowed: AllowedTarget }>> {
    const { policy, clock } = this.#options;
    const free = this.#opening.take(requester.peerId);
    const { signal, release } = anySignal(stream.cancelled, this.#closing.signal);
    try {
      const onWaiting = (): void => stream.wait('approval');
      const allowed = await policy.check(requester, 'tcp', target, { signal, onWaiting });
      const timeout = this.#limits.connect;
      // Connect to the addresses that were checked, without a second lookup.
      const connected = await connectToAddresses(allowed.addresses, allowed.port, { clock, signal, timeout });
      return { connected, allowed };
    } finally {
      release();
      free();
    }
  }

  async #carry(
    stream: IncomingStream,
    requester: TargetRequester,
    allowed: AllowedTarget,
    { socket, address }: Connected,
    text: string,
  ): Promise<void> {
    let link: LinkStream | undefined;
    let isDenied = false;
    // Rights may have changed while it was dialed.
    const release = this.#options.policy.watch(requester, allowed, address, () => {
      isDenied = true;
      link?.reset(TCP_RESET_CANCELLED);
    });
    try {
      if (isDenied) throw new ForwardError('forward.denied', 'this device does not let you reach that');
      link = stream.accept({ address: hostAndPort(address, allowed.port) });
      await this.#run(requester, link, socket, text, null);
    } finally {
      release();
      socket.destroy();
    }
  }

  /** Copies one connection both ways until it ends, and lists it among the open connections. */
  async #run(
    requester: TargetRequester,
    link: LinkStream,
    socket: Socket,
    target: string,
    source: string | null,
  ): Promise<void> {
    link.priority = 'normal';
    const end = (): void => link.reset(TCP_RESET_CANCELLED);
    const facts = { forward: '', forwardName: '', direction: 'in', peerName: requester.name, target, source } as const;
    const entry = this.#options.connections.open(facts, end);
    const { signal } = this.#closing;
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    await pipeSocket(socket, link, { meter: entry.meter });
    signal.removeEventListener('abort', end);
    entry.close();
  }

  async #listen(
    stream: IncomingStream,
    requester: TargetRequester,
    session: Session,
    address: Readonly<{ host: string; port: number }>,
  ): Promise<void> {
    const { policy, clock, logger, reservedPorts } = this.#options;
    const text = hostAndPort(address.host.toLowerCase(), address.port);
    try {
      const free = this.#listeners.take(requester.peerId);
      try {
        const allowed = await this.#allowedToListen(stream, requester, address);
        const listener = new PeerListener({
          requester,
          session,
          control: stream,
          allowed,
          policy,
          reservedPorts,
          clock,
          logger,
          timeout: this.#limits.accept,
          closing: this.#closing.signal,
          takeQuota: () => this.#open.take(requester.peerId),
          carry: (link, socket, target, source) => this.#run(requester, link, socket, target, source),
          listen: listenTcp,
        });
        await listener.open();
        this.#log.listening(requester, listener.address);
        await listener.over;
      } finally {
        free();
      }
    } catch (error) {
      this.#refuse(stream, requester, text, error);
    }
  }

  async #allowedToListen(
    stream: IncomingStream,
    requester: TargetRequester,
    address: Readonly<{ host: string; port: number }>,
  ): Promise<AllowedTarget> {
    const free = this.#opening.take(requester.peerId);
    const { signal, release } = anySignal(stream.cancelled, this.#closing.signal);
    try {
      return await this.#options.policy.check(requester, 'listen', address, {
        signal,
        onWaiting: () => stream.wait('approval'),
      });
    } finally {
      release();
      free();
    }
  }

  #refuse(stream: IncomingStream, requester: TargetRequester, target: string, error: unknown): void {
    const code = KNOWN.has(errorCode(error)) ? errorCode(error) : 'forward.failed';
    // Send only our own texts: an error of the system may reveal more than the peer should know.
    const message = error instanceof ForwardError ? error.message : 'the connection could not be made';
    const isGivenUp = stream.cancelled.aborted;
    // Only a person's answer names a pause.
    const retryAfter = error instanceof ForwardError ? error.details['retryAfter'] : undefined;
    stream.refuse(code, message.slice(0, 256), typeof retryAfter === 'number' ? retryAfter : 0);
    if (!isGivenUp) this.#log.refused(requester, target, code);
    if (!(error instanceof ForwardError))
      this.#options.logger.warn('a connection of a peer failed', {
        peer: requester.peerId,
        error: errorMessage(error),
      });
  }
}

const KNOWN: ReadonlySet<string> = new Set(CONNECTION_CODES);

function readParams(params: unknown): ReturnType<typeof parseTcpParams> | undefined {
  try {
    return parseTcpParams(params);
  } catch {
    return undefined;
  }
}
