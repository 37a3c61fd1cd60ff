import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import Conf from 'conf';
import { StoreError, type DocumentFile } from '#shared/storage.ts';
import { ensurePrivateDirectory, systemCode, unreadable, unwritable } from './private.ts';

/** Owner only: peers and settings are nobody else's business. */
const MODE = 0o600;

/** A document in `<name>.json` beside its copy `<name>.json.bak`, written by `conf` (the format of electron-store as well). */
export class JsonDocumentFile implements DocumentFile {
  readonly location: string;

  /** @param path Absolute path that ends in `.json`. @throws {StoreError} `store.directory-permissions` */
  constructor(path: string) {
    ensurePrivateDirectory(dirname(path));
    this.location = path;
  }

  read(): unknown {
    return readDocument(this.location);
  }

  readBackup(): unknown {
    return readDocument(this.#backup);
  }

  write(document: Readonly<Record<string, unknown>>): void {
    try {
      openConf(this.location).store = structuredClone(document);
    } catch (error) {
      throw unwritable(this.location, error);
    }
  }

  backUp(): void {
    const temporary = `${this.#backup}.${randomBytes(8).toString('hex')}`;
    try {
      try {
        // The next write replaces the document by another file, so this one stays as it is under its second name.
        linkSync(this.location, temporary);
      } catch {
        copyFileSync(this.location, temporary);
        chmodSync(temporary, MODE);
      }
      renameSync(temporary, this.#backup);
    } catch (error) {
      throw unwritable(this.#backup, error);
    } finally {
      // Renaming one name of a file onto another name of the same file leaves both.
      rmSync(temporary, { force: true });
    }
  }

  setAside(): string {
    for (let number = 1; ; number += 1) {
      const aside = `${this.location}.damaged-${number}`;
      if (existsSync(aside)) continue;
      try {
        renameSync(this.location, aside);
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw unwritable(this.location, error);
      }
      return aside;
    }
  }

  get #backup(): string {
    return `${this.location}.bak`;
  }
}

function readDocument(path: string): unknown {
  if (!existsSync(path)) return undefined;
  try {
    return openConf(path).store;
  } catch (error) {
    if (systemCode(error) !== undefined) throw unreadable(path, error);
    throw new StoreError('store.malformed', `${path} is not a JSON object`, { cause: error, details: { file: path } });
  }
}

function openConf(path: string): Conf {
  const extension = extname(path);
  return new Conf({
    cwd: dirname(path),
    configName: basename(path, extension),
    fileExtension: extension.slice(1),
    configFileMode: MODE,
    // Replacing what cannot be read by nothing is how other programs lose their settings.
    clearInvalidConfig: false,
    accessPropertiesByDotNotation: false,
  });
}

/** The documents of a profile directory. */
export function profilePaths(profile: string) {
  return {
    secret: join(profile, 'secret'),
    /** The same, sealed by the key store of the system: only the application can open it. */
    sealedSecret: join(profile, 'secret.sealed'),
    settings: join(profile, 'settings.json'),
    peers: join(profile, 'peers.json'),
    approvals: join(profile, 'approvals.json'),
    forwards: join(profile, 'forwards.json'),
    gateways: join(profile, 'gateways.json'),
    remotes: join(profile, 'remotes.json'),
    nodePolicy: join(profile, 'node-policy.json'),
    requests: join(profile, 'requests.json'),
    sshHostKeys: join(profile, 'ssh-host-keys.json'),
    audit: join(profile, 'audit.jsonl'),
  };
}
