import { cleanLine, NAME_LIMIT } from '#shared/visible-text/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { Logger } from '#shared/logger.ts';
import type { GatewayDirectory } from '../gateways/index.ts';
import type { AuditLog } from '../../core/store/index.ts';
import { GatewayTerminal } from './gateway-terminal.ts';
import { toTerminalError } from './errors.ts';
import { GATEWAY_TERMINAL_LIMITS as LIMITS } from './limits.ts';
import { listReply } from './messages.ts';

/** Options of `GatewayTerminals`. */
export type GatewayTerminalsOptions = Readonly<{
  gateways: GatewayDirectory;
  clock: Clock;
  logger: Logger;
  audit: AuditLog;
}>;

/** Request for a shell on a gateway's machine. */
export type GatewayTerminalRequest = Readonly<{
  /** Name or ID of the gateway. */
  gateway: string;
  cols: number;
  rows: number;
  /** ID of a running terminal to attach to, instead of a new one. */
  terminal?: string | undefined;
}>;

/** Running terminal of a gateway. `attached`: a viewer is attached to it. */
export type GatewayTerminalListing = Readonly<{ terminal: string; title: string; attached: boolean }>;

const MOST_LISTED = 256;

/**
 * Shells on the machines of this device's gateways: opens, attaches and lists them for user interfaces, and writes each opening and attaching to the
 * audit log. They run there unconfined, with the gateway's environment. Has the gateway close those that stay without a viewer for some time.
 */
export class GatewayTerminals {
  readonly #options: GatewayTerminalsOptions;
  /**
   * Timers of detached terminals by gateway and terminal. They end when the timer fires, as the gateway does itself
   * when the whole connection is lost.
   */
  readonly #left = new Map<string, Timer>();
  readonly #open = new Map<string, GatewayTerminal>();

  constructor(options: GatewayTerminalsOptions) {
    this.#options = options;
  }

  /**
   * Opens a terminal, or attaches to a running one and detaches the viewer that it has on this device: one at a time.
   * @throws {GatewayError} no connection, no such gateway, `gateway.scope`; {TerminalError} `terminal.disabled`,
   *   `terminal.unknown`
   */
  async open(
    { gateway, cols, rows, terminal: wanted }: GatewayTerminalRequest,
    signal: AbortSignal,
  ): Promise<Readonly<{ terminal: GatewayTerminal; shell: string | null; directory: string | null }>> {
    const { gateways, clock, logger, audit } = this.#options;
    const { id, name } = gateways.find(gateway);
    const channel = await gateways.ready(id, 'operator', { timeout: LIMITS.ready, signal });
    if (wanted !== undefined) {
      // One viewer at a time: the gateway can't tell two viewers on one connection apart.
      this.#open.get(keyOf(id, wanted))?.detach();
      this.#forget(keyOf(id, wanted));
    }
    const terminal: GatewayTerminal = new GatewayTerminal({
      channel,
      reconnect: (stop) => gateways.ready(id, 'operator', { timeout: LIMITS.left, signal: stop }),
      size: { cols, rows },
      clock,
      logger,
      onOver: (how) => {
        const key = keyOf(id, terminal.terminal);
        if (this.#open.get(key) === terminal) this.#open.delete(key);
        if (how === 'detached') this.#leave(id, terminal.terminal);
      },
    });
    const found = wanted === undefined ? await terminal.open(signal) : await terminal.attach(wanted, signal);
    this.#open.set(keyOf(id, terminal.terminal), terminal);
    audit.record('gateway.terminal', { gateway: id, name, terminal: terminal.terminal.slice(0, 128) });
    return { terminal, shell: shown(found.shell), directory: shown(found.directory) };
  }

  /** Lists a gateway's terminals. @throws as `open` */
  async list(gateway: string, signal: AbortSignal): Promise<GatewayTerminalListing[]> {
    const { gateways } = this.#options;
    const channel = await gateways.ready(gateways.find(gateway).id, 'operator', { timeout: LIMITS.ready, signal });
    try {
      const { sessions } = listReply.parse(await channel.request('terminal.list', {}, { signal }));
      return sessions.slice(0, MOST_LISTED).map(({ sessionId, title, shell, cwd, attached }) => ({
        terminal: sessionId,
        title: shown(title ?? [shell, cwd].filter((text) => text !== undefined).join(' ')),
        // The gateway counts this device's connection as a viewer, even without one here.
        attached: attached && !this.#left.has(keyOf(channel.gatewayId, sessionId)),
      }));
    } catch (error) {
      throw toTerminalError(error);
    }
  }

  /** Detaches all terminals when the agent stops; the gateway keeps them for a while. */
  close(): void {
    for (const terminal of this.#open.values()) terminal.detach();
    for (const timer of this.#left.values()) timer.cancel();
    this.#left.clear();
    this.#open.clear();
  }

  #leave(gateway: string, terminal: string): void {
    const key = keyOf(gateway, terminal);
    this.#forget(key);
    const { clock, gateways } = this.#options;
    const timer = clock.setTimer(LIMITS.left, () => {
      this.#left.delete(key);
      // Only terminals of this connection: someone else may have attached meanwhile.
      const channel = gateways.channel(gateway, 'operator');
      channel?.request('terminal.close', { sessionId: terminal }).catch(() => undefined);
    });
    this.#left.set(key, timer);
  }

  #forget(key: string): void {
    this.#left.get(key)?.cancel();
    this.#left.delete(key);
  }
}

function keyOf(gateway: string, terminal: string): string {
  return `${gateway} ${terminal}`;
}

function shown<Text extends string | null>(text: Text): Text | string {
  return text === null ? text : cleanLine(text, NAME_LIMIT);
}
