import { MOST_PORTS, type OpenPort } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { answerPeer } from '../core/peer-question.ts';
import { MOST_PROGRAM } from './messages.ts';

/** Time for which one look at the machine's ports is the answer to every peer, ms. */
const FRESH_FOR = 3000;
/** Longest answer, bytes of JSON; the parameters of a stream have at most 4 KiB. */
const MOST_BYTES = 3584;

/** Dependencies of `PortsServer`. */
export type PortsServerOptions = Readonly<{
  clock: Clock;
  /** Looks at the ports on which programs of this machine listen. */
  look: () => Promise<readonly OpenPort[]>;
  /** Reports whether no peer may reach a port of this machine. */
  isReserved: (port: number) => boolean;
}>;

/**
 * Server for peers that ask for the open ports of this machine. Looks at most once in 3 s for all of them, and names at most 64 ports, without those
 * that no peer may reach. Holds what it saw in memory only. Used by `StreamGate`.
 */
export class PortsServer {
  readonly #options: PortsServerOptions;
  #seen: Readonly<{ at: number; ports: Promise<readonly OpenPort[]> }> | undefined;

  constructor(options: PortsServerOptions) {
    this.#options = options;
  }

  /**
   * Answers a peer's stream with the open ports, or refuses it.
   * @param mayLearn reports whether the peer may learn them now; asked before the machine is looked at, and again before the answer
   */
  async serve(stream: IncomingStream, mayLearn: () => boolean): Promise<void> {
    const ports = mayLearn() ? await this.#ports() : [];
    if (stream.cancelled.aborted) return;
    if (mayLearn()) answerPeer(stream, { ports: fitting(ports.filter(({ port }) => !this.#options.isReserved(port))) });
    else stream.refuse('rights.denied', 'this device does not name its ports to you');
  }

  #ports(): Promise<readonly OpenPort[]> {
    const now = this.#options.clock.monotonic();
    if (this.#seen === undefined || now - this.#seen.at >= FRESH_FOR)
      this.#seen = { at: now, ports: this.#options.look().catch(() => []) };
    return this.#seen.ports;
  }
}

/** Returns as many ports as an answer has room for, lowest first. Without room for all, those of unknown programs are left out first. Pure. */
function fitting(ports: readonly OpenPort[]): readonly OpenPort[] {
  const encoder = new TextEncoder();
  const ranked = ports.toSorted(
    (one, other) => Number(one.program === undefined) - Number(other.program === undefined) || one.port - other.port,
  );
  const taken: OpenPort[] = [];
  let bytes = 0;
  for (const { port, program } of ranked.slice(0, MOST_PORTS)) {
    const entry = program === undefined ? { port } : { port, program: program.slice(0, MOST_PROGRAM) };
    bytes += encoder.encode(JSON.stringify(entry)).length + 1;
    if (bytes > MOST_BYTES) break;
    taken.push(entry);
  }
  return taken.toSorted((one, other) => one.port - other.port);
}
