/** Offers a text as a file to save, by the browser. */
export function saveFile(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the content by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Returns a part for a file's name from a name that a person chose: its letters and digits. Pure. @param instead used if nothing is left */
export function fileNameOf(name: string, instead: string): string {
  const kept = name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-+|-+$/g, '');
  return kept === '' ? instead : kept;
}
