import type { RightDecision } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, Session } from '#shared/link/index.ts';
import type { HeartbeatMessage } from '#shared/openclaw/prompts/index.ts';
import type { RequestText } from '../core/approvals/index.ts';
import type { RealPaths, TerminalDefaults } from './describe-terminal.ts';
import type { RightRefusal } from './right-check.ts';

/**
 * Service that serves terminals of this device. `StreamGate` passes streams to it, after the right was checked. Implemented by the terminals module.
 */
export interface TerminalServer {
  serve(stream: IncomingStream, peer: Readonly<{ peerId: PeerId; name: string }>): Promise<void>;
  /** Account, folder and program of new terminals, unless the request names them. */
  readonly defaults: TerminalDefaults;
  /** Resolves folders and files of a request as this service will find them. */
  readonly real: RealPaths;
  /** Returns the title of a terminal that belongs to this peer or is shared with it. */
  titleOf(terminal: string, peerId: PeerId): string | undefined;
  /** Returns the name of the device that holds a terminal shared with this peer. */
  holderOfShared(terminal: string, peerId: PeerId): string | undefined;
  /** Called when a peer reports that its shares with this device have changed. */
  sharesChanged(peerId: PeerId): void;
  /** Applies a changed right `view`: ends the peer's watching unless it is allowed. */
  revokeView(peerId: PeerId, decision: RightDecision): void;
  /** Returns the name of the device from which this peer may take the terminal over. */
  holderToTakeOverFrom(terminal: string, peerId: PeerId): string | undefined;
  /** Reports whether the terminal was this peer's and ended when its right was revoked. */
  wasRevoked(terminal: string, peerId: PeerId): boolean;
  /** Ends everything that runs for this peer. Called when it has lost the right. */
  revoke(peerId: PeerId): void;
}

/** Service that runs commands without a terminal. `StreamGate` has checked the right before. Implemented by the terminals module. */
export interface ExecServer {
  serve(stream: IncomingStream, peer: Readonly<{ peerId: PeerId; name: string }>): Promise<void>;
  /** Ends everything that runs for this peer. Called when it has lost the right. */
  revoke(peerId: PeerId): void;
}

/** Service that acts as a hop for peers and accepts paths that come through a hop. Implemented by `HopTransport`. */
export interface HopStreamHandler {
  passOn(stream: IncomingStream, from: PeerId): Promise<void>;
  receive(stream: IncomingStream, hop: PeerId): void;
  /** Resets all streams for which this device is the peer's hop. */
  revoke(peerId: PeerId): void;
}

/** Service that answers peers' offers of UDP paths. Implemented by `UdpTransport`. */
export interface UdpServer {
  /** Answers an offer. Needs no right: the UDP path belongs to the session of the offer and must authenticate like any other path. */
  takeOffer(stream: IncomingStream, peerId: PeerId): Promise<void>;
}

/** Service that carries connections and datagrams for a peer, and checks the right for each target. Implemented by the forwards module. */
export interface ForwardServer {
  serve(stream: IncomingStream, peer: Readonly<{ peerId: PeerId; name: string }>, session: Session): Promise<void>;
}

/**
 * Service that lets a peer use the OpenClaw gateways of this device. It calls `authorize` for every request, since one stream carries several.
 * Implemented by `PromptServer` of the OpenClaw module.
 */
export interface PromptHandler {
  serve(stream: IncomingStream, caller: PromptCaller): Promise<void>;
  /** Ends everything that runs for this peer. Called when it has lost the right. */
  revoke(peerId: PeerId): void;
  /** Returns the heartbeat of this device's default gateway. @throws {OpenClawError} `remote.no-gateway` */
  heartbeat?(): Promise<HeartbeatMessage>;
}

/**
 * Service that takes messages for agents of this device. It calls `authorize` for every message, since one stream carries many. Implemented by the
 * messages module.
 */
export interface MessageHandler {
  serve(stream: IncomingStream, caller: MessageCaller): Promise<void>;
  /** Answers a peer that asks for the agents of this device, if it may write to them. */
  answerAgents(stream: IncomingStream, peerId: PeerId): void;
}

/**
 * Peer whose messages are taken. `isAsked`: whether a person is asked about messages to an agent; `authorize`: as that of `PromptCaller`, for one agent
 * here; it calls `describe` only if a person is asked.
 */
export type MessageCaller = Readonly<{
  peerId: PeerId;
  name: string;
  isAsked(agent: string): boolean;
  authorize(
    agent: string,
    describe: () => RequestText,
    signal: AbortSignal,
    onWaiting: () => void,
  ): Promise<RightRefusal | undefined>;
}>;

/** Peer whose prompts are taken. */
export type PromptCaller = Readonly<{
  peerId: PeerId;
  name: string;
  /**
   * Checks the right `prompt`, and asks the person if it is undecided.
   * @param request text for the person; undefined: the person isn't asked
   * @param onWaiting called when the person is asked
   * @returns the refusal; undefined if allowed. The caller must then act without waiting
   */
  authorize(
    request: RequestText | undefined,
    signal: AbortSignal,
    onWaiting: () => void,
  ): Promise<RightRefusal | undefined>;
}>;

/**
 * Service that takes files for this device. It calls `authorize` for each transfer that no person has accepted before. Implemented by the files module.
 */
export interface FilesHandler {
  serve(stream: IncomingStream, caller: FilesCaller): Promise<void>;
  /** Takes the contents of a transfer that is under way, or refuses them. */
  serveContents(stream: IncomingStream, peerId: PeerId): void;
  /** Reports whether this device has asked the peer for files that aren't here yet. */
  expects(peerId: PeerId): boolean;
  /** Serves a stream with requests about the folders that are shared with the peer. */
  serveFolders(stream: IncomingStream, caller: FilesCaller): Promise<void>;
  /** Ends what runs for this peer under a right that it has lost. */
  revoke(peerId: PeerId, right: 'send' | 'files'): void;
}

/** Peer whose files are taken. `authorize`: as that of `PromptCaller`; it calls `describe` only if a person may be asked. */
export type FilesCaller = Readonly<{
  peerId: PeerId;
  name: string;
  /** @param right `send` unless it is about a shared folder */
  authorize(
    describe: () => RequestText,
    signal: AbortSignal,
    onWaiting: () => void,
    right?: 'send' | 'files',
  ): Promise<RightRefusal | undefined>;
}>;
