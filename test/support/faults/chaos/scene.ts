import type { AppApiClient, PeerView } from '#shared/app-api/index.ts';
import { NODE, RunningCommand } from '../../e2e/commands.ts';
import { admittedBy, type Device } from '../../e2e/device.ts';
import type { StageRelay } from '../../e2e/relay.ts';
import { Stage } from '../../e2e/stage.ts';
import { until } from '../../e2e/until.ts';
import { Network } from '../network.ts';
import { ProcessControl } from '../processes.ts';
import { TcpFaultProxy } from '../tcp-proxy.ts';

/** `laptop` uses what `office` serves; `middle` is paired with both. */
export const MACHINES = ['laptop', 'office', 'middle'] as const;
export type Machine = (typeof MACHINES)[number];

export type SceneOptions = Readonly<{
  seed: number;
  /** Machines with addresses of their own, or this one for all: then there is the relay alone. */
  network: boolean;
  /** Of each machine's leg of the network and of its way to the relay, bits per second. */
  rate?: number;
}>;

/** Between a machine and the relay, one way, ms. */
const LATENCY = 5;
const QUEUE = 256 * 1024;

/** Real agents and a real relay, each machine's way to the relay through a fault proxy of its own. */
export class Scene {
  readonly control = new ProcessControl();
  readonly network: Network | undefined;
  readonly #stage: Stage;
  readonly #devices: Readonly<Record<Machine, Device>>;
  #relay: StageRelay;
  readonly #ways = new Map<Machine, TcpFaultProxy>();

  private constructor(stage: Stage, relay: StageRelay, network: Network | undefined) {
    this.#stage = stage;
    this.#relay = relay;
    this.network = network;
    this.#devices = {
      laptop: stage.device('laptop'),
      office: stage.device('office'),
      middle: stage.device('middle'),
    };
  }

  /** All paired and online. Where several are wanted at once, one after the other is made: that is work, and what follows is waiting. */
  static create(options: SceneOptions): Promise<Scene> {
    const scene = Scene.#making.then(() => Scene.#create(options));
    Scene.#making = scene.catch(() => undefined);
    return scene;
  }

  static #making: Promise<unknown> = Promise.resolve();

  static async #create(options: SceneOptions): Promise<Scene> {
    const stage = new Stage();
    const relay = await stage.startRelay(RELAY);
    const scene = new Scene(stage, relay, options.network ? Network.create(MACHINES) : undefined);
    try {
      await scene.#furnish(options);
    } catch (error) {
      await scene.close().catch(() => undefined);
      throw error;
    }
    return scene;
  }

  get directory(): string {
    return this.#stage.directory;
  }

  get relayPid(): number {
    return this.#relay.process.pid;
  }

  device(machine: Machine): Device {
    return this.#devices[machine];
  }

  /** A machine's way to the relay. */
  way(machine: Machine): TcpFaultProxy {
    const way = this.#ways.get(machine);
    if (way === undefined) throw new Error(`${machine} has no way to the relay`);
    return way;
  }

  pidOf(machine: Machine): number {
    const { agent } = this.#devices[machine];
    if (agent === undefined) throw new Error(`${machine} has no agent`);
    return agent.pid;
  }

  async killRelay(): Promise<void> {
    await this.control.kill(this.relayPid);
  }

  /** The same relay again, at the same address; takes connections when this resolves. */
  async restartRelay(): Promise<void> {
    this.#relay = await this.#stage.startRelay({ ...RELAY, port: this.#relay.port });
  }

  async killAgent(machine: Machine): Promise<void> {
    await this.control.kill(this.pidOf(machine));
  }

  /** Answers its user interfaces when this resolves; it may not be online yet. */
  async startAgent(machine: Machine, first = false): Promise<void> {
    const device = this.#devices[machine];
    const way = this.way(machine);
    const words = device.words(
      'run',
      `--name=${machine}`,
      '--shell=/bin/sh',
      `--relay=wss://${way.host}:${way.port}`,
      `--pin=${this.#relay.pin ?? ''}`,
    );
    const [program, ...before] = this.network?.on(machine) ?? [];
    const environment = { ...this.#stage.environment, ...(first ? admittedBy(this.#relay) : {}) };
    device.agent =
      program === undefined
        ? new RunningCommand(words, { environment })
        : new RunningCommand([...before, NODE, ...words], { program, environment });
    await device.agent.said(first ? /: online/ : /\S/);
  }

  /** A user interface of the laptop's agent, as soon as there is one again. */
  connect(): Promise<AppApiClient> {
    const look = (): Promise<AppApiClient | undefined> => this.#devices.laptop.connect().catch(() => undefined);
    return until('the agent of the laptop', look, 60_000);
  }

  /** What the laptop says of the office. */
  async view(): Promise<PeerView> {
    const client = await this.connect();
    try {
      return await client.call('peers.get', { peer: 'office' });
    } finally {
      client.close();
    }
  }

  /** @throws {Error} when something stays behind or a log complains */
  async close(): Promise<void> {
    this.control.close();
    for (const way of this.#ways.values()) {
      way.heal();
      way.resume();
    }
    try {
      await this.#stage.close();
    } finally {
      for (const way of this.#ways.values()) await way.close();
      this.network?.close();
    }
  }

  async #furnish({ seed, rate = Infinity }: SceneOptions): Promise<void> {
    const host = this.network?.hostAddress ?? '127.0.0.1';
    for (const machine of MACHINES) {
      const link = { latency: LATENCY, rate: rate / 8, queue: QUEUE };
      this.#ways.set(machine, await TcpFaultProxy.start({ host, seed, target: { port: this.#relay.port }, link }));
      if (rate !== Infinity) this.network?.limit(machine, rate, QUEUE);
      await this.startAgent(machine, true);
    }
    const { laptop, office, middle } = this.#devices;
    await office.pairWith(laptop);
    await middle.pairWith(laptop);
    await middle.pairWith(office);
    // Both may pass through it.
    for (const { name } of [laptop, office]) await middle.ok('rights', name, '--allow', 'relay');
  }
}

/** Its start and end are what is tried, not its manners. */
const RELAY = { tls: 'own', words: ['--drain=0'] } as const;
