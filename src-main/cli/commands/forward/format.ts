import {
  hopOfProblem,
  problemToExplain,
  type ForwardProblem,
  type ForwardRule,
  type ForwardView,
} from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { formatDuration, formatRtt, formatTime, printable } from '../../output/index.ts';
import { formatEndpoint } from './host-port.ts';
import { shellWord } from '../machines/peer-format.ts';

/**
 * The parts of a forward that are known before it runs. All functions of this file format forwards for the output of `clawreach forward`, and are
 * pure.
 */
export type ForwardSummary = Pick<ForwardView, 'rule' | 'peerName' | 'address'>;

/** Formats where a forward listens and leads to, such as `127.0.0.1:5432 → localhost:5432`. */
export function formatMapping(view: ForwardSummary): string {
  const { rule } = view;
  const from = view.address ?? formatEndpoint(rule.listen);
  const peer = remoteEndText(view);
  switch (rule.kind) {
    case 'socks5':
    case 'http-proxy':
    case 'auto':
      return `${from} → anywhere via ${peer}`;
    case 'tcp-bridge':
      return rule.direction === 'local'
        ? `${from} → ${formatEndpoint(rule.to)}`
        : `${from} there → ${formatEndpoint(rule.to)} here`;
    case 'udp':
    case 'wg-proxy':
      return `${from}/udp → ${formatEndpoint(rule.to)}`;
    case 'ssh-tunnel':
      if (rule.to === null) return `${from} → anywhere via ${printable(rule.server.host)}`;
      return rule.direction === 'local'
        ? `${from} → ${formatEndpoint(rule.to)}`
        : `${from} there → ${formatEndpoint(rule.to)} here`;
    case 'folder':
      return rule.peer === undefined
        ? `${from} → ${printable(rule.path)}`
        : `${from} there → ${printable(rule.path)} here`;
    default:
      return assertNever(rule);
  }
}

/** Formats both ends of a forward for a narrow table, without `127.0.0.1`, such as `:5432 → localhost:5432`. */
export function shortMapping(view: ForwardView): string {
  return formatMapping(view)
    .replace(/^127\.0\.0\.1:/, ':')
    .replace(/ → anywhere via .*$/, ' → anywhere');
}

/** Names the machine or SSH server that a forward leads to. */
export function remoteEndText({ rule, peerName }: Pick<ForwardView, 'rule' | 'peerName'>): string {
  if (rule.kind === 'ssh-tunnel') {
    const { user, host } = rule.server;
    return `${printable(user)}@${printable(host)}${peerName === null ? '' : ` via ${printable(peerName)}`}`;
  }
  if (rule.kind === 'folder' && rule.peer === undefined) return '-';
  return peerName === null ? '(removed)' : printable(peerName) || '(no name)';
}

/** Formats the mode of a forward, such as `socks5` or `tcp-bridge, reverse`. */
export function modeWord(rule: ForwardRule): string {
  return 'direction' in rule && rule.direction === 'remote' ? `${rule.kind}, reverse` : rule.kind;
}

/**
 * Formats a forward's problem: what happened, its cause and the next step, each on a line.
 * @param now Unix time, ms
 */
export function describeProblem(problem: ForwardProblem, now: number): readonly string[] {
  const { code, details } = problemToExplain(problem);
  const words = cleaned(details);
  const { why, next, what: text } = commandErrorText(code, code, words);
  const summary = describeMissingHop(words, now) ?? text;
  const { target } = words;
  const where = typeof target === 'string' && !summary.includes(target) ? `  ${target}` : '';
  return [
    `${summary}${where}  [${printable(code)}]`,
    ...[why, next].flatMap((part) => part.split('\n')).filter((line) => line !== ''),
  ];
}

/**
 * Formats a problem with an offline hop, such as `Waiting for nas, a hop on the way to office: nas is offline since
 * 14:02.`; undefined for other problems.
 */
function describeMissingHop({ hop, peer, since }: ForwardProblem['details'], now: number): string | undefined {
  if (typeof hop !== 'string' || typeof since !== 'number' || typeof peer !== 'string') return undefined;
  return `Waiting for ${hop}, a hop on the way to ${peer}: ${hop} is offline since ${formatTime(since, now)}.`;
}

function cleaned(details: ForwardProblem['details']): ForwardProblem['details'] {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, typeof value === 'string' ? printable(value) : value]),
  );
}

/**
 * Explains how a program uses the forward, with a command to try. Empty if the forward isn't listening, or listens on
 * another machine.
 */
export function describeUse(view: ForwardView): readonly string[] {
  const { rule, url, address } = view;
  if (address === null) return [];
  const [host, port] = usableAddress(address);
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
        : [`Use    ${host}:${port} (UDP) instead of ${formatEndpoint(rule.to)}`];
    case 'wg-proxy':
      return [`WireGuard, section [Peer]:  Endpoint = ${host}:${port}`];
    case 'folder':
      return rule.peer === undefined ? [`Open   ${url ?? ''}/`, `Try    curl -O ${url ?? ''}/FILE`] : [];
    default:
      return assertNever(rule);
  }
}

function userOption(rule: Readonly<{ user: string | null }>): string {
  return rule.user === null ? '' : `--proxy-user ${shellWord(rule.user)} `;
}

/** Formats the address to connect to, and a command for the service that usually listens on the target's port. */
function bridgeUse(host: string, port: string, target: number): readonly string[] {
  const line = PROGRAMS[target]?.(host, port);
  return [`Use    ${host}:${port}`, ...(line === undefined ? [] : [`Try    ${line}`])];
}

const web = (host: string, port: string): string => `curl http://${host}:${port}/`;
/** Commands to try, by the target's port. */
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

/** Splits an address into a host and a port that programs here can connect to: the address of all interfaces becomes loopback. */
function usableAddress(address: string): readonly [host: string, port: string] {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at);
  return [host === '0.0.0.0' ? '127.0.0.1' : host === '[::]' ? '[::1]' : host, address.slice(at + 1)];
}

/**
 * Formats which upstream an `auto` forward uses, and the result of the last probe of each; empty for other forwards.
 */
export function describeAuto({ auto }: ForwardView): readonly string[] {
  if (auto === null) return [];
  const names = { link: 'the connection', ssh: 'the SSH server' } as const;
  return [
    auto.way === null ? 'Uses   none; neither works yet' : `Uses   ${names[auto.way]}`,
    ...auto.probes.map(({ way, works, rtt, code }) => {
      if (works === null) return `       ${names[way]}: not tried yet`;
      if (works) return `       ${names[way]}: works, ${formatRtt(rtt)}`;
      return `       ${names[way]}: ${code === null ? "doesn't work" : `${commandErrorText(code, code).what}  [${printable(code)}]`}`;
    }),
  ];
}

/**
 * Formats the state of a forward: what a waiting one waits for, and what happened to the last connection of a ready one if it failed.
 * @param isAway its machine is offline, so that a port which takes connections leads nowhere now
 */
export function stateWord({ rule, state, problem }: ForwardView, isAway = false): string {
  if (isAway && state === 'ready' && rule.kind !== 'auto') return WAITING_FOR['forward.peer-away'] ?? state;
  if (state === 'ready' && problem !== null) {
    const isDeclined = DECLINED.has(problemToExplain(problem).code);
    // A proxy serves many targets, of which only the last one failed.
    if (!hasOneTarget(rule)) return isDeclined ? 'ready, last declined' : state;
    return isDeclined ? 'declined' : 'failing';
  }
  if (state !== 'waiting' || problem === null) return state;
  const hop = hopOfProblem(problem);
  return hop === undefined ? (WAITING_FOR[problem.code] ?? state) : `waiting for ${printable(hop)}`;
}

/** Codes of problems that a person at the other machine, or its rights, decided. */
const DECLINED: ReadonlySet<string> = new Set(['forward.denied', 'forward.unanswered', 'forward.protected']);

function hasOneTarget(rule: ForwardRule): boolean {
  return 'to' in rule && rule.to !== null;
}

/** Texts for waiting forwards, by the code of their problem. */
const WAITING_FOR: Readonly<Record<string, string>> = {
  'forward.asking': 'waiting for approval',
  'forward.linking': 'waiting for the machine',
  'forward.peer-away': 'waiting for the machine',
  'ssh.host-key-unknown': 'waiting for you to trust a key',
};

/**
 * Formats the age of the newest WireGuard handshake; undefined for other modes, and for a forward that isn't running.
 */
export function describeHandshake({ rule, state, handshakeAt }: ForwardView, now: number): string | undefined {
  if (rule.kind !== 'wg-proxy' || state === 'off' || state === 'failed') return undefined;
  return handshakeAt === null
    ? 'no handshake yet'
    : `newest handshake ${formatDuration(Math.max(0, now - handshakeAt))} ago`;
}
