import type { RightDecision } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, Session } from '#shared/link/index.ts';
import type { RequestText } from '../core/approvals/index.ts';
import type { RealPaths, TerminalDefaults } from './describe-terminal.ts';
import type { RightRefusal } from './right-check.ts';

/** Serves terminals once the right was checked. */
export interface TerminalServer {
  serve(stream: IncomingStream, peer: Readonly<{ peerId: PeerId; name: string }>): Promise<void>;
  /** Account, folder and program of a terminal, where a request does not say. */
  readonly defaults: TerminalDefaults;
  /** Folders and files that a request names, as this server will find them. */
  readonly real: RealPaths;
  /** Title of a terminal that exists for this peer, or is shared with it. */
  titleOf(terminal: string, peerId: PeerId): string | undefined;
  /** Returns the holder of a terminal that is shared with this peer. */
  holderOf(terminal: string, peerId: PeerId): string | undefined;
  /** A peer says that what it shares with this device is something else now. */
  noticed(peerId: PeerId): void;
  /** Ends the peer's viewing after its right has changed. */
  revokeView(peerId: PeerId, decision: RightDecision): void;
  /** The name of the other device from which this peer may take a terminal over. */
  heldBy(terminal: string, peerId: PeerId): string | undefined;
  /** Reports whether it was this peer's and ended when the right was revoked. */
  wasRevoked(terminal: string, peerId: PeerId): boolean;
  /** Ends everything that runs for this peer. */
  revoke(peerId: PeerId): void;
}

/** Service that runs commands without a terminal once the right is there. */
export interface ExecServer {
  serve(stream: IncomingStream, peer: Readonly<{ peerId: PeerId; name: string }>): Promise<void>;
  /** Ends everything that runs for this peer. */
  revoke(peerId: PeerId): void;
}

/** Serves streams of peers that use this device as a hop, and takes hop sessions that come through another peer. */
export interface HopStreamHandler {
  passOn(stream: IncomingStream, from: PeerId): Promise<void>;
  receive(stream: IncomingStream, hop: PeerId): void;
  /** Ends every hop session that the peer has opened through this device. */
  revoke(peerId: PeerId): void;
}

/** Makes paths over UDP with peers. */
export interface UdpServer {
  /** No right is needed: it is another path of the session that the offer came by, and proves itself like every other. */
  takeOffer(stream: IncomingStream, peerId: PeerId): Promise<void>;
}

/** Carries connections and datagrams for a peer, and checks each target. */
export interface ForwardServer {
  serve(stream: IncomingStream, peer: Readonly<{ peerId: PeerId; name: string }>, session: Session): Promise<void>;
}

/** Lets a peer use the gateways of this device. Every request is authorized by itself, since a stream only announces that some follow. */
export interface PromptHandler {
  serve(stream: IncomingStream, caller: RemoteCaller): Promise<void>;
  /** Ends everything that runs for this peer. */
  revoke(peerId: PeerId): void;
}

export type RemoteCaller = Readonly<{
  peerId: PeerId;
  name: string;
  /**
   * Asks the person, where nobody has decided.
   * @param request what exactly is wanted; without it nobody is asked
   * @param onWaiting called when the person is asked
   * @returns a stable code and words where it may not; from a permission to the act nothing may wait
   */
  authorize(
    request: RequestText | undefined,
    signal: AbortSignal,
    onWaiting: () => void,
  ): Promise<RightRefusal | undefined>;
}>;
