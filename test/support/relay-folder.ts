import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRelay, type RelayOptions, type RunningRelay } from '#relay/index.ts';

/**
 * Starts a relay in a folder of its own, unless the options name one. That folder goes away with `end`, and where the relay does not start; a named one
 * stays.
 */
export async function startRelayInFolder({
  dataDirectory,
  ...options
}: Omit<RelayOptions, 'dataDirectory'> & Partial<Pick<RelayOptions, 'dataDirectory'>>): Promise<
  Readonly<{ relay: RunningRelay; end: () => Promise<void> }>
> {
  const folder = dataDirectory ?? (await mkdtemp(join(tmpdir(), 'clawreach-relay-')));
  const remove = async (): Promise<void> => {
    if (dataDirectory === undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    const relay = await startRelay({ ...options, dataDirectory: folder });
    return {
      relay,
      async end() {
        try {
          await relay.close({ drain: 0 });
        } finally {
          await remove();
        }
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
