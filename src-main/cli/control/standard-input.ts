import type { Host } from '../host/index.ts';

/** Number of bytes that are read at most; no token, code or link is as long. */
const MAX_SIZE = 64 * 1024;

/** Reads standard input to its end, or until it is longer than any secret. Used for tokens, passwords, codes and links. */
export async function readStandardInput({ host }: Readonly<{ host: Host }>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of host.stdin as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > MAX_SIZE) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
