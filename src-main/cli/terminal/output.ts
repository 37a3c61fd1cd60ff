import { finished } from 'node:stream';
import type { AppChannel } from '#shared/app-api/index.ts';
import type { TerminalOutput } from '../output/index.ts';
import type { RedrawnScreen } from './redrawn-screen.ts';
import type { SanitizedScreen } from './sanitized-screen.ts';
import type { ModeTracker } from './modes.ts';

/** Reason why the output ended: the program finished, or no one reads our stdout (a closed pipe). */
export type OutputEnd = 'finished' | 'closed';

/** Options of `pumpOutput` for a terminal; in a pipe bytes stay as they are. */
export type OutputOptions = Readonly<{
  /** Records modes that the output sets. */
  modes?: ModeTracker | undefined;
  /** Filters the output of another person's terminal. */
  screen?: SanitizedScreen | undefined;
  /** Prepares the terminal for screens in place of dropped output. */
  redrawn?: RedrawnScreen | undefined;
}>;

/**
 * Copies a channel to stdout until it ends. While stdout is slow, the channel isn't read, so that the remote program waits and nothing piles up. Used
 * for attached terminals and for commands without one.
 * @throws the channel's error if the connection to the agent is lost
 */
export async function pumpOutput(
  channel: AppChannel,
  stdout: TerminalOutput,
  { modes, screen, redrawn }: OutputOptions = {},
): Promise<OutputEnd> {
  let isClosed = false;
  let wake: (() => void) | undefined;
  const stopWatching = finished(stdout, { readable: false }, () => {
    isClosed = true;
    wake?.();
    // Release the code that waits for the channel, since no one reads it any more.
    channel.close();
  });
  const write = (read: Uint8Array): void => {
    const bytes = screen === undefined ? read : screen.filter(read);
    modes?.feed(bytes);
    stdout.write(bytes);
  };
  redrawn?.start(write);
  try {
    for (;;) {
      const read = await channel.read();
      if (isClosed) return 'closed';
      if (read === null) {
        redrawn?.finish();
        return 'finished';
      }
      if (redrawn === undefined) write(read);
      else redrawn.take(read);
      if (!stdout.writableNeedDrain) continue;
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
