import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppApiClient } from '#shared/app-api/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { connectControlSocket, controlKeyFile, controlSocketPath } from '#node/control-socket/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { JsonDocumentFile } from '#node/files/index.ts';
import { readLicencesFile } from '#node/licences/index.ts';
import { createLogger, LOG_LEVELS } from '#node/logging/index.ts';
import { BrowserShell, isSameUser, startWebHost, WindowSettingsFile } from '../web-host/index.ts';
import { protectPort } from './protected-port.ts';
import type { ServedWindow, WindowOptions } from './window-options.ts';

/** Limits for log lines that other programs on this machine can cause. */
const LOG_BUDGET = { burst: 200, perSecond: 1 };

/**
 * Serves the built window to browsers on this machine, connects it with the agent of the profile, and stores its settings in `window.json`. Makes the
 * agent protect the server's port from forwards. Logs to stderr. Loaded by main.ts for `clawreach ui`.
 * @throws {WebHostError} `web-host.files-missing`, `web-host.port`
 */
export async function serveWindow({ profile, version, port }: WindowOptions): Promise<ServedWindow> {
  const logger = createLogger({
    name: 'clawreach-ui',
    level:
      LOG_LEVELS.find((level) => level === process.env['CLAWREACH_LOG_LEVEL']) ??
      // On a terminal the command itself prints what matters.
      (process.stderr.isTTY ? 'error' : 'warn'),
    destination: 'stderr',
    budget: LOG_BUDGET,
  });
  const connectAgent = () => connectControlSocket(controlSocketPath(profile), { keyFile: controlKeyFile(profile) });
  const settings = new WindowSettingsFile(new JsonDocumentFile(join(profile, 'window.json')), logger);
  const host = await startWebHost({
    port,
    rendererDirectory: rendererDirectory(),
    connectAgent,
    shell: new BrowserShell({
      version,
      platform: process.platform,
      settings,
      licences: () => readLicencesFile(join(rendererDirectory(), '..', 'licences.json')),
      status: async () => {
        const client = new AppApiClient(await connectAgent());
        try {
          return await client.call('status.get', {});
        } finally {
          client.close();
        }
      },
    }),
    logger,
    clock: systemClock,
    crypto: nativeBackend,
    isSameUser,
  });
  const unprotect = protectPort(host.port, { connect: connectAgent, clock: systemClock });
  return {
    ...host,
    damagedSettings: settings.damaged,
    close: () => {
      unprotect();
      return host.close();
    },
  };
}

/** Returns the directory of the built window: beside the bundle, or `dist/renderer` when run from source. */
function rendererDirectory(): string {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const bundled = join(here, 'renderer');
  return existsSync(bundled) ? bundled : join(here, '..', '..', 'dist', 'renderer');
}
