import { RIGHTS, type PeerSystem, type Right, type RightDecision } from '#shared/app-api/index.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { filesParams, foldersParams } from '#shared/files/index.ts';
import { remoteParams, type HeartbeatMessage } from '#shared/openclaw/prompts/index.ts';
import { isSystemRequest, serveSystem, type MachineFacts, type NamedEnds, type NamedRights } from '../about/index.ts';
import { isAboutRequests, type AnsweringModule } from '../answering/index.ts';
import { requestTopic, type ApprovalStore, type RequestText } from '../core/approvals/index.ts';
import type { PeerBook } from '../peers/index.ts';
import type { RightsPolicy } from '../core/policy/index.ts';
import type { AuditLog } from '../core/store/index.ts';
import { parseHopStreamParams, type HopStreamParams } from '../links/index.ts';
import { isCommonRelayRequest, type CommonRelay } from '../common-relay/index.ts';
import { isLeaving, serveLeaving } from '../leave/index.ts';
import { isIntroduction, type IntroductionsModule } from '../introductions/index.ts';
import { isAgentsQuestion } from '../messages/index.ts';
import { isPortsRequest, type PortsServer } from '../ports/index.ts';
import { isRelayOffer, type RelayOffers } from '../relay-offers/index.ts';
import { isWakeRequest, type WakeServer } from '../wake-on-lan/index.ts';
import { isUdpOffer } from '../webrtc/index.ts';
import { describePassThrough } from './describe-pass-through.ts';
import { describeExec, describeTerminal, type RealPaths, type TerminalRequest } from './describe-terminal.ts';
import { DENIED, RightCheck, NOT_ASKED, type RightRefusal, type RightRequest } from './right-check.ts';
import type {
  ExecServer,
  FilesCaller,
  FilesHandler,
  MessageHandler,
  ForwardServer,
  PromptHandler,
  TerminalServer,
  UdpServer,
  HopStreamHandler,
} from './servers.ts';

/** Stores that the gate asks, and the services to which it passes streams. */
export type StreamGateOptions = Readonly<{
  peers: PeerBook;
  policy: RightsPolicy;
  approvals: ApprovalStore;
  terminals: TerminalServer;
  execs: ExecServer;
  hops: HopStreamHandler;
  /** Service that answers offers of UDP paths; undefined if this device makes no UDP paths. */
  udp?: UdpServer | undefined;
  forwards: ForwardServer;
  ports: Pick<PortsServer, 'serve'>;
  /** Service that answers whether both devices use the same relay; undefined if this device doesn't answer. */
  commonRelay?: Pick<CommonRelay, 'serve'> | undefined;
  relayOffers?: Pick<RelayOffers, 'serve'> | undefined;
  /** Service that takes introductions; undefined if this device takes none. */
  introductions?: IntroductionsModule['introductions'] | undefined;
  /** Service that wakes machines in the networks of this one; undefined: this device wakes none. */
  wakeOnLan?: Pick<WakeServer, 'serve'> | undefined;
  /** Service that lets browsers answer the requests that wait here; undefined: none may. */
  answering?: AnsweringModule['answering'] | undefined;
  /** Operating system of this machine; undefined: `other`. */
  system?: PeerSystem | undefined;
  /** Returns the facts about this machine. */
  facts: () => MachineFacts;
  /** Called when a peer says that the rights of this device there have changed, and with them its answer. */
  onFactsChanged?: (peerId: PeerId, session: Session) => void;
  audit: AuditLog;
  logger: Logger;
}>;

/**
 * Gate for the streams that peers open: checks the peer's right, asks the person here if it is undecided, then passes the stream to the service of
 * its kind or refuses it. The services of connections, datagrams and prompts check rights themselves, for each target or request. Streams that need
 * no right pass unchecked, such as the offer of a UDP path. When a right is taken back or expires, the gate tells the services to end what needed it.
 * Writes refusals and new uses of this device as a hop to the audit log. One per agent: the streams module creates it, and the network module calls
 * `accept` for every stream of a peer.
 */
export class StreamGate {
  readonly #options: StreamGateOptions;
  readonly #rights: RightCheck;
  #prompts: PromptHandler | undefined;
  #messages: MessageHandler | undefined;
  #files: FilesHandler | undefined;
  readonly #stopListening: () => void;

  constructor(options: StreamGateOptions) {
    this.#options = options;
    this.#rights = new RightCheck(options.policy, options.approvals);
    this.#stopListening = options.policy.onChange(({ peerId, right, decision }) => {
      if (decision !== 'ask') options.approvals.decided(peerId, right, decision === 'allow' ? 'approved' : 'denied');
      // What runs under a one-time approval ends as well, since the person has just decided differently.
      if (decision !== 'allow') this.#revoke(peerId, right, decision);
    });
  }

  /** Passes on or refuses a stream that a peer has opened. Never throws. */
  accept(stream: IncomingStream, peerId: PeerId, session: Session): void {
    void this.#accept(stream, peerId, session).catch((error: unknown) => {
      this.#options.logger.warn('a stream could not be served', { kind: stream.kind, error: errorMessage(error) });
      stream.refuse(errorCode(error), 'the stream could not be served');
    });
  }

  /**
   * Passes on or refuses a stream that a plain relay has opened on its local session: a terminal that it opens or attaches to, or a prompt. Everything
   * else is refused. Never throws.
   */
  acceptPlain(stream: IncomingStream, relay: Readonly<{ peerId: PeerId; name: string }>): void {
    void this.#acceptPlain(stream, relay).catch((error: unknown) => {
      this.#options.logger.warn('a stream could not be served', { kind: stream.kind, error: errorMessage(error) });
      stream.refuse(errorCode(error), 'the stream could not be served');
    });
  }

  /** Ends all terminals, commands and prompts of a peer or plain relay. Its rights stay. */
  endAll(peerId: PeerId): void {
    this.#revoke(peerId, 'terminal', 'ask');
    this.#revoke(peerId, 'prompt', 'ask');
  }

  /** Returns the heartbeat of this device's OpenClaw for a peer or plain relay whose right `prompt` is `allow`; undefined for others or without a gateway. */
  async heartbeatFor(peerId: PeerId): Promise<HeartbeatMessage | undefined> {
    if (this.#options.policy.decision(peerId, 'prompt') !== 'allow') return undefined;
    return await this.#prompts?.heartbeat?.().catch(() => undefined);
  }

  /** Sets the service that handles peers' prompts to the gateways of this device. Until then prompts are refused. */
  servePrompts(server: PromptHandler): void {
    this.#prompts = server;
  }

  /** Sets the service that takes messages for agents of this device. Until then they are refused. */
  serveMessages(handler: MessageHandler): void {
    this.#messages = handler;
  }

  /** Sets the service that takes files for this device. Until then they are refused. */
  serveFiles(handler: FilesHandler): void {
    this.#files = handler;
  }

  /** Checks a peer's right `prompt` outside of a stream: see `StreamsModule`. */
  async authorizePrompt(
    peerId: PeerId,
    request: RequestText,
    signal: AbortSignal,
    onAsked: () => void,
  ): Promise<RightRefusal | undefined> {
    return await this.#authorize(peerId, 'prompt', request, signal, onAsked);
  }

  /** Checks the right `message` of a foreign instance: see `StreamsModule`. */
  async authorizeMessage(peerId: PeerId, request: RequestText, signal: AbortSignal): Promise<RightRefusal | undefined> {
    return await this.#authorize(peerId, 'message', request, signal, () => undefined);
  }

  /** Stops following changes of rights. */
  close(): void {
    this.#stopListening();
  }

  async #accept(stream: IncomingStream, peerId: PeerId, session: Session): Promise<void> {
    const name = this.#options.peers.nameOf(peerId);
    if (name === undefined) {
      stream.refuse('rights.denied', 'this device does not know you');
      return;
    }
    // Its session ends at this moment. Some streams need no right.
    if (this.#options.peers.isSuspended(peerId)) {
      stream.refuse('rights.denied', 'this device has suspended you');
      return;
    }
    switch (stream.kind) {
      case 'pty':
        await this.#serveTerminal(stream, peerId, name);
        return;
      case 'exec':
        await this.#serveExec(stream, peerId, name);
        return;
      case 'relay':
        await this.#serveHop(stream, peerId, name);
        return;
      case 'tcp':
      case 'udp':
        // The service checks the right, which depends on the target.
        await this.#options.forwards.serve(stream, { peerId, name }, session);
        return;
      case 'rpc':
        // Peers may always exchange their operating systems, and learn their own rights. More is for those that have a right here.
        if (isSystemRequest(stream.params)) {
          const asked = serveSystem(stream, {
            system: this.#options.system,
            facts: () => (this.#hasRight(peerId) ? this.#options.facts() : undefined),
            rights: () => this.#rightsOf(peerId),
            ends: () => this.#endsOf(peerId),
            browser: () => this.#options.peers.get(peerId)?.browser,
            compared: () => this.#options.peers.hasConfirmedWords(peerId),
          });
          if (asked !== undefined) this.#options.peers.setSystem(peerId, asked.system);
          if (asked?.changed === true) this.#options.onFactsChanged?.(peerId, session);
          return;
        }
        if (isUdpOffer(stream.params)) {
          if (this.#options.udp === undefined)
            stream.refuse('udp.unavailable', 'this device makes no such connections');
          else await this.#options.udp.takeOffer(stream, peerId);
          return;
        }
        if (isCommonRelayRequest(stream.params) && this.#options.commonRelay !== undefined) {
          this.#options.commonRelay.serve(stream, peerId);
          return;
        }
        if (isRelayOffer(stream.params) && this.#options.relayOffers !== undefined) {
          await this.#options.relayOffers.serve(stream, peerId);
          return;
        }
        if (isLeaving(stream.params)) {
          serveLeaving(stream, peerId, this.#options.peers);
          return;
        }
        if (isIntroduction(stream.params) && this.#options.introductions !== undefined) {
          await this.#options.introductions.serve(stream, peerId);
          return;
        }
        if (isAboutRequests(stream.params) && this.#options.answering !== undefined) {
          await this.#options.answering.serve(stream, peerId);
          return;
        }
        if (isAgentsQuestion(stream.params) && this.#messages !== undefined) {
          this.#messages.answerAgents(stream, peerId);
          return;
        }
        if (safeParse(foldersParams, stream.params).success) {
          await this.#serveFolders(stream, peerId, name);
          return;
        }
        if (safeParse(filesParams, stream.params).success) {
          await this.#serveFiles(stream, peerId, name);
          return;
        }
        if (isWakeRequest(stream.params) && this.#options.wakeOnLan !== undefined) {
          await this.#serveWake(stream, this.#options.wakeOnLan, { peerId, name });
          return;
        }
        if (isPortsRequest(stream.params)) {
          await this.#options.ports.serve(stream, () => this.#mayForward(peerId));
          return;
        }
        await this.#servePromptStream(stream, peerId, name);
        return;
      case 'message':
        await this.#serveMessages(stream, peerId, name);
        return;
      case 'file':
        if (this.#files === undefined) stream.refuse('link.kind', 'this device takes no files');
        else this.#files.serveContents(stream, peerId);
    }
  }

  /** Reports whether the peer may reach any target here, without a question to anybody. */
  #mayForward(peerId: PeerId): boolean {
    const { peers, policy } = this.#options;
    return policy.decision(peerId, 'forward') === 'allow' && !peers.isSuspended(peerId);
  }

  /** Returns what the peer's attempts meet here now. */
  #rightsOf(peerId: PeerId): NamedRights {
    return Object.fromEntries(RIGHTS.map((right) => [right, this.#options.policy.decision(peerId, right)]));
  }

  /** Returns the ends of those decisions that have one. */
  #endsOf(peerId: PeerId): NamedEnds {
    const { policy } = this.#options;
    return Object.fromEntries(
      RIGHTS.flatMap((right) => {
        const end = policy.decision(peerId, right) === 'ask' ? null : policy.endOf(peerId, right);
        return end === null ? [] : [[right, end]];
      }),
    );
  }

  #hasRight(peerId: PeerId): boolean {
    return RIGHTS.some((right) => this.#options.policy.decision(peerId, right) === 'allow');
  }

  async #acceptPlain(
    stream: IncomingStream,
    { peerId, name }: Readonly<{ peerId: PeerId; name: string }>,
  ): Promise<void> {
    if (stream.kind === 'pty' && isOpening(stream.params)) await this.#serveTerminal(stream, peerId, name, true);
    else if (stream.kind === 'rpc' && remoteParams.safeParse(stream.params).success)
      await this.#servePromptStream(stream, peerId, name);
    else stream.refuse('rights.denied', 'a plain relay can open terminals and send prompts only');
  }

  async #serveTerminal(stream: IncomingStream, peerId: PeerId, name: string, isPlainRelay = false): Promise<void> {
    const { terminals } = this.#options;
    const real = this.#realPaths(peerId);
    const describe = (): TerminalRequest | undefined =>
      describeTerminal(stream.params, {
        defaults: terminals.defaults,
        real,
        titleOf: (terminal) => terminals.titleOf(terminal, peerId),
        nameOf: (peer) => this.#options.peers.nameOf(peer),
        holderToTakeOverFrom: (terminal) => terminals.holderToTakeOverFrom(terminal, peerId),
        holderOfShared: (terminal) => terminals.holderOfShared(terminal, peerId),
        wasRevoked: (terminal) => terminals.wasRevoked(terminal, peerId),
        isPlainRelay,
      });
    const request = describe();
    if (request === undefined) {
      stream.refuse('terminal.params', 'the terminal request is not valid');
      return;
    }
    if (typeof request === 'string') {
      await this.#serveUnasked(stream, request, { peerId, name });
      return;
    }
    await this.#serveApproved(stream, { peerId, ...request }, name, {
      isStill: () => isSame(describe(), request),
      serve: () => terminals.serve(stream, { peerId, name }),
    });
  }

  async #serveExec(stream: IncomingStream, peerId: PeerId, name: string): Promise<void> {
    const real = this.#realPaths(peerId);
    const describe = (): ReturnType<typeof describeExec> =>
      describeExec(stream.params, this.#options.terminals.defaults, real);
    const request = describe();
    if (request === undefined) {
      stream.refuse('terminal.params', 'the request to run a command is not valid');
      return;
    }
    const serve = (): Promise<void> => this.#options.execs.serve(stream, { peerId, name });
    // A pipe belongs to a command that was approved before.
    if (request === 'pipe') await serve();
    else
      await this.#serveApproved(stream, { peerId, ...request }, name, {
        isStill: () => isSame(describe(), request),
        serve,
      });
  }

  /** Returns the path resolver for requests. Only a question to the person needs one, so other requests cause no access to the disk. */
  #realPaths(peerId: PeerId): RealPaths {
    return this.#options.policy.decision(peerId, 'terminal') === 'ask' ? this.#options.terminals.real : UNSEEN;
  }

  /**
   * Serves the stream if the peer may, and refuses it otherwise.
   * @param wanted.isStill reports whether the request still means what the person has approved
   */
  async #serveApproved(
    stream: IncomingStream,
    asked: RightRequest,
    name: string,
    wanted: Readonly<{ isStill(): boolean; serve(): Promise<void> }>,
  ): Promise<void> {
    const answer = await this.#rights.decide(stream, asked);
    // Nothing waits between this check and the service's registration. A right revoked later is handled by the service.
    const refusal =
      this.#rights.refusal(answer, asked) ?? (answer === 'approved' && !wanted.isStill() ? CHANGED : undefined);
    if (refusal !== undefined) {
      const piped = stream.kind === 'exec';
      this.#options.audit.record('terminal.refused', { peer: asked.peerId, name, code: refusal.code, piped });
      stream.refuse(refusal.code, refusal.message, refusal.retryAfter);
      return;
    }
    if (!stream.cancelled.aborted) await wanted.serve();
  }

  /** Serves requests that need no approval. */
  async #serveUnasked(
    stream: IncomingStream,
    request: Extract<TerminalRequest, string>,
    peer: Readonly<{ peerId: PeerId; name: string }>,
  ): Promise<void> {
    const { terminals, policy } = this.#options;
    if (request === 'unknown') {
      stream.refuse('terminal.unknown', 'no such terminal');
      return;
    }
    if (request === 'revoked') {
      stream.refuse('terminal.revoked', 'the right was taken back');
      return;
    }
    const right = RIGHT_OF[request];
    const decision = right === undefined ? 'allow' : policy.decision(peer.peerId, right);
    if (right !== undefined && decision === 'deny') {
      stream.refuse('rights.denied', DENIED[right]);
      return;
    }
    if (request === 'unasked' && decision !== 'allow') {
      stream.refuse(NOT_ASKED.code, NOT_ASKED.message);
      return;
    }
    if (request === 'notice') terminals.sharesChanged(peer.peerId);
    await terminals.serve(stream, peer);
  }

  async #serveHop(stream: IncomingStream, peerId: PeerId, name: string): Promise<void> {
    const params = hopParams(stream.params);
    if (params === undefined) {
      stream.refuse('via.params', 'the parameters of the relay stream are invalid');
      return;
    }
    if ('from' in params) {
      // No right is needed: the caller behind the hop has to authenticate like any other.
      this.#options.hops.receive(stream, peerId);
      return;
    }
    const target = this.#options.peers.get(params.to)?.name;
    if (params.ask === false && this.#options.policy.decision(peerId, 'relay') === 'ask') {
      // No person requested this path, so the person here isn't asked.
      stream.refuse(NOT_ASKED.code, NOT_ASKED.message);
      return;
    }
    const asked = { peerId, right: 'relay', ...describePassThrough(params.to, target) } as const;
    const answer = await this.#rights.decide(stream, asked);
    // As above, nothing waits from here on.
    const refusal = this.#rights.refusal(answer, asked);
    if (refusal !== undefined) {
      this.#options.audit.record('way.refused', { peer: peerId, name, code: refusal.code });
      stream.refuse(refusal.code, refusal.message, refusal.retryAfter);
      return;
    }
    if (stream.cancelled.aborted) return;
    this.#options.audit.record('way.opened', { peer: peerId, name, to: params.to });
    await this.#options.hops.passOn(stream, peerId);
  }

  async #servePromptStream(stream: IncomingStream, peerId: PeerId, name: string): Promise<void> {
    const { policy, audit } = this.#options;
    const prompts = this.#prompts;
    if (prompts === undefined) {
      stream.refuse('remote.unavailable', 'this device has no gateways');
      return;
    }
    if (policy.decision(peerId, 'prompt') === 'deny') {
      audit.record('remote.refused', { peer: peerId, name, kind: 'stream', code: 'rights.denied' });
      stream.refuse('rights.denied', DENIED.prompt);
      return;
    }
    await prompts.serve(stream, {
      peerId,
      name,
      authorize: (request, signal, onWaiting) => this.#authorize(peerId, 'prompt', request, signal, onWaiting),
    });
  }

  async #serveMessages(stream: IncomingStream, peerId: PeerId, name: string): Promise<void> {
    if (this.#messages === undefined) {
      stream.refuse('link.kind', 'this device takes no messages');
      return;
    }
    await this.#messages.serve(stream, {
      peerId,
      name,
      isAsked: (agent) => this.#options.policy.decision(peerId, 'message', agent) === 'ask',
      authorize: async (agent, describe, signal, onWaiting) =>
        // Thousands of messages a second need no words for a person.
        this.#options.policy.decision(peerId, 'message', agent) === 'allow'
          ? undefined
          : await this.#authorize(peerId, 'message', { ...describe(), agent }, signal, onWaiting),
    });
  }

  async #serveFiles(stream: IncomingStream, peerId: PeerId, name: string): Promise<void> {
    if (this.#files === undefined) {
      stream.refuse('link.kind', 'this device takes no files');
      return;
    }
    // Files that were asked for, and those for a shared folder, need another right, or none.
    const { policy } = this.#options;
    const isOther = policy.decision(peerId, 'files') !== 'deny' || this.#files.expects(peerId);
    if (policy.decision(peerId, 'send') === 'deny' && !isOther) {
      stream.refuse('rights.denied', DENIED.send);
      return;
    }
    await this.#files.serve(stream, this.#filesCaller(peerId, name));
  }

  async #serveFolders(stream: IncomingStream, peerId: PeerId, name: string): Promise<void> {
    if (this.#files === undefined) {
      stream.refuse('link.kind', 'this device shares no folders');
      return;
    }
    if (this.#options.policy.decision(peerId, 'files') === 'deny') {
      stream.refuse('rights.denied', DENIED.files);
      return;
    }
    await this.#files.serveFolders(stream, this.#filesCaller(peerId, name));
  }

  #filesCaller(peerId: PeerId, name: string): FilesCaller {
    return {
      peerId,
      name,
      authorize: async (describe, signal, onWaiting, right) =>
        await this.#authorize(peerId, right ?? 'send', describe(), signal, onWaiting),
    };
  }

  async #serveWake(
    stream: IncomingStream,
    wakeOnLan: Pick<WakeServer, 'serve'>,
    peer: Readonly<{ peerId: PeerId; name: string }>,
  ): Promise<void> {
    await wakeOnLan.serve(stream, {
      ...peer,
      authorize: (request, signal, onWaiting) => this.#authorize(peer.peerId, 'wake', request, signal, onWaiting),
    });
  }

  async #authorize(
    peerId: PeerId,
    right: 'prompt' | 'message' | 'send' | 'files' | 'wake',
    request: (RequestText & Readonly<{ agent?: string }>) | undefined,
    signal: AbortSignal,
    onWaiting: () => void,
  ): Promise<RightRefusal | undefined> {
    if (request === undefined) {
      const decision = this.#options.policy.decision(peerId, right);
      if (decision === 'allow') return undefined;
      return decision === 'deny' ? { code: 'rights.denied', message: DENIED[right] } : NOT_ASKED;
    }
    const asked = { peerId, right, ...request } as const;
    const answer = await this.#rights.decide({ wait: onWaiting, cancelled: signal }, asked);
    return this.#rights.refusal(answer, asked);
  }

  #revoke(peerId: PeerId, right: Right, decision: RightDecision): void {
    switch (right) {
      case 'terminal':
        this.#options.terminals.revoke(peerId);
        this.#options.execs.revoke(peerId);
        return;
      case 'view':
        this.#options.terminals.revokeView(peerId, decision);
        return;
      case 'relay':
        this.#options.hops.revoke(peerId);
        return;
      case 'prompt':
        this.#prompts?.revoke(peerId);
        return;
      case 'send':
      case 'files':
        this.#files?.revoke(peerId, right);
        return;
      case 'message':
      // What arrived under this right stays. Each message is checked when it arrives.
      case 'wake':
      // A packet that was sent has woken its machine.
      case 'introduce':
      // The module of introductions removes those that the peer has introduced.
      case 'forward':
      // `PeerTargets` ends what runs under this right.
    }
  }
}

/** Reports whether a request opens a terminal or attaches to one. */
function isOpening(params: unknown): boolean {
  const action = typeof params === 'object' && params !== null && 'action' in params ? params.action : undefined;
  return action === 'open' || action === 'attach';
}

function hopParams(params: unknown): HopStreamParams | undefined {
  try {
    return parseHopStreamParams(params);
  } catch {
    return undefined;
  }
}

/** Refusal of a request that has changed since it was approved, for example because another device has taken the terminal over. */
const CHANGED: RightRefusal = { code: 'rights.denied', message: 'the request has changed in the meantime; try again' };

/** Rights for the requests about which no person is asked. Only `deny` refuses them, except `unasked`. */
const RIGHT_OF: Readonly<Partial<Record<Extract<TerminalRequest, string>, Right>>> = {
  shared: 'view',
  own: 'terminal',
  reopen: 'terminal',
  unasked: 'terminal',
  guests: 'terminal',
};

const UNSEEN: RealPaths = { folder: () => undefined, file: () => undefined };

function isSame(now: TerminalRequest | 'pipe' | undefined, asked: RequestText): boolean {
  return typeof now === 'object' && requestTopic(now) === requestTopic(asked);
}
