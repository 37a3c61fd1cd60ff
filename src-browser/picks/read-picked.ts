import { FilesError, MOST_DEPTH, PAGE_PICKED } from '#shared/files/index.ts';
import type { PickedEntry } from '../pick-channel/index.ts';

/**
 * Asks the person for files, or for a folder, with the browser's dialog. Has to be called soon after the person has pressed something.
 * @returns undefined if the person cancels
 * @throws {FilesError} `file.browser-many`
 */
export async function chooseEntries(what: 'files' | 'folder'): Promise<readonly PickedEntry[] | undefined> {
  const input = document.createElement('input');
  input.type = 'file';
  if (what === 'folder') input.webkitdirectory = true;
  else input.multiple = true;
  input.hidden = true;
  // Some browsers open no dialog for an element outside of the page.
  document.body.append(input);
  try {
    const isChosen = await new Promise<boolean>((resolve) => {
      input.addEventListener('change', () => resolve(true), { once: true });
      input.addEventListener('cancel', () => resolve(false), { once: true });
      input.click();
    });
    const files = isChosen ? [...(input.files ?? [])] : [];
    return files.length === 0 ? undefined : fromFiles(files);
  } finally {
    input.remove();
  }
}

/**
 * Returns files as entries: each by its path, which the browser gives to those of a picked folder, after its folders. An empty folder in a picked one is none
 * of the browser's files, so it isn't there.
 * @throws {FilesError} `file.browser-many`
 */
export function fromFiles(files: readonly File[]): readonly PickedEntry[] {
  const now = Date.now();
  const entries: PickedEntry[] = [];
  const folders = new Set<string>();
  for (const file of files) {
    const path = file.webkitRelativePath === '' ? [file.name] : file.webkitRelativePath.split('/');
    for (let depth = 1; depth < path.length; depth += 1) {
      const folder = path.slice(0, depth);
      const key = folder.join('/');
      if (folders.has(key)) continue;
      folders.add(key);
      entries.push({ path: folder, mtime: now });
    }
    entries.push({ path, mtime: file.lastModified, file });
  }
  requireFew(entries.length);
  return entries;
}

/**
 * Reads files and folders that were dropped on the page, folders before what is in them. Links are what the browser makes of them.
 * @param dropped entry of each file; undefined for one that was pasted
 * @throws {FilesError} `file.browser-many`; `file.unreadable`
 */
export async function fromDropped(
  dropped: readonly Readonly<{ file: File; entry: FileSystemEntry | undefined }>[],
): Promise<readonly PickedEntry[]> {
  const now = Date.now();
  const entries: PickedEntry[] = [];
  for (const { file, entry: top } of dropped) {
    if (top === undefined || !isFolder(top)) {
      entries.push({ path: [file.name], mtime: file.lastModified, file });
      continue;
    }
    entries.push({ path: [top.name], mtime: now });
    const waiting = [{ folder: top, path: [top.name] }];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      for (const entry of await readFolder(next.folder)) {
        const path = [...next.path, entry.name];
        requireFew(entries.length + 1);
        if (isFolder(entry)) {
          entries.push({ path, mtime: now });
          // What is deeper isn't sent.
          if (path.length <= MOST_DEPTH) waiting.push({ folder: entry, path });
        } else if (isFile(entry)) {
          const file = await readFile(entry);
          entries.push({ path, mtime: file.lastModified, file });
        }
      }
    }
  }
  requireFew(entries.length);
  return entries;
}

async function readFolder(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    // Each call gives some of them; none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject)).catch(
      (cause: unknown) => Promise.reject(unreadable(cause)),
    );
    if (some.length === 0) return all;
    all.push(...some);
    requireFew(all.length);
  }
}

async function readFile(entry: FileSystemFileEntry): Promise<File> {
  return await new Promise<File>((resolve, reject) => {
    entry.file(resolve, (cause) => reject(unreadable(cause)));
  });
}

function requireFew(count: number): void {
  if (count > PAGE_PICKED) throw new FilesError('file.browser-many', 'too many files were picked');
}

function unreadable(cause: unknown): FilesError {
  return new FilesError('file.unreadable', 'the browser can not read a file', { cause });
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
