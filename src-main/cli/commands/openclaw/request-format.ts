import type { DecidedGatewayRequest, GatewayRequestView, OnceReason } from '#shared/app-api/index.ts';
import { markLookalikes } from '#shared/visible-text/index.ts';
import { formatCountdown, formatTime, printable, type Style } from '../../output/index.ts';

/** Words for the kinds of requests. */
const KINDS: Readonly<Record<GatewayRequestView['kind'], string>> = {
  device: 'device',
  node: 'node',
  exec: 'command',
  plugin: 'plugin',
  run: 'run here',
};

/** Explanations why a command can be allowed only once. */
const ONCE_REASONS: Readonly<Record<OnceReason, string>> = {
  loads: 'This command can load other files, so you can allow it only once.',
  environment: 'This command sets variables, so you can allow it only once.',
  operand: 'An argument names a folder or device, or can match other files, so you can allow it only once.',
  file: 'A file it uses could be replaced without notice, so you can allow it only once.',
};

/**
 * Returns the beginning of a request's key: unique in practice, and short enough to type. The functions of this file format requests at gateways, for
 * every command that prints them, and are pure.
 */
export function shortId({ key }: Readonly<{ key: string }>): string {
  return key.slice(0, 8);
}

/** Returns the word for the kind of a request. */
export function kindWord({ kind }: Pick<GatewayRequestView, 'kind'>): string {
  return KINDS[kind];
}

/** Formats what a request wants on one line, for a table. */
export function requestSummary(request: GatewayRequestView): string {
  const { kind, roles, scopes, commands, command, title } = request;
  switch (kind) {
    case 'device':
      return `be ${join(roles)}${scopes.length === 0 ? '' : ` with ${join(scopes)}`}`;
    case 'node':
      return `offer ${join(commands) || 'nothing'}`;
    case 'exec':
    case 'run':
      return printable(markLookalikes(command ?? '').replaceAll('\n', ' ⏎ '));
    default:
      return printable(title ?? '');
  }
}

/**
 * Formats everything about a request that a person has to read before answering it.
 * @param now Unix time, ms
 */
export function formatRequest(request: GatewayRequestView, now: number, style: Style): string[] {
  const { kind, argv, command, directory, host, agent, missingScopes, severity, expiresAt, repair } = request;
  const row = (title: string, value: string | null | undefined): string[] =>
    value === null || value === undefined || value === '' ? [] : block(title, value);
  const isCommand = kind === 'exec' || kind === 'run';
  return [
    `${style.bold(printable(request.who))}: ${kindWord(request)} request at ${printable(request.gatewayName)}${
      severity === 'critical' ? style.red(', critical') : severity === 'warning' ? style.yellow(', warning') : ''
    }`,
    ...row('Request', request.requestId),
    ...row('Device', request.deviceId),
    ...row('Platform', request.platform),
    ...row('Address', request.address),
    ...(repair ? row('Note', 'Known before; asking again, or for more') : []),
    ...(kind === 'device'
      ? [...row('Roles', join(request.roles) || 'none'), ...row('Scopes', join(request.scopes) || 'none')]
      : []),
    ...(kind === 'node'
      ? [
          ...row('Commands', join(request.commands) || 'none'),
          ...row('Capabilities', join(request.capabilities) || 'none'),
        ]
      : []),
    ...(isCommand ? row('Command', command) : []),
    ...(isCommand && argv.length > 0 ? row('Arguments', argv.map((word) => JSON.stringify(word)).join(' ')) : []),
    ...row('Directory', directory),
    ...row('Program', request.program),
    ...row('User', request.user),
    ...row('Sets', join(request.environment)),
    ...row('Runs at', host),
    ...row('Agent', agent),
    ...row('Title', request.title),
    ...row('Text', request.text),
    ...(request.onceReason === undefined ? [] : row('Once only', ONCE_REASONS[request.onceReason])),
    ...(expiresAt === null ? [] : row('Time left', formatCountdown(expiresAt - now))),
    ...(missingScopes.length === 0 ? [] : row('Missing', `${join(missingScopes)} (scopes you need to approve this)`)),
  ];
}

/**
 * Formats the outcome of a request, with who answered it and when.
 * @param now Unix time, ms
 */
export function outcomeWord({ outcome, decision, by, reason, decidedAt }: DecidedGatewayRequest, now: number): string {
  const verb = decision === 'reject' ? 'rejected' : decision === null ? '' : 'approved';
  const words: Readonly<Record<DecidedGatewayRequest['outcome'], string>> = {
    approved: decision === 'approve-always' ? 'always allowed' : 'approved',
    rejected: 'rejected',
    expired: 'expired',
    elsewhere: `${verb || 'answered'} elsewhere${by === null ? '' : ` by ${printable(by)}`}`,
    replaced: 'replaced by a newer request',
    withdrawn: 'withdrawn',
  };
  return `${words[outcome]} ${formatTime(decidedAt, now)}${reason === null ? '' : `: ${printable(reason)}`}`;
}

function join(words: readonly string[]): string {
  return words.map(printable).join(', ');
}

/** Formats a title with the first line of a value, and further lines below it. */
function block(title: string, value: string): string[] {
  return value
    .split('\n')
    .map((line, at) => `  ${(at === 0 ? title : '').padEnd(14)}${printable(markLookalikes(line))}`);
}
