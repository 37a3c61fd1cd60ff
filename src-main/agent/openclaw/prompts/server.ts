import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import {
  REMOTE_PARAMS,
  openClawError,
  remoteParams,
  type HeartbeatMessage,
  type OpenClawRequest,
} from '#shared/openclaw/prompts/index.ts';
import type { PeerHistory } from '../../history/index.ts';
import type { AuditLog } from '../../core/store/index.ts';
import type { PromptCaller, PromptHandler as Server } from '../../streams/index.ts';
import type { OpenClawBook } from './book.ts';
import type { PromptGateways } from './local-gateways.ts';
import type { HeartbeatSource } from './heartbeat.ts';
import { PeerRequest, type PeerRequestParts } from './peer-request.ts';
import { PROMPT_LIMITS, type PromptLimits } from './limits.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Options of `PromptServer`. */
export type PromptServerOptions = Readonly<{
  gateways: PromptGateways | undefined;
  heartbeats: HeartbeatSource;
  book: OpenClawBook;
  clock: Clock;
  audit: AuditLog;
  history?: Pick<PeerHistory, 'begin' | 'end'> | undefined;
  createRunId(): string;
  limits?: Partial<PromptLimits> | undefined;
}>;

/**
 * Server for peers' requests to this device's gateways, within limits. Each request is authorized (`PromptCaller.authorize`). Writes to the audit log
 * and the history.
 */
export class PromptServer implements Server {
  readonly #options: PromptServerOptions;
  readonly #limits: PromptLimits;
  readonly #jobs = new Map<PeerRequest, PeerId>();
  readonly #runs = new Map<PeerId, number>();
  readonly #requests = new Map<PeerId, Readonly<{ left: number; at: number }>>();
  #closed = false;

  constructor(options: PromptServerOptions) {
    this.#options = options;
    this.#limits = { ...PROMPT_LIMITS, ...options.limits };
  }

  /** Serves one request of a peer. Never rejects. */
  async serve(incoming: IncomingStream, caller: PromptCaller): Promise<void> {
    if (!safeParse(remoteParams, incoming.params).success) {
      incoming.refuse('remote.version', 'this device serves remote control of version 1');
      return;
    }
    const ofPeer = [...this.#jobs.values()].filter((peerId) => peerId === caller.peerId).length;
    if (this.#closed || ofPeer >= this.#limits.streamsPerPeer || this.#jobs.size >= this.#limits.streams) {
      incoming.refuse('remote.too-many', 'too many requests at one time');
      return;
    }
    const job = new PeerRequest(this.#partsFor(caller), caller, incoming.accept(REMOTE_PARAMS));
    this.#jobs.set(job, caller.peerId);
    try {
      await job.run();
    } finally {
      this.#jobs.delete(job);
    }
  }

  /** Ends a peer's requests because its right was revoked. */
  revoke(peerId: PeerId): void {
    for (const [job, owner] of this.#jobs) if (owner === peerId) job.end('remote.revoked');
  }

  /** Returns the heartbeat of the default gateway. @throws {OpenClawError} `remote.no-gateway` */
  heartbeat(): Promise<HeartbeatMessage> {
    return this.#options.heartbeats.beat(undefined);
  }

  /** Cancels all running requests. */
  close(): void {
    this.#closed = true;
    for (const job of this.#jobs.keys()) job.end('remote.aborted');
  }

  #partsFor({ peerId, name }: PromptCaller): PeerRequestParts {
    const { gateways, heartbeats: health, clock, createRunId, book, audit, history } = this.#options;
    const peer = { peer: peerId, name };
    let entry: string | undefined;
    return {
      gateways,
      heartbeats: health,
      clock,
      createRunId,
      limits: this.#limits,
      workflow: (wanted) => book.workflows().find((workflow) => workflow.name === wanted),
      workflows: () => book.workflows(),
      count: () => this.#count(peerId),
      takeRun: () => this.#takeRun(peerId),
      audit: {
        refused: (kind, code) => audit.record('remote.refused', { ...peer, kind, code }),
        started: (request, gateway, workflow) => {
          const kind = request.type;
          const session = kind === 'prompt' ? (request.data.session ?? null) : null;
          const confirm = kind === 'restart' ? request.data?.confirm === true : null;
          const length = lengthOf(request);
          audit.record('remote.started', { ...peer, kind, gateway, workflow, session, confirm, length });
          entry = history?.begin({ kind: 'prompt', direction: 'in', peerId, peerName: name, detail: workflow ?? kind });
        },
        ended: (kind, gateway, outcome, length) => {
          audit.record('remote.ended', { ...peer, kind, gateway, outcome, length });
          if (entry !== undefined) history?.end(entry, outcome);
        },
      },
    };
  }

  #count(peerId: PeerId): void {
    const now = this.#options.clock.monotonic();
    const { burst, perMinute } = this.#limits.requests;
    const { left, at } = this.#requests.get(peerId) ?? { left: burst, at: now };
    const grown = Math.min(burst, left + ((now - at) / 60_000) * perMinute);
    this.#requests.set(peerId, { left: grown >= 1 ? grown - 1 : grown, at: now });
    if (grown < 1) throw openClawError('remote.rate', 'too many requests, one after the other');
  }

  #takeRun(peerId: PeerId): () => void {
    const running = this.#runs.get(peerId) ?? 0;
    const all = [...this.#runs.values()].reduce((sum, count) => sum + count, 0);
    if (running >= this.#limits.runsPerPeer || all >= this.#limits.runs)
      throw openClawError('remote.too-many', 'too many prompts run at one time');
    this.#runs.set(peerId, running + 1);
    return () => {
      const left = (this.#runs.get(peerId) ?? 1) - 1;
      if (left === 0) this.#runs.delete(peerId);
      else this.#runs.set(peerId, left);
    };
  }
}

/** Counts the characters of a peer's request. */
function lengthOf(request: OpenClawRequest): number {
  if (request.type === 'prompt') return request.data.prompt.length;
  return request.type === 'workflow' ? JSON.stringify(request.data.params ?? {}).length : 0;
}
