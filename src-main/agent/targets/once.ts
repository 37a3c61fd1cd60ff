import type { Clock } from '#shared/clock.ts';
import type { IpAddress } from '#shared/forward/index.ts';
import { equalIp } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { isPublic } from './protected.ts';
import type { Asker } from './types.ts';

/** How long a yes to one target counts for further connections, ms; it ends with the session before that. */
export const ONCE_LIFETIME = 60 * 60_000;
/** Kept of a session; the oldest goes first. */
const MOST = 256;

/** A person's yes to one target of one session. */
export type OnceGrant = {
  readonly peerId: PeerId;
  /** What the person has seen. */
  readonly addresses: readonly IpAddress[];
  readonly until: number;
  /** False once rights were decided anew: what runs under it ends. */
  valid: boolean;
};

/** What was approved once: for a target as it was asked for, until the session ends, at most an hour. */
export class OnceGrants {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Map<string, OnceGrant>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param key what was asked for */
  add({ peerId, session }: Asker, key: string, addresses: readonly IpAddress[]): OnceGrant {
    const name = sessionKey(peerId, session.id);
    let grants = this.#sessions.get(name);
    if (grants === undefined) {
      const fresh = new Map<string, OnceGrant>();
      grants = fresh;
      this.#sessions.set(name, fresh);
      void session.closed.then(() => {
        if (this.#sessions.get(name) === fresh) this.#sessions.delete(name);
      });
    }
    const [oldest] = grants.keys();
    if (oldest !== undefined && grants.size >= MOST) grants.delete(oldest);
    const grant: OnceGrant = { peerId, addresses, until: this.#clock.now() + ONCE_LIFETIME, valid: true };
    grants.set(key, grant);
    return grant;
  }

  find({ peerId, session }: Asker, key: string): OnceGrant | undefined {
    const grant = this.#sessions.get(sessionKey(peerId, session.id))?.get(key);
    return grant?.valid === true && this.#clock.now() < grant.until ? grant : undefined;
  }

  /** The person has decided something else about the peer. */
  revoke(peerId: PeerId): void {
    for (const grants of this.#sessions.values()) {
      for (const [key, grant] of grants) {
        if (grant.peerId !== peerId) continue;
        grant.valid = false;
        grants.delete(key);
      }
    }
  }
}

/**
 * Whether a yes counts for this address: it is one that the person has seen, or a name moved between public addresses, as those of large
 * services do all the time. A name that leads into this machine or its networks only now needs a new yes.
 */
export function countsFor(grant: OnceGrant, address: IpAddress): boolean {
  if (grant.addresses.some((seen) => equalIp(seen, address))) return true;
  return isPublic(address) && grant.addresses.some(isPublic);
}

function sessionKey(peerId: PeerId, session: string): string {
  return `${peerId} ${session}`;
}
