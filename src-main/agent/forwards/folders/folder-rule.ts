import { join } from 'node:path';
import type { Socket } from 'node:net';
import { problemOf, type RuleContext, type RuleRunner } from '../rules/index.ts';
import { RulePort, sourceOf } from '../proxies/index.ts';
import { FolderServer } from './folder-server.ts';
import { SharedFolder } from './shared-folder.ts';

/** Settings that all folder forwards share. */
export type FolderSettings = Readonly<{
  /** Home directory of the user, which replaces a leading `~` of a folder's path. */
  home: string;
  /** Folders that are never served, wherever they are: the profile, which holds this device's keys. */
  privateFolders: readonly string[];
}>;

/**
 * Runs a forward of kind `folder`: serves a folder of this device read-only over HTTP on a local port, which peers may reach if their rights allow.
 * Reads the folder; adds connections to the list of open connections.
 */
export class FolderRule implements RuleRunner {
  readonly #context: RuleContext<'folder'>;
  readonly #parts: FolderSettings;
  readonly #port: RulePort;
  #server: FolderServer | undefined;

  constructor(context: RuleContext<'folder'>, parts: FolderSettings) {
    this.#context = context;
    this.#parts = parts;
    // The port is not protected from peers: like any server of this machine they may reach it if their rights allow.
    this.#port = new RulePort({ ...context, claimPort: () => () => undefined }, (socket) => this.#serve(socket));
  }

  async start(signal: AbortSignal): Promise<void> {
    const { clock, rule, report } = this.#context;
    const path = rule.path.replace(/^~(?=[/\\]|$)/, () => join(this.#parts.home, '.'));
    this.#server = new FolderServer({
      clock,
      folder: await SharedFolder.open(path, this.#parts.privateFolders),
      hosts: rule.hosts ?? [],
      onProblem: (error) =>
        report({ problem: error === null ? null : { ...problemOf(error), details: { path: rule.path } } }),
    });
    await this.#port.open(signal);
  }

  async stop(): Promise<void> {
    await this.#port.close();
  }

  #serve(socket: Socket): void {
    const server = this.#server;
    if (server === undefined || server.isFull) {
      socket.destroy();
      return;
    }
    try {
      const { rule, connections } = this.#context;
      const { meter, close } = connections.open(rule.path, sourceOf(socket), () => socket.destroy());
      socket.once('close', close);
      server.serve(socket, meter);
    } catch {
      // The forward has too many connections.
      socket.destroy();
    }
  }
}
