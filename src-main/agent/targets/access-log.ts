import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { AuditLog } from '../core/store/index.ts';

/** Window in which repeated entries are counted and not written, ms. */
const WINDOW = 60_000;
/** Targets of one peer that are told apart in that time; what is beyond is counted together. */
const APART = 32;
const OTHERS = '*';

type Peer = Readonly<{ peerId: PeerId; name: string }>;
type Protocol = 'tcp' | 'udp';
type Note = { readonly write: (count: number) => void; further: number; readonly timer: Timer };

/** Writes reached targets into the audit log: the first access at once, repeated ones once a minute with their number. */
export class TargetAccessLog {
  readonly #audit: Pick<AuditLog, 'record'>;
  readonly #protocol: Protocol;
  readonly #clock: Clock;
  readonly #notes = new Map<PeerId, Map<string, Note>>();

  constructor(options: Readonly<{ audit: Pick<AuditLog, 'record'>; clock: Clock }>, protocol: Protocol) {
    this.#audit = options.audit;
    this.#protocol = protocol;
    this.#clock = options.clock;
  }

  /** @param address that the target was at, as `ip:port` */
  opened(peer: Peer, target: string, address: string): void {
    const { peerId, name } = peer;
    const protocol = this.#protocol;
    this.#count(peer, `opened ${address}`, target, (shown, count) => {
      const at = shown === OTHERS ? OTHERS : address;
      this.#audit.record('forward.opened', { peer: peerId, name, protocol, target: shown, address: at, count });
    });
  }

  refused(peer: Peer, target: string, code: string): void {
    const { peerId, name } = peer;
    const protocol = this.#protocol;
    this.#count(peer, code, target, (shown, count) =>
      this.#audit.record('forward.refused', { peer: peerId, name, protocol, target: shown, code, count }),
    );
  }

  listening(peer: Peer, address: string): void {
    this.#audit.record('forward.listening', { peer: peer.peerId, name: peer.name, address });
  }

  /** Writes what was only counted. */
  close(): void {
    for (const [peerId, notes] of this.#notes) for (const [key, note] of notes) this.#write(peerId, key, note);
  }

  #count(peer: Peer, kind: string, target: string, write: (shown: string, count: number) => void): void {
    const key = `${kind} ${target}`;
    const notes = this.#notes.get(peer.peerId) ?? new Map<string, Note>();
    this.#notes.set(peer.peerId, notes);
    const isApart = notes.has(key) || notes.size < APART;
    // What is beyond is still told apart by what came of it.
    const [name, shown] = isApart ? [key, target] : [`${kind.split(' ', 1).join('')} ${OTHERS}`, OTHERS];
    const known = notes.get(name);
    if (known !== undefined) {
      known.further += 1;
      return;
    }
    const note: Note = {
      write: (count) => write(shown, count),
      further: 0,
      timer: this.#clock.setTimer(WINDOW, () => this.#write(peer.peerId, name, note)),
    };
    notes.set(name, note);
    note.write(1);
  }

  #write(peerId: PeerId, key: string, note: Note): void {
    note.timer.cancel();
    const notes = this.#notes.get(peerId);
    notes?.delete(key);
    if (notes?.size === 0) this.#notes.delete(peerId);
    if (note.further > 0) note.write(note.further);
  }
}
