/** Path of a request, relative to the shared folder. */
export type RequestPath = Readonly<{
  names: readonly string[];
  /** True if the path ends with a slash. */ asFolder: boolean;
}>;

const LIMITS = { depth: 64, /** Longest name in bytes, as in common file systems. */ name: 255 } as const;
/** Names that Windows treats as devices, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;

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

/** Reports whether a file or folder of this name may be served. Hidden files are never served. */
export function isServedName(name: string, platform: NodeJS.Platform = process.platform): boolean {
  if (name === '' || name.startsWith('.') || !name.isWellFormed() || Buffer.byteLength(name) > LIMITS.name)
    return false;
  if (/[\p{Cc}/\\]/u.test(name)) return false;
  // On Windows: other streams of a file (`a.txt::$DATA`), endings that are dropped, wildcards, devices.
  return platform !== 'win32' || (!/[:*?"<>|]|[. ]$/.test(name) && !DEVICE.test(name));
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
