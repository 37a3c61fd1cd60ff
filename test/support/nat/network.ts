import { execFileSync, spawnSync } from 'node:child_process';

/** What stands between a machine and the internet. */
export type Place =
  /** Nothing: public addresses of IPv4 and IPv6, no firewall. */
  | 'open'
  /** A NAT that gives a socket one public port, whomever it talks to, and lets in only whom it has talked to: most homes. */
  | 'home'
  /** A NAT that gives each connection another port (endpoint-dependent mapping, "symmetric"): many companies and mobile carriers. */
  | 'symmetric'
  /** A NAT that lets no UDP pass. */
  | 'no-udp'
  /** IPv6 alone, behind a firewall that lets in only whom the machine has talked to. */
  | 'ipv6';

export const PLACES: readonly Place[] = ['open', 'home', 'symmetric', 'no-udp', 'ipv6'];

const PREFIX = 'clawreach-';
/** Above those of other networks of this process, so that what a killed test left behind is swept away with theirs. */
let serial = 500;

/**
 * An internet of this computer's own: network namespaces round a router, each machine at its place, behind a gateway of its own where it has one.
 * Nothing of it is reached from the computer's network, nor the other way round. Linux, as root, with `nft`.
 */
export class NatNetwork {
  readonly #prefix = `${PREFIX}${process.pid}-${(serial += 1)}-`;
  readonly #spaces: string[] = [];

  /** @param machines their places by name; "relay" is at an open place of its own @throws {Error} where namespaces cannot be made */
  constructor(machines: Readonly<Record<string, Place>>) {
    try {
      this.#space('core');
      this.#write('core', ['ipv4/ip_forward', 'ipv6/conf/all/forwarding']);
      this.#attach('relay', 0);
      Object.entries(machines).forEach(([name, place], index) => this.#build(name, place, index + 1));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Program and first arguments that run the rest of a command line on that machine, or on "relay". */
  on(name: string): readonly [string, ...string[]] {
    return ['ip', 'netns', 'exec', this.#name(name)];
  }

  /** Where the relay is found from that place. */
  static relayHost(place: Place): string {
    return place === 'ipv6' ? '[2a05::2]' : '5.0.0.2';
  }

  /** The machine's gateway lets no UDP pass from now on, without a word. */
  blockUdp(name: string): void {
    nft(this.on(`${name}-gw`), ['insert rule inet guard through meta l4proto udp drop']);
  }

  /** What `blockUdp` did is undone. */
  allowUdp(name: string): void {
    const rules = nft(this.on(`${name}-gw`), ['list chain inet guard through']);
    for (const [, handle] of rules.matchAll(/meta l4proto udp drop # handle (\d+)/g))
      nft(this.on(`${name}-gw`), [`delete rule inet guard through handle ${handle}`]);
  }

  close(): void {
    for (const space of this.#spaces) spawnSync('ip', ['netns', 'del', space]);
  }

  #build(name: string, place: Place, index: number): void {
    if (place === 'open') {
      this.#attach(name, index);
      return;
    }
    const gateway = `${name}-gw`;
    this.#attach(gateway, index);
    this.#write(gateway, ['ipv4/ip_forward', 'ipv6/conf/all/forwarding']);
    this.#space(name);
    ip([
      '-n',
      this.#name(name),
      'link',
      'add',
      'eth0',
      'type',
      'veth',
      'peer',
      'name',
      'lan',
      'netns',
      this.#name(gateway),
    ]);
    const [inner, outer] =
      place === 'ipv6'
        ? [`2a05:0:1:${index}::2/64`, `2a05:0:1:${index}::1/64`]
        : [`192.168.${index}.2/24`, `192.168.${index}.1/24`];
    this.#address(name, 'eth0', [inner]);
    this.#address(gateway, 'lan', [outer]);
    this.#route(name, 'default', outer);
    if (place === 'ipv6') this.#route('core', `2a05:0:1:${index}::/64`, `2a05:0:0:${index}::2`);
    nft(this.on(gateway), RULES[place]);
  }

  /** A leg of the router with public addresses. */
  #attach(name: string, index: number): void {
    const leg = `leg${index}`;
    this.#space(name);
    ip([
      '-n',
      this.#name(name),
      'link',
      'add',
      'wan',
      'type',
      'veth',
      'peer',
      'name',
      leg,
      'netns',
      this.#name('core'),
    ]);
    const six = index === 0 ? '2a05::' : `2a05:0:0:${index}::`;
    this.#address(name, 'wan', [`5.0.${index}.2/24`, `${six}2/64`]);
    this.#address('core', leg, [`5.0.${index}.1/24`, `${six}1/64`]);
    this.#route(name, 'default', `5.0.${index}.1`);
    this.#route(name, 'default', `${six}1`);
  }

  #space(name: string): void {
    ip(['netns', 'add', this.#name(name)]);
    this.#spaces.push(this.#name(name));
    ip(['-n', this.#name(name), 'link', 'set', 'lo', 'up']);
    // Nobody else is there: without the search for doubles an address of IPv6 can be used at once.
    this.#write(name, ['ipv6/conf/default/dad_transmits'], 0);
  }

  #address(name: string, device: string, addresses: readonly string[]): void {
    const there = ['-n', this.#name(name)];
    for (const address of addresses) ip([...there, 'address', 'add', address, 'dev', device]);
    ip([...there, 'link', 'set', device, 'up']);
  }

  #route(name: string, to: string, via: string): void {
    const [host = ''] = via.split('/');
    ip(['-n', this.#name(name), ...(host.includes(':') ? ['-6'] : []), 'route', 'add', to, 'via', host]);
  }

  #write(name: string, switches: readonly string[], value = 1): void {
    const words = switches.map((one) => `echo ${value} > /proc/sys/net/${one}`).join(' && ');
    execFileSync('ip', ['netns', 'exec', this.#name(name), 'sh', '-c', words], { stdio: 'pipe' });
  }

  #name(name: string): string {
    return `${this.#prefix}${name}`;
  }
}

/** What a router of that kind does. What comes unasked ends at it without a trace, also in its own books. */
const filter = (forward: readonly string[]): readonly string[] => [
  'table inet guard {',
  'chain in { type filter hook input priority 0 ; iifname "wan" meta l4proto { tcp, udp } ct state new drop ; }',
  'chain through {',
  'type filter hook forward priority 0 ;',
  'iifname "wan" ct state new drop',
  ...forward,
  '}',
  '}',
];
const masquerade = (how: string): readonly string[] => [
  'table ip nat { chain out { type nat hook postrouting priority 100 ;',
  `oifname "wan" masquerade ${how}`,
  '}',
  '}',
];
const RULES: Readonly<Record<Exclude<Place, 'open'>, readonly string[]>> = {
  home: [...masquerade(''), ...filter([])],
  symmetric: [...masquerade('random,fully-random'), ...filter([])],
  'no-udp': [...masquerade(''), ...filter(['meta l4proto udp drop'])],
  ipv6: filter([]),
};

/** Why there can be no such network here; undefined where there can. */
export function natNetworkProblem(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  try {
    new NatNetwork({ one: 'symmetric', two: 'ipv6' }).close();
    return undefined;
  } catch (error) {
    return `NAT cannot be made: ${String(error).split('\n', 1)[0] ?? ''}`;
  }
}

function ip(words: readonly string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}

/** @param on program and first words that run it there @returns what was asked for */
function nft(on: readonly [string, ...string[]], rules: readonly string[]): string {
  const [program, ...words] = on;
  return execFileSync(program, [...words, 'nft', '--handle', '--file', '-'], {
    input: rules.join('\n'),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
