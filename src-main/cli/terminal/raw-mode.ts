import type { Host } from '../host/index.ts';

/** Raw mode of the terminal behind stdin, until it is restored. */
export type RawMode = Readonly<{
  /** Restores the terminal's modes; can be called twice. Also runs when the process exits. */
  restore(): void;
}>;

/**
 * Puts the terminal into raw mode: each key arrives as a byte, Ctrl-C too, and output is shown unchanged, for which it runs stty once. Does nothing
 * if stdin isn't a terminal. Used while a terminal is attached or a recording is played.
 */
export function enterRawMode(host: Pick<Host, 'stdin' | 'onExit' | 'onContinue' | 'passOutputThrough'>): RawMode {
  const { stdin } = host;
  if (stdin.isTTY !== true || stdin.setRawMode === undefined) return { restore: () => undefined };
  const set = (raw: boolean): void => {
    try {
      stdin.setRawMode?.(raw);
      if (raw) host.passOutputThrough();
    } catch {
      // The terminal is gone (EIO), so there is nothing to restore.
    }
  };
  let active = true;
  set(true);
  // After a stop by a signal the shell has changed the modes, but Node sets a mode only if it believes to change it.
  const offContinue = host.onContinue(() => {
    set(false);
    set(true);
  });
  const offExit = host.onExit(restore);
  function restore(): void {
    if (!active) return;
    active = false;
    offContinue();
    offExit();
    set(false);
  }
  return { restore };
}
