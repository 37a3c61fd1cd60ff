import { isDeepStrictEqual } from 'node:util';
import type { ForwardConnectionView, ForwardRule, ForwardView, RightDecision } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorMessage } from '#shared/errors.ts';
import { ForwardError } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { pausedError } from '../../pause/index.ts';
import { SecretBox, type DocumentFile } from '../../core/store/index.ts';
import { RuleBook, type PasswordChange, type RuleToAdd } from './rule-book.ts';
import { ForwardConnections, type ConnectionClosed, type ConnectionFacts } from './forward-connections.ts';
import type { StoredRule } from './document.ts';
import type { AwaitedStreams } from './remote-listener.ts';
import { LinkUpstream } from './link-upstream.ts';
import { ManagedRule, type RuleHopProblem } from './managed-rule.ts';
import { PeerLinks } from './peer-links.ts';
import { RuleConnections } from './rule-connections.ts';
import type { RunnerRegistry } from './runner.ts';
import { TargetAnswers } from './target-answers.ts';
import { peerOf, RunnerMaker } from './runner-maker.ts';
import type { Upstream } from './upstream.ts';

/** Options of `ForwardManager`. */
export type ForwardManagerOptions = Readonly<{
  file: DocumentFile;
  crypto: CryptoBackend;
  /** Secret with which passwords are sealed; not stored here. */
  masterSecret: Uint8Array;
  clock: Clock;
  logger: Logger;
  peers: Readonly<{
    nameOf(peerId: PeerId): string | undefined;
    /** @throws {PeerError} `peer.unknown` */
    find(reference: string): unknown;
  }>;
  /** Returns the session with a peer, dialing it if needed; rejects as soon as no path is possible. */
  session(peerId: PeerId, signal: AbortSignal): Promise<Session>;
  /** Returns the session with a peer if it has a path now. */
  current(peerId: PeerId): Session | undefined;
  /** Reports whether the peer is linked, or online at a relay that its link may use. */
  mayReach(peerId: PeerId): boolean;
  /** Returns the missing hop if the path to the peer leads through named hops; undefined if none is missing. */
  hopProblem?: ((peerId: PeerId) => RuleHopProblem | undefined) | undefined;
  /** Delivers the connections that arrive at listeners on peers. */
  awaited: AwaitedStreams;
  /** Runner factory for each kind of forward. */
  runners: RunnerRegistry;
  /** Protects the port of a rule from peers. @returns a function that ends the protection */
  claimPort(port: number): () => void;
  /** Called when the view or the traffic of a rule has changed, at most four times a second. */
  onChange(): void;
  /** Called when a connection opens. @returns a function that is called when it ends */
  onOpened?: ((facts: ConnectionFacts) => ConnectionClosed) | undefined;
}>;

/** Shortest time between two `onChange`, and between two measurements of rates under traffic, ms. */
const PACE = 250;
/** Most connections shown. */
const MOST_SHOWN = 4096;

/**
 * Manager of this device's forwards: saves their rules in `forwards.json`, runs those that are enabled, and reports them to user interfaces. Their
 * runners open ports, connect through peers and SSH servers, and read key files and shared folders. Open connections are recorded in the history.
 */
export class ForwardManager {
  /** Open connections, including those that peers make through this device. */
  readonly connections: ForwardConnections;
  readonly #options: ForwardManagerOptions;
  readonly #book: RuleBook;
  readonly #answers: TargetAnswers;
  readonly #links: PeerLinks;
  readonly #maker: RunnerMaker;
  readonly #rules = new Map<string, ManagedRule>();
  /** Newest session with each peer of a rule. */
  readonly #sessions = new Map<PeerId, Session>();
  #pace: Timer | undefined;
  #started = false;
  #paused = false;
  #closing: Promise<void> | undefined;

  /** Loads the rules. @throws {StoreError} as `SettingsFile` does */
  constructor(options: ForwardManagerOptions) {
    const { crypto, masterSecret, clock, logger, file } = options;
    this.#options = options;
    this.#links = new PeerLinks(options);
    this.connections = new ForwardConnections({
      clock,
      onChange: () => this.#changed(),
      onOpened: options.onOpened,
    });
    this.#book = new RuleBook({
      file,
      logger,
      box: new SecretBox(crypto, masterSecret, 'clawreach forward secrets 1'),
      createId: () => toHex(crypto.randomBytes(8)),
    });
    this.#answers = new TargetAnswers({ book: this.#book, clock });
    this.#maker = new RunnerMaker({
      ...options,
      book: this.#book,
      links: this.#links,
      upstream: (peer) => this.upstream(peer),
    });
    for (const stored of this.#book.list()) this.#rules.set(stored.id, this.#manage(stored));
  }

  /** Starts every enabled rule. Resolves when all of them listen or have failed. */
  async start(): Promise<void> {
    this.#started = true;
    await this.#applyAll();
  }

  /** Stops all rules, or starts the enabled ones again. Resolves when that is done. */
  async setPaused(paused: boolean): Promise<void> {
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (this.#started && this.#closing === undefined) await this.#applyAll();
  }

  list(): ForwardView[] {
    this.#sample();
    return [...this.#rules.values()].map((rule) => rule.view());
  }

  /** @throws {ForwardError} `forward.unknown` */
  view(id: string): ForwardView {
    return this.#find(id).view();
  }

  /**
   * Saves a rule, and runs it if it is switched on.
   * @throws {ForwardError} `forward.kind-unavailable`, `forward.name-taken`, `forward.no-password`, `forward.too-many-rules`, `forward.target`
   * @throws {PeerError} `peer.unknown`; {StoreError} `store.write`
   */
  async add(rule: RuleToAdd): Promise<ForwardView> {
    const [stored] = this.#save([rule]);
    if (stored === undefined) throw new TypeError('nothing was added');
    await this.#apply(stored);
    return stored.view();
  }

  /**
   * Saves several rules, all or none, and starts those that are enabled.
   * @throws as `add`
   */
  async addAll(rules: readonly RuleToAdd[]): Promise<ForwardView[]> {
    const added = this.#save(rules);
    await Promise.all(added.map((managed) => this.#apply(managed)));
    return added.map((managed) => managed.view());
  }

  /** Saves several rules like `addAll`, replacing saved rules of the same names. */
  async putAll(rules: readonly RuleToAdd[]): Promise<ForwardView[]> {
    for (const { rule } of rules) this.#maker.check(rule);
    const put = this.#book.put(rules).map((stored) => {
      const managed = this.#rules.get(stored.id) ?? this.#manage(stored);
      managed.replace(stored);
      this.#rules.set(stored.id, managed);
      return managed;
    });
    this.#changed();
    await Promise.all(put.map((managed) => this.#apply(managed)));
    return put.map((managed) => managed.view());
  }

  /** Reports whether a rule of this name is saved. */
  hasName(name: string): boolean {
    return this.#book.named(name) !== undefined;
  }

  /**
   * Checks whether rules could be added, or with `replace` could replace others. Changes nothing.
   * @throws {ForwardError}
   */
  check(rules: readonly RuleToAdd[], replace = false): void {
    for (const { rule } of rules) this.#maker.check(rule);
    this.#book.check(rules, replace);
  }

  /**
   * Replaces a rule, and restarts it if more than its name has changed.
   * @throws as `add`, and {ForwardError} `forward.unknown`
   */
  async update(id: string, rule: ForwardRule, password: PasswordChange): Promise<ForwardView> {
    const managed = this.#find(id);
    this.#maker.check(rule);
    const before = managed.stored.rule;
    managed.replace(this.#book.update(id, rule, password));
    this.#changed();
    const runsOn = isDeepStrictEqual({ ...before, name: rule.name }, rule) && password === undefined;
    if (!runsOn) await this.#apply(managed);
    return managed.view();
  }

  /**
   * Deletes a rule and stops it.
   * @throws {ForwardError} `forward.unknown`
   */
  async remove(id: string): Promise<void> {
    const managed = this.#find(id);
    this.#book.remove(id);
    this.#rules.delete(id);
    this.#changed();
    await managed.halt();
  }

  /**
   * Switches a rule on or off.
   * @throws {ForwardError} `forward.unknown`
   */
  async enable(id: string, enabled: boolean): Promise<ForwardView> {
    const { stored } = this.#find(id);
    return await this.update(id, { ...stored.rule, enabled }, undefined);
  }

  /**
   * Restarts an enabled rule.
   * @throws {ForwardError} `forward.unknown`, `forward.not-running`
   */
  async restart(id: string): Promise<ForwardView> {
    const managed = this.#find(id);
    if (!managed.stored.rule.enabled) throw new ForwardError('forward.not-running', 'the rule is switched off');
    if (this.#paused) throw pausedError();
    await managed.run();
    return managed.view();
  }

  /**
   * Trusts the host key that the rule's SSH server presented, and saves it in `ssh-host-keys.json`.
   * @throws {ForwardError} `forward.unknown`, `forward.not-running`, `forward.kind`; {SshError} `ssh.host-key-other`
   */
  async trustHostKey(id: string, fingerprint: string): Promise<ForwardView> {
    const managed = this.#find(id);
    await managed.runner('trustHostKey').trustHostKey(fingerprint);
    return managed.view();
  }

  /**
   * Probes the upstreams of an automatic proxy now.
   * @throws {ForwardError} `forward.unknown`, `forward.not-running`, `forward.kind`
   */
  async probe(id: string): Promise<ForwardView> {
    const managed = this.#find(id);
    await managed.runner('probe').probe();
    return managed.view();
  }

  /** Returns the open connections, oldest first. */
  listConnections(): ForwardConnectionView[] {
    return this.connections.list(MOST_SHOWN);
  }

  /** Reacts to changed links: connections that wait for a peer try at once, and rules whose peer is reachable again clear that problem. */
  linksChanged(): void {
    this.#links.changed();
    this.#changed();
    for (const managed of this.#rules.values()) {
      const peer = peerOf(managed.stored.rule);
      if (peer !== null && this.#options.mayReach(peer as PeerId)) managed.peerIsBack();
    }
    const peers = new Set([...this.#rules.values()].map(({ stored }) => peerOf(stored.rule) as PeerId | null));
    for (const known of this.#sessions.keys()) if (!peers.has(known)) this.#sessions.delete(known);
    for (const peer of peers) {
      const session = peer === null ? undefined : this.#options.current(peer);
      if (peer === null || session === undefined || session === this.#sessions.get(peer)) continue;
      this.#sessions.set(peer, session);
      // Someone may have come to that machine.
      this.#askAgain(peer);
    }
  }

  /** Reacts to a change of the peer list. Rules of a forgotten peer stay saved but fail; they run again when the peer is paired again. */
  peerChanged(peerId: PeerId, kind: 'added' | 'removed' | 'updated'): void {
    if (kind === 'removed') this.rightForgotten(peerId);
    for (const managed of this.#rules.values()) {
      const { rule } = managed.stored;
      if (peerOf(rule) !== peerId) continue;
      this.#changed();
      const wasKnown = managed.view().problem?.code !== 'forward.no-peer';
      const runs = rule.enabled && this.#started && !this.#paused && this.#closing === undefined;
      if (runs && (kind === 'removed' || !wasKnown)) void managed.run();
    }
  }

  /** Reacts to a peer's word on this device's right to forward there: what earlier connections say about a question holds only while that stays. */
  rightNamed(peerId: PeerId, decision: RightDecision): void {
    this.#rememberAnswers(() => this.#answers.named(peerId, decision));
    if (decision === 'allow') this.#askAgain(peerId);
  }

  /** Reacts to a removal by either side, after which the peer may have other rights for this device. */
  rightForgotten(peerId: PeerId): void {
    this.#rememberAnswers(() => this.#answers.forget(peerId));
  }

  #askAgain(peerId: PeerId): void {
    for (const managed of this.#rules.values()) if (peerOf(managed.stored.rule) === peerId) managed.askAgain();
  }

  /** Stops all rules. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= Promise.all([...this.#rules.values()].map((rule) => rule.halt())).then(() => {
      this.#pace?.cancel();
    });
    return this.#closing;
  }

  #find(id: string): ManagedRule {
    const managed = this.#rules.get(id);
    if (managed === undefined) throw new ForwardError('forward.unknown', 'there is no such rule', { details: { id } });
    return managed;
  }

  #save(rules: readonly RuleToAdd[]): ManagedRule[] {
    for (const { rule } of rules) this.#maker.check(rule);
    const added = this.#book.add(rules).map((stored) => {
      const managed = this.#manage(stored);
      this.#rules.set(stored.id, managed);
      return managed;
    });
    this.#changed();
    return added;
  }

  async #apply(managed: ManagedRule): Promise<void> {
    if (!this.#started || this.#closing !== undefined || !managed.stored.rule.enabled) await managed.halt();
    else if (this.#paused) await managed.pause();
    else await managed.run();
  }

  async #applyAll(): Promise<void> {
    const enabled = [...this.#rules.values()].filter(({ stored }) => stored.rule.enabled);
    await Promise.all(enabled.map((rule) => this.#apply(rule)));
  }

  #manage(stored: StoredRule): ManagedRule {
    const { clock, logger, peers } = this.#options;
    const nameOf = (rule: ForwardRule): string | null => {
      const peer = peerOf(rule);
      return peer === null ? null : (peers.nameOf(peer as PeerId) ?? null);
    };
    const managed: ManagedRule = new ManagedRule({
      stored,
      clock,
      logger,
      connections: new RuleConnections(
        this.connections,
        () => {
          const { id, rule } = managed.stored;
          return { forward: id, forwardName: rule.name, peerName: nameOf(rule) };
        },
        (wasAsked) => this.#rememberAnswers(() => this.#answers.answered(managed.stored, wasAsked)),
      ),
      createRunner: (stored, perRule) => this.#maker.create(stored, perRule),
      peerName: nameOf,
      hopProblem: (rule) => {
        const peer = peerOf(rule);
        return peer === null ? undefined : this.#options.hopProblem?.(peer as PeerId);
      },
      onPort: (port) => this.#rememberPort(managed.stored, port),
      onChange: () => this.#changed(),
    });
    return managed;
  }

  /** Saves the port of a rule that takes any free one. Only logs a failure: the rule would merely get another port after a restart. */
  #rememberPort({ id }: StoredRule, port: number): void {
    try {
      this.#book.rememberPort(id, port);
    } catch (error) {
      this.#options.logger.warn('a port was not saved', { rule: id, error: errorMessage(error) });
    }
  }

  /** Saves what is known about questions at peers. Only logs a failure: the rules would merely say less about them. */
  #rememberAnswers(remember: () => readonly StoredRule[]): void {
    try {
      const changed = remember();
      for (const stored of changed) this.#rules.get(stored.id)?.replace(stored);
      if (changed.length > 0) this.#changed();
    } catch (error) {
      this.#options.logger.warn('the answers about targets were not saved', { error: errorMessage(error) });
    }
  }

  /** Returns the upstream that connects through a peer's link. */
  upstream(peer: string): Upstream {
    const { clock, awaited } = this.#options;
    return new LinkUpstream({ peerId: peer as PeerId, links: this.#links, awaited, clock });
  }

  #changed(): void {
    if (this.#closing !== undefined) return;
    this.#pace ??= this.#options.clock.setTimer(PACE, () => {
      this.#pace = undefined;
      this.#options.onChange();
      if (this.#sample()) this.#changed();
    });
  }

  #sample(): boolean {
    const now = this.#options.clock.monotonic();
    let moves = false;
    for (const rule of this.#rules.values()) moves = rule.sample(now) || moves;
    return moves;
  }
}
