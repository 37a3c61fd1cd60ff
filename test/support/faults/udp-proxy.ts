import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock } from '#shared/clock.ts';
import { systemClock } from '#node/clock/index.ts';
import { createLines, type Line, type LinkConditions, type Lines } from './line.ts';
import { SeededRandom } from './random.ts';
import type { Target, Way } from './tcp-proxy.ts';

/** Chances between 0 and 1, for each datagram. */
export type UdpFaults = Readonly<{
  loss: number;
  duplication: number;
  /** Chance to be passed by later ones, and by how much it is late, ms. */
  reordering: number;
  reorderedBy: number;
}>;

const NO_FAULTS: UdpFaults = { loss: 0, duplication: 0, reordering: 0, reorderedBy: 20 };

export type UdpProxyOptions = Readonly<{
  target: Target;
  host?: string;
  port?: number;
  seed?: number;
  clock?: Clock;
  link?: LinkConditions | Readonly<{ lines: Lines }>;
  faults?: Partial<UdpFaults>;
}>;

export type UdpStatistics = {
  carried: number;
  lost: number;
  duplicated: number;
  reordered: number;
  overflowed: number;
};
type Direction = {
  readonly line: Line;
  /** Of its own: how the two directions mix is not the seed's to say. */
  readonly random: SeededRandom;
  hole: boolean;
  readonly statistics: UdpStatistics;
};

/** The same link for datagrams: what finds the queue full is dropped, as a router drops it. */
export class UdpFaultProxy {
  readonly port: number;
  target: Target;
  faults: UdpFaults;
  readonly #socket: Socket;
  readonly #up: Direction;
  readonly #down: Direction;
  /** One socket to the target for each sender, so that answers find back. */
  readonly #flows = new Map<string, Socket>();

  private constructor(options: UdpProxyOptions, socket: Socket) {
    const { link = {}, seed = 1, clock = systemClock } = options;
    this.port = socket.address().port;
    this.target = options.target;
    this.faults = { ...NO_FAULTS, ...options.faults };
    this.#socket = socket;
    const random = new SeededRandom(seed);
    const lines = 'lines' in link ? link.lines : createLines(clock, random.fork(), link);
    this.#up = newDirection(lines.up, random.fork());
    this.#down = newDirection(lines.down, random.fork());
    socket.on('message', (bytes, from) => this.#receive(bytes, from));
  }

  static async start(options: UdpProxyOptions): Promise<UdpFaultProxy> {
    const socket = createSocket('udp4');
    socket.bind(options.port ?? 0, options.host ?? '127.0.0.1');
    await once(socket, 'listening');
    return new UdpFaultProxy(options, socket);
  }

  get statistics(): Readonly<{ up: UdpStatistics; down: UdpStatistics }> {
    return { up: { ...this.#up.statistics }, down: { ...this.#down.statistics } };
  }

  stall(way: Way = 'both'): void {
    for (const direction of this.#directions(way)) direction.line.stall();
  }

  resume(way: Way = 'both'): void {
    for (const direction of this.#directions(way)) direction.line.resume();
  }

  blackHole(way: Way = 'both'): void {
    for (const direction of this.#directions(way)) direction.hole = true;
  }

  heal(way: Way = 'both'): void {
    for (const direction of this.#directions(way)) direction.hole = false;
  }

  async close(): Promise<void> {
    for (const { line } of this.#directions('both')) line.clear();
    const sockets = [this.#socket, ...this.#flows.values()];
    this.#flows.clear();
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => void socket.close(() => resolve()))));
  }

  #receive(bytes: Buffer, from: RemoteInfo): void {
    const key = `${from.address}:${from.port}`;
    let flow = this.#flows.get(key);
    if (flow === undefined) {
      flow = createSocket('udp4');
      // A target that is not there answers with an error of the network, which a link hides.
      flow.on('error', () => undefined);
      flow.on('message', (answer) =>
        this.#pass(this.#down, answer, () => this.#socket.send(answer, from.port, from.address)),
      );
      this.#flows.set(key, flow);
    }
    const sender = flow;
    const { host = '127.0.0.1', port } = this.target;
    this.#pass(this.#up, bytes, () => sender.send(bytes, port, host));
  }

  #pass(direction: Direction, bytes: Buffer, deliver: () => void): void {
    const { statistics, random } = direction;
    if (random.chance(this.faults.loss)) {
      statistics.lost += 1;
      return;
    }
    this.#send(direction, bytes, deliver);
    if (!random.chance(this.faults.duplication)) return;
    statistics.duplicated += 1;
    this.#send(direction, bytes, deliver);
  }

  #send(direction: Direction, bytes: Buffer, deliver: () => void): void {
    const { line, statistics, random } = direction;
    const reordered = random.chance(this.faults.reordering);
    if (reordered) statistics.reordered += 1;
    const arrive = (): void => {
      if (direction.hole) return;
      statistics.carried += 1;
      deliver();
    };
    const options = { ordered: false, late: reordered ? this.faults.reorderedBy : 0 };
    if (!line.send(bytes.length, arrive, options)) statistics.overflowed += 1;
  }

  #directions(way: Way): readonly Direction[] {
    if (way === 'both') return [this.#up, this.#down];
    return [way === 'up' ? this.#up : this.#down];
  }
}

function newDirection(line: Line, random: SeededRandom): Direction {
  const statistics = { carried: 0, lost: 0, duplicated: 0, reordered: 0, overflowed: 0 };
  return { line, random, hole: false, statistics };
}
