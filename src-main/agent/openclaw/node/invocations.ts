import * as z from 'zod';
import type { Clock } from '#shared/clock.ts';
import type { Logger } from '#shared/logger.ts';
import { errorMessage } from '#shared/errors.ts';
import { type CommandReply, ReplyCache } from './reply-cache.ts';
import type { NodeCommands } from './commands.ts';
import { InvokeError, type InvokeErrorCode } from './errors.ts';
import { MOST_PARAMS, type NodeLimits } from './limits.ts';
import type { NodeCommand } from './declared-commands.ts';
import type { EndReason } from './system-run.ts';
import { safeParse } from '#shared/safe-parse.ts';

const request = z.object({
  id: z.string().min(1).max(256),
  nodeId: z.string().max(256).nullish(),
  command: z.string().max(256),
  paramsJSON: z.string().max(MOST_PARAMS).nullish(),
  timeoutMs: z.number().nullish(),
  idempotencyKey: z.string().max(512).nullish(),
});
const cancellation = z.object({ invokeId: z.string().max(256) });
/** Fields of a request that are needed to reply to it. */
const named = z.object({ id: z.string().min(1).max(256), nodeId: z.string().max(256).nullish() });

/**
 * Commands of one gateway in progress, and the replies to finished ones, in memory. `NodeLink` passes the gateway's requests; `NodeCommands` runs
 * them, each with a time limit, and has their effects: programs, files, notifications. Outlives connections, since
 * idempotency keys stay valid after one ends.
 */
export class Invocations {
  readonly #commands: NodeCommands;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #limits: NodeLimits;
  readonly #keys: ReplyCache;
  readonly #running = new Map<string, (reason: EndReason) => void>();

  constructor(options: Readonly<{ commands: NodeCommands; clock: Clock; logger: Logger; limits: NodeLimits }>) {
    this.#commands = options.commands;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#limits = options.limits;
    this.#keys = new ReplyCache(options.limits.keys, options.limits.cachedResults);
  }

  /** Handles `node.invoke.request` and replies exactly once. */
  async take(payload: unknown, from: InvokeSource): Promise<void> {
    const { data } = safeParse(named, payload);
    if (data === undefined) {
      this.#logger.warn('a gateway sent a command without an id', { gateway: from.gateway });
      return;
    }
    const answer = await this.#answer(payload, from);
    if (from.closed.aborted) return;
    await from.result({ id: data.id, nodeId: data.nodeId ?? from.deviceId, ...answer });
  }

  /** Handles `node.invoke.cancel`. */
  cancel(payload: unknown): void {
    const { data } = safeParse(cancellation, payload);
    if (data !== undefined) this.#running.get(data.invokeId)?.('cancelled');
  }

  async #answer(payload: unknown, from: InvokeSource): Promise<CommandReply> {
    const { data } = safeParse(request, payload);
    if (data === undefined) return refuse('INVALID_REQUEST', 'the command is not valid');
    const { id, command, idempotencyKey: key } = data;
    const isOffered = (from.commands() as readonly string[]).includes(command);
    if (!isOffered) return refuse('INVALID_REQUEST', 'this machine does not offer that command');
    const before = key === undefined || key === null ? undefined : this.#keys.find(key);
    if (before !== undefined) return await before;
    if (this.#running.has(id)) return refuse('INVALID_REQUEST', 'a command of that id is worked on');
    if (this.#running.size >= this.#limits.invokes) return refuse('UNAVAILABLE', 'too many commands at a time');
    const answer = this.#work(data, command as NodeCommand, from);
    if (key !== undefined && key !== null) this.#keys.add(key, answer);
    return await answer;
  }

  async #work(
    { id, paramsJSON, timeoutMs }: z.infer<typeof request>,
    command: NodeCommand,
    from: InvokeSource,
  ): Promise<CommandReply> {
    const { gateway, gatewayName, event } = from;
    const stop = new AbortController();
    const end = (reason: EndReason): void => stop.abort(reason);
    const lost = (): void => end('disconnected');
    const wanted = typeof timeoutMs === 'number' && timeoutMs > 0 ? timeoutMs : this.#limits.timeout;
    const time = Math.min(wanted, this.#limits.longestTimeout);
    this.#running.set(id, end);
    const timer = this.#clock.setTimer(time, () => end('deadline'));
    from.closed.addEventListener('abort', lost, { once: true });
    if (from.closed.aborted) lost();
    try {
      const params = readJson(paramsJSON);
      const expiresAt = this.#clock.now() + time;
      const call = { gateway, gatewayName, signal: stop.signal, end, expiresAt, event };
      const result = await this.#commands.run(command, params, call);
      if (stop.signal.reason === 'deadline') return refuse('TIMEOUT', 'the command took too long');
      return { ok: true, payloadJSON: JSON.stringify(result) };
    } catch (error) {
      if (stop.signal.reason === 'deadline') return refuse('TIMEOUT', 'the command took too long');
      if (error instanceof InvokeError) return refuse(error.invokeCode, error.message);
      this.#logger.warn('a command of a gateway failed', { gateway, command, error: errorMessage(error) });
      return refuse('UNAVAILABLE', 'the command failed');
    } finally {
      timer.cancel();
      from.closed.removeEventListener('abort', lost);
      this.#running.delete(id);
    }
  }
}

/** Connection on which a command arrived. */
export type InvokeSource = Readonly<{
  gateway: string;
  gatewayName: string;
  deviceId: string;
  /** Returns the commands declared now. */
  commands: () => readonly NodeCommand[];
  closed: AbortSignal;
  /** Sends an event; never fails. */
  event: (event: string, payload: Readonly<Record<string, unknown>>) => void;
  result: (params: Readonly<Record<string, unknown>>) => Promise<void>;
}>;

function readJson(text: string | null | undefined): unknown {
  if (text === undefined || text === null || text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvokeError('INVALID_REQUEST', 'the parameters are no JSON', error);
  }
}

function refuse(code: InvokeErrorCode, message: string): CommandReply {
  return { ok: false, error: { code, message } };
}
