import { finished } from 'node:stream';
import type { AppChannel } from '#shared/app-api/index.ts';
import type { TerminalOutput } from '../output/index.ts';
import type { SanitizedScreen } from './foreign-screen.ts';
import type { ModeTracker } from './modes.ts';

/** Why no more output was shown: the other side has said everything, or nobody reads ours (a closed pipe). */
export type OutputEnd = 'finished' | 'closed';

/**
 * The channel to stdout, until its end. When stdout is slow, the channel is not read, its credit stays away, and the program at the other end
 * has to wait: nothing piles up in between.
 * @throws what the channel throws when the connection to the agent is lost
 */
export async function pumpOutput(
  channel: AppChannel,
  stdout: TerminalOutput,
  modes: ModeTracker | undefined,
  screen?: SanitizedScreen,
): Promise<OutputEnd> {
  let isClosed = false;
  let wake: (() => void) | undefined;
  const stopWatching = finished(stdout, { readable: false }, () => {
    isClosed = true;
    wake?.();
    // Whatever waits for the channel must come back: nobody will see what it says.
    channel.close();
  });
  try {
    for (;;) {
      const read = await channel.read();
      if (isClosed) return 'closed';
      if (read === null) return 'finished';
      const bytes = screen === undefined ? read : screen.pass(read);
      modes?.feed(bytes);
      if (stdout.write(bytes)) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
        stdout.once('drain', resolve);
      });
      if (isClosed) return 'closed';
    }
  } finally {
    stopWatching();
  }
}
