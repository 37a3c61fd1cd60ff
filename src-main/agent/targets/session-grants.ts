import type { Clock } from '#shared/clock.ts';
import type { IpAddress } from '#shared/forward/index.ts';
import { equalIp } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { TargetRequester } from './types.ts';

/** How long a yes to one target counts for further connections, ms; it ends with the session before that. */
const ONCE_LIFETIME = 60 * 60_000;
/** Kept of a session; the oldest goes first. */
const MOST = 256;

/** A person's yes to one target of one session. */
export type SessionGrant = Readonly<{
  peerId: PeerId;
  /** What the person has seen. */
  addresses: readonly IpAddress[];
  until: number;
  /** How often the person had decided on the right of this peer before. */
  decisions: number;
}>;

/** What was approved once: for a target as it was asked for, until the session ends, at most an hour. */
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

  /** Whether the person has decided nothing else about the peer since; its hour does not matter to what runs. */
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
 * Whether a yes counts for this address: it is one that the person has seen, or a name moved between public addresses, as those of large
 * services do all the time. A name that leads into this machine or its networks only now needs a new yes.
 * @param isElsewhere neither this machine, which may have a public address as well, nor a network that is not reached from everywhere
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
