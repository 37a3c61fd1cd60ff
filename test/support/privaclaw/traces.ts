import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Returns the spellings in which a text could be stored: as it is, in hexadecimal, in base64 at any offset, in UTF-16, with JSON's or a URL's escapes. */
export function spellings(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  // Base64 of a text within a longer one depends on its offset; the first and the last characters also on what is around it.
  const inner = [0, 1, 2].flatMap((skip) => {
    const whole = bytes.subarray(skip, skip + Math.floor((bytes.length - skip) / 3) * 3);
    return [whole.toString('base64'), whole.toString('base64url')];
  });
  const texts = [
    text,
    text.toUpperCase(),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    [...bytes].join(','),
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    ...inner,
  ];
  return [...new Set(texts)].map((spelling) => Buffer.from(spelling)).concat(Buffer.from(text, 'utf16le'));
}

/** Lists the files below a folder that contain one of the texts, in any spelling. */
export async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const wanted = texts.flatMap((text) => spellings(text));
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = await readFile(join(entry.parentPath, entry.name));
    if (wanted.some((spelling) => content.includes(spelling))) found.push(entry.name);
  }
  return found;
}
