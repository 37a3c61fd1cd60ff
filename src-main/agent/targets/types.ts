import type { Target } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';

/** Peer that requests a target, in one session. A single approval ends with the session. */
export type TargetRequester = Readonly<{ peerId: PeerId; name: string; session: Pick<Session, 'id' | 'closed'> }>;

/** Use of a target: connect to it, send datagrams to it, or listen there for the peer. */
export type TargetUse = 'tcp' | 'udp' | 'listen';

/** A target that may be used now, at these addresses and no others: nobody looks it up a second time. */
export type AllowedTarget = Readonly<{
  use: TargetUse;
  /** As asked, normalised: a name in lower case without a dot at the end, or an address. */
  host: string;
  port: number;
  /** IP addresses that were checked, at least one. */
  addresses: readonly string[];
  /** A person has said yes to this one, for as long as the session lasts. */
  once: boolean;
}>;

/** Decides what a peer may reach through this device, and tells when that changes. */
export interface TargetPolicy {
  /**
   * Normalises, resolves and checks a target, and asks a person where nothing was decided.
   * @param options.onWaiting A person is being asked.
   * @throws {ForwardError} `forward.protected`, `forward.denied`, `forward.unanswered`, `forward.name`, `forward.too-many`, `forward.failed`
   */
  check(
    asker: TargetRequester,
    use: TargetUse,
    target: Target,
    options: Readonly<{ signal: AbortSignal; onWaiting?: () => void }>,
  ): Promise<AllowedTarget>;
  /**
   * Watches what runs under an allowed target: `onEnd` is called once, when rights or patterns change so that it is allowed no more, or at
   * once if that is so already.
   * @param address the one in use, of `allowed.addresses`
   * @returns to be called when it has ended by itself
   */
  hold(asker: TargetRequester, allowed: AllowedTarget, address: string, onEnd: () => void): () => void;
}
