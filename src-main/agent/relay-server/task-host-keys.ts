import { fingerprintOf, type HostKeys, type HostKeyVerdict, type SshServerId } from '../forwards/ssh/index.ts';

/** Host keys of one task: those known on this machine, and those that its person trusts during the task. A dry run forgets the latter. */
export class TaskHostKeys {
  readonly #known: HostKeys;
  readonly #keeps: boolean;
  readonly #trusted = new Map<string, string>();

  /** @param keeps false for a dry run, which stores nothing */
  constructor(known: HostKeys, keeps: boolean) {
    this.#known = known;
    this.#keeps = keeps;
  }

  /** Returns the types of the keys known for a server. */
  types(server: SshServerId): readonly string[] {
    return this.#known.types(server);
  }

  /** Tells whether a key of this server is known or was trusted during the task. */
  isKnown(server: SshServerId): boolean {
    return this.types(server).length > 0 || this.#trusted.has(nameOf(server));
  }

  /** Checks the key that a server presents, as `HostKeys` does. */
  verdict(server: SshServerId, key: Uint8Array): HostKeyVerdict {
    const verdict = this.#known.verdict(server, key);
    const isTrusted = verdict.kind === 'unknown' && this.#trusted.get(nameOf(server)) === fingerprintOf(key);
    return isTrusted ? { kind: 'known' } : verdict;
  }

  /** Trusts a key: in a dry run until its end, otherwise from now on. @throws {StoreError} `store.write` */
  trust(server: SshServerId, key: Uint8Array): void {
    if (this.#keeps) this.#known.trust(server, key);
    else this.#trusted.set(nameOf(server), fingerprintOf(key));
  }
}

function nameOf({ host, port }: SshServerId): string {
  return `${host.toLowerCase()} ${port}`;
}
