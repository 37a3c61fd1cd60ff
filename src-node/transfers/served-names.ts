const LIMITS = { /** Longest name in bytes, as in common file systems. */ name: 255 } as const;
/** Names that Windows treats as devices, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;
/** Names that may be short forms of others on file systems of Windows, such as `PROGRA~1`. */
const SHORT_FORM = /~\d/;

/** Reports whether a file or folder of this name may be served. Hidden files are never served. Pure. */
export function isServedName(name: string, platform: NodeJS.Platform = process.platform): boolean {
  if (name === '' || name.startsWith('.') || !name.isWellFormed() || Buffer.byteLength(name) > LIMITS.name)
    return false;
  if (/[\p{Cc}/\\]/u.test(name)) return false;
  // On Windows: other streams of a file (`a.txt::$DATA`), endings that are dropped, wildcards, devices.
  return platform !== 'win32' || (!/[:*?"<>|]|[. ]$/.test(name) && !DEVICE.test(name));
}

/** Reports whether the name may be another name of an entry, perhaps of a hidden one. Pure. */
export function mayBeAlias(name: string): boolean {
  return SHORT_FORM.test(name);
}
