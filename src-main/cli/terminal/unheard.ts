import type { Host } from '../host/index.ts';
import { enterRawMode } from './raw-mode.ts';

const CTRL_C = 0x03;
/** Device status report, and what every terminal answers to it: what was asked before has been answered then. */
const ASK = '\u001b[5n';
const ANSWER = '\u001b[0n';
/** After the last byte, and in all, ms: answers come one after the other, also from far away. */
const QUIET = 150;
const LONGEST = 1000;
/** Of what came last, characters. */
const KEPT = 64;

/** Keeps what a terminal says by itself from the shell. */
export type ReplyDrain = Readonly<{
  /** Resolves when the terminal has answered everything that was written to it; it has its modes again then. */
  stop(): Promise<void>;
}>;

/**
 * What is shown may ask the terminal for something, and the answer comes as if it was typed: with nobody to take it, it would stand at the prompt
 * of the shell afterwards. Taken and dropped from here on; without a terminal this does nothing.
 * @param interrupted Ctrl-C was typed
 */
export function dropAnswers(host: Host, interrupted: () => void): ReplyDrain {
  const { stdin, stdout, clock } = host;
  if (stdin.isTTY !== true || stdout.isTTY !== true) return { stop: () => Promise.resolve() };
  const raw = enterRawMode(host);
  let last = '';
  let heard: () => void = () => undefined;
  const onData = (bytes: Buffer): void => {
    if (bytes.includes(CTRL_C)) interrupted();
    last = (last + bytes.toString('latin1')).slice(-KEPT);
    heard();
  };
  stdin.on('data', onData);
  stdin.resume();
  return {
    stop: async () => {
      last = '';
      await new Promise<void>((resolve) => {
        const end = (): void => {
          longest.cancel();
          quiet?.cancel();
          resolve();
        };
        const longest = clock.setTimer(LONGEST, end);
        let quiet: ReturnType<typeof clock.setTimer> | undefined;
        let isAnswered = false;
        heard = () => {
          isAnswered ||= last.includes(ANSWER);
          quiet?.cancel();
          if (isAnswered) quiet = clock.setTimer(QUIET, end);
        };
        stdout.write(ASK);
      });
      stdin.off('data', onData);
      stdin.pause();
      raw.restore();
    },
  };
}
