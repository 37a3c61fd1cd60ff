import type { ApprovalView, CallInput, GatewayRequestView } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorCode, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, LinkStream } from '#shared/link/index.ts';
import type { ApprovalStore } from '../core/approvals/index.ts';
import { answerPeer } from '../core/peer-question.ts';
import type { RightsPolicy } from '../core/policy/index.ts';
import type { AuditLog } from '../core/store/index.ts';
import { isUncompared, type PeerBook } from '../peers/index.ts';
import { encodeList, readRequestsMessage, type RequestsMessage, type WaitingRequests } from './messages.ts';

/** Requests of OpenClaw gateways that wait at this device. Implemented by the OpenClaw module. */
export type GatewayRequests = Readonly<{
  list(): readonly GatewayRequestView[];
  decide(input: CallInput<'requests.decide'>, signal: AbortSignal, by: string): Promise<unknown>;
}>;

/** Dependencies of `AnswerServer`. */
export type AnswerServerOptions = Readonly<{
  clock: Pick<Clock, 'now'>;
  peers: Pick<PeerBook, 'get' | 'list'>;
  policy: Pick<RightsPolicy, 'isBarred' | 'mayRemember'>;
  approvals: Pick<ApprovalStore, 'list' | 'decide'>;
  audit: Pick<AuditLog, 'record'>;
}>;

/** Reset code for a browser that sends more than its question. */
const RESET_MORE = 0;
/** Rights whose requests let a machine in, or this device use another relay. They are answered at this device only. */
const HERE_ONLY: ReadonlySet<ApprovalView['right']> = new Set(['introduce', 'use-relay']);
/** Gateways' requests that one answer settles. A device or node would stay admitted. */
const FOR_ONCE: ReadonlySet<GatewayRequestView['kind']> = new Set(['exec', 'plugin', 'run']);

/**
 * Lets browsers see and answer the requests that wait at this device, as a person here has allowed each of them. An answer approves or declines one
 * request and grants nothing that lasts. No one answers a request of their own. Writes the audit log.
 */
export class AnswerServer {
  readonly #options: AnswerServerOptions;
  #gateways: GatewayRequests | undefined;

  constructor(options: AnswerServerOptions) {
    this.#options = options;
  }

  /** Sets the source of gateways' requests. Until then there are none. */
  serveGateways(gateways: GatewayRequests): void {
    this.#gateways = gateways;
  }

  /** Returns the browsers that may answer now. */
  answerers(): readonly PeerId[] {
    return this.#options.peers
      .list()
      .map(({ peerId }) => peerId)
      .filter((peerId) => this.mayAnswer(peerId));
  }

  /** Reports whether a person here has allowed this browser to answer, and its time isn't over. Undecided means no; no one is asked. */
  mayAnswer(peerId: PeerId): boolean {
    const { peers, policy } = this.#options;
    const record = peers.get(peerId);
    return (
      record?.browser?.answers === true &&
      record.introduced === undefined &&
      !isUncompared(record) &&
      !policy.isBarred(peerId) &&
      // A device that asks about each use of a browser can't leave the answer to a browser.
      policy.mayRemember(peerId)
    );
  }

  /** Reports whether requests wait that this browser may see and answer. */
  hasRequests(peerId: PeerId): boolean {
    const { approvals, requests } = this.#waitingFor(peerId);
    return approvals.length > 0 || requests.length > 0;
  }

  /** Answers a peer's stream. Never throws. */
  async serve(stream: IncomingStream, peerId: PeerId): Promise<void> {
    try {
      await this.#serve(stream, peerId);
    } catch (error) {
      stream.refuse(errorCode(error), errorMessage(error));
    }
  }

  async #serve(stream: IncomingStream, peerId: PeerId): Promise<void> {
    const message = readRequestsMessage(stream.params);
    if (message === undefined || message.action === 'changed')
      throw new ClawReachError('requests.params', 'the parameters are invalid');
    if (!this.mayAnswer(peerId))
      throw new ClawReachError('rights.denied', 'this device does not let you answer for it');
    if (message.action !== 'list') {
      await this.#decide(message, peerId, stream.cancelled);
      answerPeer(stream, {});
      return;
    }
    const bytes = encodeList(this.#options.clock.now(), this.#waitingFor(peerId));
    void reply(stream.accept({}), bytes);
  }

  async #decide(
    message: Exclude<RequestsMessage, { action: 'list' | 'changed' }>,
    peerId: PeerId,
    signal: AbortSignal,
  ): Promise<void> {
    const { approvals, audit, peers } = this.#options;
    const name = peers.get(peerId)?.name ?? '';
    const { answer } = message;
    const waiting = this.#waitingFor(peerId);
    if (message.action === 'decide') {
      const { approval } = message;
      if (!waiting.approvals.some(({ id }) => id === approval))
        throw new ClawReachError('approval.gone', 'no such request waits for your answer');
      audit.record('browser.answered', { peer: peerId, name, request: String(approval), answer });
      approvals.decide(approval, answer === 'approve' ? 'approve' : 'not-now', '', { by: name });
      return;
    }
    const { key } = message;
    if (this.#gateways === undefined || !waiting.requests.some((one) => one.key === key))
      throw new ClawReachError('request.gone', 'no such request waits for your answer');
    audit.record('browser.answered', { peer: peerId, name, request: key, answer });
    await this.#gateways.decide({ key, decision: answer === 'approve' ? 'approve' : 'reject' }, signal, name);
  }

  /** Returns the requests that this browser may see and answer, oldest first. */
  #waitingFor(peerId: PeerId): WaitingRequests {
    return {
      approvals: this.#options.approvals
        .list()
        .filter(
          ({ state, peerId: asker, right, uncompared }) =>
            state === 'pending' && asker !== peerId && !HERE_ONLY.has(right) && uncompared !== true,
        )
        .toReversed(),
      requests: (this.#gateways?.list() ?? []).filter(({ kind }) => FOR_ONCE.has(kind)),
    };
  }
}

/** Sends the list and closes the stream. Never rejects: the browser may be gone. */
async function reply(stream: LinkStream, bytes: Uint8Array): Promise<void> {
  try {
    await stream.write(bytes);
    await stream.end();
    if ((await stream.read()) !== null) stream.reset(RESET_MORE);
  } catch {
    // The browser has closed the stream.
  }
}
