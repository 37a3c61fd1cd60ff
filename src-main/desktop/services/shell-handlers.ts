import packageJson from '../../../package.json' with { type: 'json' };
import type { DefaultRelay, Licences, ShellFacts, ShellHandlers } from '#shared/app-api/index.ts';
import type { Autostart } from '../autostart/index.ts';
import { ShellError } from '../links/index.ts';
import type { CommandInstaller } from '../command/index.ts';
import type { AgentHost, HostedRelayController, ShellActions, WindowSettingsStore } from '../ports.ts';
import type { WindowFiles } from '../transfers/index.ts';
import type { Updates } from '../updates/index.ts';
import type { AgentSecret } from './agent-secret.ts';

export type ShellHandlerOptions = Readonly<{
  host: AgentHost;
  settings: WindowSettingsStore;
  autostart: Autostart;
  shell: ShellActions;
  relay: HostedRelayController & Readonly<{ canHost(): Promise<boolean> }>;
  /** Location of the secret of the application's own agent. */
  secret: AgentSecret;
  /** Relay that this build suggests. */
  defaultRelay: DefaultRelay | null;
  updates: Updates;
  command: CommandInstaller;
  /** Files of transfers that the person chooses in the window. */
  files: Pick<WindowFiles, 'handlers'>;
  readLicences(): Promise<Licences>;
}>;

/**
 * Creates the handlers of the `shell.*` calls, which the application itself answers: settings, hosted relay, autostart, updates, command, links,
 * files and camera. Called by `startServices`; every window's connection uses them. They only pass calls on to the given parts.
 */
export function createShellHandlers(options: ShellHandlerOptions): ShellHandlers {
  const { host, settings, shell, relay, secret, defaultRelay, updates, command, files, readLicences, autostart } =
    options;
  const facts = async (): Promise<ShellFacts> => ({
    kind: 'desktop',
    platform: process.platform,
    version: packageJson.version,
    electron: process.versions['electron'] ?? null,
    languages: shell.languages().slice(0, 32),
    tray: shell.tray(),
    canHostRelay: await relay.canHost(),
    defaultRelay,
    ownsAgent: host.ownsAgent,
    secretStore: host.ownsAgent
      ? secret.facts
      : describeOtherAgent((await host.client.call('status.get', {})).secretStore),
  });
  return {
    'shell.facts': facts,
    'shell.openLink': async ({ url }) => {
      await shell.openLink(url);
      return {};
    },
    'shell.openDesktop': async ({ protocol, port }) => {
      await shell.openDesktop(protocol, port);
      return {};
    },
    'shell.settings.get': () => Promise.resolve(settings.get()),
    'shell.settings.set': (next) => Promise.resolve(settings.set(next)),
    'shell.relay.get': () => Promise.resolve(relay.get()),
    'shell.relay.start': () => relay.start(),
    'shell.relay.outside': ({ on }) => relay.setOutside(on),
    'shell.relay.stop': () => relay.stop(),
    'shell.quit': async () => {
      shell.quit();
      return {};
    },
    'shell.camera': async ({ on }) => ({ allowed: await shell.camera(on) }),
    'shell.terminals': async ({ terminals }) => {
      shell.terminals(terminals);
      return {};
    },
    'shell.autostart.get': () => autostart.get(),
    'shell.autostart.set': ({ on }) => autostart.set(on),
    'shell.saveText': async ({ name, text, append }) => ({ saved: await shell.saveText(name, text, append) }),
    'shell.chooseFolder': async () => ({ path: (await shell.chooseFolder()) ?? null }),
    ...files.handlers(() => host.client),
    'shell.updates.get': async () => updates.view,
    'shell.updates.check': () => updates.check(),
    'shell.updates.download': async () => updates.download(),
    'shell.updates.cancel': async () => updates.cancel(),
    'shell.updates.install': async () => updates.install(),
    'shell.licences': readLicences,
    'shell.command.get': () => command.get(),
    'shell.command.install': () => command.install(),
    'shell.command.remove': () => command.remove(),
    'shell.secret.keep': async ({ place }) => {
      if (!host.ownsAgent) throw new ShellError('shell.secret-other-agent', 'the agent is not of this application');
      await secret.moveTo(place);
      return facts();
    },
  };
}

/** Describes the secret's location for an agent that was already running, which reports only a name. */
function describeOtherAgent(name: string): ShellFacts['secretStore'] {
  return name === 'file'
    ? { protection: 'file', backend: null, problem: null }
    : { protection: 'encrypted', backend: name, problem: null };
}
