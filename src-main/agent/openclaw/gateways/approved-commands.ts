import * as z from 'zod';
import type { GatewayView } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import { GatewayError } from '#shared/openclaw/gateway/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { GatewayChannel, NodeDeclaration } from './gateway-directory.ts';
import { safeParse } from '#shared/safe-parse.ts';

type ApprovedCommandsView = GatewayView['surface'];

const NOTHING: ApprovedCommandsView = { state: 'none', requestId: null, commands: [], waiting: [] };
/** Events within this time cause one refresh, ms. */
const PACE = 500;
/** Refresh interval while no event announces changes, ms. */
const AGAIN = 60_000;
const MOST_SHOWN = 64;

/** Strict, because the ID becomes part of a command that a person copies into a shell. */
const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

const names = z.array(z.string().max(256)).max(512).catch([]);
const nodeRow = z.object({
  approvalState: z.string().max(64),
  commands: names,
  pendingRequestId: z.string().regex(REQUEST_ID).optional().catch(undefined),
  pendingDeclaredCommands: names.optional(),
});
const resolved = z.object({ nodeId: z.string().max(128), decision: z.string().max(32) });

const STATES: Readonly<Record<string, ApprovedCommandsView['state']>> = {
  unapproved: 'none',
  'pending-approval': 'pending',
  'pending-reapproval': 'reapproval',
  approved: 'approved',
};

/**
 * Watch on the commands of this machine as a node that one gateway has approved. With an operator connection it reads the node's row; without one it
 * sends a request that only an approved node may make, and takes the outcome as the answer. In memory; `KnownGateway` shows the result.
 */
export class ApprovedCommandsWatch {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #onChange: () => void;
  #node: GatewayChannel | undefined;
  #operator: GatewayChannel | undefined;
  #declared: NodeDeclaration['commands'] = [];
  #view: ApprovedCommandsView = NOTHING;
  #refreshTimer: Timer | undefined;

  constructor(options: Readonly<{ clock: Clock; logger: Logger; onChange(): void }>) {
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#onChange = options.onChange;
  }

  /** Current result for user interfaces. */
  get view(): ApprovedCommandsView {
    return this.#node === undefined ? NOTHING : this.#view;
  }

  /** Follows a new node connection. @param declared commands that it declared */
  nodeConnected(channel: GatewayChannel, declared: NodeDeclaration['commands']): void {
    // The same commands keep their approval over a lost connection until the gateway reports otherwise.
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
      this.#refreshTimer?.cancel();
      this.#onChange();
    });
    this.#refreshSoon();
  }

  /** Follows a new operator connection. */
  operatorConnected(channel: GatewayChannel): void {
    this.#operator = channel;
    channel.onEvent((event) => {
      if (event === 'node.pair.requested' || event === 'node.pair.resolved') this.#refreshSoon();
    });
    channel.onGap(() => this.#refreshSoon());
    channel.closed.addEventListener('abort', () => {
      if (this.#operator === channel) this.#operator = undefined;
    });
    this.#refreshSoon();
  }

  close(): void {
    this.#refreshTimer?.cancel();
  }

  #resolved(payload: unknown, node: GatewayChannel): void {
    const parsed = safeParse(resolved, payload);
    if (!parsed.success || parsed.data.nodeId !== node.deviceId) return;
    if (parsed.data.decision === 'approved' && this.#operator === undefined) this.#approved();
    this.#refreshSoon();
  }

  #refreshSoon(after = PACE): void {
    this.#refreshTimer?.cancel();
    if (this.#node === undefined) return;
    this.#refreshTimer = this.#clock.setTimer(after, () => void this.#refresh());
  }

  async #refresh(): Promise<void> {
    const node = this.#node;
    if (node === undefined) return;
    try {
      if (this.#operator === undefined) await this.#readAsNode(node);
      else await this.#readAsOperator(this.#operator, node);
    } catch (error) {
      this.#logger.debug('what is approved of the node is not known', { error: errorMessage(error) });
    }
    if (this.#node === node && this.#view.state !== 'approved') this.#refreshSoon(AGAIN);
  }

  async #readAsOperator(operator: GatewayChannel, node: GatewayChannel): Promise<void> {
    const row = safeParse(nodeRow, await operator.request('node.describe', { nodeId: node.deviceId }));
    if (!row.success || this.#node !== node) return;
    const { approvalState, commands, pendingRequestId, pendingDeclaredCommands = [] } = row.data;
    this.#set({
      state: STATES[approvalState] ?? 'none',
      requestId: pendingRequestId ?? null,
      commands: commands.slice(0, MOST_SHOWN),
      waiting: pendingDeclaredCommands.filter((command) => !commands.includes(command)).slice(0, MOST_SHOWN),
    });
  }

  /**
   * Sends an inventory without workers: the gateway rejects it until it has approved the commands, and the rejection
   * names the pending request.
   */
  async #readAsNode(node: GatewayChannel): Promise<void> {
    if (this.#declared.length === 0) return;
    try {
      await node.request('node.runnerInventory.update', { protocolFeatures: [] });
      if (this.#node === node) this.#approved();
    } catch (error) {
      const requestId = pendingRequestOf(error);
      if (requestId === undefined) throw error;
      if (this.#node === node && this.#view.requestId !== requestId) this.#set(this.#pending(requestId));
    }
  }

  #pending(requestId: string | null): ApprovedCommandsView {
    return { ...NOTHING, state: 'pending', requestId, waiting: this.#declared.slice(0, MOST_SHOWN) };
  }

  #approved(): void {
    this.#set({ state: 'approved', requestId: null, commands: this.#declared.slice(0, MOST_SHOWN), waiting: [] });
  }

  #set(view: ApprovedCommandsView): void {
    this.#view = view;
    this.#onChange();
  }
}

/** Extracts the request's ID from `node capability surface is awaiting operator approval; run \`openclaw nodes approve ID\` …`. */
function pendingRequestOf(error: unknown): string | undefined {
  const message = error instanceof GatewayError ? error.details['message'] : undefined;
  if (typeof message !== 'string' || !message.includes('awaiting operator approval')) return undefined;
  return /nodes approve ([A-Za-z0-9][A-Za-z0-9._:-]{0,127})/.exec(message)?.[1];
}
