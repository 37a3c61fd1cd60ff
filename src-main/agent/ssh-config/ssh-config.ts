import * as z from 'zod';
import type { SshConfigView, SshHost } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { DocumentFile } from '#shared/storage.ts';
import { DocumentStore, type DocumentDefinition } from '../core/store/index.ts';
import { accountForSsh, sshConfigText, type ProxyProgram } from './config-text.ts';
import type { SshConfigFiles } from './files.ts';
import { assignHostNames, HOST_SUFFIX } from './host-names.ts';

const document = z.strictObject({
  installed: z.boolean(),
  /** Host of each peer in the file, by its ID. */
  hosts: z.record(z.string(), z.strictObject({ name: z.string(), user: z.string().nullable() })),
});
type Saved = z.infer<typeof document>;

const DOCUMENT: DocumentDefinition<Saved> = {
  name: 'SSH configuration',
  version: 1,
  schema: document,
  migrations: {},
  initial: () => ({ installed: false, hosts: {} }),
};

/** Peer of which a host is made. `user`: account there, as the peer names it while it is linked. */
export type SshPeer = Readonly<{ peerId: PeerId; name: string; user: string | undefined }>;

export type SshConfigOptions = Readonly<{
  file: DocumentFile;
  files: SshConfigFiles;
  logger: Logger;
  /** Command of this installation; undefined if there is none that ssh could start. */
  program: ProxyProgram | undefined;
  /** Returns the peers in the order of their pairing, without browsers. */
  peers(): readonly SshPeer[];
}>;

/**
 * Hosts in the person's SSH configuration, one for each peer, with which `ssh office.claw` and all programs that use ssh reach them. Keeps the file current
 * while the person wants that. One per agent.
 */
export class SshConfig {
  readonly #options: SshConfigOptions;
  readonly #store: DocumentStore<Saved>;
  #problem: string | null = null;
  #written: string | undefined;
  #changing: Promise<unknown> = Promise.resolve();

  /** @throws {StoreError} as `DocumentStore` */
  constructor(options: SshConfigOptions) {
    this.#options = options;
    this.#store = new DocumentStore(options.file, DOCUMENT, options.logger);
  }

  /** Returns the hosts as the file has them or would have them. @throws {ClawReachError} `ssh-config.no-command` */
  async view(): Promise<SshConfigView> {
    const { files } = this.#options;
    const hosts = this.#hosts();
    const { installed } = this.#store.value;
    return {
      installed: installed && (await files.isIncluded()),
      file: files.file,
      config: files.config,
      hosts,
      text: this.#text(hosts),
      problem: installed ? this.#problem : null,
    };
  }

  /**
   * Has the person's SSH configuration include the file, or no longer.
   * @throws {ClawReachError} `ssh-config.no-command`; {StoreError} `store.write`, `store.unreadable`
   */
  async set(installed: boolean): Promise<SshConfigView> {
    await this.#change(async () => {
      const { files } = this.#options;
      if (installed) {
        this.#requireProgram();
        await this.#write();
        await files.include();
      } else {
        await files.remove();
        this.#written = undefined;
      }
      this.#store.save({ ...this.#store.value, installed });
      this.#problem = null;
    });
    return await this.view();
  }

  /** Writes the file again if the peers have changed. Never rejects: a file that can't be written is a problem that `view` has. */
  async update(): Promise<void> {
    if (!this.#store.value.installed) return;
    await this.#change(async () => {
      if (!this.#store.value.installed) return;
      try {
        await this.#write();
        this.#problem = null;
      } catch (error) {
        this.#problem = errorCode(error);
        this.#options.logger.warn('the SSH configuration was not written', { errorCode: this.#problem });
      }
    });
  }

  async #write(): Promise<void> {
    const hosts = this.#hosts();
    const text = this.#text(hosts);
    if (text === this.#written) return;
    // Saved first, so that no newcomer gets a name that the file has.
    const saved = Object.fromEntries(
      hosts.map(({ host, peer, user }) => [peer, { name: host.slice(0, -HOST_SUFFIX.length), user }]),
    );
    this.#store.save({ ...this.#store.value, hosts: saved });
    await this.#options.files.write(text);
    this.#written = text;
  }

  #hosts(): SshHost[] {
    const { hosts } = this.#store.value;
    const peers = this.#options.peers();
    const names = assignHostNames(
      peers,
      Object.fromEntries(Object.entries(hosts).map(([peerId, { name }]) => [peerId, name])),
    );
    return peers.map(({ peerId, name, user }) => ({
      host: `${names.get(peerId) ?? ''}${HOST_SUFFIX}`,
      peer: peerId,
      name,
      user: accountForSsh(user) ?? hosts[peerId]?.user ?? null,
    }));
  }

  #text(hosts: readonly SshHost[]): string {
    return sshConfigText(hosts, this.#requireProgram());
  }

  #requireProgram(): ProxyProgram {
    const { program } = this.#options;
    if (program === undefined) throw new ClawReachError('ssh-config.no-command', 'there is no command for ssh');
    return program;
  }

  /** Runs one change at a time. */
  #change(work: () => Promise<void>): Promise<void> {
    const changed = this.#changing.then(work);
    this.#changing = changed.catch(() => undefined);
    return changed;
  }
}
