import * as z from 'zod';
import { folderName, folderNames, MOST_ROOTS, putMode, transferId } from '../../files/index.ts';
import { none, peerReference } from '../fields.ts';
import { agentName, messageView, sending } from './message-schema.ts';
import { folderMode } from './folder-mode.ts';
import { transferInbox } from './transfer-schema.ts';

/** Token for paths that a person has chosen or dropped. The window never has or names the paths. */
const pathsToken = z.string().regex(/^[0-9a-f]{32}$/);

/**
 * Calls about transfers that need a path of this machine. The desktop application answers them: paths come from the system's dialogs, or from files
 * that a person has dropped on the window or pasted, never from the window's page. A page of a relay answers some: it has files, and no paths. Part of `SHELL_CALLS`.
 */
export const TRANSFER_SHELL_CALLS = {
  /** Asks the person for files, or for folders, with the system's dialog; null if they cancel. `names`: those of the files, without their folders. */
  'shell.transfers.choose': {
    input: z.strictObject({ what: z.enum(['files', 'folder']) }),
    output: z.strictObject({
      token: pathsToken.nullable(),
      count: z.number().int().min(0),
      names: z.array(z.string().max(4096)).max(MOST_ROOTS),
    }),
  },
  /** Queues what was chosen or dropped for a peer. A token is good for one call. */
  'shell.transfers.send': {
    input: z.strictObject({
      peer: peerReference,
      token: pathsToken,
      /** As in `transfers.send`. */
      terminal: z.string().min(1).max(64).optional(),
    }),
    output: z.strictObject({ id: transferId }),
  },
  /** Copies what was chosen or dropped into a folder that a peer shares, as `folders.put` does. A token is good for one call. */
  'shell.transfers.put': {
    input: z.strictObject({
      peer: peerReference,
      token: pathsToken,
      folder: folderName,
      path: folderNames,
      mode: putMode,
    }),
    output: z.strictObject({ id: transferId }),
  },
  /**
   * Asks the person for a place on this machine, and copies what is chosen in a folder that a peer shares to it, as `folders.get` does. Only a page of a relay
   * answers it: the application has an inbox. Answers with the number of copies that were begun; 0 if the person cancels.
   */
  'shell.folders.get': {
    input: z.strictObject({
      peer: peerReference,
      folder: folderName,
      path: folderNames,
      entries: z
        .array(z.strictObject({ name: folderName, kind: z.enum(['file', 'folder']), size: z.number().int().min(0) }))
        .min(1)
        .max(MOST_ROOTS),
    }),
    output: z.strictObject({ count: z.number().int().min(0) }),
  },
  /** Asks the person for a folder, and accepts the request of a peer to send files into it; false if they cancel. */
  'shell.transfers.accept': {
    input: z.strictObject({ approval: z.number().int() }),
    output: z.strictObject({ accepted: z.boolean() }),
  },
  /** Asks the person for the folder for received files, or returns to the default. A person who cancels changes nothing. */
  'shell.transfers.setInbox': { input: z.strictObject({ to: z.enum(['choose', 'default']) }), output: transferInbox },
  /**
   * Asks the person for the folder below which an agent's program may send files, or takes it away. A person who cancels changes nothing. Answers with the
   * folder that it has now.
   */
  'shell.agents.setFiles': {
    input: z.strictObject({ name: agentName, to: z.enum(['choose', 'none']) }),
    output: z.strictObject({ folder: z.string().nullable() }),
  },
  /** Asks the person for a folder, and shares it with a peer; false if they cancel. */
  'shell.folders.share': {
    input: z.strictObject({ peer: peerReference, mode: folderMode }),
    output: z.strictObject({ shared: z.boolean() }),
  },
  /** Queues a message with what was chosen. A token is good for one call. */
  'shell.messages.send': { input: z.strictObject({ ...sending, token: pathsToken }), output: messageView },
  /** Shows the first file or folder of a transfer in the system's file manager, or the folder in which it would be. */
  'shell.transfers.show': { input: z.strictObject({ id: transferId }), output: none },
} as const;
