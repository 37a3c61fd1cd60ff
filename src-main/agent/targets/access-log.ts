import type { Clock } from '#shared/clock.ts';
import { UNREACHABLE_CODES } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { OTHERS, RepeatedEntries, type AuditLog } from '../core/store/index.ts';

type Peer = Readonly<{ peerId: PeerId; name: string }>;

/** Receives a target that a peer was allowed to reach, and that this machine couldn't, with the error code. */
export type OnUnreachable = (peer: Peer, target: string, code: string) => void;

const UNREACHABLE: ReadonlySet<string> = new Set(UNREACHABLE_CODES);
type Protocol = 'tcp' | 'udp';

/** Writer of peers' accesses to targets into the audit log, for the servers of connections and UDP associations: the first access at once, repeated ones once a minute with their number. */
export class TargetAccessLog {
  readonly #audit: Pick<AuditLog, 'record'>;
  readonly #onUnreachable: OnUnreachable;
  readonly #protocol: Protocol;
  readonly #entries: RepeatedEntries;

  constructor(
    options: Readonly<{ audit: Pick<AuditLog, 'record'>; clock: Clock; onUnreachable?: OnUnreachable | undefined }>,
    protocol: Protocol,
  ) {
    this.#audit = options.audit;
    this.#onUnreachable = options.onUnreachable ?? (() => undefined);
    this.#protocol = protocol;
    this.#entries = new RepeatedEntries(options.clock);
  }

  /**
   * Records a connection to a target.
   * @param address address that the target resolved to, `ip:port`
   */
  opened(peer: Peer, target: string, address: string): void {
    const { peerId, name } = peer;
    const protocol = this.#protocol;
    this.#entries.count(peerId, `opened ${address}`, target, (shown, count) => {
      const at = shown === OTHERS ? OTHERS : address;
      this.#audit.record('forward.opened', { peer: peerId, name, protocol, target: shown, address: at, count });
    });
  }

  /** Records a refused target. */
  refused(peer: Peer, target: string, code: string): void {
    const { peerId, name } = peer;
    const protocol = this.#protocol;
    this.#entries.count(peerId, code, target, (shown, count) => {
      this.#audit.record('forward.refused', { peer: peerId, name, protocol, target: shown, code, count });
      if (UNREACHABLE.has(code) && shown !== OTHERS) this.#onUnreachable(peer, shown, code);
    });
  }

  /** Records a port that was opened for a peer. */
  listening(peer: Peer, address: string): void {
    this.#audit.record('forward.listening', { peer: peer.peerId, name: peer.name, address });
  }

  /** Writes the entries that were only counted so far. */
  close(): void {
    this.#entries.close();
  }
}
