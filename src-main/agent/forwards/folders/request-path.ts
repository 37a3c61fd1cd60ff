/** Path that a request asks for, below the shared folder. */
export type RequestPath = Readonly<{
  names: readonly string[];
  /** True if it ends with a slash. */ asFolder: boolean;
}>;

const LIMITS = { depth: 64, /** Bytes of a name, the limit of common file systems. */ name: 255 } as const;
/** Names that Windows takes for devices, with any ending. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;

/**
 * Reads the target of a request (RFC 9112 section 3.2), decoding each name once.
 * @returns undefined for whatever can name nothing that is served: names that are hidden, lead up, hold a separator or control characters, or
 *   that cannot be decoded
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

/** Reports whether a name may be served: hidden files never are. */
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
