import * as z from 'zod';

/** Uses of a shared folder: `write` includes `read`, and lets the peer put, rename and remove files in it. */
export const FOLDER_MODES = ['read', 'write'] as const;
export const folderMode = z.enum(FOLDER_MODES);
export type FolderMode = z.infer<typeof folderMode>;
