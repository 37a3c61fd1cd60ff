import type { Right } from '#shared/app-api/index.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { askAgainText, type ApprovalRequest, type ApprovalStore } from '../approvals/index.ts';
import type { PeerBook } from '../peers/index.ts';
import type { RightsPolicy } from '../policy/index.ts';
import type { AuditLog } from '../store/index.ts';
import { parseViaParams, type ViaParams } from '../via/index.ts';
import { describeRelay } from './describe-relay.ts';
import { describeTerminal } from './describe-terminal.ts';

/** What serves terminals once the right is there. */
export interface TerminalServer {
  serve(stream: IncomingStream, peer: Readonly<{ peerId: PeerId; name: string }>): Promise<void>;
  /** The name of the other device from which this peer may take a terminal over. */
  heldBy(terminal: string, peerId: PeerId): string | undefined;
  /** Ends everything that runs for this peer. */
  revoke(peerId: PeerId): void;
}

/** What passes peers on through this device, and takes those that come through another one. */
export interface WayServer {
  serveMiddle(stream: IncomingStream, from: PeerId): Promise<void>;
  takeIncoming(stream: IncomingStream, middle: PeerId): void;
  /** Ends every way through this device that the peer has opened. */
  revoke(peerId: PeerId): void;
}

/** What carries connections and datagrams for a peer; each target is checked there. */
export interface ForwardServer {
  serve(stream: IncomingStream, peer: Readonly<{ peerId: PeerId; name: string }>, session: Session): Promise<void>;
}

/** What lets a peer use the gateways of this device. Every request is authorized by itself, since a stream only says which follow. */
export interface RemoteServer {
  serve(stream: IncomingStream, caller: RemoteCaller): Promise<void>;
  /** Ends everything that runs for this peer. */
  revoke(peerId: PeerId): void;
}

export type RemoteCaller = Readonly<{
  peerId: PeerId;
  name: string;
  /**
   * Asks the person, where nobody has decided.
   * @param detail what exactly is wanted; without it nobody is asked
   * @param onWaiting called when the person is asked
   * @returns a stable code and words where it may not; from a permission to the act nothing may wait
   */
  authorize(
    detail: string | undefined,
    signal: AbortSignal,
    onWaiting: () => void,
  ): Promise<Readonly<{ code: string; message: string }> | undefined>;
}>;

export type StreamGateOptions = Readonly<{
  peers: PeerBook;
  policy: RightsPolicy;
  approvals: ApprovalStore;
  terminals: TerminalServer;
  ways: WayServer;
  forwards: ForwardServer;
  /** Undefined where this device has no gateways to be used. */
  remote: RemoteServer | undefined;
  audit: AuditLog;
  logger: Logger;
}>;

/**
 * The one place where a peer's stream meets its rights (X7): checked when the stream opens, whatever the relay and the other side claim, and
 * again whenever a right changes or runs out. What lost its right ends.
 */
export class StreamGate {
  readonly #options: StreamGateOptions;
  readonly #stopListening: () => void;

  constructor(options: StreamGateOptions) {
    this.#options = options;
    this.#stopListening = options.policy.onChange(({ peerId, right, decision }) => {
      if (decision !== 'ask') options.approvals.decided(peerId, right, decision === 'allow' ? 'approved' : 'denied');
      // What runs under a one-time approval ends as well: the person has just said something else.
      if (decision !== 'allow') this.#revoke(peerId, right);
    });
  }

  /** Takes every stream a peer opens. Never throws; a stream that may not be is refused. */
  accept(stream: IncomingStream, peerId: PeerId, session: Session): void {
    void this.#accept(stream, peerId, session).catch((error: unknown) => {
      this.#options.logger.warn('a stream could not be served', { kind: stream.kind, error: errorMessage(error) });
      stream.refuse(errorCode(error), 'the stream could not be served');
    });
  }

  close(): void {
    this.#stopListening();
  }

  async #accept(stream: IncomingStream, peerId: PeerId, session: Session): Promise<void> {
    const name = this.#options.peers.nameOf(peerId);
    if (name === undefined) {
      stream.refuse('rights.denied', 'this device does not know you');
      return;
    }
    switch (stream.kind) {
      case 'pty':
        await this.#serveTerminal(stream, peerId, name);
        return;
      case 'relay':
        await this.#serveWay(stream, peerId, name);
        return;
      case 'tcp':
      case 'udp':
        // Which right is needed depends on what is asked for.
        await this.#options.forwards.serve(stream, { peerId, name }, session);
        return;
      case 'rpc':
        await this.#serveRemote(stream, peerId, name);
        return;
      case 'file':
      case 'message':
        stream.refuse('link.kind', `this version serves no ${stream.kind} streams`);
    }
  }

  async #serveTerminal(stream: IncomingStream, peerId: PeerId, name: string): Promise<void> {
    const detail = describeTerminal(stream.params, (terminal) => this.#options.terminals.heldBy(terminal, peerId));
    if (detail === undefined) {
      stream.refuse('terminal.params', 'the terminal request is not valid');
      return;
    }
    const asked = { peerId, right: 'terminal', detail } as const;
    const answer = await this.#decide(stream, asked);
    // From here to the books of the service nothing waits: what is taken back later ends there, what was taken back before ends here.
    const refusal = this.#refusal(answer, peerId, 'terminal');
    if (refusal !== undefined) {
      this.#options.audit.record('terminal.refused', { peer: peerId, name, code: refusal });
      stream.refuse(refusal, REFUSALS.terminal[refusal] + askAgainText(this.#options.approvals.pauseLeft(asked)));
      return;
    }
    if (stream.cancelled.aborted) return;
    await this.#options.terminals.serve(stream, { peerId, name });
  }

  async #serveWay(stream: IncomingStream, peerId: PeerId, name: string): Promise<void> {
    const params = wayParams(stream.params);
    if (params === undefined) {
      stream.refuse('via.params', 'the way that was asked for cannot be read');
      return;
    }
    if ('from' in params) {
      // No right is needed: whoever comes through the peer has to prove itself as if it came by itself.
      this.#options.ways.takeIncoming(stream, peerId);
      return;
    }
    const target = this.#options.peers.get(params.to)?.name;
    if (params.ask === false && this.#options.policy.decision(peerId, 'relay') === 'ask') {
      // Nobody wanted it but a device that looks for a way: no request, and nothing to remember.
      stream.refuse('rights.unasked', 'the person at this device has not decided, and is not asked for this');
      return;
    }
    const asked = { peerId, right: 'relay', detail: describeRelay(params.to, target) } as const;
    const answer = await this.#decide(stream, asked);
    // As above: nothing waits from here on.
    const refusal = this.#refusal(answer, peerId, 'relay');
    if (refusal !== undefined) {
      this.#options.audit.record('way.refused', { peer: peerId, name, code: refusal });
      stream.refuse(refusal, REFUSALS.relay[refusal] + askAgainText(this.#options.approvals.pauseLeft(asked)));
      return;
    }
    if (stream.cancelled.aborted) return;
    this.#options.audit.record('way.opened', { peer: peerId, name, to: params.to });
    await this.#options.ways.serveMiddle(stream, peerId);
  }

  async #serveRemote(stream: IncomingStream, peerId: PeerId, name: string): Promise<void> {
    const { remote, policy, audit } = this.#options;
    if (remote === undefined) {
      stream.refuse('remote.unavailable', 'this device has no gateways');
      return;
    }
    if (policy.decision(peerId, 'prompt') === 'deny') {
      audit.record('remote.refused', { peer: peerId, name, kind: 'stream', code: 'rights.denied' });
      stream.refuse('rights.denied', REFUSALS.prompt['rights.denied']);
      return;
    }
    await remote.serve(stream, {
      peerId,
      name,
      authorize: (detail, signal, onWaiting) => this.#authorizeRemote(peerId, detail, signal, onWaiting),
    });
  }

  async #authorizeRemote(
    peerId: PeerId,
    detail: string | undefined,
    signal: AbortSignal,
    onWaiting: () => void,
  ): Promise<Readonly<{ code: string; message: string }> | undefined> {
    if (detail === undefined) {
      const decision = this.#options.policy.decision(peerId, 'prompt');
      if (decision === 'allow') return undefined;
      return decision === 'deny'
        ? { code: 'rights.denied', message: REFUSALS.prompt['rights.denied'] }
        : { code: 'rights.unasked', message: 'the person at this device has not decided, and is not asked for this' };
    }
    const asked = { peerId, right: 'prompt', detail } as const;
    const answer = await this.#decide({ wait: onWaiting, cancelled: signal }, asked);
    const code = this.#refusal(answer, peerId, 'prompt');
    if (code === undefined) return undefined;
    return { code, message: REFUSALS.prompt[code] + askAgainText(this.#options.approvals.pauseLeft(asked)) };
  }

  #revoke(peerId: PeerId, right: Right): void {
    switch (right) {
      case 'terminal':
        this.#options.terminals.revoke(peerId);
        return;
      case 'relay':
        this.#options.ways.revoke(peerId);
        return;
      case 'prompt':
        this.#options.remote?.revoke(peerId);
        return;
      case 'forward':
      // Nothing is served under it yet.
    }
  }

  /** Why the peer may not; undefined where it may, now. */
  #refusal(answer: Answer, peerId: PeerId, right: Right): Refusal | undefined {
    return this.#holds(answer, peerId, right) ? undefined : refusalOf(answer);
  }

  async #decide(stream: Pick<IncomingStream, 'wait' | 'cancelled'>, asked: ApprovalRequest): Promise<Answer> {
    const { policy, approvals } = this.#options;
    const decision = policy.decision(asked.peerId, asked.right);
    if (decision !== 'ask') return decision === 'allow' ? 'allowed' : 'rights.denied';
    stream.wait('approval');
    const outcome = await approvals.request(asked, stream.cancelled);
    if (outcome === 'approved') return 'approved';
    return outcome === 'expired' ? 'rights.unanswered' : 'rights.denied';
  }

  /** Whether that answer still counts: the peer may have been forgotten or denied since, while a request waited or a moment ago. */
  #holds(answer: Answer, peerId: PeerId, right: Right): boolean {
    const decision = this.#options.policy.decision(peerId, right);
    return answer === 'allowed' ? decision === 'allow' : answer === 'approved' && decision !== 'deny';
  }
}

type Answer = 'allowed' | 'approved' | Refusal;
type Refusal = 'rights.denied' | 'rights.unanswered';

const UNANSWERED = 'nobody at this device answered the request';
const REFUSALS: Readonly<Record<Right, Readonly<Record<Refusal, string>>>> = {
  terminal: {
    'rights.denied': 'this device does not let you open terminals',
    'rights.unanswered': UNANSWERED,
  },
  relay: {
    'rights.denied': 'this device does not let you pass through it',
    'rights.unanswered': UNANSWERED,
  },
  forward: {
    'rights.denied': 'this device does not let you reach that',
    'rights.unanswered': UNANSWERED,
  },
  prompt: {
    'rights.denied': 'this device does not let you use its gateways',
    'rights.unanswered': UNANSWERED,
  },
};

function wayParams(params: unknown): ViaParams | undefined {
  try {
    return parseViaParams(params);
  } catch {
    return undefined;
  }
}

function refusalOf(answer: Answer): Refusal {
  return answer === 'rights.unanswered' ? answer : 'rights.denied';
}
