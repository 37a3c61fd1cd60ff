import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Registry } from 'prom-client';

/** Current figures of the hub, read when the metrics are requested. */
export type LiveFigures = Readonly<{
  unauthenticated: number;
  devices: number;
  joiners: number;
  ringing: number;
  attaching: number;
  links: number;
  mailboxes: number;
  /** Bytes forwarded by open connections. */
  liveBytes: number;
}>;

/** Counts of foreign instances, without names or content. */
export type ForeignCounts = Readonly<{
  /** Counts a message by its outcome: `forwarded`, or the code of its refusal. */
  message(outcome: string): void;
  /** Counts a refused request or message, by its code. */
  refused(code: string): void;
}>;

/** Current figures of foreign instances, read when the metrics are requested. */
export type ForeignFigures = Readonly<{ online: number; waitingBytes: number }>;

const PREFIX = 'clawreach_relay_';
const NANOSECONDS = 1e9;

/**
 * Metrics of the relay in Prometheus text form. `Hub` creates them; the hub, the HTTP server and the STUN responder count events here; `/metrics`
 * renders them. Also measures the delay of the event loop and the memory of the process. Labels come from fixed lists, never from a client. Keeps
 * everything in memory.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #delay = monitorEventLoopDelay({ resolution: 20 });
  readonly #hellos: Counter<'outcome'>;
  readonly #refusals: Counter<'what' | 'reason'>;
  readonly #links: Counter<'reason'>;
  readonly #mailboxes: Counter<'event'>;
  readonly #early: Counter;
  readonly #stun: Counter<'outcome'>;
  #endedBytes = 0;

  constructor(figures: () => LiveFigures) {
    const registers = [this.#registry];
    const counter = <Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> =>
      new Counter({ name: `${PREFIX}${name}`, help, labelNames, registers });
    const gauge = (name: string, help: string, read: () => number): void => {
      const made: Gauge = new Gauge({
        name: `${PREFIX}${name}`,
        help,
        registers,
        collect: () => made.set(read()),
      });
    };
    this.#hellos = counter('hellos_total', 'Hellos by outcome: agent, joiner, or the error code', ['outcome']);
    this.#refusals = counter('refusals_total', 'What was refused, and why', ['what', 'reason']);
    this.#links = counter('links_ended_total', 'Joined links that ended, by reason', ['reason']);
    this.#mailboxes = counter('mailbox_events_total', 'Pairing mailboxes: opened, claimed, expired, closed', ['event']);
    this.#stun = counter('stun_requests_total', 'Datagrams at the STUN port by outcome', ['outcome']);
    this.#early = new Counter({
      name: `${PREFIX}early_bytes_total`,
      help: 'Early data forwarded over control',
      registers,
    });
    gauge('devices_online', 'Devices connected and admitted', () => figures().devices);
    gauge('joiners', 'Devices connected for pairing only', () => figures().joiners);
    gauge('unauthenticated_connections', 'Sockets that have not proven anything', () => figures().unauthenticated);
    gauge('connects_pending', 'Connects not answered yet', () => figures().ringing);
    gauge('links_attaching', 'Accepted connects whose data connections are awaited', () => figures().attaching);
    gauge('links_open', 'Joined links', () => figures().links);
    gauge('mailboxes_open', 'Pairing mailboxes', () => figures().mailboxes);
    gauge('resident_memory_bytes', 'Resident memory of the process', () => process.memoryUsage.rss());
    gauge('event_loop_lag_p99_seconds', 'Delay of the event loop since the last reading, 99th percentile', () => {
      const lag = this.#delay.percentile(99) / NANOSECONDS;
      this.#delay.reset();
      return Number.isFinite(lag) ? lag : 0;
    });
    const bytes: Counter = new Counter({
      name: `${PREFIX}link_bytes_total`,
      help: 'Bytes copied between joined data connections, both directions',
      registers,
      collect: () => {
        bytes.reset();
        bytes.inc(this.#endedBytes + figures().liveBytes);
      },
    });
    this.#delay.enable();
  }

  /** Counts a hello by its outcome: `agent`, `joiner`, or the error code. */
  hello(outcome: string): void {
    this.#hellos.inc({ outcome });
  }

  /** Counts a refusal. */
  refused(what: 'http' | 'connect' | 'control' | 'data' | 'mailbox' | 'message' | 'early-data', reason: string): void {
    this.#refusals.inc({ what, reason });
  }

  /** Counts a joined connection that has ended, and its bytes. */
  linkEnded(reason: string, bytes: number): void {
    this.#links.inc({ reason });
    this.#endedBytes += bytes;
  }

  /** Counts an event of a mailbox. */
  mailbox(event: 'opened' | 'claimed' | 'expired' | 'closed'): void {
    this.#mailboxes.inc({ event });
  }

  /** Counts forwarded early data, bytes. */
  earlyBytes(count: number): void {
    this.#early.inc(count);
  }

  /** Counts a STUN request. */
  stun(outcome: 'answered' | 'unknown-attributes' | 'malformed' | 'limited'): void {
    this.#stun.inc({ outcome });
  }

  /** Adds the metrics of foreign instances. Called once, and only if the relay serves them. */
  addForeign(figures: () => ForeignFigures): ForeignCounts {
    const registers = [this.#registry];
    const messages = new Counter({
      name: `${PREFIX}foreign_messages_total`,
      help: 'Messages of foreign instances by outcome: forwarded, or the error code',
      labelNames: ['outcome'],
      registers,
    });
    const refusals = new Counter({
      name: `${PREFIX}foreign_refusals_total`,
      help: 'Refused requests and messages of foreign instances, by error code',
      labelNames: ['code'],
      registers,
    });
    const online: Gauge = new Gauge({
      name: `${PREFIX}foreign_instances_online`,
      help: 'Foreign instances connected',
      registers,
      collect: () => online.set(figures().online),
    });
    const waiting: Gauge = new Gauge({
      name: `${PREFIX}foreign_waiting_bytes`,
      help: 'Messages of foreign instances that wait for a receipt, bytes',
      registers,
      collect: () => waiting.set(figures().waitingBytes),
    });
    return { message: (outcome) => messages.inc({ outcome }), refused: (code) => refusals.inc({ code }) };
  }

  /** Returns the metrics and their content type. */
  async render(): Promise<Readonly<{ type: string; text: string }>> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  close(): void {
    this.#delay.disable();
  }
}
