import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { toUtf8 } from '#shared/bytes/index.ts';
import { ask, type DrivenPage } from '../browser/page-scripts.ts';
import { found } from './secrets.ts';
import type { WireTap } from './wire-tap.ts';

export type Tapped = Readonly<{
  /** Page with an open terminal, whose relay is the tap. */
  page: DrivenPage;
  tap: WireTap;
  /** Folder with everything that the relay stores. */
  folder: string;
}>;

/**
 * Types a secret into the terminal of a page, and has another one printed there.
 * @returns names of those of which any eight bytes are in what the relay has carried or stored
 */
export async function seenSecrets({ page, tap, folder }: Tapped): Promise<readonly string[]> {
  const [typed, printed] = [crypto.randomUUID(), crypto.randomUUID()].map((id) => id.replaceAll('-', '')) as [
    string,
    string,
  ];
  const halves = [printed.slice(0, 16), printed.slice(16)] as const;
  await ask(page, 'type', `: ${typed}; printf %s ${halves[0]}; printf '%s\\n' ${halves[1]}\n`);
  await expect.poll(() => ask<string>(page, 'output'), { timeout: 30_000 }).toContain(printed);
  expect(tap.count('link')).toBeGreaterThan(0);
  expect(tap.bytes).toBeGreaterThan(2000);
  const stored: Uint8Array[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) stored.push(await readFile(join(entry.parentPath, entry.name)));
  const secrets = new Map([
    ['typed', toUtf8(typed)],
    ['printed', toUtf8(printed)],
  ]);
  return found(secrets, [...tap.recorded, ...stored]);
}
