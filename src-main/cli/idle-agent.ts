import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppApiClient, createTransportPair } from '#shared/app-api/index.ts';
import { createLocalAgent } from '#local/index.ts';
import { createLogger } from '#node/logging/index.ts';
import { profilePaths } from '#node/files/index.ts';
import type { IdleAgent } from './host/index.ts';

/**
 * Creates an agent in this process that connects to nothing and keeps nothing: it works on a copy of the profile's settings, SSH host keys and
 * records, in a folder that `close` removes. Used by a dry run, and to read the records, where no agent is running. Loaded by main.ts.
 */
export async function createIdleAgent(profile: string): Promise<IdleAgent> {
  const folder = await mkdtemp(join(tmpdir(), 'clawreach-idle-'));
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const [from, to] = [profilePaths(profile), profilePaths(folder)];
    for (const file of ['settings', 'sshHostKeys', 'relayServers', 'peers', 'audit', 'history'] as const)
      await copyFile(from[file], to[file]).catch(() => undefined);
    const logger = createLogger({ name: 'clawreach', level: 'error', destination: 'stderr' });
    const agent = await createLocalAgent({ profile: folder, logger, loopback: true });
    const [here, there] = createTransportPair();
    agent.serve(there);
    const client = new AppApiClient(here);
    const close = async (): Promise<void> => {
      client.close();
      await agent.close('stop');
      await removeFolder();
    };
    return { client, close };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}
