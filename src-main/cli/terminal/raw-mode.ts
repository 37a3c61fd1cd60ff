import type { Host } from '../host/index.ts';

/** Raw mode of the terminal behind stdin. */
export type RawMode = Readonly<{
  /** Gives the terminal back as it was. Idempotent; runs by itself when the process ends in any way that lets code run. */
  restore(): void;
}>;

/** Every key becomes a byte, Ctrl-C too, and every byte is shown as it came. Without a terminal this does nothing. */
export function enterRawMode(host: Pick<Host, 'stdin' | 'onExit' | 'onContinue' | 'passOutputThrough'>): RawMode {
  const { stdin } = host;
  if (stdin.isTTY !== true || stdin.setRawMode === undefined) return { restore: () => undefined };
  const set = (raw: boolean): void => {
    try {
      stdin.setRawMode?.(raw);
      if (raw) host.passOutputThrough();
    } catch {
      // The terminal is gone (EIO): there is nothing left to put back.
    }
  };
  let active = true;
  set(true);
  // After a stop by a signal the shell has set its own modes. Node sets a mode only when it thinks that it changes.
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
