import type { Host } from '../host/index.ts';
import { enterRawMode } from './raw-mode.ts';

const CTRL_C = 0x03;
/** Requests a device status report. A terminal answers in order, so this answer follows all earlier ones. */
const ASK = '\u001b[5n';
const ANSWER = '\u001b[0n';
/** Time without a byte after which all answers have arrived, ms. */
const QUIET = 150;
/** Longest wait for the answers, ms. */
const LONGEST = 1000;
/** Number of trailing characters that are kept. */
const KEPT = 64;

/** Discards answers of the terminal until it is stopped, so that they don't appear at the shell's prompt. */
export type ReplyDrain = Readonly<{
  /** Resolves when the terminal has answered everything written to it; restores its modes. */
  stop(): Promise<void>;
}>;

/**
 * Puts the terminal into raw mode and discards what it sends: played output may query the terminal, whose answers
 * arrive as if typed. Does nothing without a terminal. Used while a recording is played.
 * @param interrupted called when the person types Ctrl-C
 */
export function drainReplies(host: Host, interrupted: () => void): ReplyDrain {
  const { stdin, stdout, clock } = host;
  if (stdin.isTTY !== true || stdout.isTTY !== true) return { stop: () => Promise.resolve() };
  const raw = enterRawMode(host);
  let last = '';
  let onReply: () => void = () => undefined;
  const onData = (bytes: Buffer): void => {
    if (bytes.includes(CTRL_C)) interrupted();
    last = (last + bytes.toString('latin1')).slice(-KEPT);
    onReply();
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
        onReply = () => {
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
