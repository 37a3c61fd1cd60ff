import {
  connectionLost,
  type AppApiClient,
  type AppChannel,
  type EndedTerminals,
  type PeerView,
} from '../app-api/index.ts';
import { errorCode } from '../errors.ts';

/** Bytes of each output that a result keeps; later ones are only printed. */
const MOST_KEPT = 1024 * 1024;

/** Result of a command on one machine. `code`: error code if it wasn't started or its connection was lost. */
export type MachineResult = Readonly<{
  peer: PeerView;
  exitCode: number | null;
  signal: string | null;
  code: string | null;
  /** Error with that code; undefined if the agent has only reported the code. */
  error: unknown;
  /** Duration, ms. */
  duration: number;
  stdout: string;
  stderr: string;
  /** True if an output was longer than what is here. */
  isCut: boolean;
}>;

export type MachineRunOptions = Readonly<{
  client: AppApiClient;
  ended: EndedTerminals;
  peer: PeerView;
  command: readonly string[];
  signal: AbortSignal;
  /** Monotonic time, ms. */
  now(): number;
  /** Called with each line of an output, without its end. */
  onLine(line: string, output: 'stdout' | 'stderr'): void;
  /** Called when the person at the machine is asked. */
  onWaiting(): void;
  /** Called when it runs, with the channel that signals name. */
  onStarted(channel: number): void;
}>;

/** Runs a command on one machine without input, and passes on its output in lines. Never rejects: an error is a part of the result. */
export async function runOnMachine(options: MachineRunOptions): Promise<MachineResult> {
  const { client, ended, peer, command, signal, now, onLine, onWaiting, onStarted } = options;
  const begun = now();
  const outputs = { stdout: '', stderr: '' };
  let isCut = false;
  const keep = (output: 'stdout' | 'stderr', text: string): void => {
    const room = MOST_KEPT - outputs[output].length;
    if (text.length > room) isCut = true;
    outputs[output] += text.slice(0, room);
  };
  const over = (
    end: Readonly<{ exitCode?: number | null; signal?: string | null; code?: string | null; error?: unknown }>,
  ) => ({
    peer,
    exitCode: end.exitCode ?? null,
    signal: end.signal ?? null,
    code: end.code ?? null,
    error: end.error,
    duration: Math.round(now() - begun),
    ...outputs,
    isCut,
  });
  try {
    const onProgress = (progress: string): void => {
      if (progress === 'approval') onWaiting();
    };
    const input = { peer: peer.peerId, command: [...command] };
    const opened = await client.call('exec.open', input, { signal, onProgress });
    client.channel(opened.stdin).end();
    onStarted(opened.stdout);
    await Promise.all(
      (['stdout', 'stderr'] as const).map((output) =>
        readLines(client.channel(opened[output]), {
          onText: (text) => keep(output, text),
          onLine: (line) => onLine(line, output),
        }),
      ),
    );
    return over(await Promise.race([ended.whenEnded(opened.stdout), lossOf(client)]));
  } catch (error) {
    return over({ code: errorCode(error), error });
  }
}

/** Rejects when the connection to the agent ends: no event reports the end of the command then. */
async function lossOf(client: AppApiClient): Promise<never> {
  throw (await client.closed) ?? connectionLost();
}

/** Characters after which a line is passed on although it hasn't ended. */
const LONGEST_LINE = 16_384;

/** Reads a channel to its end. */
async function readLines(
  channel: AppChannel,
  { onText, onLine }: Readonly<{ onText(text: string): void; onLine(line: string): void }>,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  const take = (text: string): void => {
    onText(text);
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    for (; rest.length > LONGEST_LINE; rest = rest.slice(LONGEST_LINE)) onLine(rest.slice(0, LONGEST_LINE));
  };
  for (let bytes = await channel.read(); bytes !== null; bytes = await channel.read())
    take(decoder.decode(bytes, { stream: true }));
  take(decoder.decode());
  if (rest !== '') onLine(rest);
}
