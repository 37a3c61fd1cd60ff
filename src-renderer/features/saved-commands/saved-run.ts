import { EndedTerminals, type AppApiClient, type PeerView } from '#shared/app-api/index.ts';
import { runOnMachine, shellCommand, sideBySide, type MachineResult } from '#shared/machine-command/index.ts';

/** Lines of output that are kept for the screen, of each machine. */
const MOST_LINES = 500;
/** Characters of output that are kept for the screen, of each machine. */
const MOST_CHARACTERS = 64 * 1024;
/** Shortest time between two changes that listeners are told about, ms. */
const PAUSE = 100;

/** Line of output, without its end. */
export type OutputLine = Readonly<{ number: number; output: 'stdout' | 'stderr'; text: string }>;

/** State of a run on one machine. `queued`: others run first. `approval`: a person there is asked. */
export type MachineState = 'queued' | 'connecting' | 'approval' | 'running' | 'ended';

/** Run of a command on one machine. */
export type MachineRun = Readonly<{
  peer: PeerView;
  state: MachineState;
  /** Last lines of both outputs, in the order in which they arrived. */
  lines: readonly OutputLine[];
  /** Earlier lines that are no longer in `lines`. */
  leftOut: number;
  /** Result; undefined until it has ended. */
  result: MachineResult | undefined;
  /** True if the person ended it before its program did. */
  isStopped: boolean;
}>;

/** Machine with the line that runs there, in which all placeholders are filled. */
export type MachineLine = Readonly<{ peer: PeerView; line: string }>;

/** Run of one saved command on several machines side by side. Starts at once; `close` ends it everywhere. */
export class SavedRun {
  readonly #api: AppApiClient;
  readonly #ended: EndedTerminals;
  readonly #controller = new AbortController();
  readonly #listeners = new Set<() => void>();
  /** Channels of the commands that run, by peer ID. */
  readonly #channels = new Map<string, number>();
  readonly #runs: Map<string, MachineRun>;
  readonly #outputs: ReadonlyMap<string, { lines: OutputLine[]; characters: number; leftOut: number }>;
  #snapshot: readonly MachineRun[];
  /** True while listeners are told soon. */
  #isPending = false;
  #presses = 0;

  /** @param api connection to the agent; when it is lost, all commands end */
  constructor(api: AppApiClient, machines: readonly MachineLine[]) {
    this.#api = api;
    this.#ended = new EndedTerminals(api);
    this.#runs = new Map(
      machines.map(({ peer }) => [
        peer.peerId,
        { peer, state: 'queued', lines: [], leftOut: 0, result: undefined, isStopped: false },
      ]),
    );
    this.#outputs = new Map(machines.map(({ peer }) => [peer.peerId, { lines: [], characters: 0, leftOut: 0 }]));
    this.#snapshot = [...this.#runs.values()];
    void this.#runAll(machines);
  }

  /** Runs on all machines, in the order in which they were given. */
  get runs(): readonly MachineRun[] {
    return this.#snapshot;
  }

  /** Adds a listener that is called after `runs` changed. @returns a function that removes the listener */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Interrupts the commands, as Ctrl-C does, and starts none any more. A second call ends them. */
  stop(): void {
    this.#presses += 1;
    this.#controller.abort();
    if (this.#presses > 1) {
      this.close();
      return;
    }
    for (const channel of this.#channels.values())
      this.#api.call('exec.signal', { channel, signal: 'SIGINT' }).catch(() => undefined);
  }

  /** Ends the commands on all machines, and starts none any more. */
  close(): void {
    this.#presses = Math.max(this.#presses, 2);
    this.#controller.abort();
    for (const channel of this.#channels.values()) this.#api.call('exec.close', { channel }).catch(() => undefined);
  }

  async #runAll(machines: readonly MachineLine[]): Promise<void> {
    await sideBySide(machines, async (machine) => await this.#runOne(machine));
    this.#ended.stop();
  }

  async #runOne({ peer, line }: MachineLine): Promise<void> {
    const { peerId } = peer;
    if (this.#controller.signal.aborted) return this.#change(peerId, { state: 'ended', isStopped: true });
    this.#change(peerId, { state: 'connecting' });
    let number = 0;
    const result = await runOnMachine({
      client: this.#api,
      ended: this.#ended,
      peer,
      command: shellCommand(line, peer.system),
      signal: this.#controller.signal,
      now: () => performance.now(),
      onLine: (text, output) => {
        number += 1;
        this.#add(peerId, { number, output, text });
      },
      onWaiting: () => this.#change(peerId, { state: 'approval' }),
      onStarted: (channel) => {
        this.#channels.set(peerId, channel);
        this.#change(peerId, { state: 'running' });
      },
    });
    this.#channels.delete(peerId);
    // A program that was interrupted tells itself how it ended.
    this.#change(peerId, { state: 'ended', result, isStopped: this.#presses > 0 && result.code !== null });
  }

  #add(peerId: string, line: OutputLine): void {
    const output = this.#outputs.get(peerId);
    if (output === undefined) return;
    output.lines.push(line);
    output.characters += line.text.length;
    while (output.lines.length > 1 && (output.lines.length > MOST_LINES || output.characters > MOST_CHARACTERS)) {
      output.characters -= output.lines.shift()?.text.length ?? 0;
      output.leftOut += 1;
    }
    this.#change(peerId, {});
  }

  #change(peerId: string, change: Partial<MachineRun>): void {
    const run = this.#runs.get(peerId);
    if (run !== undefined) this.#runs.set(peerId, { ...run, ...change });
    if (this.#isPending) return;
    this.#isPending = true;
    setTimeout(() => this.#publish(), PAUSE);
  }

  #publish(): void {
    this.#isPending = false;
    this.#snapshot = [...this.#runs].map(([peerId, run]) => {
      const { lines = [], leftOut = 0 } = this.#outputs.get(peerId) ?? {};
      return { ...run, lines: [...lines], leftOut };
    });
    for (const listener of this.#listeners) listener();
  }
}
