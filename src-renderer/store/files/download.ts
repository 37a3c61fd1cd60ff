/**
 * Saves text as a file through the browser, with a download link that the function creates and clicks. Used by every export of a window in a browser;
 * the application writes files itself.
 * @param name file name
 * @param parts pieces of the text
 */
export function download(name: string, parts: readonly string[], type = 'text/plain'): void {
  saveBlob(name, new Blob([...parts], { type }));
}

/** Saves a file through the browser, in the same way. */
export function saveBlob(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has started to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
