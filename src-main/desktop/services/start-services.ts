import { existsSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, safeStorage, session } from 'electron';
import { errorCode } from '#shared/errors.ts';
import { systemClock } from '#node/clock/index.ts';
import { ensurePrivateDirectory } from '#node/files/index.ts';
import { PortMapper } from '#node/port-mapping/index.ts';
import { readLicencesFile } from '#node/licences/index.ts';
import { createLocalAgent } from '#local/index.ts';
import { createAgentHost } from '../agent/index.ts';
import { createCommandInstaller } from '../command/index.ts';
import { createGatewayNotices } from '../notifications/index.ts';
import type { AgentHost, StartServices } from '../ports.ts';
import { launchUtilityHost, personsEnvironment } from '../pty-host/index.ts';
import {
  builtDefaultRelay,
  findRelayLauncher,
  HostedRelayService,
  reachableAddresses,
  openRememberedRelay,
} from '../relay/index.ts';
import { chooseSecretStore, ElectronKeyStore } from '../secrets/index.ts';
import { createUpdates } from '../updates/index.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { AgentSecret } from './agent-secret.ts';
import { createShellHandlers } from './shell-handlers.ts';

/**
 * Starts everything behind the window, once per run of the application: the agent, the hosted relay if it was on, updates, the installer of the
 * command, and the handlers of the window's `shell.*` calls. Called by `main.ts`. Creates the profile directory, replaces a copied command of an
 * earlier version, and on Linux reads `/proc/self/environ`.
 */
export const startServices: StartServices = async ({ profile, logger, settings, shell, files, autostart, end }) => {
  ensurePrivateDirectory(profile);
  const keyStore = new ElectronKeyStore(safeStorage, process.platform);
  const secret = new AgentSecret();
  const environment = personsEnvironment(process.env, initialEnvironment());
  const createAgent = async () => {
    const kept = await chooseSecretStore({ profile, keyStore, remembered: settings.secretLocation, logger });
    const created = await createLocalAgent({
      profile,
      logger,
      secret: kept,
      environment,
      fileInbox: join(app.getPath('downloads'), 'ClawReach'),
      commandFolder: app.isPackaged ? join(process.resourcesPath, 'command') : undefined,
      systemProxy: (url) => session.defaultSession.resolveProxy(url),
      notifier: createGatewayNotices({
        level: () => settings.get().notifications,
        locked: shell.locked,
        open: () => shell.goTo({ to: 'gateways' }),
      }),
      launchHost: () =>
        launchUtilityHost({
          entry: bundle('pty-host.js'),
          environment,
          onStderr: (text) => logger.warn('pty host', { text }),
        }),
    });
    secret.follow(kept, created);
    return created;
  };
  const remembered = openRememberedRelay(profile, logger);
  const launch = findRelayLauncher({
    entry: bundle('clawreach-relay.js'),
    node: process.versions.node,
    packages: [join(bundle('..'), 'node_modules')],
    path: process.env['PATH'] ?? '',
    platform: process.platform,
  });
  let host: AgentHost | undefined;
  const relay = new HostedRelayService({
    launch,
    directory: join(profile, 'relay'),
    clock: systemClock,
    logger: logger.child({ part: 'hosted-relay' }),
    remembered: remembered.value,
    remember: remembered.save,
    configure: async (input) => host?.client.call('relay.configure', input),
    current: async () => (await host?.client.call('status.get', {}))?.relay,
    goBack: async () => host?.client.call('relay.goBack', {}),
    addresses: () => reachableAddresses(networkInterfaces()),
    mapper: new PortMapper({
      clock: systemClock,
      // Then nothing is asked of the local network.
      ...(environment['CLAWREACH_DISCOVERY'] === 'off' ? { gateway: () => Promise.resolve(undefined) } : {}),
    }),
  });
  const { version } = packageJson;
  const updates = createUpdates({ profile, version, logger, settings, ...end });
  const command = createCommandInstaller(version);
  const defaultRelay = builtDefaultRelay(logger);
  const readLicences = () => readLicencesFile(bundle('licences.json'));
  const agent = await createAgentHost({
    profile,
    logger,
    createAgent,
    handlers: (of) =>
      createShellHandlers({
        host: of,
        settings,
        shell,
        relay,
        secret,
        defaultRelay,
        updates,
        command,
        files,
        readLicences,
        autostart,
      }),
  });
  host = agent;
  settings.onChange((next) => agent.emit('shell.settings.changed', next));
  relay.onChange((next) => agent.emit('shell.relay.changed', next));
  updates.onChange((next) => agent.emit('shell.updates.changed', next));
  command.refresh().catch((error: unknown) => {
    logger.warn('the command could not be brought up to date', { errorCode: errorCode(error) });
  });
  relay.resume().catch((error: unknown) => {
    logger.error('the relay of this device could not be started again', { errorCode: errorCode(error) });
  });
  return { agent, relay };
};

function initialEnvironment(): string | undefined {
  try {
    return readFileSync('/proc/self/environ', 'utf8');
  } catch {
    // Linux only.
    return undefined;
  }
}

/** Returns the path of a file in `dist`; this module is bundled into `dist/desktop`. */
function bundle(name: string): string {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const dist = join(here, '..');
  return existsSync(join(dist, name)) ? join(dist, name) : join(here, name);
}
