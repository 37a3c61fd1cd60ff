import * as z from 'zod';
import { folderName, folderNames, LISTED_AT_ONCE, MOST_ROOTS, putMode } from '../../files/index.ts';
import { none, peerReference } from '../fields.ts';
import { folderMode } from './folder-mode.ts';
import { MOST_SHARED_FOLDERS, sharedFolder } from './peer-schema.ts';
import { transferView } from './transfer-schema.ts';

/** Path on this machine; the agent checks that it is absolute. */
const path = z.string().min(1).max(4096);
const shared = z.array(sharedFolder).max(MOST_SHARED_FOLDERS);
/** Place on a peer: name of a folder that it shares with this machine, and names below it. */
const place = { peer: peerReference, folder: folderName, path: folderNames };
const kind = z.enum(['file', 'folder']);
const size = z.number().int().min(0);
const mtime = z.number().min(0);
const remoteEntry = z.strictObject({ name: folderName, kind, size, mtime });
/** File or folder in a folder that a peer shares. `size` in bytes, 0 for a folder; `mtime`: ms since 1970. */
export type RemoteEntry = z.infer<typeof remoteEntry>;
const remoteRoot = z.strictObject({ name: folderName, mode: folderMode });
/** Folder that a peer shares with this machine. */
export type RemoteRoot = z.infer<typeof remoteRoot>;

/** Calls about shared folders: those of this machine, then those of peers. Part of `AGENT_CALLS`. */
export const FOLDER_CALLS = {
  /** Shares a folder with a peer, or changes the use of one. Answers with all that are shared with it. */
  'folders.share': {
    input: z.strictObject({ peer: peerReference, path, mode: folderMode, name: folderName.optional() }),
    output: shared,
  },
  /** Changes the use of a shared folder, by its name. */
  'folders.setMode': { input: z.strictObject({ peer: peerReference, folder: path, mode: folderMode }), output: shared },
  /** Ends sharing a folder, by its name or path. What the peer does in it ends. */
  'folders.unshare': { input: z.strictObject({ peer: peerReference, folder: path }), output: shared },
  /** Returns the folders that a peer shares with this machine. A person there may be asked. */
  'folders.roots': {
    input: z.strictObject({ peer: peerReference }),
    output: z.array(remoteRoot).max(MOST_SHARED_FOLDERS),
  },
  /** Returns the next entries of a folder, sorted by name. `after`: last name of the part before; undefined for the first one. */
  'folders.list': {
    input: z.strictObject({ ...place, after: folderName.optional() }),
    output: z.strictObject({ entries: z.array(remoteEntry).max(LISTED_AT_ONCE), more: z.boolean() }),
  },
  'folders.stat': { input: z.strictObject(place), output: z.strictObject({ kind, size, mtime }) },
  /** Returns the SHA-256 hash of a file, hexadecimal. */
  'folders.hash': { input: z.strictObject(place), output: z.strictObject({ sha256: z.string().length(64) }) },
  'folders.makeFolder': { input: z.strictObject(place), output: none },
  /** Renames or moves within a shared folder. Nothing is replaced. */
  'folders.rename': { input: z.strictObject({ ...place, to: folderNames }), output: none },
  /** Moves something into the trash of the shared folder, where it stays for seven days. */
  'folders.remove': { input: z.strictObject(place), output: none },
  /** Copies a file or folder from a peer, as a transfer. `into`: folder here, the inbox if it is undefined; `name`: name here. */
  'folders.get': {
    input: z.strictObject({ ...place, into: path.optional(), name: folderName.optional() }),
    output: transferView,
  },
  /** Copies files and folders of this machine into a folder of a peer, as a transfer. `name`: name of the only one there. */
  'folders.put': {
    input: z.strictObject({
      ...place,
      paths: z.array(path).min(1).max(MOST_ROOTS),
      mode: putMode,
      name: folderName.optional(),
    }),
    output: transferView,
  },
} as const;
