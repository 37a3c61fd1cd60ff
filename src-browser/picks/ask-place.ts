import { cleanFileName, FilesError, PAGE_FILE_BYTES } from '#shared/files/index.ts';
import type { PickedPlace } from '../pick-channel/index.ts';

/** File or folder that a person wants to have, as the machine that shares it names it. `size`: bytes. */
export type WantedEntry = Readonly<{ name: string; kind: 'file' | 'folder'; size: number }>;

/** Dialogs of the File System Access API, which not every browser has. */
type Pickers = Readonly<{
  showSaveFilePicker?(options: Readonly<{ suggestedName: string }>): Promise<FileSystemFileHandle>;
  showDirectoryPicker?(options: Readonly<{ mode: 'readwrite' }>): Promise<FileSystemDirectoryHandle>;
}>;

/** Reports whether this browser lets a page write into a file that the person picks. Otherwise the page holds each file in memory until it is whole. */
export function canPickPlaces(): boolean {
  return typeof (globalThis as Pickers).showSaveFilePicker === 'function';
}

/**
 * Asks the person for a place with the browser's dialog: a file for one file, a folder for everything else. A browser without these dialogs saves files by itself,
 * and no folders. Has to be called soon after the person has pressed something.
 * @returns undefined if the person cancels
 * @throws {FilesError} `file.browser-folder`, `file.browser-memory`
 */
export async function askPlace(wanted: readonly WantedEntry[]): Promise<PickedPlace | undefined> {
  const { showSaveFilePicker, showDirectoryPicker } = globalThis as Pickers;
  const [first] = wanted;
  if (wanted.length === 1 && first?.kind === 'file' && showSaveFilePicker !== undefined) {
    // What the machine says is only a name here, which hides nothing.
    const suggestedName = cleanFileName(first.name, 'windows', true);
    const handle = await unlessCancelled(() => showSaveFilePicker({ suggestedName }));
    return handle === undefined ? undefined : { kind: 'file', handle };
  }
  if (showDirectoryPicker !== undefined && showSaveFilePicker !== undefined) {
    const handle = await unlessCancelled(() => showDirectoryPicker({ mode: 'readwrite' }));
    return handle === undefined ? undefined : { kind: 'folder', handle };
  }
  if (wanted.some(({ kind }) => kind === 'folder'))
    throw new FilesError('file.browser-folder', 'this browser saves no folders');
  if (wanted.some(({ size }) => size > PAGE_FILE_BYTES))
    throw new FilesError('file.browser-memory', 'a file is too large for the memory of a page');
  return { kind: 'memory' };
}

async function unlessCancelled<Handle>(ask: () => Promise<Handle>): Promise<Handle | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw new FilesError('file.browser-place', 'the browser gives no place', { cause: error });
  }
}
