import type { DocumentFile } from '#shared/storage.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { PeersModule } from '../peers/index.ts';
import type { ProxyProgram } from './config-text.ts';
import type { SshConfigFiles } from './files.ts';
import { SshConfig } from './ssh-config.ts';

/** The person's SSH configuration, and the command that it may start. */
export type SshConfigAgentOptions = Readonly<{
  file: DocumentFile;
  files: SshConfigFiles;
  program: ProxyProgram | undefined;
}>;

/**
 * Creates the module that writes this device's peers into the person's SSH configuration while the person wants that. Called by `Agent`; not portable, since
 * a page has no ssh.
 */
export function createSshConfig(
  { events, logger, peers }: Core,
  { sshConfig: options, view }: Readonly<{ sshConfig: SshConfigAgentOptions }> & Pick<PeersModule, 'view'>,
): Module {
  const config = new SshConfig({
    ...options,
    logger: logger.child({ part: 'ssh-config' }),
    peers: () =>
      peers
        .list()
        .filter(({ browser }) => browser === undefined)
        .toSorted((one, other) => one.pairedAt - other.pairedAt)
        .map((record) => ({ peerId: record.peerId, name: record.name, user: view(record).facts?.user })),
  });
  events.on('peers.changed', ({ kind }) => {
    if (kind !== 'seen') void config.update();
  });
  events.on('peer.named', () => void config.update());
  return {
    handlers: {
      'sshConfig.get': async () => await config.view(),
      'sshConfig.set': async ({ installed }) => await config.set(installed),
    },
    start: () => void config.update(),
  };
}
