import type { RelayPackages } from '#node/releases/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { DocumentFile } from '../core/store/index.ts';
import type { SshServices } from '../forwards/ssh/index.ts';
import type { Network } from '../network/index.ts';
import { RelayServerBook } from './book.ts';
import { RelayServerError } from './errors.ts';
import { Questions } from './questions.ts';
import { readSshConfig, signIn } from './sign-in.ts';
import { sshConfigHosts } from './ssh-config.ts';
import { createTaskAsker } from './task-asker.ts';
import { Task } from './task.ts';

/** Parts of the machine for relays on servers. */
export type RelayServerOptions = Readonly<{
  /** Document with the relays that were set up. */
  file: DocumentFile;
  /** Path of `~/.ssh/config`, which is read and never written. */
  sshConfigFile: string;
  /** Name of the user of this process, for servers without another one. */
  user: string;
  packages: RelayPackages;
}>;

type Dependencies = Readonly<{
  relayServers?: RelayServerOptions | undefined;
  network: Pick<Network, 'relay'>;
  sshServices: SshServices | undefined;
  version: string;
}>;

/**
 * Creates the module that sets up, updates and removes relays on servers by SSH. One task runs at a time. Writes the audit log, `relay-servers.json` and
 * trusted host keys; secrets are asked for in each task, and gone at its end.
 * @throws {StoreError} if the document can't be used
 */
export function createRelayServers(core: Core, dependencies: Dependencies): Module {
  const { relayServers: options, sshServices: ssh, network } = dependencies;
  if (options === undefined || ssh === undefined) return {};
  const { audit, clock, crypto, views } = core;
  const logger = core.logger.child({ part: 'relay-servers' });
  const book = new RelayServerBook(options.file, logger);
  const createId = (): string => toHex(crypto.randomBytes(16));
  const questions = new Questions(clock, createId);
  const ending = new AbortController();
  let running: Readonly<{ server: string; own: AbortController; ended: Promise<unknown> }> | undefined;
  const changed = (): void => views.broadcast('relayServers.changed', [...book.all]);
  return {
    handlers: {
      'relayServers.hosts': async () => [...sshConfigHosts(await readSshConfig(options.sshConfigFile))],
      'relayServers.list': async () => [...book.all],
      'relayServers.cancel': async () => {
        running?.own.abort();
        return { server: running?.server ?? null };
      },
      'relayServers.answer': async ({ id, answer }) => {
        questions.answer(id, answer);
        return {};
      },
      'relayServers.run': async (input, { signal: aborted, progress: show }) => {
        const own = new AbortController();
        const signal = AbortSignal.any([aborted, ending.signal, own.signal]);
        for (let before = running; before !== undefined; before = running) {
          if (!before.own.signal.aborted)
            throw new RelayServerError('relay-server.busy', 'another task runs', {
              details: { server: before.server },
            });
          // A cancelled task only undoes its steps: the next one waits for that.
          show({ kind: 'step', step: 'undo', state: 'running' });
          await untilEnded(before.ended, signal);
        }
        const end = Promise.withResolvers<void>();
        running = { server: input.server.host, own, ended: end.promise };
        // A caller that is gone has cancelled its task.
        aborted.addEventListener('abort', () => own.abort(), { once: true });
        const ask = createTaskAsker({ questions, show, signal });
        try {
          const task = new Task(input, {
            clock,
            network,
            packages: options.packages,
            version: dependencies.version,
            ask,
            signal,
            show,
            connect: () =>
              signIn(input.server, {
                ssh,
                clock,
                logger,
                configFile: options.sshConfigFile,
                user: options.user,
                ask,
                trust: input.trust,
                dryRun: input.dryRun,
                signal,
              }),
            installed: (url, version) => {
              book.put({ id: createId(), server: input.server, url, version, deployedAt: Math.floor(clock.now()) });
              audit.record('relay-server.installed', { host: input.server.host, url, version });
              changed();
            },
            removed: (url) => {
              book.remove(url);
              audit.record('relay-server.removed', { host: input.server.host, url });
              changed();
            },
          });
          return await task.run();
        } finally {
          running = undefined;
          end.resolve();
        }
      },
    },
    stop: () => ending.abort(),
    closeTimeout: 3000,
  };
}

/** Waits for the end of another task. @throws {RelayServerError} `relay-server.cancelled` if the signal aborts first */
function untilEnded(ended: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new RelayServerError('relay-server.cancelled', 'cancelled'));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    void ended.then(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
  });
}
