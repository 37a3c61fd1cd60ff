import { createMemoryChannelPair, createSession } from '#shared/link/index.ts';
import type { ByteChannel, LinkLimits, LinkSession, LinkStream, OutgoingStream, PathKind } from '#shared/link/index.ts';
import { echo } from '#test/support/compliance/session.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { nullCipher, SESSION_ID } from '#test/support/link.ts';

export type Name = 'initiator' | 'responder';
export type MadePath = Readonly<{ ends: Readonly<Record<Name, ByteChannel>>; settled: Record<Name, boolean[]> }>;

export type WorkingPair = Readonly<{ pair: PathPairs; first: MadePath; stream: OutgoingStream }>;

/** Two sessions, what they tell of their paths, and paths between them made by hand. */
export class PathPairs {
  readonly clock = new FakeClock();
  readonly initiator: LinkSession;
  readonly responder: LinkSession;
  readonly events: Readonly<Record<Name, string[]>> = { initiator: [], responder: [] };

  constructor(limits: Partial<LinkLimits> = {}) {
    const { clock } = this;
    this.initiator = createSession({ role: 'initiator', id: SESSION_ID, clock, limits });
    this.responder = createSession({ role: 'responder', id: SESSION_ID, clock, limits });
    for (const name of ['initiator', 'responder'] as const) {
      this[name].onPath = (event) => this.events[name].push(event.type === 'up' ? `up ${event.kind}` : event.type);
      this[name].onStream = echo;
    }
  }

  /** With a path that works, and a stream of the initiator's over it. */
  static async working(limits: Partial<LinkLimits> = {}): Promise<WorkingPair> {
    const pair = new PathPairs(limits);
    const first = await pair.connect();
    const stream = pair.initiator.open('rpc', null);
    if (!(await pair.echoes(stream))) throw new Error('the first path carries nothing');
    return { pair, first, stream };
  }

  /** A channel; its ends are attached one by one, or not at all. */
  make(): MadePath {
    const [initiator, responder] = createMemoryChannelPair({ latency: 5, clock: this.clock });
    return { ends: { initiator, responder }, settled: { initiator: [], responder: [] } };
  }

  attach(made: MadePath, to: Name, dialer: Name, kind: PathKind = 'relay'): void {
    this[to].attachPath({
      kind,
      channel: made.ends[to],
      send: nullCipher,
      receive: nullCipher,
      dialed: to === dialer,
      settled: (used) => made.settled[to].push(used),
    });
  }

  /** A path at both ends; the records of the handshake have run their course. */
  async connect(dialer: Name = 'initiator', kind: PathKind = 'relay'): Promise<MadePath> {
    const made = this.make();
    this.attach(made, dialer === 'initiator' ? 'responder' : 'initiator', dialer, kind);
    this.attach(made, dialer, dialer, kind);
    await this.clock.advance(60);
    return made;
  }

  /** Whether bytes come back that are sent now. */
  async echoes(stream: LinkStream): Promise<boolean> {
    const sent = Uint8Array.of(1, 2, 3, 4);
    let received = 0;
    const reading = (async (): Promise<void> => {
      while (received < sent.length) received += (await stream.read())?.length ?? Infinity;
    })();
    reading.catch(() => undefined);
    await stream.write(sent);
    await this.clock.advance(100);
    await settle();
    return received === sent.length;
  }
}

/** Takes what is written and lets nothing through, without a word; gives back what undoes it. */
export function swallow(...ends: readonly ByteChannel[]): () => void {
  const originals = ends.map((end) => end.write.bind(end));
  for (const end of ends) end.write = () => true;
  return () => {
    for (const [index, end] of ends.entries()) {
      const original = originals[index];
      if (original !== undefined) end.write = original;
    }
  };
}
