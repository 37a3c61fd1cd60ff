import {
  hopOfProblem,
  toldProblem,
  type ForwardProblem,
  type ForwardRule,
  type ForwardView,
} from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { formatDuration, formatRtt, formatTime, printable } from '../../output/index.ts';
import { formatHostPort } from './host-port.ts';
import { shellWord } from '../machines/peer-format.ts';

/** As much of a rule as is known before it runs. */
export type RuleFacts = Pick<ForwardView, 'rule' | 'peerName' | 'address'>;

/** `127.0.0.1:5432 → localhost:5432`; who is at which end is in the words. */
export function formatMapping(view: RuleFacts): string {
  const { rule } = view;
  const from = view.address ?? formatHostPort(rule.listen);
  const peer = peerWord(view);
  switch (rule.kind) {
    case 'socks5':
    case 'http-proxy':
    case 'auto':
      return `${from} → what ${peer} reaches`;
    case 'tcp-bridge':
      return rule.direction === 'local'
        ? `${from} → ${formatHostPort(rule.to)}`
        : `${from} there → ${formatHostPort(rule.to)} here`;
    case 'udp':
    case 'wg-proxy':
      return `${from}/udp → ${formatHostPort(rule.to)}`;
    case 'ssh-tunnel':
      if (rule.to === null) return `${from} → what ${printable(rule.server.host)} reaches`;
      return rule.direction === 'local'
        ? `${from} → ${formatHostPort(rule.to)}`
        : `${from} there → ${formatHostPort(rule.to)} here`;
    case 'folder':
      return `${from} → ${printable(rule.path)}`;
    default:
      return assertNever(rule);
  }
}

/** The same for a table: loopback goes without saying. */
export function shortMapping(view: ForwardView): string {
  return formatMapping(view)
    .replace(/^127\.0\.0\.1:/, ':')
    .replace(/ → what .* reaches$/, ' → anywhere');
}

/** At the other end: a peer's name, or that of an SSH server. */
export function peerWord({ rule, peerName }: Pick<ForwardView, 'rule' | 'peerName'>): string {
  if (rule.kind === 'ssh-tunnel') {
    const { user, host } = rule.server;
    return `${printable(user)}@${printable(host)}${peerName === null ? '' : ` via ${printable(peerName)}`}`;
  }
  if (rule.kind === 'folder') return '-';
  return peerName === null ? '(forgotten)' : printable(peerName) || '(no name)';
}

/** `socks5`, `tcp-bridge, reverse`. */
export function modeWord(rule: ForwardRule): string {
  return 'direction' in rule && rule.direction === 'remote' ? `${rule.kind}, reverse` : rule.kind;
}

/** What goes wrong with a rule, and what to do: for people, under its line. @param now milliseconds since 1970 */
export function describeProblem(problem: ForwardProblem, now: number): readonly string[] {
  const { code, details } = toldProblem(problem);
  const words = cleaned(details);
  const { why, next, what: told } = commandErrorText(code, code, words);
  const what = describeMissingHop(words, now) ?? told;
  const { target } = words;
  const where = typeof target === 'string' && !what.includes(target) ? `  ${target}` : '';
  return [
    `${what}${where}  [${printable(code)}]`,
    ...[why, next].flatMap((text) => text.split('\n')).filter((line) => line !== ''),
  ];
}

/** `Waiting for nas, a hop on the way to office: nas is offline since 14:02.` Undefined where no hop is known to be offline. */
function describeMissingHop({ hop, peer, since }: ForwardProblem['details'], now: number): string | undefined {
  if (typeof hop !== 'string' || typeof since !== 'number' || typeof peer !== 'string') return undefined;
  return `Waiting for ${hop}, a hop on the way to ${peer}: ${hop} is offline since ${formatTime(since, now)}.`;
}

function cleaned(details: ForwardProblem['details']): ForwardProblem['details'] {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, typeof value === 'string' ? printable(value) : value]),
  );
}

/** What a person types in the program that is to use it; empty where nothing is to be typed here. */
export function describeUse(view: ForwardView): readonly string[] {
  const { rule, url, address } = view;
  if (address === null) return [];
  const [host, port] = usablePlace(address);
  switch (rule.kind) {
    case 'socks5':
      return [`Proxy  ${url ?? ''}`, `Try    curl ${userOption(rule)}--proxy ${url ?? ''} https://example.com/`];
    case 'auto':
      return [
        `Proxy  ${url ?? ''}, or http://${host}:${port} on the same port`,
        `Try    curl ${userOption(rule)}--proxy ${url ?? ''} https://example.com/`,
      ];
    case 'http-proxy':
      return [
        `Proxy  ${url ?? ''}`,
        `Try    curl ${userOption(rule)}--proxy ${url ?? ''} https://example.com/`,
        `Or     export http_proxy=${url ?? ''} https_proxy=${url ?? ''}`,
      ];
    case 'ssh-tunnel':
      if (rule.to === null) {
        return [`Proxy  ${url ?? ''}`, `Try    curl --proxy ${url ?? ''} https://example.com/`];
      }
      return rule.direction === 'remote' ? [] : bridgeUse(host, port, rule.to.port);
    case 'tcp-bridge':
      return rule.direction === 'remote' ? [] : bridgeUse(host, port, rule.to.port);
    case 'udp':
      return rule.to.port === 53
        ? [`Use    ${host}:${port} (UDP)`, `Try    dig -p ${port} @${host} example.com`]
        : [`Use    ${host}:${port} (UDP) instead of ${formatHostPort(rule.to)}`];
    case 'wg-proxy':
      return [`WireGuard, section [Peer]:  Endpoint = ${host}:${port}`];
    case 'folder':
      return [`Open   ${url ?? ''}/`, `Try    curl -O ${url ?? ''}/FILE`];
    default:
      return assertNever(rule);
  }
}

function userOption(rule: Readonly<{ user: string | null }>): string {
  return rule.user === null ? '' : `--proxy-user ${shellWord(rule.user)} `;
}

/** By the port at the far side, which says what most likely listens there. */
function bridgeUse(host: string, port: string, target: number): readonly string[] {
  const line = PROGRAMS[target]?.(host, port);
  return [`Use    ${host}:${port}`, ...(line === undefined ? [] : [`Try    ${line}`])];
}

const web = (host: string, port: string): string => `curl http://${host}:${port}/`;
const PROGRAMS: Readonly<Record<number, (host: string, port: string) => string>> = {
  22: (host, port) => `ssh -p ${port} USER@${host.replaceAll(/[[\]]/g, '')}`,
  80: web,
  3000: web,
  8000: web,
  8080: web,
  443: (host, port) => `curl --connect-to ::${host}:${port} https://NAME/`,
  3306: (host, port) => `mysql -h ${host} -P ${port}`,
  3389: (host, port) => `xfreerdp /v:${host}:${port}`,
  5432: (host, port) => `psql -h ${host} -p ${port}`,
  5900: (host, port) => `vncviewer ${host}::${port}`,
  6379: (host, port) => `redis-cli -h ${host} -p ${port}`,
};

/** Host and port that a program of this machine names; any address of the machine includes loopback. */
function usablePlace(address: string): readonly [host: string, port: string] {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at);
  return [host === '0.0.0.0' ? '127.0.0.1' : host === '[::]' ? '[::1]' : host, address.slice(at + 1)];
}

/** Which way a rule `auto` takes and why; one line for each way that was tried. */
export function describeAuto({ auto }: ForwardView): readonly string[] {
  if (auto === null) return [];
  const names = { link: 'the link to the peer', ssh: 'the SSH server' } as const;
  return [
    auto.way === null ? 'Way    none works yet' : `Way    ${names[auto.way]}`,
    ...auto.probes.map(({ way, works, rtt, code }) => {
      if (works === null) return `       ${names[way]}: not tried yet`;
      if (works) return `       ${names[way]}: works, ${formatRtt(rtt)}`;
      return `       ${names[way]}: ${code === null ? 'does not work' : `${commandErrorText(code, code).what}  [${printable(code)}]`}`;
    }),
  ];
}

/** `ready`, and what it waits for in a word. */
export function stateWord({ state, problem }: ForwardView): string {
  if (state !== 'waiting' || problem === null) return state;
  const hop = hopOfProblem(problem);
  return hop === undefined ? (WAITS[problem.code] ?? state) : `waiting for ${printable(hop)}`;
}

const WAITS: Readonly<Record<string, string>> = {
  'forward.asking': 'waiting for a yes',
  'forward.linking': 'waiting for the peer',
  'forward.peer-away': 'waiting for the peer',
  'ssh.host-key-unknown': 'waiting for your trust',
};

/** Of WireGuard: how old the newest handshake is that both ends took part in; undefined for other kinds, and for a rule that does not run. */
export function describeHandshake({ rule, state, handshakeAt }: ForwardView, now: number): string | undefined {
  if (rule.kind !== 'wg-proxy' || state === 'off' || state === 'failed') return undefined;
  return handshakeAt === null
    ? 'no handshake yet'
    : `newest handshake ${formatDuration(Math.max(0, now - handshakeAt))} ago`;
}
