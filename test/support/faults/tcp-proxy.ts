import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Clock } from '#shared/clock.ts';
import { systemClock } from '#node/clock/index.ts';
import { createLines, type LinkConditions, type Lines } from './line.ts';
import { abort, Pipe, type Chunking, type Direction } from './pipe.ts';
import { SeededRandom } from './random.ts';

export type Target = Readonly<{ host?: string; port: number }>;
/** `up`: from who connects to the target. */
export type Way = 'up' | 'down' | 'both';

export type TcpProxyOptions = Readonly<{
  target: Target;
  /** Loopback by default. */
  host?: string;
  /** A free one by default. */
  port?: number;
  seed?: number;
  clock?: Clock;
  /** Conditions of a link of its own, or the lines of one that it shares with other proxies. */
  link?: LinkConditions | Readonly<{ lines: Lines }>;
}>;

type Pair = Readonly<{ client: Socket; target: Socket }>;

/**
 * A link for TCP that breaks in every way a link breaks, on demand and the same again with the same seed. It ends TCP on both sides: beside
 * its own queue there are the buffers of the two kernels, as there would be with a proxy on the way. Where even these count, use a Network.
 */
export class TcpFaultProxy {
  readonly host: string;
  readonly port: number;
  target: Target;
  readonly #random: SeededRandom;
  readonly #up: Direction;
  readonly #down: Direction;
  readonly #pairs = new Set<Pair>();
  #server: Server;
  #accepted = 0;

  private constructor(options: TcpProxyOptions, server: Server) {
    const { port } = server.address() as AddressInfo;
    const { link = {}, seed = 1, clock = systemClock } = options;
    this.host = options.host ?? '127.0.0.1';
    this.port = port;
    this.target = options.target;
    this.#random = new SeededRandom(seed);
    const lines = 'lines' in link ? link.lines : createLines(clock, this.#random.fork(), link);
    this.#up = newDirection(lines.up);
    this.#down = newDirection(lines.down);
    this.#server = server;
    this.#serve(server);
  }

  /** Takes connections when this resolves. */
  static async start(options: TcpProxyOptions): Promise<TcpFaultProxy> {
    const server = await listen(options.host ?? '127.0.0.1', options.port ?? 0);
    return new TcpFaultProxy(options, server);
  }

  /** Connections that are open on either side. */
  get connections(): number {
    return this.#pairs.size;
  }

  get statistics(): Readonly<{ accepted: number; up: Direction['carried']; down: Direction['carried'] }> {
    return { accepted: this.#accepted, up: { ...this.#up.carried }, down: { ...this.#down.carried } };
  }

  /** Bytes that wait for the wire. */
  get queued(): Readonly<{ up: number; down: number }> {
    return { up: this.#up.line.queued, down: this.#down.line.queued };
  }

  setConditions(conditions: LinkConditions): void {
    const { up, down, ...both } = conditions;
    this.#up.line.setConditions({ ...both, ...up });
    this.#down.line.setConditions({ ...both, ...down });
  }

  /** What arrives is written in pieces of such sizes; whole again without. */
  chunk(chunking: Chunking | undefined, way: Way = 'both'): void {
    for (const direction of this.#directions(way)) direction.chunking = chunking;
  }

  /** Nothing moves, nothing is lost. */
  stall(way: Way = 'both'): void {
    for (const direction of this.#directions(way)) direction.line.stall();
  }

  resume(way: Way = 'both'): void {
    for (const direction of this.#directions(way)) direction.line.resume();
  }

  /** Connections stay open and new ones are accepted, and everything they carry that way vanishes. */
  blackHole(way: Way = 'both'): void {
    for (const direction of this.#directions(way)) direction.hole = true;
  }

  /** New connections carry again, and those that lost nothing; the others stay as dead as they look alive. */
  heal(way: Way = 'both'): void {
    for (const direction of this.#directions(way)) direction.hole = false;
  }

  /** Both ends of every connection get a reset; how many there were. */
  reset(): number {
    const pairs = [...this.#pairs];
    for (const pair of pairs) cut(pair);
    return pairs.length;
  }

  /** Resets the connection that carries the byte after so many more of this direction, all connections counted together. */
  cutAfter(bytes: number, way: Exclude<Way, 'both'>): void {
    for (const direction of this.#directions(way)) direction.cutAfter = bytes;
  }

  /** Nobody listens any more; connections that are there stay. */
  async refuse(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    await new Promise((resolve) => void setImmediate(resolve));
  }

  async admit(): Promise<void> {
    if (this.#server.listening) return;
    this.#server = await listen(this.host, this.port);
    this.#serve(this.#server);
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const { client, target } of this.#pairs) {
      client.destroy();
      target.destroy();
    }
    for (const direction of this.#directions('both')) direction.line.clear();
    while (this.#pairs.size > 0) await once(this.#server, 'clawreach:pair-closed');
  }

  #serve(server: Server): void {
    server.on('connection', (client: Socket) => {
      this.#accepted += 1;
      const { host = '127.0.0.1', port } = this.target;
      const target = connect({ host, port, allowHalfOpen: true, noDelay: true });
      client.setNoDelay(true);
      const pair: Pair = { client, target };
      this.#pairs.add(pair);
      for (const socket of [client, target]) socket.on('close', () => this.#forget(pair));
      const tie = { random: this.#random.fork(), cut: () => cut(pair) };
      void new Pipe({ ...tie, from: client, to: target, direction: this.#up });
      void new Pipe({ ...tie, from: target, to: client, direction: this.#down });
    });
  }

  #forget(pair: Pair): void {
    if (!pair.client.destroyed || !pair.target.destroyed || !this.#pairs.delete(pair)) return;
    this.#server.emit('clawreach:pair-closed');
  }

  #directions(way: Way): readonly Direction[] {
    if (way === 'both') return [this.#up, this.#down];
    return [way === 'up' ? this.#up : this.#down];
  }
}

function newDirection(line: Direction['line']): Direction {
  return { line, hole: false, chunking: undefined, cutAfter: undefined, carried: { bytes: 0, swallowed: 0 } };
}

async function listen(host: string, port: number): Promise<Server> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

function cut({ client, target }: Pair): void {
  abort(client);
  abort(target);
}
