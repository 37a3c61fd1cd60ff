/**
 * File or folder that a person has picked or dropped, by its names from the top. Folders come before what is in them. `mtime`: ms since 1970, for a folder
 * the time at which it was picked.
 */
export type PickedEntry = Readonly<{ path: readonly string[]; mtime: number; file?: File | undefined }>;

/** Place for what is copied to this browser. `memory`: the browser saves a file by itself, once the page has it whole. */
export type PickedPlace =
  | Readonly<{ kind: 'file'; handle: FileSystemFileHandle }>
  | Readonly<{ kind: 'folder'; handle: FileSystemDirectoryHandle }>
  | Readonly<{ kind: 'memory' }>;

/** File or folder that a transfer has made in a picked folder, by its names from the top. */
export type MadeEntry = readonly string[];

/**
 * Message of the agent to the page in which something was picked. `over`: it is needed no more; with `use`, the number of a transfer, only by that one.
 * `made`: a transfer has made an entry in a picked folder, or has removed it again. `save`: a file is whole.
 */
export type ToPick =
  | Readonly<{ kind: 'ask' }>
  | Readonly<{ kind: 'over'; use?: number | undefined }>
  | Readonly<{ kind: 'made'; use: number; path: MadeEntry; isThere: boolean }>
  | Readonly<{ kind: 'save'; id: string; name: string; file: Blob }>;

/**
 * Answers of the page: what was picked, in parts, or the place, with what each transfer that isn't over has made there, folders before what is in them; and
 * that the browser has taken a file.
 */
export type FromPick =
  | Readonly<{ kind: 'entries'; entries: readonly PickedEntry[]; isLast: boolean }>
  | Readonly<{ kind: 'place'; place: PickedPlace; made: ReadonlyMap<number, readonly MadeEntry[]> }>
  | Readonly<{ kind: 'saved'; id: string }>;

/**
 * Opens the channel between a page and its agent for one pick. The token is random, so no one else knows its name. It works in the tab of the agent and in
 * others, also when another tab takes the agent over.
 */
export function pickChannel(token: string): BroadcastChannel {
  return new BroadcastChannel(`clawreach pick ${token}`);
}
