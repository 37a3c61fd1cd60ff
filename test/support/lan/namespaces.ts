import { execFileSync, spawnSync } from 'node:child_process';

/**
 * Machines in one local network: a network namespace each, at the ports of one switch, with addresses 192.168.77.x and no way out. Linux, as root.
 */
export class LocalNetwork {
  readonly #names: readonly string[];
  readonly #prefix: string;

  private constructor(names: readonly string[]) {
    this.#names = names;
    this.#prefix = `clawreach-${process.pid}-lan-`;
  }

  /** @throws {Error} where namespaces cannot be made */
  static create(names: readonly string[]): LocalNetwork {
    const network = new LocalNetwork(names);
    try {
      network.#build();
    } catch (error) {
      network.close();
      throw error;
    }
    return network;
  }

  addressOf(name: string): string {
    return `192.168.77.${this.#names.indexOf(name) + 10}`;
  }

  /** Program and first arguments that run the rest of a command line on that machine. */
  on(name: string): readonly string[] {
    return ['ip', 'netns', 'exec', this.#space(name)];
  }

  close(): void {
    for (const name of ['switch', ...this.#names]) spawnSync('ip', ['netns', 'del', this.#space(name)]);
  }

  #build(): void {
    const hub = this.#space('switch');
    for (const name of ['switch', ...this.#names]) {
      ip('netns', 'add', this.#space(name));
      ip('-n', this.#space(name), 'link', 'set', 'lo', 'up');
    }
    // Without snooping, which forgets groups that no router asks about.
    ip('-n', hub, 'link', 'add', 'lan', 'type', 'bridge', 'mcast_snooping', '0');
    ip('-n', hub, 'link', 'set', 'lan', 'up');
    for (const [index, name] of this.#names.entries()) {
      const port = `port${index}`;
      ip('-n', hub, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.#space(name));
      ip('-n', hub, 'link', 'set', port, 'master', 'lan');
      ip('-n', hub, 'link', 'set', port, 'up');
      ip('-n', this.#space(name), 'address', 'add', `${this.addressOf(name)}/24`, 'dev', 'eth0');
      ip('-n', this.#space(name), 'link', 'set', 'eth0', 'up');
    }
  }

  #space(name: string): string {
    return `${this.#prefix}${name}`;
  }
}

/** Why no local network can be made here; undefined where it can. */
export function localNetworkProblem(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  try {
    LocalNetwork.create(['probe']).close();
    return undefined;
  } catch (error) {
    return `a local network cannot be made: ${String(error).split('\n', 1)[0] ?? ''}`;
  }
}

function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}
