import { execFileSync, spawnSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';

/**
 * Machines with addresses of their own on this computer: a network namespace each, all joined by a router, which can lose what one sends to
 * another without a word, as a network does. Linux, as root. This process stands at the router's `host` leg and can be reached there.
 */
export class Network {
  /** Where servers of this process are found by the machines. */
  readonly hostAddress: string;
  readonly #prefix: string;
  readonly #names: readonly string[];
  readonly #net: string;
  readonly #cuts = new Set<string>();

  private constructor(names: readonly string[], prefix: string, net: string) {
    this.#names = names;
    this.#prefix = prefix;
    this.#net = net;
    this.hostAddress = `${net}.0.1`;
  }

  /** @param names Of the machines; at most 200. @throws {Error} where namespaces cannot be made */
  static create(names: readonly string[]): Network {
    sweep();
    const network = new Network(names, `${PREFIX}${process.pid}-${(serial += 1)}-`, freeNet());
    try {
      network.#build();
    } catch (error) {
      network.close();
      throw error;
    }
    return network;
  }

  addressOf(name: string): string {
    return `${this.#net}.${this.#index(name)}.2`;
  }

  /** Program and first arguments that run the rest of a command line on that machine; the process id stays that of the command. */
  on(name: string): readonly string[] {
    return ['ip', 'netns', 'exec', this.#space(name)];
  }

  /** What `from` sends to `to` vanishes; the other direction goes on. */
  cut(from: string, to: string): void {
    const rule = this.#rule(from, to);
    if (this.#cuts.has(rule)) return;
    this.#cuts.add(rule);
    ip(['-n', this.#space('router'), 'rule', 'add', ...rule.split(' ')]);
  }

  mend(from: string, to: string): void {
    const rule = this.#rule(from, to);
    if (this.#cuts.delete(rule)) ip(['-n', this.#space('router'), 'rule', 'del', ...rule.split(' ')]);
  }

  /** Both directions. */
  blackHole(one: string, other: string): void {
    this.cut(one, other);
    this.cut(other, one);
  }

  heal(one: string, other: string): void {
    this.mend(one, other);
    this.mend(other, one);
  }

  /** What arrives at a machine passes a FIFO of so many bytes and this rate, bits per second. */
  limit(name: string, rate: number, queue: number): void {
    const device = `leg${this.#index(name)}`;
    const shape = ['root', 'tbf', 'rate', `${rate}bit`, 'burst', '16kb', 'limit', String(queue)];
    execFileSync('tc', ['-n', this.#space('router'), 'qdisc', 'replace', 'dev', device, ...shape], { stdio: 'pipe' });
  }

  /** Others see only the router's address, and nobody begins a connection to it: as behind the NAT of a mobile carrier. Needs `nft`. */
  hideBehindNat(name: string): void {
    const address = this.addressOf(name);
    const rules = [
      'add table ip nat',
      'add chain ip nat out { type nat hook postrouting priority 100 ; }',
      `add rule ip nat out ip saddr ${address} masquerade`,
      'add chain ip nat through { type filter hook forward priority 0 ; }',
      `add rule ip nat through ip daddr ${address} ct state new drop`,
    ];
    const words = ['netns', 'exec', this.#space('router'), 'nft', '-f', '-'];
    execFileSync('ip', words, { input: rules.join('\n'), stdio: ['pipe', 'pipe', 'pipe'] });
  }

  close(): void {
    for (const name of ['router', ...this.#names]) spawnSync('ip', ['netns', 'del', this.#space(name)]);
    spawnSync('ip', ['link', 'del', this.#hostLeg()]);
  }

  #build(): void {
    const router = this.#space('router');
    for (const name of ['router', ...this.#names]) {
      ip(['netns', 'add', this.#space(name)]);
      ip(['-n', this.#space(name), 'link', 'set', 'lo', 'up']);
    }
    ip(['link', 'add', this.#hostLeg(), 'type', 'veth', 'peer', 'name', 'leg0', 'netns', router]);
    this.#address([], this.#hostLeg(), `${this.hostAddress}/24`);
    this.#address(['-n', router], 'leg0', `${this.#net}.0.254/24`);
    ip(['route', 'add', `${this.#net}.0.0/16`, 'via', `${this.#net}.0.254`]);
    for (const name of this.#names) {
      const leg = `leg${this.#index(name)}`;
      const there = ['-n', this.#space(name)];
      ip([...there, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', leg, 'netns', router]);
      this.#address(there, 'eth0', `${this.addressOf(name)}/24`);
      this.#address(['-n', router], leg, `${this.#net}.${this.#index(name)}.1/24`);
      ip([...there, 'route', 'add', 'default', 'via', `${this.#net}.${this.#index(name)}.1`]);
    }
    const forward = 'echo 1 > /proc/sys/net/ipv4/ip_forward';
    execFileSync('ip', ['netns', 'exec', router, 'sh', '-c', forward], { stdio: 'pipe' });
  }

  #address(where: readonly string[], device: string, address: string): void {
    ip([...where, 'address', 'add', address, 'dev', device]);
    ip([...where, 'link', 'set', device, 'up']);
  }

  #rule(from: string, to: string): string {
    return `pref 100 from ${this.#addressOrHost(from)} to ${this.#addressOrHost(to)} blackhole`;
  }

  #addressOrHost(name: string): string {
    return name === 'host' ? this.hostAddress : this.addressOf(name);
  }

  #space(name: string): string {
    return `${this.#prefix}${name}`;
  }

  #hostLeg(): string {
    return `cr${this.#net.split('.')[1]}h`;
  }

  #index(name: string): number {
    const index = this.#names.indexOf(name);
    if (index < 0) throw new Error(`no machine is called ${name}`);
    return index + 1;
  }
}

/** Why no networks can be made here; undefined where they can. */
export function networkProblem(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  try {
    Network.create(['probe']).close();
    return undefined;
  } catch (error) {
    return `network namespaces cannot be made: ${String(error)}`;
  }
}

/** Why no machine can be hidden behind NAT here; undefined where that works. */
export function natProblem(): string | undefined {
  const problem = networkProblem();
  if (problem !== undefined) return problem;
  const network = Network.create(['probe']);
  try {
    network.hideBehindNat('probe');
    return undefined;
  } catch (error) {
    return `NAT cannot be made: ${String(error).split('\n', 1)[0] ?? ''}`;
  } finally {
    network.close();
  }
}

const PREFIX = 'clawreach-';
let serial = 0;

function ip(words: readonly string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}

/** 10.x where nothing of this computer is. */
function freeNet(): string {
  const taken = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  const first = 100 + (process.pid % 100);
  for (let tries = 0; tries < 100; tries += 1) {
    const net = `10.${100 + ((first + tries) % 100)}`;
    if (!taken.some((address) => address.startsWith(`${net}.`))) return net;
  }
  throw new Error('no addresses are left');
}

/** Namespaces of tests that were killed before they could clean up. */
function sweep(): void {
  const { stdout } = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  for (const [space = '', pid = ''] of (stdout ?? '').matchAll(/^clawreach-(\d+)-\d+-\S+/gm)) {
    try {
      process.kill(Number(pid), 0);
    } catch {
      spawnSync('ip', ['netns', 'del', space]);
    }
  }
}
