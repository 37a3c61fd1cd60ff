import { notify } from '../actions.ts';
import { download } from './download.ts';
import { useApp } from '../state.ts';
import { splitText } from './text-pieces.ts';
import { useCall } from '../calls/use-call.ts';

/** Text to save. */
export type TextFile = Readonly<{
  /** Suggested file name. */
  name: string;
  text: string;
  /** Text of the toast after the application has written the file. */
  saved: string;
}>;

/** Function that saves, and the state of the last saving. */
export type SaveText = Readonly<{
  /** Saves a text; resolves when the file is written, or the person has cancelled. */
  save(file: TextFile): Promise<void>;
  /** True while the file is written. */
  busy: boolean;
  /** Error of the last saving; undefined without one. */
  error: unknown;
  /** Clears the error. */
  reset(): void;
}>;

/**
 * Saves a text as a file: the application asks where and writes it (`shell.saveText`), a browser downloads it. Shows a toast when the application has
 * written it. Used for exports of the history and of forwards, and for the diagnostics report.
 */
export function useSaveText(): SaveText {
  const { run, busy, error, reset } = useCall('shell.saveText');
  const isDesktop = useApp((state) => state.facts?.kind === 'desktop');
  const save = async ({ name, text, saved }: TextFile): Promise<void> => {
    if (!isDesktop) {
      download(name, [text]);
      return;
    }
    const [first = '', ...others] = splitText(text);
    let outcome = await run({ name, text: first });
    for (const piece of others) if (outcome?.saved === true) outcome = await run({ name, text: piece, append: true });
    if (outcome?.saved === true) notify({ tone: 'good', text: saved });
  };
  return { save, busy, error, reset };
}
