import type { Clock } from '#shared/clock.ts';
import type { IpAddress } from '#shared/forward/index.ts';
import { equalIp } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { TargetRequester } from './types.ts';

/** Time for which an approval of one target covers further connections, ms; it ends earlier with the session. */
const ONCE_LIFETIME = 60 * 60_000;
/** Kept of a session; the oldest goes first. */
const MOST = 256;

/** A person's yes to one target of one session. */
export type SessionGrant = Readonly<{
  peerId: PeerId;
  /** Addresses that the person has seen. */
  addresses: readonly IpAddress[];
  until: number;
  /** Number of decisions about this peer's right when the approval was given. */
  decisions: number;
}>;

/** Approvals of single targets, valid until the session ends and for one hour at most. */
export class SessionGrants {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Map<string, SessionGrant>>();
  readonly #decisions = new Map<PeerId, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param key what was asked for; addresses that were approved for it before still count */
  add(asker: TargetRequester, key: string, addresses: readonly IpAddress[]): void {
    const { peerId, session } = asker;
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
    const before = this.find(asker, key)?.addresses ?? [];
    const [oldest] = grants.keys();
    if (oldest !== undefined && grants.size >= MOST) grants.delete(oldest);
    grants.set(key, {
      peerId,
      addresses: [...addresses, ...before].slice(0, MOST),
      until: this.#clock.now() + ONCE_LIFETIME,
      decisions: this.#decided(peerId),
    });
  }

  find({ peerId, session }: TargetRequester, key: string): SessionGrant | undefined {
    const grant = this.#sessions.get(sessionKey(peerId, session.id))?.get(key);
    return grant !== undefined && this.isValid(grant) && this.#clock.now() < grant.until ? grant : undefined;
  }

  /** Reports whether no other decision about the peer was made since. Running connections outlast the hour. */
  isValid(grant: SessionGrant): boolean {
    return grant.decisions === this.#decided(grant.peerId);
  }

  /** The person has decided something else about the peer. */
  revoke(peerId: PeerId): void {
    this.#decisions.set(peerId, this.#decided(peerId) + 1);
  }

  #decided(peerId: PeerId): number {
    return this.#decisions.get(peerId) ?? 0;
  }
}

/**
 * Reports whether an approval covers this address: the person has seen it, or a name has moved between public addresses, as those of large services
 * do. A name that now leads into this machine or its networks needs a new approval.
 * @param isElsewhere neither this machine, which may have a public address as well, nor a network that isn't reachable from everywhere
 */
export function countsFor(
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
