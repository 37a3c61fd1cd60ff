/** File that was dropped or pasted, with the browser's entry for it, by which a folder is read. */
export type DroppedFile = Readonly<{ file: File; entry: FileSystemEntry | undefined }>;

type KeepFiles = (files: readonly DroppedFile[]) => Promise<string | undefined>;

/** Entries of dropped files. The browser gives them only during the drop. */
const entries = new WeakMap<File, FileSystemEntry>();
let keeper: KeepFiles | undefined;

/** Sets what keeps dropped files in a page of the relay, where no application does; undefined: nothing does. */
export function setFileKeeper(keep: KeepFiles | undefined): void {
  keeper = keep;
}

/** Returns the files of a drop, and notes which are folders. Called during the event. */
export function takeDropped({ files, items }: Pick<DataTransfer, 'files' | 'items'>): readonly File[] {
  const taken = [...files];
  if (keeper === undefined) return taken;
  const found = [...items].filter(({ kind }) => kind === 'file').map((item) => item.webkitGetAsEntry());
  for (const [index, file] of taken.entries()) {
    const entry = found[index];
    if (entry !== undefined && entry !== null) entries.set(file, entry);
  }
  return taken;
}

/**
 * Returns a token for files that were dropped or pasted: from the application, which takes their paths and the bytes of a pasted picture, or from the page of a
 * relay, which reads them itself. Undefined if one isn't a file of this machine.
 */
export async function keepFiles(files: readonly File[]): Promise<string | undefined> {
  if (keeper !== undefined) return await keeper(files.map((file) => ({ file, entry: entries.get(file) })));
  const [first] = files;
  if (files.length === 1 && first !== undefined && isPicture(first)) {
    const token = await window.clawreach?.keepFiles?.([first]);
    return token ?? (await window.clawreach?.keepPicture?.(new Uint8Array(await first.arrayBuffer())));
  }
  return await window.clawreach?.keepFiles?.([...files]);
}

/** Reports whether a file can be a picture of the clipboard: browsers give those as PNG. */
function isPicture({ type }: File): boolean {
  return type === 'image/png';
}
