import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Debian's program of many home routers. */
const MINIUPNPD = '/usr/sbin/miniupnpd';
const OUTPUT = 64 * 1024;

export type RouterKind = Readonly<{
  /** Protocols that the router serves; none for one that maps nothing. */
  serves: 'pcp and nat-pmp' | 'upnp' | 'all' | 'nothing';
  /** IPv4 address of the router outside; default: a public one. */
  address?: string;
}>;

/**
 * Home behind a router: network namespaces "home", "router" and "outside". The router translates addresses, lets in nothing unasked, and runs the
 * real `miniupnpd`. Linux, as root, with `nft`.
 */
export class RouterNetwork {
  static readonly homeAddress = '192.168.88.2';
  static readonly routerAddress = '192.168.88.1';
  readonly address: string;
  readonly #prefix = `clawreach-${process.pid}-map-`;
  readonly #folder = mkdtempSync(join(tmpdir(), 'clawreach-router-'));
  #daemon: ChildProcess | undefined;
  #log = '';

  constructor({ serves, address = '5.0.9.2' }: RouterKind) {
    this.address = address;
    try {
      this.#build();
      if (serves !== 'nothing') this.#serve(serves);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Program and first arguments that run the rest of a command line there. */
  on(place: 'home' | 'router' | 'outside'): readonly [string, ...string[]] {
    return ['ip', 'netns', 'exec', this.#space(place)];
  }

  /** Translations that the router has set up, as `nft` lists them. */
  translations(): string {
    const [program, ...words] = this.on('router');
    return execFileSync(program, [...words, 'nft', 'list', 'chain', 'inet', 'filter', 'prerouting_miniupnpd'], {
      encoding: 'utf8',
    });
  }

  get log(): string {
    return this.#log;
  }

  close(): void {
    this.#daemon?.kill('SIGKILL');
    for (const place of ['home', 'router', 'outside'] as const) spawnSync('ip', ['netns', 'del', this.#space(place)]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #space(place: string): string {
    return `${this.#prefix}${place}`;
  }

  #build(): void {
    const [home, router, outside] = [this.#space('home'), this.#space('router'), this.#space('outside')];
    for (const space of [home, router, outside]) {
      ip('netns', 'add', space);
      ip('-n', space, 'link', 'set', 'lo', 'up');
    }
    const cable = (one: string, name: string, other: string, otherName: string): void =>
      ip('-n', one, 'link', 'add', name, 'type', 'veth', 'peer', 'name', otherName, 'netns', other);
    cable(home, 'eth0', router, 'lan');
    cable(router, 'wan', outside, 'eth0');
    const far = this.address.replace(/\d+$/, '1');
    for (const [space, device, address] of [
      [home, 'eth0', RouterNetwork.homeAddress],
      [router, 'lan', RouterNetwork.routerAddress],
      [router, 'wan', this.address],
      [outside, 'eth0', far],
    ] as const) {
      ip('-n', space, 'address', 'add', `${address}/24`, 'dev', device);
      ip('-n', space, 'link', 'set', device, 'up');
    }
    ip('-n', home, 'route', 'add', 'default', 'via', RouterNetwork.routerAddress);
    ip('-n', router, 'route', 'add', 'default', 'via', far);
    const [program, ...words] = this.on('router');
    execFileSync(program, [...words, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
    execFileSync(program, [...words, 'nft', '--file', '-'], { input: RULES });
  }

  #serve(serves: RouterKind['serves']): void {
    const configuration = join(this.#folder, 'miniupnpd.conf');
    const yes = (isOn: boolean): string => (isOn ? 'yes' : 'no');
    writeFileSync(
      configuration,
      [
        'ext_ifname=wan',
        'listening_ip=lan',
        'ipv6_disable=yes',
        'secure_mode=yes',
        'http_port=5000',
        `enable_natpmp=${yes(serves !== 'upnp')}`,
        `enable_upnp=${yes(serves !== 'pcp and nat-pmp')}`,
        'upnp_table_name=filter',
        'upnp_nat_table_name=filter',
        'upnp_forward_chain=miniupnpd',
        'upnp_nat_chain=prerouting_miniupnpd',
        'upnp_nat_postrouting_chain=postrouting_miniupnpd',
        'uuid=fb4f876b-42a1-4ebc-8b84-9b10d6a7bb46',
        'system_uptime=yes',
        `lease_file=${join(this.#folder, 'leases')}`,
        'allow 0-65535 0.0.0.0/0 0-65535',
        '',
      ].join('\n'),
    );
    const [program, ...words] = this.on('router');
    const daemon = spawn(program, [...words, MINIUPNPD, '-d', '-f', configuration, '-P', join(this.#folder, 'pid')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [daemon.stdout, daemon.stderr]) {
      stream.on('data', (text: Buffer) => {
        if (this.#log.length < OUTPUT) this.#log += text.toString('utf8');
      });
    }
    this.#daemon = daemon;
  }
}

/** Why there can be no such router here; undefined where there can. */
export function routerProblem(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'network namespaces need Linux and root';
  if (!existsSync(MINIUPNPD)) return 'miniupnpd is not installed';
  try {
    new RouterNetwork({ serves: 'nothing' }).close();
    return undefined;
  } catch (error) {
    return `a router cannot be made: ${String(error).split('\n', 1)[0] ?? ''}`;
  }
}

const RULES = `table inet filter {
  chain forward { type filter hook forward priority 0 ; jump miniupnpd ; iifname "wan" ct state new drop ; }
  chain in { type filter hook input priority 0 ; iifname "wan" ct state new drop ; }
  chain miniupnpd { }
  chain prerouting { type nat hook prerouting priority -100 ; jump prerouting_miniupnpd ; }
  chain postrouting { type nat hook postrouting priority 100 ; jump postrouting_miniupnpd ; oifname "wan" masquerade ; }
  chain prerouting_miniupnpd { }
  chain postrouting_miniupnpd { }
}
`;

function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}
