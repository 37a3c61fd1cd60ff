import type { Offer, PutMode } from '#shared/files/index.ts';
import { cleanLine } from '#shared/visible-text/index.ts';
import type { RequestText } from '../../core/approvals/index.ts';

/** Characters of each name that a person sees who decides about a transfer. */
const SHOWN = 80;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/**
 * Returns the text that asks a person whether a peer may send files: how many, how large, the space for them and the folder. The names, which the peer
 * chose, come last. A "Decline" counts for all transfers of the peer. Pure.
 * @param free bytes that may be used
 * @param folder name of the shared folder into which they go; undefined: the inbox
 * @param mode treatment of files of the same name there
 */
export function describeOffer(
  { entries, files, bytes, roots, top }: Pick<Offer, 'entries' | 'files' | 'bytes' | 'roots' | 'top'>,
  { free, into, folder, mode }: Readonly<{ free: number; into: string; folder?: string; mode?: PutMode }>,
): RequestText {
  const replaces = mode === 'replace' || mode === 'skip-same';
  const names = roots.map(({ name, kind }) => `${cleanLine(name, SHOWN) || '?'}${kind === 'folder' ? '/' : ''}`);
  return {
    // Signs beyond ASCII would be marked as strange.
    detail: `${folder === undefined ? 'send' : replaces ? 'replace by' : 'put'} ${names.join(', ')}${top > roots.length ? ` (+${top - roots.length})` : ''}`,
    facts: [
      { fact: 'files', value: String(files) },
      ...(entries > files ? [{ fact: 'folders', value: String(entries - files) } as const] : []),
      { fact: 'size', value: sizeText(bytes) },
      { fact: 'free', value: sizeText(Math.max(0, free)) },
      { fact: 'into', value: into },
    ],
    topic: folder === undefined ? 'send' : 'files',
    ...(folder === undefined ? { size: bytes } : {}),
    audited: `${folder === undefined ? 'send' : `put into ${cleanLine(folder, SHOWN)}`} ${files} files, ${bytes} bytes`,
  };
}

/** Formats a size, such as `1.5 MiB`. Pure. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : Math.round(value * 10) / 10} ${UNITS[unit] ?? 'B'}`;
}
