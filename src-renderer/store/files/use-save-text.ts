import { notify } from '../actions.ts';
import { download } from './download.ts';
import { useApp } from '../state.ts';
import { splitText } from './text-pieces.ts';
import { useCall } from '../calls/use-call.ts';

export type TextFile = Readonly<{
  name: string;
  text: string;
  /** Message after the application has written the file. */
  saved: string;
}>;

export type SaveText = Readonly<{
  save(file: TextFile): Promise<void>;
  busy: boolean;
  error: unknown;
  reset(): void;
}>;

/** Saves a text as a file: the application asks where, a browser downloads it. */
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
