import * as z from 'zod';
import { cleanDetail } from '#shared/visible-text/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import { MAX_ENTRIES, type HeartbeatMessage } from '#shared/openclaw/prompts/index.ts';
import { MOST_WORDS } from './limits.ts';
import { defaultGateway, portableError, type PromptGateways } from './local-gateways.ts';

const count = z.number().int().min(0).max(1_000_000).catch(0);
const preflightReply = z.object({
  safe: z.boolean(),
  counts: z
    .object({ embeddedRuns: count, cronRuns: count, backgroundExecSessions: count, activeTasks: count })
    .partial()
    .catch({}),
  blockers: z.array(z.object({ message: z.string() })).catch([]),
});

type Look = Readonly<{ at: number; tasks: Promise<number | undefined> }>;

/** Lifetime of a cached number of running tasks, ms; many peers may watch the same gateway. */
const FRESH = 5000;

/**
 * Builder of the heartbeats of this device's gateways (docs/PROTOCOL.md) on request: asks the gateway for its number of running tasks, if it is
 * connected. `PeerRequest` sends heartbeats to peers, `LocalGateways` gives them to the person here. Keeps that number and the latest error of each
 * gateway in memory.
 */
export class HeartbeatSource {
  readonly #gateways: PromptGateways | undefined;
  readonly #clock: Clock;
  readonly #looks = new Map<string, Look>();
  readonly #errors = new Map<string, string>();

  constructor(gateways: PromptGateways | undefined, clock: Clock) {
    this.#gateways = gateways;
    this.#clock = clock;
  }

  /** Builds a heartbeat. @throws {OpenClawError} `remote.no-gateway` */
  async beat(reference: string | undefined): Promise<HeartbeatMessage> {
    const gateways = this.#gateways;
    const { id } = defaultGateway(gateways, reference);
    if (gateways === undefined) throw new Error('unreachable');
    const { operator, server } = gateways.view(id);
    const tasks = operator.state === 'connected' ? await this.#tasks(gateways, id) : undefined;
    const since = server?.startedAt ?? (operator.state === 'connected' ? operator.since : null);
    return {
      node_id: id,
      uptime: since === null ? 0 : Math.max(0, Math.floor((this.#clock.now() - since) / 1000)),
      active_tasks: tasks ?? 0,
      last_error: this.#errors.get(id) ?? operator.problem?.code ?? null,
      connection_state: STATES[operator.state],
    };
  }

  /** Records an error for the following heartbeats. */
  failed(id: string, error: unknown): void {
    if (this.#errors.size > 256) this.#errors.clear();
    const reported = portableError(error);
    this.#errors.set(id, cleanDetail(`${errorCode(reported)}: ${reported.message}`, MOST_WORDS));
  }

  /** Lists the tasks that a restart would cancel now. @throws {GatewayError} */
  async pending(id: string, signal: AbortSignal): Promise<readonly string[]> {
    if (this.#gateways === undefined) return [];
    const channel = await this.#gateways.ready(id, 'operator', { timeout: 30_000, signal });
    const found = preflightReply.parse(await channel.request('gateway.restart.preflight', {}, { signal }));
    if (found.safe) return [];
    return found.blockers.slice(0, MAX_ENTRIES).map(({ message }) => cleanDetail(message, MOST_WORDS));
  }

  #tasks(gateways: PromptGateways, id: string): Promise<number | undefined> {
    const now = this.#clock.monotonic();
    const before = this.#looks.get(id);
    if (before !== undefined && now - before.at < FRESH) return before.tasks;
    const tasks = countTasks(gateways, id);
    this.#looks.set(id, { at: now, tasks });
    return tasks;
  }
}

async function countTasks(gateways: PromptGateways, id: string): Promise<number | undefined> {
  try {
    const reply = await gateways.channel(id, 'operator')?.request('gateway.restart.preflight', {}, { timeout: 10_000 });
    const { counts } = preflightReply.parse(reply);
    const { embeddedRuns = 0, cronRuns = 0, backgroundExecSessions = 0, activeTasks = 0 } = counts;
    return embeddedRuns + cronRuns + backgroundExecSessions + activeTasks;
  } catch {
    return undefined;
  }
}

const STATES = {
  connected: 'online',
  connecting: 'reconnecting',
  waiting: 'reconnecting',
  pairing: 'reconnecting',
  off: 'offline',
  stopped: 'offline',
} as const;
