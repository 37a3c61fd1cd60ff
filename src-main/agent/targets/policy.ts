import { Alarm } from '#shared/alarm.ts';
import type { TargetPattern } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import { ForwardError, formatIp, parseIp, type IpAddress, type Target } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { askAgainText, type ApprovalStore } from '../core/approvals/index.ts';
import type { PeerBook, PeerRecord } from '../peers/index.ts';
import type { RightsPolicy } from '../core/policy/index.ts';
import { isLocalhost, LOOPBACK_4, normalizeHost, throughLoopback, type NormalizedHost } from './host.ts';
import { describeTarget, TargetApprovals } from './target-approvals.ts';
import { Resolver, type ResolvedAddresses } from './resolver.ts';
import { countsFor, SessionGrants, type SessionGrant } from './session-grants.ts';
import type { LocalAddresses, ReservedPorts } from './local-machine.ts';
import { patternsFor, readPattern, type Matcher } from './pattern.ts';
import { isLoopbackIp, isProtected, isProtectedName, isPublic } from './local-machine.ts';
import type { AllowedTarget, TargetRequester, TargetPolicy, TargetUse } from './types.ts';

export type PeerTargetsOptions = Readonly<{
  peers: PeerBook;
  rights: RightsPolicy;
  approvals: ApprovalStore;
  clock: Clock;
  logger: Logger;
  lookup: ResolvedAddresses;
  own: LocalAddresses;
  ownPorts: ReservedPorts;
}>;

/** `ignored`: nobody is asked any more; what was allowed for good still is. */
type Standing = 'allow' | 'ask' | 'ignored' | 'deny';
type Decided = Readonly<{
  standing: Standing;
  matchers: readonly Matcher[];
  /** Time at which the first of them expires, ms since 1970. */
  until: number;
}>;
type Concrete = Readonly<{ use: TargetUse; host: NormalizedHost; port: number; address: IpAddress }>;
type Holder = Concrete & Readonly<{ peerId: PeerId; grant: SessionGrant | undefined; end(): void }>;
type Asked = Readonly<{ asker: TargetRequester; use: TargetUse; host: NormalizedHost; port: number }>;

/** Decides what peers may reach through this device (docs/adr/0017): by patterns of each peer, its right as a whole, and single approvals. */
export class PeerTargets implements TargetPolicy {
  readonly #options: PeerTargetsOptions;
  readonly #names: Resolver;
  readonly #once: SessionGrants;
  readonly #questions: TargetApprovals;
  readonly #expiry: Alarm;
  readonly #known = new Map<PeerId, Decided>();
  readonly #holders = new Set<Holder>();
  readonly #grants = new WeakMap<AllowedTarget, SessionGrant>();
  readonly #stop: readonly (() => void)[];

  constructor(options: PeerTargetsOptions) {
    this.#options = options;
    this.#names = new Resolver(options);
    this.#once = new SessionGrants(options.clock);
    this.#questions = new TargetApprovals(options.approvals);
    this.#expiry = new Alarm(options.clock, () => this.#changed());
    this.#stop = [
      options.peers.onChange((change) => {
        if (change.kind !== 'seen') this.#changed();
      }),
      options.rights.onChange(({ peerId, right, decision }) => {
        if (right !== 'forward') return;
        // The person has just said something else.
        if (decision !== 'allow') this.#once.revoke(peerId);
        this.#changed();
      }),
    ];
    this.#changed();
  }

  async check(
    asker: TargetRequester,
    use: TargetUse,
    target: Target,
    options: Readonly<{ signal: AbortSignal; onWaiting?: () => void }>,
  ): Promise<AllowedTarget> {
    const host = normalizeHost(target.host);
    const asked: Asked = { asker, use, host, port: target.port };
    if (host.kind === 'name' && isProtectedName(host.text)) throw isProtectedError();
    if (host.kind === 'address')
      this.#open(use, target.port, [use === 'listen' ? host.address : throughLoopback(host.address)]);
    // No name is looked up for who is refused anyway.
    if (this.#decided(asker.peerId).standing === 'deny') throw denied();
    const found =
      use === 'listen' ? listenAddresses(host) : await this.#names.resolve(host, asker.peerId, options.signal);
    const addresses = this.#open(use, target.port, found);
    return this.#allowed(asked, addresses) ?? (await this.#ask(asked, addresses, options));
  }

  hold(asker: TargetRequester, allowed: AllowedTarget, address: string, onEnd: () => void): () => void {
    const parsed = parseIp(address);
    if (parsed === undefined) throw new RangeError('not an address');
    const holder: Holder = {
      peerId: asker.peerId,
      use: allowed.use,
      host: normalizeHost(allowed.host),
      port: allowed.port,
      address: parsed,
      grant: this.#grants.get(allowed),
      end: onEnd,
    };
    this.#holders.add(holder);
    if (!this.#holds(holder, this.#decided(asker.peerId))) this.#end(holder);
    return () => void this.#holders.delete(holder);
  }

  /** Nothing is watched any more; what is held goes on. */
  close(): void {
    for (const stop of this.#stop) stop();
    this.#expiry.cancel();
    this.#holders.clear();
  }

  // — what holds now —

  /** Returns the decisions about a peer; cached until they change, since programs make many connections. */
  #decided(peerId: PeerId): Decided {
    const now = this.#options.clock.now();
    const known = this.#known.get(peerId);
    if (known !== undefined && now < known.until) return known;
    const record = this.#options.peers.get(peerId);
    if (record === undefined) return { standing: 'deny', matchers: [], until: now };
    const decided = this.#decide(record, now);
    this.#known.set(peerId, decided);
    return decided;
  }

  #decide({ peerId, targets, grants }: PeerRecord, now: number): Decided {
    const matchers = targets.flatMap((pattern) =>
      pattern.expiresAt !== null && pattern.expiresAt <= now ? [] : this.#read(pattern),
    );
    const decision = this.#options.rights.decision(peerId, 'forward');
    const grant = grants.forward;
    const isSaid = grant?.decision === 'deny' && (grant.expiresAt === null || grant.expiresAt > now);
    const ends = [grant, ...targets].flatMap((one) => one?.expiresAt ?? []);
    return {
      standing: decision === 'deny' && !isSaid ? 'ignored' : decision,
      matchers,
      until: Math.min(...ends.filter((end) => end > now)),
    };
  }

  /** A stored pattern that is not understood allows nothing. */
  #read(pattern: TargetPattern): readonly Matcher[] {
    try {
      return [readPattern(pattern, this.#options.own)];
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
    // Whoever listens at all addresses of the machine does so at no protected one in particular.
    if (use === 'listen') return address.value !== 0n && isProtected(address);
    if (isProtected(address)) return true;
    return this.#options.ownPorts.has(port) && (isLoopbackIp(address) || this.#options.own.has(address));
  }

  readonly #isElsewhere = (address: IpAddress): boolean => isPublic(address) && !this.#options.own.has(address);

  #allowed({ asker, use, host, port }: Asked, addresses: readonly IpAddress[]): AllowedTarget | undefined {
    const decided = this.#decided(asker.peerId);
    const covered = addresses.filter((address) => isCovered(decided, { use, host, port, address }));
    if (covered.length > 0) return { use, host: host.text, port, addresses: covered.map(formatIp), once: false };
    const grant = decided.standing === 'ask' ? this.#once.find(asker, questionKey(use, host, port)) : undefined;
    if (grant === undefined) return undefined;
    const counted = addresses.filter((address) => countsFor(grant, address, this.#isElsewhere));
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
    const { asker, use, host, port } = asked;
    const { peerId } = asker;
    // A port that others than this machine can reach is opened by a pattern only, which somebody wrote on purpose.
    const mayBeAsked =
      this.#decided(peerId).standing === 'ask' && addresses.every((address) => isOrdinary(use, address));
    if (!mayBeAsked) throw denied();
    onWaiting?.();
    const key = questionKey(use, host, port);
    const outcome = await this.#questions.ask({
      peerId,
      // Another session, or other addresses behind the same name, are another question.
      key: `${peerId} ${asker.session.id} ${key} ${addresses.map(formatIp).toSorted().join(' ')}`,
      topic: key,
      subject: addresses.map(formatIp).toSorted().join(' '),
      detail: describeTarget(use, host, port, addresses, this.#isElsewhere),
      signal,
      approved: () => this.#once.add(asker, key, addresses),
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
      throw new ForwardError('forward.unanswered', 'nobody at this device answered the request');
    throw denied(approvals.pauseLeft({ peerId, right: 'forward', detail: '', topic: key }));
  }

  #remember(peerId: PeerId, use: TargetUse, host: NormalizedHost, port: number, addresses: readonly IpAddress[]): void {
    const { peers, own } = this.#options;
    const known = peers.get(peerId)?.targets ?? [];
    peers.setTargets(peerId, [...known, ...patternsFor(use, host, port, addresses, own)]);
  }

  // — changes —

  #holds(holder: Holder, decided: Decided): boolean {
    const { use, address, port, grant } = holder;
    if (this.#isProtected(use, address, port)) return false;
    return (
      isCovered(decided, holder) || (grant !== undefined && this.#once.isValid(grant) && decided.standing === 'ask')
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
    this.#questions.review();
    const now = this.#options.clock.now();
    const ends = this.#options.peers
      .list()
      .flatMap(({ targets }) => targets.flatMap(({ expiresAt }) => expiresAt ?? []));
    const next = Math.min(...ends.filter((end) => end > now));
    this.#expiry.set(Number.isFinite(next) ? next : null);
  }
}

/** Reports whether the target is permanently allowed. */
function isCovered({ standing, matchers }: Decided, { use, host, port, address }: Concrete): boolean {
  if (standing === 'deny') return false;
  if (standing === 'allow' && isOrdinary(use, address)) return true;
  const kind = use === 'listen' ? 'listen' : 'connect';
  return matchers.some(
    (matcher) =>
      matcher.kind === kind &&
      (matcher.protocol === undefined || matcher.protocol === use) &&
      matcher.covers({ asked: host, address, port }),
  );
}

/** Returns the addresses where a peer may listen: those of this machine that are named as such. @throws {ForwardError} `forward.name` */
function listenAddresses(host: NormalizedHost): readonly IpAddress[] {
  if (host.kind === 'address') return [host.address];
  if (isLocalhost(host.text)) return [LOOPBACK_4];
  throw new ForwardError('forward.name', 'to listen takes an address, or localhost');
}

/** Connecting anywhere, and listening where only this machine's own programs come: what the right as a whole, or a yes, is enough for. */
function isOrdinary(use: TargetUse, address: IpAddress): boolean {
  return use !== 'listen' || isLoopbackIp(address);
}

function questionKey(use: TargetUse, host: NormalizedHost, port: number): string {
  return `${use} ${host.text} ${port}`;
}

function isProtectedError(): ForwardError {
  return new ForwardError('forward.protected', 'this cannot be reached through this device');
}

function denied(pauseLeft = 0): ForwardError {
  return new ForwardError('forward.denied', `this device does not let you reach that${askAgainText(pauseLeft)}`);
}
