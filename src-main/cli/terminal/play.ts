import { CastPlayer, type CastEvent, type CastHeader } from '#shared/recording/index.ts';
import type { Host } from '../host/index.ts';
import { SanitizedScreen } from './sanitized-screen.ts';
import { ModeTracker } from './modes.ts';
import { drainReplies } from './reply-drain.ts';

/** A recording and how to play it: factor of the speed, and longest pause in seconds. */
export type Cast = Readonly<{
  header: CastHeader;
  events: readonly CastEvent[];
  speed: number;
  idleLimit: number | undefined;
}>;

/** Clears the screen and resets attributes. */
const EMPTY = '\u001b[!p\u001b[0m\u001b[H\u001b[2J';

/**
 * Plays a recording in this terminal, or writes it to a pipe at the same speed. Restores the terminal's modes before it
 * resolves. Used by `recordings play`.
 */
export async function playCast(host: Host, { header, events, speed, idleLimit }: Cast): Promise<void> {
  const { stdout, clock, interrupted } = host;
  const modes = stdout.isTTY === true ? new ModeTracker() : undefined;
  // The recording may be of another person's terminal.
  const shown = modes === undefined ? undefined : new SanitizedScreen();
  const write = (text: string): void => {
    const played = Buffer.from(text, 'utf8');
    const bytes = shown?.filter(played) ?? played;
    modes?.feed(bytes);
    stdout.write(bytes);
  };
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const player: CastPlayer = new CastPlayer({
    header,
    events,
    clock,
    idleLimit,
    screen: {
      reset: () => {
        if (modes !== undefined) write(EMPTY);
      },
      resize: () => undefined,
      write,
    },
    changed: () => {
      if (isPlaying && !player.isPlaying) end();
    },
  });
  let isPlaying = false;
  const answers = drainReplies(host, end);
  player.setSpeed(speed);
  isPlaying = true;
  interrupted.addEventListener('abort', () => end(), { once: true });
  player.play();
  if (!player.isPlaying || interrupted.aborted) end();
  await over;
  player.dispose();
  if (modes !== undefined) stdout.write(`${modes.reset()}${shown?.reset ?? ''}`);
  await answers.stop();
}
