import type { Clock, Timer } from '#shared/clock.ts';
import { UNREACHABLE_CODES } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { AuditLog } from '../core/store/index.ts';

/** Window in which repeated entries are counted instead of written, ms. */
const WINDOW = 60_000;
/** Most targets of one peer that are counted separately in a window; further ones are counted together. */
const APART = 32;
const OTHERS = '*';

type Peer = Readonly<{ peerId: PeerId; name: string }>;

/** Receives a target that a peer was allowed to reach, and that this machine couldn't, with the error code. */
export type OnUnreachable = (peer: Peer, target: string, code: string) => void;

const UNREACHABLE: ReadonlySet<string> = new Set(UNREACHABLE_CODES);
type Protocol = 'tcp' | 'udp';
type Entry = { readonly write: (count: number) => void; further: number; readonly timer: Timer };

/** Writer of peers' accesses to targets into the audit log, for the servers of connections and UDP associations: the first access at once, repeated ones once a minute with their number. */
export class TargetAccessLog {
  readonly #audit: Pick<AuditLog, 'record'>;
  readonly #onUnreachable: OnUnreachable;
  readonly #protocol: Protocol;
  readonly #clock: Clock;
  readonly #entries = new Map<PeerId, Map<string, Entry>>();

  constructor(
    options: Readonly<{ audit: Pick<AuditLog, 'record'>; clock: Clock; onUnreachable?: OnUnreachable | undefined }>,
    protocol: Protocol,
  ) {
    this.#audit = options.audit;
    this.#onUnreachable = options.onUnreachable ?? (() => undefined);
    this.#protocol = protocol;
    this.#clock = options.clock;
  }

  /**
   * Records a connection to a target.
   * @param address address that the target resolved to, `ip:port`
   */
  opened(peer: Peer, target: string, address: string): void {
    const { peerId, name } = peer;
    const protocol = this.#protocol;
    this.#count(peer, `opened ${address}`, target, (shown, count) => {
      const at = shown === OTHERS ? OTHERS : address;
      this.#audit.record('forward.opened', { peer: peerId, name, protocol, target: shown, address: at, count });
    });
  }

  /** Records a refused target. */
  refused(peer: Peer, target: string, code: string): void {
    const { peerId, name } = peer;
    const protocol = this.#protocol;
    this.#count(peer, code, target, (shown, count) => {
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
    for (const [peerId, entries] of this.#entries) for (const [key, entry] of entries) this.#write(peerId, key, entry);
  }

  #count(peer: Peer, kind: string, target: string, write: (shown: string, count: number) => void): void {
    const key = `${kind} ${target}`;
    const entries = this.#entries.get(peer.peerId) ?? new Map<string, Entry>();
    this.#entries.set(peer.peerId, entries);
    const isApart = entries.has(key) || entries.size < APART;
    // Further targets are still counted separately by kind of entry.
    const [name, shown] = isApart ? [key, target] : [`${kind.split(' ', 1).join('')} ${OTHERS}`, OTHERS];
    const known = entries.get(name);
    if (known !== undefined) {
      known.further += 1;
      return;
    }
    const entry: Entry = {
      write: (count) => write(shown, count),
      further: 0,
      timer: this.#clock.setTimer(WINDOW, () => this.#write(peer.peerId, name, entry)),
    };
    entries.set(name, entry);
    entry.write(1);
  }

  #write(peerId: PeerId, key: string, entry: Entry): void {
    entry.timer.cancel();
    const entries = this.#entries.get(peerId);
    entries?.delete(key);
    if (entries?.size === 0) this.#entries.delete(peerId);
    if (entry.further > 0) entry.write(entry.further);
  }
}
