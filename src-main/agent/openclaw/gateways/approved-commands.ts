import * as z from 'zod';
import type { GatewayView } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import { GatewayError } from '#shared/openclaw/gateway/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { GatewayChannel, NodeDeclaration } from './types.ts';

type SurfaceView = GatewayView['surface'];

const NOTHING: SurfaceView = { state: 'none', requestId: null, commands: [], waiting: [] };
/** Many events are one look, ms. */
const PACE = 500;
/** What nobody tells is looked at again, ms. */
const AGAIN = 60_000;
const MOST_SHOWN = 64;

/** It becomes part of a command that a person copies. */
const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

const names = z.array(z.string().max(256)).max(512).catch([]);
const nodeRow = z.object({
  approvalState: z.string().max(64),
  commands: names,
  pendingRequestId: z.string().regex(REQUEST_ID).optional().catch(undefined),
  pendingDeclaredCommands: names.optional(),
});
const resolved = z.object({ nodeId: z.string().max(128), decision: z.string().max(32) });

const STATES: Readonly<Record<string, SurfaceView['state']>> = {
  unapproved: 'none',
  'pending-approval': 'pending',
  'pending-reapproval': 'reapproval',
  approved: 'approved',
};

/**
 * What the gateway lets be used of this machine as its node. A node itself is told little: an operator's connection, where there is one, sees
 * the row of the node; else a request that only an approved node may make tells whether it is approved.
 */
export class ApprovedCommandsWatch {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #onChange: () => void;
  #node: GatewayChannel | undefined;
  #operator: GatewayChannel | undefined;
  #declared: NodeDeclaration['commands'] = [];
  #view: SurfaceView = NOTHING;
  #look: Timer | undefined;

  constructor(options: Readonly<{ clock: Clock; logger: Logger; onChange(): void }>) {
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#onChange = options.onChange;
  }

  get view(): SurfaceView {
    return this.#node === undefined ? NOTHING : this.#view;
  }

  /** The node is connected, and has declared this. */
  nodeConnected(channel: GatewayChannel, declared: NodeDeclaration['commands']): void {
    // What was approved of the same before a connection was lost is so until the gateway says otherwise.
    const isKnown = this.#view.state !== 'none' && this.#declared.join() === declared.join();
    this.#node = channel;
    this.#declared = declared;
    if (!isKnown) this.#view = declared.length === 0 ? NOTHING : this.#pending(null);
    channel.onEvent((event, payload) => {
      if (event === 'node.pair.resolved') this.#resolved(payload, channel);
    });
    channel.closed.addEventListener('abort', () => {
      if (this.#node !== channel) return;
      this.#node = undefined;
      this.#look?.cancel();
      this.#onChange();
    });
    this.#lookSoon();
  }

  operatorConnected(channel: GatewayChannel): void {
    this.#operator = channel;
    channel.onEvent((event) => {
      if (event === 'node.pair.requested' || event === 'node.pair.resolved') this.#lookSoon();
    });
    channel.onGap(() => this.#lookSoon());
    channel.closed.addEventListener('abort', () => {
      if (this.#operator === channel) this.#operator = undefined;
    });
    this.#lookSoon();
  }

  close(): void {
    this.#look?.cancel();
  }

  #resolved(payload: unknown, node: GatewayChannel): void {
    const parsed = resolved.safeParse(payload);
    if (!parsed.success || parsed.data.nodeId !== node.deviceId) return;
    if (parsed.data.decision === 'approved' && this.#operator === undefined) this.#approved();
    this.#lookSoon();
  }

  #lookSoon(after = PACE): void {
    this.#look?.cancel();
    if (this.#node === undefined) return;
    this.#look = this.#clock.setTimer(after, () => void this.#lookNow());
  }

  async #lookNow(): Promise<void> {
    const node = this.#node;
    if (node === undefined) return;
    try {
      if (this.#operator === undefined) await this.#askAsNode(node);
      else await this.#askAsOperator(this.#operator, node);
    } catch (error) {
      this.#logger.debug('what is approved of the node is not known', { error: errorMessage(error) });
    }
    if (this.#node === node && this.#view.state !== 'approved') this.#lookSoon(AGAIN);
  }

  async #askAsOperator(operator: GatewayChannel, node: GatewayChannel): Promise<void> {
    const row = nodeRow.safeParse(await operator.request('node.describe', { nodeId: node.deviceId }));
    if (!row.success || this.#node !== node) return;
    const { approvalState, commands, pendingRequestId, pendingDeclaredCommands = [] } = row.data;
    this.#set({
      state: STATES[approvalState] ?? 'none',
      requestId: pendingRequestId ?? null,
      commands: commands.slice(0, MOST_SHOWN),
      waiting: pendingDeclaredCommands.filter((command) => !commands.includes(command)).slice(0, MOST_SHOWN),
    });
  }

  /** That this machine runs no workers is not listened to before the surface is approved; the refusal names the request. */
  async #askAsNode(node: GatewayChannel): Promise<void> {
    if (this.#declared.length === 0) return;
    try {
      await node.request('node.runnerInventory.update', { protocolFeatures: [] });
      if (this.#node === node) this.#approved();
    } catch (error) {
      const requestId = awaitedRequest(error);
      if (requestId === undefined) throw error;
      if (this.#node === node && this.#view.requestId !== requestId) this.#set(this.#pending(requestId));
    }
  }

  #pending(requestId: string | null): SurfaceView {
    return { ...NOTHING, state: 'pending', requestId, waiting: this.#declared.slice(0, MOST_SHOWN) };
  }

  #approved(): void {
    this.#set({ state: 'approved', requestId: null, commands: this.#declared.slice(0, MOST_SHOWN), waiting: [] });
  }

  #set(view: SurfaceView): void {
    this.#view = view;
    this.#onChange();
  }
}

/** `node capability surface is awaiting operator approval; run \`openclaw nodes approve ID\` …` */
function awaitedRequest(error: unknown): string | undefined {
  const said = error instanceof GatewayError ? error.details['message'] : undefined;
  if (typeof said !== 'string' || !said.includes('awaiting operator approval')) return undefined;
  return /nodes approve ([A-Za-z0-9][A-Za-z0-9._:-]{0,127})/.exec(said)?.[1];
}
