import { join } from 'node:path';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  problemOf,
  type Meter,
  type OpenConnection,
  type RemoteConnection,
  type RuleContext,
  type RuleRunner,
} from '../rules/index.ts';
import { RulePort, sourceOf, UpstreamPort } from '../proxies/index.ts';
import { FOLDER_LIMITS, FolderServer } from './folder-server.ts';
import { SharedFolder } from './shared-folder.ts';
import { StallWatch } from './stall-watch.ts';

/** Settings that all folder forwards share. */
export type FolderSettings = Readonly<{
  /** Home directory of the user, which replaces a leading `~` of a folder's path. */
  home: string;
  /** Folders that are never served, wherever they are: the profile, which holds this device's keys. */
  privateFolders: readonly string[];
}>;

/** Counts nothing: a connection from a peer is counted where its bytes leave. */
const UNCOUNTED: Meter = { in: () => undefined, out: () => undefined };

/** Opens a folder by the path of its rule. @throws {FolderError} as `SharedFolder.open` */
export function openFolder(path: string, { home, privateFolders }: FolderSettings): Promise<SharedFolder> {
  return SharedFolder.open(
    path.replace(/^~(?=[/\\]|$)/, () => join(home, '.')),
    privateFolders,
  );
}

/**
 * Runs a forward of kind `folder`: serves a folder of this device read-only over HTTP. Without a peer it listens on a port of this device, which peers
 * may reach if their rights allow; with a peer it listens on a port there, and opens none here. Reads the folder; adds connections to the list of open
 * connections.
 */
export class FolderRule implements RuleRunner {
  readonly #context: RuleContext<'folder'>;
  readonly #parts: FolderSettings;
  readonly #port: Readonly<{
    open(signal: AbortSignal): Promise<void> | void;
    close(): Promise<void>;
    askAgain?(): void;
  }>;
  readonly #remotes = new Set<Duplex>();
  #server: FolderServer | undefined;

  constructor(context: RuleContext<'folder'>, parts: FolderSettings) {
    this.#context = context;
    this.#parts = parts;
    const { clock, rule, report, upstream, peerName } = context;
    if (rule.peer === undefined) {
      // The port is not protected from peers: like any server of this machine they may reach it if their rights allow.
      this.#port = new RulePort({ ...context, claimPort: () => () => undefined }, (socket) => this.#serve(socket));
      return;
    }
    const port = new UpstreamPort(
      { clock, report, listen: rule.listen, peer: peerName(rule.peer) },
      upstream(rule.peer),
      (remote, source) => this.#serveRemote(remote, source),
    );
    this.#port = { open: (signal) => port.start(signal), close: () => port.close(), askAgain: () => port.askAgain() };
  }

  async start(signal: AbortSignal): Promise<void> {
    const { clock, rule, report } = this.#context;
    this.#server = new FolderServer({
      clock,
      folder: await openFolder(rule.path, this.#parts),
      hosts: rule.hosts ?? [],
      onProblem: (error) =>
        report({ problem: error === null ? null : { ...problemOf(error), details: { path: rule.path } } }),
    });
    if (!signal.aborted) await this.#port.open(signal);
  }

  askAgain(): void {
    this.#port.askAgain?.();
  }

  async stop(): Promise<void> {
    await this.#port.close();
    const closed = [...this.#remotes].map((remote) => once(remote, 'close'));
    for (const remote of this.#remotes) remote.destroy();
    await Promise.all(closed);
  }

  #serve(socket: Socket): void {
    const server = this.#server;
    const entry = this.#enter(sourceOf(socket), () => socket.destroy());
    if (server === undefined || entry === undefined) {
      socket.destroy();
      return;
    }
    socket.once('close', entry.close);
    server.serve(socket, entry.meter, () => socket.bytesRead);
  }

  #serveRemote(remote: RemoteConnection, source: string): void {
    const server = this.#server;
    const entry = this.#enter(source, () => remote.destroy());
    if (server === undefined || entry === undefined) {
      remote.destroy();
      return;
    }
    // Node's server limits the time of an answer only on sockets.
    const meter = new StallWatch(entry.meter, this.#context.clock, FOLDER_LIMITS.stall, () => duplex.destroy());
    const duplex = remote.toDuplex(meter);
    this.#remotes.add(duplex);
    duplex.on('error', () => undefined);
    duplex.once('close', () => {
      this.#remotes.delete(duplex);
      meter.stop();
      entry.close();
    });
    server.serve(duplex, UNCOUNTED, () => meter.bytesRead);
  }

  /** Adds a connection to the list; undefined if there are too many. */
  #enter(source: string | null, end: () => void): OpenConnection | undefined {
    if (this.#server?.isFull === true) return undefined;
    try {
      return this.#context.connections.open(this.#context.rule.path, source, end);
    } catch {
      return undefined;
    }
  }
}
