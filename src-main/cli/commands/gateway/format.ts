import { type GatewayRoleView, type GatewayView } from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { colonFingerprint, endpointUrl } from '#shared/openclaw/gateway/index.ts';
import { formatCountdown, formatTime, printable } from '../../output/index.ts';
import { lastWord } from '../machines/peer-format.ts';

/** Command that prints the certificate's fingerprint on the gateway's machine. */
export const PRINT_FINGERPRINT =
  'openssl x509 -in ~/.openclaw/gateway/tls/gateway-cert.pem -noout -fingerprint -sha256';

/** Returns a gateway's name, safe to print. */
export function gatewayName({ settings }: Readonly<{ settings: Readonly<{ name: string }> }>): string {
  return printable(settings.name) || '(no name)';
}

/** Describes a role's state in a word or two, for a table. */
export function roleWord(role: GatewayRoleView, now: number): string {
  switch (role.state) {
    case 'off':
    case 'connected':
    case 'stopped':
    case 'connecting':
      return role.state;
    case 'pairing':
      return 'waits for approval';
    case 'waiting':
      return role.retryAt === null ? 'waits' : `again in ${formatCountdown(role.retryAt - now)}`;
    default:
      return assertNever(role.state);
  }
}

/** Describes a gateway in full, line by line. */
export function describeGateway(view: GatewayView, now: number): string[] {
  const { settings, server, surface, otherNode, pendingRequests } = view;
  const { fingerprint, endpoint } = settings;
  const wasSeen = [view.operator, view.node].some(({ state }) => state === 'connected' || state === 'pairing');
  const unpinned = wasSeen ? 'as this system trusts it' : 'not seen yet';
  const undecided = view.certificate === null ? unpinned : 'not trusted yet';
  const trust = fingerprint === null ? undecided : colonFingerprint(fingerprint);
  const started =
    server?.startedAt === null || server === null ? '' : `, up since ${formatTime(server.startedAt, now)}`;
  const health =
    server === null
      ? 'not known: it says how it is while it is connected'
      : `${server.restarting ? 'restarting, ' : ''}OpenClaw ${printable(server.version)}${started}`;
  return [
    `Address      ${endpointUrl(endpoint)}`,
    ...(endpoint.tls ? [`Certificate  ${trust}`] : []),
    `Gateway      ${health}`,
    ...describeRole('Operator', view.operator, view, now),
    ...describeRole('Node', view.node, view, now),
    ...(surface.state === 'pending' || surface.state === 'reapproval'
      ? [
          `Commands     wait for approval: ${surface.waiting.map(printable).join(', ')}`,
          ...(surface.requestId === null
            ? []
            : [`             there: openclaw nodes approve ${lastWord(surface.requestId)}`]),
        ]
      : surface.state === 'approved'
        ? [`Commands     ${surface.commands.map(printable).join(', ') || 'none'}`]
        : view.node.state === 'connected'
          ? ['Commands     none offered: `clawreach node run --capability …` offers some']
          : []),
    ...(otherNode === null || view.node.state === 'off'
      ? []
      : [`Note         another node runs on this machine: ${printable(otherNode)}`]),
    ...(pendingRequests === 0 ? [] : [`Requests     ${pendingRequests} wait: clawreach requests list`]),
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
      ? [`there: openclaw devices approve ${lastWord(role.requestId)}`]
      : [];
  return [head, ...[...problem, ...request].map((line) => indent + line)];
}

/** Formats a problem: what happened, its cause and the next step. */
export function problemLines({ code, details }: NonNullable<GatewayRoleView['problem']>): string[] {
  const { what, why, next } = commandErrorText(code, code, details);
  return [`${printable(what)} [${code}]`, printable(why), printable(next)];
}
