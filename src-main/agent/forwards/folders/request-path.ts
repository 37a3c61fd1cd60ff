import { isServedName } from '#node/transfers/index.ts';

/** Path of a request, relative to the shared folder. */
export type RequestPath = Readonly<{
  names: readonly string[];
  /** True if the path ends with a slash. */ asFolder: boolean;
}>;

const LIMITS = { depth: 64 } as const;

/**
 * Parses the target of an HTTP request (RFC 9112 section 3.2), decoding each name once. Pure; touches no file.
 * @returns undefined if the path can't name anything that is served: hidden names, `..`, separators or control characters in a name, or invalid
 * encoding
 */
export function readRequestPath(target: string, platform: NodeJS.Platform = process.platform): RequestPath | undefined {
  const origin = target.replace(/^https?:\/\/[^/?#]*/i, '');
  const [path = ''] = (origin === '' ? '/' : origin).split(/[?#]/, 1);
  if (!path.startsWith('/')) return undefined;
  const parts = path.slice(1).split('/');
  const asFolder = parts.at(-1) === '';
  if (asFolder) parts.pop();
  if (parts.length > LIMITS.depth) return undefined;
  const names: string[] = [];
  for (const part of parts) {
    const name = decode(part);
    if (name === undefined || !isServedName(name, platform)) return undefined;
    names.push(name);
  }
  return { names, asFolder };
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
