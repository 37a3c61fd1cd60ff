import type { ForwardRule } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ForwardError } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { RuleBook } from './rule-book.ts';
import type { StoredRule } from './document.ts';
import type { PeerLinks } from './peer-links.ts';
import type { RuleContext, RuleRunner, RunnerFactory, RunnerRegistry } from './runner.ts';
import type { Upstream } from './upstream.ts';

/** Options of `RunnerMaker`. */
export type RunnerMakerOptions = Readonly<{
  runners: RunnerRegistry;
  book: Pick<RuleBook, 'password'>;
  links: Pick<PeerLinks, 'session'>;
  clock: Clock;
  logger: Logger;
  peers: Readonly<{
    nameOf(peerId: PeerId): string | undefined;
    /** @throws {PeerError} `peer.unknown` */
    find(reference: string): unknown;
  }>;
  /** Returns the upstream that connects through a peer's link. */
  upstream(peer: string): Upstream;
  /** Protects the port of a rule from peers. @returns a function that ends the protection */
  claimPort(port: number): () => void;
}>;

/**
 * Creates the runner for a rule by its kind, with its decrypted password, and checks whether a rule can run on this device. Starts and saves nothing.
 * Used by `ForwardManager`.
 */
export class RunnerMaker {
  readonly #options: RunnerMakerOptions;

  constructor(options: RunnerMakerOptions) {
    this.#options = options;
  }

  /**
   * Checks that a forward can be saved.
   * @throws {ForwardError} `forward.kind-unavailable`, `forward.target`; {PeerError} `peer.unknown`
   */
  check(rule: ForwardRule): void {
    if (this.#options.runners[rule.kind] === undefined) throw unavailable(rule);
    const peer = peerOf(rule);
    if (peer !== null) this.#options.peers.find(peer);
    if (rule.kind === 'ssh-tunnel' && (rule.direction === 'dynamic') !== (rule.to === null))
      throw new ForwardError('forward.target', 'a target goes with local and remote, and with nothing else');
  }

  /**
   * Creates the runner for a saved rule.
   * @param perRule its list of connections, its former port, and the function that receives its state
   * @throws {ForwardError} `forward.no-peer`, `forward.secret-unreadable`, `forward.kind-unavailable`
   */
  create(stored: StoredRule, perRule: Pick<RuleContext, 'connections' | 'formerPort' | 'report'>): RuleRunner {
    const { id, rule } = stored;
    const { runners, book, links, clock, logger, peers } = this.#options;
    const peer = peerOf(rule);
    if (peer !== null && peers.nameOf(peer as PeerId) === undefined)
      throw new ForwardError('forward.no-peer', 'its peer is not paired with this device');
    const password = book.password(stored);
    if (stored.secret !== null && password === null)
      throw new ForwardError('forward.secret-unreadable', 'the password cannot be read on this device');
    // The registry gives each kind the factory of that kind, which the compiler cannot follow through a look-up.
    const create = runners[rule.kind] as RunnerFactory<ForwardRule['kind']> | undefined;
    if (create === undefined) throw unavailable(rule);
    return create({
      ...perRule,
      id,
      rule,
      password,
      clock,
      logger: logger.child({ part: 'forwards', rule: id, kind: rule.kind }),
      upstream: (to) => this.#options.upstream(to),
      session: (to, signal) => links.session(to as PeerId, signal),
      claimPort: (port) => this.#options.claimPort(port),
      peerName: (to) => peers.nameOf(to as PeerId) ?? to.slice(0, 7),
    });
  }
}

/** Returns the peer ID of the peer that a rule needs; null if it needs none. */
export function peerOf(rule: ForwardRule): string | null {
  return 'peer' in rule ? (rule.peer ?? null) : null;
}

function unavailable({ kind }: ForwardRule): ForwardError {
  return new ForwardError('forward.kind-unavailable', `nothing here runs rules of kind ${kind}`, { details: { kind } });
}
