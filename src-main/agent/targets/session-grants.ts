import type { Clock } from '#shared/clock.ts';
import type { IpAddress } from '#shared/forward/index.ts';
import { equalIp } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { hostAndPort, type NormalizedHost } from './host.ts';
import type { TargetRequester, TargetUse } from './target-policy.ts';

/** Time for which an approval of one target covers further connections, ms; it ends earlier with the session. */
export const SESSION_GRANT_LIFETIME = 60 * 60_000;
/** Most approvals per session; the oldest is dropped first. */
const MOST = 256;

/** Approved use of a host, as requested, and a port. */
export type GrantedTarget = Readonly<{ use: TargetUse; host: NormalizedHost; port: number }>;

/** Approval of one target for one session. */
export type SessionGrant = Readonly<{
  peerId: PeerId;
  granted: GrantedTarget;
  /** Target for people, such as `localhost:8000`. */
  target: string;
  /** Addresses that the person was shown. */
  addresses: readonly IpAddress[];
  /** Time at which the approval expires for new connections, Unix ms. */
  until: number;
  /** Number of decisions about this peer's right when the approval was given. */
  decisions: number;
}>;

/** Approvals of single targets for `PeerTargets`, in memory, valid until the session ends and for one hour at most. */
export class SessionGrants {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Map<string, SessionGrant>>();
  readonly #decisions = new Map<PeerId, number>();
  readonly #ended = new WeakSet<SessionGrant>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Adds an approval.
   * @param key target; addresses approved for it before stay approved
   */
  add(requester: TargetRequester, key: string, addresses: readonly IpAddress[], granted: GrantedTarget): void {
    const { peerId, session } = requester;
    const name = sessionKey(peerId, session.id);
    let grants = this.#sessions.get(name);
    if (grants === undefined) {
      const fresh = new Map<string, SessionGrant>();
      grants = fresh;
      this.#sessions.set(name, fresh);
      void session.closed.then(() => {
        if (this.#sessions.get(name) === fresh) this.#sessions.delete(name);
      });
    }
    const before = this.find(requester, key)?.addresses ?? [];
    const [oldest] = grants.keys();
    if (oldest !== undefined && grants.size >= MOST) grants.delete(oldest);
    grants.set(key, {
      peerId,
      granted,
      target: hostAndPort(granted.host.text, granted.port),
      addresses: [...addresses, ...before].slice(0, MOST),
      until: this.#clock.now() + SESSION_GRANT_LIFETIME,
      decisions: this.#decided(peerId),
    });
  }

  /** Returns the valid approval for a target of a session; undefined if there is none. */
  find({ peerId, session }: TargetRequester, key: string): SessionGrant | undefined {
    const grant = this.#sessions.get(sessionKey(peerId, session.id))?.get(key);
    return grant !== undefined && this.isValid(grant) && this.#clock.now() < grant.until ? grant : undefined;
  }

  /** Returns the approvals of a peer that hold now, the oldest first. */
  list(peerId: PeerId): readonly SessionGrant[] {
    return [...this.#sessions.values()]
      .flatMap((grants) => [...grants.values()])
      .filter((grant) => grant.peerId === peerId && this.isValid(grant) && this.#clock.now() < grant.until);
  }

  /**
   * Reports whether an approval is still valid for running connections: the person has made no other decision about the peer since. Running
   * connections may outlast the hour.
   */
  isValid(grant: SessionGrant): boolean {
    return grant.decisions === this.#decided(grant.peerId) && !this.#ended.has(grant);
  }

  /** Invalidates all approvals of a peer, because the person has decided otherwise. */
  revoke(peerId: PeerId): void {
    this.#decisions.set(peerId, this.#decided(peerId) + 1);
  }

  /** Invalidates approvals of a peer, also those that only running connections use. */
  end(peerId: PeerId, isMeant: (grant: SessionGrant) => boolean, held: Iterable<SessionGrant>): void {
    const kept = [...this.#sessions.values()].flatMap((grants) => [...grants.values()]);
    for (const grant of [...kept, ...held]) if (grant.peerId === peerId && isMeant(grant)) this.#ended.add(grant);
  }

  #decided(peerId: PeerId): number {
    return this.#decisions.get(peerId) ?? 0;
  }
}

/**
 * Reports whether an approval covers an address: the person was shown it, or a name has moved between public addresses, as names of large services
 * do. A name that now leads to this machine or a private network needs a new approval.
 * @param isElsewhere returns true for public addresses that aren't this machine's
 */
export function coversAddress(
  grant: SessionGrant,
  address: IpAddress,
  isElsewhere: (address: IpAddress) => boolean,
): boolean {
  if (grant.addresses.some((seen) => equalIp(seen, address))) return true;
  return isElsewhere(address) && grant.addresses.some(isElsewhere);
}

function sessionKey(peerId: PeerId, session: string): string {
  return `${peerId} ${session}`;
}
