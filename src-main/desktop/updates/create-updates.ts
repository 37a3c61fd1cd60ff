import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { app } from 'electron';
import type { Logger } from '#shared/logger.ts';
import { systemClock } from '#node/clock/index.ts';
import type { WindowSettingsStore } from '../ports.ts';
import { BoundedSession } from './bounded-session.ts';
import { ElectronEngine } from './electron-engine.ts';
import { ReleaseFeed } from '#node/releases/index.ts';
import { chooseUpdateMethod } from './installation.ts';
import { packageType } from './package-type.ts';
import { openSignedTimes } from './signed-times.ts';
import { builtUpdateSource } from '#node/releases/index.ts';
import { Updates } from './updates.ts';

export type UpdateServiceOptions = Readonly<{
  /** Absolute path of the profile directory. */
  profile: string;
  version: string;
  logger: Logger;
  settings: WindowSettingsStore;
  /** Ends everything in order, and allows another start of the application. */
  finish(): Promise<void>;
  /** Restarts the application after `finish`, if the update failed. */
  startAgain(): void;
}>;

/**
 * Creates the update service of this installation from its feed, engine, settings and stored signing times. Called by `startServices`. Reads
 * `updates.json` of the profile, and tells the service about changes of the settings.
 */
export function createUpdates(options: UpdateServiceOptions): Updates {
  const { profile, version, settings, finish, startAgain } = options;
  const logger = options.logger.child({ part: 'updates' });
  const method = chooseUpdateMethod({
    packaged: app.isPackaged,
    platform: process.platform,
    executable: process.execPath,
    variables: process.env,
    packageType: packageType(),
    mayReplace,
  });
  const source = builtUpdateSource();
  const network = new BoundedSession();
  const updates = new Updates({
    installed: version,
    method,
    feed:
      source === undefined
        ? undefined
        : new ReleaseFeed({
            source,
            platform: process.platform,
            arch: process.arch,
            fetch: network.fetch,
          }),
    engine: method === 'self' ? new ElectronEngine(logger, network) : undefined,
    settings: () => settings.get().updates,
    seen: openSignedTimes(profile, logger),
    finish,
    startAgain,
    clock: systemClock,
    logger,
  });
  let before = settings.get().updates;
  settings.onChange(({ updates: next }) => {
    const last = before;
    before = next;
    updates.settingsChanged(last);
  });
  return updates;
}

function mayReplace(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
