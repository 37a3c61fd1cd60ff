import { UsageError } from '../../errors.ts';
import { shellWord } from '../machines/peer-format.ts';

/** Path on another machine: name or ID of the machine, name of a folder that it shares, and names below it. */
export type RemotePath = Readonly<{
  machine: string;
  /** Undefined: the machine alone, with all its folders. */
  folder: string | undefined;
  path: readonly string[];
  /** True if a slash ends it, so that it has to be a folder. */
  isFolder: boolean;
}>;

/** Parses `MACHINE:FOLDER/PATH`. Pure. @throws {UsageError} `usage.files` */
export function parseRemotePath(text: string): RemotePath {
  const colon = text.indexOf(':');
  if (colon < 1) throw wrong(`"${text}" has no machine: write MACHINE:FOLDER/PATH.`);
  const [folder = '', ...path] = text
    .slice(colon + 1)
    .split('/')
    .filter((name, index, all) => name !== '' || (index === 0 && all.length === 1));
  return {
    machine: text.slice(0, colon),
    folder: folder === '' ? undefined : folder,
    path,
    isFolder: text.endsWith('/') || path.length === 0,
  };
}

/** The same, with a folder. @throws {UsageError} `usage.files` */
export function parsePlace(text: string): RemotePath & Readonly<{ folder: string }> {
  const { folder, ...rest } = parseRemotePath(text);
  if (folder === undefined)
    throw wrong(`Name a folder of the machine: ${text}FOLDER. See: \`clawreach files ls ${shellWord(rest.machine)}:\``);
  return { ...rest, folder };
}

/** Returns the error about a command line of `files`. */
export function wrong(reason: string): UsageError {
  return new UsageError('usage.files', reason, { details: { reason } });
}
