import type { Target } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';

/** Peer that requests a target, in one session; an approval for one session ends with it. */
export type TargetRequester = Readonly<{ peerId: PeerId; name: string; session: Pick<Session, 'id' | 'closed'> }>;

/** Use of a target: connect to it, send datagrams to it, or listen there for the peer. */
export type TargetUse = 'tcp' | 'udp' | 'listen';

/** Target that may be used now, at the listed addresses only; its name must not be looked up again. */
export type AllowedTarget = Readonly<{
  use: TargetUse;
  /** Requested host, normalized: a name in lower case without a dot at the end, or an address. */
  host: string;
  port: number;
  /** Checked IP addresses, at least one. */
  addresses: readonly string[];
  /** True if a person has approved it for this session only. */
  once: boolean;
}>;

/** Policy for what peers may reach through this device; implemented by `PeerTargets`. The servers for connections and UDP associations apply it. */
export interface TargetPolicy {
  /**
   * Normalizes, resolves and checks a target; asks a person if nothing was decided yet.
   * @param options.onWaiting called when a person is being asked
   * @throws {ForwardError} `forward.protected`, `forward.denied`, `forward.unanswered`, `forward.name`, `forward.too-many`, `forward.failed`
   */
  check(
    requester: TargetRequester,
    use: TargetUse,
    target: Target,
    options: Readonly<{ signal: AbortSignal; onWaiting?: () => void }>,
  ): Promise<AllowedTarget>;
  /**
   * Watches the permission for an open connection: calls `onEnd` once when a change of rights or patterns revokes it, or at once if it is revoked
   * already.
   * @param address the address in use, one of `allowed.addresses`
   * @returns function to call when the connection has ended
   */
  watch(requester: TargetRequester, allowed: AllowedTarget, address: string, onEnd: () => void): () => void;
}
