import { type GatewayRoleView, type GatewayView } from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { colonFingerprint, endpointUrl } from '#shared/openclaw/gateway/index.ts';
import { formatCountdown, formatTime, printable } from '../../output/index.ts';
import { lastWord } from '../machines/peer-format.ts';

/** Command that prints the certificate's fingerprint on the gateway's machine. */
export const PRINT_FINGERPRINT =
  'openssl x509 -in ~/.openclaw/gateway/tls/gateway-cert.pem -noout -fingerprint -sha256';

/** Returns a gateway's name, safe to print. The functions of this file are pure. */
export function gatewayName({ settings }: Readonly<{ settings: Readonly<{ name: string }> }>): string {
  return printable(settings.name) || '(no name)';
}

/**
 * Formats the state of a role in a few words, for a table.
 * @param now Unix time, ms
 */
export function roleWord(role: GatewayRoleView, now: number): string {
  switch (role.state) {
    case 'off':
    case 'connected':
    case 'stopped':
    case 'connecting':
      return role.state;
    case 'pairing':
      return 'waiting for approval';
    case 'waiting':
      return role.retryAt === null ? 'waiting' : `retrying in ${formatCountdown(role.retryAt - now)}`;
    default:
      return assertNever(role.state);
  }
}

/**
 * Formats everything about a gateway on several lines, for `gateway status`.
 * @param now Unix time, ms
 */
export function describeGateway(view: GatewayView, now: number): string[] {
  const { settings, server, surface, otherNode, pendingRequests } = view;
  const { fingerprint, endpoint } = settings;
  const wasSeen = [view.operator, view.node].some(({ state }) => state === 'connected' || state === 'pairing');
  const unpinned = wasSeen ? 'trusted by this system' : 'unknown';
  const undecided = view.certificate === null ? unpinned : 'not trusted yet';
  const trust = fingerprint === null ? undecided : colonFingerprint(fingerprint);
  const started =
    server?.startedAt === null || server === null ? '' : `, up since ${formatTime(server.startedAt, now)}`;
  const health =
    server === null
      ? 'status known only while connected'
      : `${server.restarting ? 'restarting, ' : ''}OpenClaw ${printable(server.version)}${started}`;
  return [
    `Address      ${endpointUrl(endpoint)}`,
    ...(endpoint.tls ? [`Certificate  ${trust}`] : []),
    `Gateway      ${health}`,
    ...describeRole('Operator', view.operator, view, now),
    ...describeRole('Node', view.node, view, now),
    ...(surface.state === 'pending' || surface.state === 'reapproval'
      ? [
          `Commands     waiting for approval: ${surface.waiting.map(printable).join(', ')}`,
          ...(surface.requestId === null
            ? []
            : [`             on the gateway: openclaw nodes approve ${lastWord(surface.requestId)}`]),
        ]
      : surface.state === 'approved'
        ? [`Commands     ${surface.commands.map(printable).join(', ') || 'none'}`]
        : view.node.state === 'connected'
          ? ['Commands     none offered. To offer some: `clawreach node run --capability …`']
          : []),
    ...(otherNode === null || view.node.state === 'off'
      ? []
      : [`Note         another node is running on this machine: ${printable(otherNode)}`]),
    ...(pendingRequests === 0 ? [] : [`Requests     ${pendingRequests} waiting: clawreach requests list`]),
  ];
}

function describeRole(title: string, role: GatewayRoleView, { settings }: GatewayView, now: number): string[] {
  const access = title === 'Operator' && role.state === 'connected' && settings.operator.access === 'read-only';
  const since = role.state === 'connected' ? ` since ${formatTime(role.since, now)}` : '';
  const head = `${title.padEnd(13)}${roleWord(role, now)}${since}${access ? ', read-only' : ''}`;
  const indent = ' '.repeat(13);
  const problem = role.problem === null || role.state === 'connected' ? [] : problemLines(role.problem);
  const request =
    role.state === 'pairing' && role.requestId !== null
      ? [`on the gateway: openclaw devices approve ${lastWord(role.requestId)}`]
      : [];
  return [head, ...[...problem, ...request].map((line) => indent + line)];
}

/** Formats a problem: what happened, its cause and the next step. */
export function problemLines({ code, details }: NonNullable<GatewayRoleView['problem']>): string[] {
  const { what, why, next } = commandErrorText(code, code, details);
  return [`${printable(what)} [${code}]`, printable(why), printable(next)];
}
