import type { AppApiClient, EndedTerminals, EventPayload } from '#shared/app-api/index.ts';
import type { EndingSignal } from '../errors.ts';
import type { Host } from '../host/index.ts';
import { InputFeed } from './input-feed.ts';
import { pumpOutput } from './output.ts';

/** Number of signals after which this command ends, even if the remote one ignores them. */
const MAX_SIGNALS = 3;
/** Time within which a launcher and the terminal may both deliver one Ctrl-C, ms. */
const DUPLICATE_WINDOW = 100;

/** Result of `carryCommand`: how the remote command ended. */
export type CommandEnd =
  | Readonly<{ kind: 'ended'; exitCode: number | null; signal: string | null; code: string | null }>
  /** The connection to the agent was lost. */
  | Readonly<{ kind: 'agent-lost' }>
  /** Repeated signals ended this command, though the remote one ignored them. */
  | Readonly<{ kind: 'forced'; signal: EndingSignal }>;

/** Options of `carryCommand`. */
export type CarryOptions = Readonly<{
  host: Host;
  client: AppApiClient;
  ended: EndedTerminals;
  /** The channels of the command's standard streams. */
  opened: Readonly<{ stdin: number; stdout: number; stderr: number }>;
  /** True to send the end of input at once, without reading standard input. */
  isInputless: boolean;
}>;

/**
 * Connects stdin, stdout and stderr with a command that runs on a peer without a terminal, byte by byte. Passes signals
 * on. Resolves when the command ends. Used by `clawreach connect`.
 */
export async function carryCommand({ host, client, ended, opened, isInputless }: CarryOptions): Promise<CommandEnd> {
  const { stdout, stderr } = host;
  const forced = Promise.withResolvers<CommandEnd>();
  let count = 0;
  let last = -Infinity;
  const giveUp = host.takeSignals((signal) => {
    void client.call('exec.signal', { channel: opened.stdout, signal }).catch(() => undefined);
    const now = host.clock.monotonic();
    if (now - last > DUPLICATE_WINDOW) {
      count += 1;
      last = now;
    }
    if (count >= MAX_SIGNALS) forced.resolve({ kind: 'forced', signal });
  });
  const input = new InputFeed(host, client.channel(opened.stdin), { isInputless });
  const carry = async (): Promise<CommandEnd> => {
    // If no one reads our output, the pipe there is closed, and the command decides what to do.
    await Promise.all([
      pumpOutput(client.channel(opened.stdout), stdout),
      pumpOutput(client.channel(opened.stderr), stderr),
    ]);
    const { exitCode, signal, code }: EventPayload<'terminal.ended'> = await ended.whenEnded(opened.stdout);
    return { kind: 'ended', exitCode, signal, code };
  };
  const lost = client.closed.then((): CommandEnd => ({ kind: 'agent-lost' }));
  try {
    return await Promise.race([carry().catch(() => lost), lost, forced.promise]);
  } finally {
    giveUp();
    input.stop();
  }
}
