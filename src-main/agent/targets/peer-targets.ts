import { Alarm } from '#shared/alarm.ts';
import type { TargetPattern, TemporaryTarget } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import { ForwardError, formatIp, isLoopbackIp, parseIp, type IpAddress, type Target } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { askAgainText, type ApprovalStore } from '../core/approvals/index.ts';
import type { PeerBook, PeerRecord } from '../peers/index.ts';
import type { RightsPolicy } from '../core/policy/index.ts';
import { isLocalhost, LOOPBACK_4, normalizeHost, throughLoopback, type NormalizedHost } from './host.ts';
import { describeTarget, TargetApprovals } from './target-approvals.ts';
import { Resolver, type AddressLookup } from './resolver.ts';
import { coversAddress, SessionGrants, type SessionGrant } from './session-grants.ts';
import type { LocalAddresses } from './local-addresses.ts';
import type { ReservedPorts } from './reserved-ports.ts';
import { patternsFor, readPattern, type Matcher } from './pattern.ts';
import { isProtected, isProtectedName, isPublic } from './protected-networks.ts';
import type { AllowedTarget, TargetRequester, TargetPolicy, TargetUse } from './target-policy.ts';

/** Options of `PeerTargets`. */
export type PeerTargetsOptions = Readonly<{
  peers: PeerBook;
  rights: RightsPolicy;
  approvals: ApprovalStore;
  clock: Clock;
  logger: Logger;
  lookup: AddressLookup;
  localAddresses: LocalAddresses;
  reservedPorts: ReservedPorts;
}>;

/** Decision on a peer's right as a whole. `ignored`: the person is not asked any more, but permanently allowed targets stay allowed. */
type RightDecision = 'allow' | 'ask' | 'ignored' | 'deny';
type Decided = Readonly<{
  decision: RightDecision;
  matchers: readonly Matcher[];
  /** Time at which the first pattern or grant expires, Unix ms. */
  until: number;
}>;
type Concrete = Readonly<{ use: TargetUse; host: NormalizedHost; port: number; address: IpAddress }>;
type Holder = Concrete & Readonly<{ peerId: PeerId; grant: SessionGrant | undefined; end(): void }>;
type Asked = Readonly<{ requester: TargetRequester; use: TargetUse; host: NormalizedHost; port: number }>;

/**
 * Policy for the targets that peers may reach through this device (docs/adr/0017): applies the peer's patterns, its right `forward` as a whole, and
 * approvals for one session; otherwise asks a person through the approval store, which saves the decision and writes the audit log. Resolves names;
 * has connections ended when a change of peers or rights revokes them. Saves a target in the peer book if the person always allows it. Opens no
 * connections to targets.
 */
export class PeerTargets implements TargetPolicy {
  readonly #options: PeerTargetsOptions;
  readonly #resolver: Resolver;
  readonly #sessionGrants: SessionGrants;
  readonly #prompts: TargetApprovals;
  readonly #expiry: Alarm;
  readonly #known = new Map<PeerId, Decided>();
  readonly #holders = new Set<Holder>();
  readonly #grants = new WeakMap<AllowedTarget, SessionGrant>();
  readonly #stop: readonly (() => void)[];

  constructor(options: PeerTargetsOptions) {
    this.#options = options;
    this.#resolver = new Resolver(options);
    this.#sessionGrants = new SessionGrants(options.clock);
    this.#prompts = new TargetApprovals(options.approvals);
    this.#expiry = new Alarm(options.clock, () => this.#changed());
    this.#stop = [
      options.peers.onChange((change) => {
        if (change.kind !== 'seen') this.#changed();
      }),
      options.rights.onReview(({ peerId, right, decision }) => {
        // The person wants to be asked from now on, also about targets that were approved for an hour.
        if (right === 'forward' && decision === 'ask') this.endTemporary(peerId);
      }),
      options.rights.onChange(({ peerId, right, decision }) => {
        if (right !== 'forward') return;
        // The person has just decided otherwise.
        if (decision !== 'allow') this.#sessionGrants.revoke(peerId);
        this.#changed();
      }),
    ];
    this.#changed();
  }

  async check(
    requester: TargetRequester,
    use: TargetUse,
    target: Target,
    options: Readonly<{ signal: AbortSignal; onWaiting?: () => void }>,
  ): Promise<AllowedTarget> {
    const host = normalizeHost(target.host);
    const asked: Asked = { requester, use, host, port: target.port };
    if (host.kind === 'name' && isProtectedName(host.text)) throw isProtectedError();
    if (host.kind === 'address')
      this.#open(use, target.port, [use === 'listen' ? host.address : throughLoopback(host.address)]);
    // Look up no name for a peer that is refused anyway.
    if (this.#decided(requester.peerId).decision === 'deny') throw denied();
    const found =
      use === 'listen' ? listenAddresses(host) : await this.#resolver.resolve(host, requester.peerId, options.signal);
    const addresses = this.#open(use, target.port, found);
    return this.#allowed(asked, addresses) ?? (await this.#ask(asked, addresses, options));
  }

  watch(requester: TargetRequester, allowed: AllowedTarget, address: string, onEnd: () => void): () => void {
    const parsed = parseIp(address);
    if (parsed === undefined) throw new RangeError('not an address');
    const holder: Holder = {
      peerId: requester.peerId,
      use: allowed.use,
      host: normalizeHost(allowed.host),
      port: allowed.port,
      address: parsed,
      grant: this.#grants.get(allowed),
      end: onEnd,
    };
    this.#holders.add(holder);
    if (!this.#holds(holder, this.#decided(requester.peerId))) this.#end(holder);
    else if (holder.use === 'listen' && holder.grant !== undefined) this.#changed();
    return () => void this.#holders.delete(holder);
  }

  /** Returns the targets that a person has approved for an hour, while they hold. */
  temporary(peerId: PeerId): readonly TemporaryTarget[] {
    return this.#sessionGrants.list(peerId).map(({ target, until }) => ({ target, expiresAt: until }));
  }

  /** Ends the approvals of `temporary`, and what uses them. @param target only those of this target, as `temporary` names it */
  endTemporary(peerId: PeerId, target?: string): void {
    if (target === undefined) this.#sessionGrants.revoke(peerId);
    else this.#endGrants(peerId, (grant) => grant.target === target);
    this.#changed();
  }

  /** Ends the approvals of targets that a removed pattern covers, and what uses them: the person has taken the target away. */
  endRemoved(peerId: PeerId, patterns: readonly TargetPattern[]): void {
    const matchers = patterns.flatMap((pattern) => this.#read(pattern));
    this.#endGrants(peerId, ({ granted: { use, host, port }, addresses }) =>
      addresses.some((address) => isMatched(matchers, { use, host, port, address })),
    );
    this.#changed();
  }

  #endGrants(peerId: PeerId, isMeant: (grant: SessionGrant) => boolean): void {
    const held = [...this.#holders].flatMap(({ grant }) => grant ?? []);
    this.#sessionGrants.end(peerId, isMeant, held);
  }

  /** Stops listening to changes. Connections that are open continue. */
  close(): void {
    for (const stop of this.#stop) stop();
    this.#expiry.cancel();
    this.#holders.clear();
  }

  // — current decisions —

  /** Returns the decisions about a peer; cached until they change, since programs make many connections. */
  #decided(peerId: PeerId): Decided {
    const now = this.#options.clock.now();
    const known = this.#known.get(peerId);
    if (known !== undefined && now < known.until) return known;
    const record = this.#options.peers.get(peerId);
    if (record === undefined) return { decision: 'deny', matchers: [], until: now };
    const decided = this.#decide(record, now);
    this.#known.set(peerId, decided);
    return decided;
  }

  #decide({ peerId, targets, grants }: PeerRecord, now: number): Decided {
    const { rights } = this.#options;
    const counted = rights.mayRemember(peerId) ? targets : [];
    const matchers = counted.flatMap((pattern) =>
      pattern.expiresAt !== null && pattern.expiresAt <= now ? [] : this.#read(pattern),
    );
    const decision = rights.decision(peerId, 'forward');
    const grant = grants.forward;
    const isSaid =
      rights.isBarred(peerId) || (grant?.decision === 'deny' && (grant.expiresAt === null || grant.expiresAt > now));
    const ends = [grant, ...targets].flatMap((one) => one?.expiresAt ?? []);
    return {
      decision: decision === 'deny' && !isSaid ? 'ignored' : decision,
      matchers,
      until: Math.min(...ends.filter((end) => end > now)),
    };
  }

  /** Converts a saved pattern; an invalid one is logged and allows nothing. */
  #read(pattern: TargetPattern): readonly Matcher[] {
    try {
      return [readPattern(pattern, this.#options.localAddresses)];
    } catch (error) {
      this.#options.logger.warn('a target pattern is not understood', { error: errorMessage(error) });
      return [];
    }
  }

  /** Returns the addresses that aren't protected. @throws {ForwardError} `forward.protected` if none is left */
  #open(use: TargetUse, port: number, addresses: readonly IpAddress[]): readonly IpAddress[] {
    const open = addresses.filter((address) => !this.#isProtected(use, address, port));
    if (open.length === 0) throw isProtectedError();
    return open;
  }

  #isProtected(use: TargetUse, address: IpAddress, port: number): boolean {
    // Listening at all addresses of the machine is not listening at a protected one.
    if (use === 'listen') return address.value !== 0n && isProtected(address);
    if (isProtected(address)) return true;
    const { localAddresses, reservedPorts } = this.#options;
    return reservedPorts.has(port) && (isLoopbackIp(address) || localAddresses.has(address));
  }

  readonly #isElsewhere = (address: IpAddress): boolean =>
    isPublic(address) && !this.#options.localAddresses.has(address);

  #allowed({ requester, use, host, port }: Asked, addresses: readonly IpAddress[]): AllowedTarget | undefined {
    const decided = this.#decided(requester.peerId);
    const covered = addresses.filter((address) => isCovered(decided, { use, host, port, address }));
    if (covered.length > 0) return { use, host: host.text, port, addresses: covered.map(formatIp), once: false };
    const grant =
      decided.decision === 'ask' ? this.#sessionGrants.find(requester, requestKey(use, host, port)) : undefined;
    if (grant === undefined) return undefined;
    const counted = addresses.filter((address) => coversAddress(grant, address, this.#isElsewhere));
    if (counted.length === 0) return undefined;
    const allowed = { use, host: host.text, port, addresses: counted.map(formatIp), once: true };
    this.#grants.set(allowed, grant);
    return allowed;
  }

  // — asking —

  async #ask(
    asked: Asked,
    addresses: readonly IpAddress[],
    { signal, onWaiting }: Readonly<{ signal: AbortSignal; onWaiting?: () => void }>,
  ): Promise<AllowedTarget> {
    const { approvals } = this.#options;
    const { requester, use, host, port } = asked;
    const { peerId } = requester;
    // A port that other machines can reach is only opened by a pattern, which a person has written on purpose.
    const mayBeAsked =
      this.#decided(peerId).decision === 'ask' && addresses.every((address) => isOrdinary(use, address));
    if (!mayBeAsked) throw denied();
    onWaiting?.();
    const key = requestKey(use, host, port);
    const outcome = await this.#prompts.ask({
      peerId,
      // Another session, or other addresses behind the same name, is another request.
      key: `${peerId} ${requester.session.id} ${key} ${addresses.map(formatIp).toSorted().join(' ')}`,
      topic: key,
      subject: addresses.map(formatIp).toSorted().join(' '),
      detail: describeTarget(use, host, port, addresses, this.#isElsewhere),
      signal,
      approved: () => this.#sessionGrants.add(requester, key, addresses, { use, host, port }),
      remember: () => this.#remember(peerId, use, host, port, addresses),
      isSettled: () => {
        const decided = this.#decided(peerId);
        return addresses.some((address) => isCovered(decided, { use, host, port, address }));
      },
    });
    // Rights may have changed meanwhile, or a moment ago.
    const allowed = this.#allowed(asked, addresses);
    if (allowed !== undefined && outcome !== 'denied') return allowed;
    if (outcome === 'expired')
      throw new ForwardError('forward.unanswered', 'no one at this device answered the request');
    throw denied(approvals.pauseLeft({ peerId, right: 'forward', detail: '', topic: key }));
  }

  #remember(peerId: PeerId, use: TargetUse, host: NormalizedHost, port: number, addresses: readonly IpAddress[]): void {
    const { peers, localAddresses: own } = this.#options;
    const known = peers.get(peerId)?.targets ?? [];
    peers.setTargets(peerId, [...known, ...patternsFor(use, host, port, addresses, own)]);
  }

  // — changes —

  #holds(holder: Holder, decided: Decided): boolean {
    const { use, address, port, grant } = holder;
    if (this.#isProtected(use, address, port)) return false;
    return (
      isCovered(decided, holder) ||
      (grant !== undefined &&
        this.#sessionGrants.isValid(grant) &&
        decided.decision === 'ask' &&
        // A listener takes new connections, so it ends with the hour; a connection that is open may outlast it.
        (use !== 'listen' || this.#options.clock.now() < grant.until))
    );
  }

  #end(holder: Holder): void {
    if (!this.#holders.delete(holder)) return;
    try {
      holder.end();
    } catch (error) {
      this.#options.logger.error('what lost its right could not be ended', { error: errorMessage(error) });
    }
  }

  #changed(): void {
    this.#known.clear();
    for (const holder of this.#holders) {
      if (!this.#holds(holder, this.#decided(holder.peerId))) this.#end(holder);
    }
    this.#prompts.review();
    const now = this.#options.clock.now();
    const ends = this.#options.peers
      .list()
      .flatMap(({ targets }) => targets.flatMap(({ expiresAt }) => expiresAt ?? []));
    const hours = [...this.#holders].flatMap(({ use, grant }) => (use === 'listen' ? (grant?.until ?? []) : []));
    const next = Math.min(...[...ends, ...hours].filter((end) => end > now));
    this.#expiry.set(Number.isFinite(next) ? next : null);
  }
}

/** Reports whether the target is permanently allowed. */
function isCovered({ decision, matchers }: Decided, target: Concrete): boolean {
  if (decision === 'deny') return false;
  if (decision === 'allow' && isOrdinary(target.use, target.address)) return true;
  return isMatched(matchers, target);
}

function isMatched(matchers: readonly Matcher[], { use, host, port, address }: Concrete): boolean {
  const kind = use === 'listen' ? 'listen' : 'connect';
  return matchers.some(
    (matcher) =>
      matcher.kind === kind &&
      (matcher.protocol === undefined || matcher.protocol === use) &&
      matcher.covers({ host: host, address, port }),
  );
}

/** Returns the addresses where a peer may listen: those of this machine that are named as such. @throws {ForwardError} `forward.name` */
function listenAddresses(host: NormalizedHost): readonly IpAddress[] {
  if (host.kind === 'address') return [host.address];
  if (isLocalhost(host.text)) return [LOOPBACK_4];
  throw new ForwardError('forward.name', 'to listen takes an address, or localhost');
}

/**
 * Reports whether the right as a whole or an approval suffices for a target: connecting anywhere, and listening on loopback. Listening elsewhere
 * needs a pattern.
 */
function isOrdinary(use: TargetUse, address: IpAddress): boolean {
  return use !== 'listen' || isLoopbackIp(address);
}

function requestKey(use: TargetUse, host: NormalizedHost, port: number): string {
  return `${use} ${host.text} ${port}`;
}

function isProtectedError(): ForwardError {
  return new ForwardError('forward.protected', 'this cannot be reached through this device');
}

function denied(pauseLeft = 0): ForwardError {
  return new ForwardError('forward.denied', `this device does not let you reach that${askAgainText(pauseLeft)}`, {
    details: { retryAfter: pauseLeft },
  });
}
