import { createSession } from '#shared/link/index.ts';
import type { LinkLimits, LinkSession, LinkStream, PathEvent, StreamKind } from '#shared/link/index.ts';
import { pattern } from '#test/support/compliance/session.ts';
import { SeededRandom } from '#test/support/faults/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { nullCipher, SESSION_ID } from '#test/support/link.ts';
import { Wire } from './breakable-wires.ts';
import type { Breaking } from './breakable-wires.ts';

/** Windows so small that credit runs out all the time. */
const LIMITS: Partial<LinkLimits> = {
  maxIncomingStreams: 16,
  maxOutgoingStreams: 16,
  sessionWindow: 160 * 1024,
  interactiveReserve: 8 * 1024,
  streamWindow: 8 * 1024,
  maxStreamWindow: 32 * 1024,
  sendBuffer: 8 * 1024,
  idleGrace: 600_000,
};

const KINDS: readonly StreamKind[] = ['pty', 'tcp', 'file', 'rpc'];
const DATA = pattern(65_536, 7);

export type Side = 'left' | 'right';
type Work = { wanted: number; finished: number; readonly wrong: string[]; readonly ids: Set<string> };

/** Two sessions, the wires between them, and what they are asked to do. */
export class World {
  readonly random: SeededRandom;
  readonly clock = new FakeClock();
  readonly left: LinkSession;
  readonly right: LinkSession;
  readonly work: Work = { wanted: 0, finished: 0, wrong: [], ids: new Set() };
  readonly events: Readonly<Record<Side, PathEvent['type'][]>> = { left: [], right: [] };
  #wires: Wire[] = [];
  /** Readers that have stopped go on when it is opened. */
  #openGate: () => void = () => undefined;
  readonly #gate = new Promise<void>((resolve) => {
    this.#openGate = resolve;
  });

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.left = createSession({ role: 'initiator', id: SESSION_ID, clock: this.clock, limits: LIMITS });
    this.right = createSession({ role: 'responder', id: SESSION_ID, clock: this.clock, limits: LIMITS });
    for (const side of ['left', 'right'] as const) {
      this.#serve(this[side], side);
      this[side].onPath = (event) => this.events[side].push(event.type);
    }
    this.left.acceptOffer = () => this.random.chance(0.5);
  }

  openGate(): void {
    this.#openGate();
  }

  /** A new wire dialed by one side; in one of six cases the other never has it. */
  dial(from: Side, breaking?: Breaking): void {
    const { random } = this;
    const wire = new Wire(breaking, random.chance(0.2) ? random.integer(100, 5000) : 65_536);
    this.#wires.push(wire);
    const attach = (side: Side): void => {
      const dialed = side === from;
      this[side].attachPath({ kind: 'memory', channel: wire[side], send: nullCipher, receive: nullCipher, dialed });
    };
    const other = from === 'left' ? 'right' : 'left';
    const reaches = breaking === undefined || random.chance(5 / 6);
    const first = random.chance(0.5);
    if (reaches && first) attach(other);
    attach(from);
    if (reaches && !first) attach(other);
  }

  /** Some bytes of some wires arrive. */
  async run(steps: number): Promise<void> {
    for (let step = 0; step < steps; step += 1) {
      await hops(14);
      this.#wires = this.#wires.filter((wire) => !(wire.left.isGone && wire.right.isGone));
      const pending = this.#wires.filter((wire) => wire.pending);
      if (pending.length === 0) return;
      pending[this.random.integer(0, pending.length - 1)]?.step(this.random);
    }
  }

  async drain(): Promise<void> {
    for (let round = 0; round < 400; round += 1) {
      await this.run(16);
      if (!this.#wires.some((wire) => wire.pending)) return;
    }
  }

  /** What the two sessions still remember of streams and paths. */
  get leftovers(): number {
    let sum = 0;
    for (const session of [this.left, this.right]) {
      const { streamsOpen, bytesRetained, pathsRemembered } = session.statistics();
      sum += streamsOpen + bytesRetained + pathsRemembered;
    }
    return sum;
  }

  cutAll(): void {
    for (const wire of this.#wires) wire.cut();
  }

  cutOne(): void {
    this.#wires[this.random.integer(0, this.#wires.length - 1)]?.cut();
  }

  begin(side: Side): void {
    const { work } = this;
    work.wanted += 1;
    const number = work.wanted;
    this.#request(this[side], number).then(
      () => {
        work.finished += 1;
      },
      (error: unknown) => {
        work.wrong.push(`request ${number}: ${String(error)}`);
      },
    );
  }

  async #request(session: LinkSession, number: number): Promise<void> {
    const { random } = this;
    const [up, down] = [this.#size(), this.#size()];
    const fate = random.integer(0, 11);
    const kind = KINDS[random.integer(0, KINDS.length - 1)] ?? 'tcp';
    const stream = session.open(kind, { up, down, number, refused: fate === 0, cut: fate === 1 });
    if (fate === 2) {
      this.#send(stream, up, number).catch(() => undefined);
      await hops(random.integer(0, 60));
      stream.reset(1);
      await stream.closed;
    } else if (fate <= 1) {
      this.#send(stream, up, number).catch(() => undefined);
      this.#read(stream).catch(() => undefined);
      if ((await stream.closed) === 'finished' && fate === 0) this.work.wrong.push(`${number} was not refused`);
    } else {
      const [answer] = await Promise.all([this.#read(stream), this.#send(stream, up, number), stream.opened]);
      this.#compare(answer, down, number, 'answer');
      const end = await stream.closed;
      if (end !== 'finished') this.work.wrong.push(`end ${number}: ${end.message}`);
    }
  }

  #serve(session: LinkSession, side: Side): void {
    session.onStream = (offer) => {
      type Params = { up: number; down: number; number: number; refused: boolean; cut: boolean };
      const { up, down, number, refused, cut } = offer.params as Params;
      const key = `${side} ${offer.id}`;
      if (this.work.ids.has(key)) this.work.wrong.push(`id ${key} twice`);
      this.work.ids.add(key);
      if (refused) {
        offer.refuse('no', 'not today');
        return;
      }
      const stream = offer.accept({ number });
      const served = Promise.all([this.#read(stream), this.#send(stream, down, number)]);
      served.then(
        ([request]) => {
          this.#compare(request, up, number, 'request');
        },
        () => undefined,
      );
      if (cut) void hops(this.random.integer(0, 60)).then(() => stream.reset(3));
    };
  }

  async #send(stream: LinkStream, length: number, number: number): Promise<void> {
    const start = number * 11;
    for (let offset = 0; offset < length;) {
      const end = Math.min(length, offset + this.random.integer(1, 3000));
      await stream.write(DATA.slice(start + offset, start + end));
      offset = end;
    }
    await stream.end();
  }

  /** All bytes; one reader in eight stops in the middle until the gate opens. */
  async #read(stream: LinkStream): Promise<Uint8Array[]> {
    const pieces: Uint8Array[] = [];
    const stops = this.random.chance(1 / 8);
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) {
      pieces.push(bytes);
      if (stops && pieces.length === 1) await this.#gate;
    }
    return pieces;
  }

  #compare(pieces: readonly Uint8Array[], length: number, number: number, what: string): void {
    let offset = number * 11;
    const end = offset + length;
    for (const piece of pieces) {
      if (Buffer.compare(piece, DATA.subarray(offset, offset + piece.length)) !== 0) break;
      offset += piece.length;
    }
    if (offset !== end) this.work.wrong.push(`${what} ${number} differs at ${offset - number * 11} of ${length}`);
  }

  #size(): number {
    const { random } = this;
    return random.chance(0.25) ? random.integer(0, 20_000) : random.integer(0, 1500);
  }
}

async function hops(count: number): Promise<void> {
  for (let hop = 0; hop < count; hop += 1) await Promise.resolve();
}

export function randomSide(random: SeededRandom): Side {
  return random.chance(0.6) ? 'left' : 'right';
}

/** Breaks in the first record, a later one, or not by itself; and tells both ends, one, or none. */
function randomBreaking(random: SeededRandom): Breaking {
  const budget = (): number => {
    const choice = random.next();
    return choice < 0.35 ? random.integer(0, 60) : choice < 0.9 ? random.integer(0, 15_000) : Infinity;
  };
  return { budget: [budget(), budget()], told: [random.chance(0.6), random.chance(0.6)] };
}

const DELAYS = [0, 0, 10, 10, 100, 1500, 7000, 36_000];

export async function disturb(world: World): Promise<void> {
  const { random } = world;
  const choice = random.next();
  if (choice < 0.55) world.dial(randomSide(random), randomBreaking(random));
  else if (choice < 0.7) world.cutOne();
  else if (choice < 0.85) world.begin(randomSide(random));
  else await world.clock.advance(DELAYS[random.integer(0, DELAYS.length - 1)] ?? 0);
  await world.run(random.chance(0.4) ? random.integer(0, 6) : random.integer(0, 60));
}

/** What a supervisor does: each side dials while it has no path that answers. */
export async function heal(world: World): Promise<void> {
  world.openGate();
  for (let round = 0; round < 60; round += 1) {
    if (world.left.pathState !== 'up') world.dial('left');
    if (world.right.pathState !== 'up' && world.random.chance(0.5)) world.dial('right');
    await world.drain();
    const { wanted, finished, wrong } = world.work;
    if ((finished === wanted && world.leftovers === 0) || wrong.length > 0) return;
    await world.clock.advance(round < 4 ? 11 : 1500);
  }
}
