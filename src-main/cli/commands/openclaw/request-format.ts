import type { DecidedGatewayRequest, GatewayRequestView, OnceReason } from '#shared/app-api/index.ts';
import { markLookalikes } from '#shared/visible-text/index.ts';
import { formatCountdown, formatTime, printable, type Style } from '../../output/index.ts';

const KINDS: Readonly<Record<GatewayRequestView['kind'], string>> = {
  device: 'device',
  node: 'node',
  exec: 'command',
  plugin: 'plugin',
  run: 'run here',
};

const ONCE: Readonly<Record<OnceReason, string>> = {
  loads: 'This command can load other files, so it can only be allowed once.',
  environment: 'It sets variables, so it can only be allowed once.',
  operand: 'An argument names a folder or a device, or may stand for other files, so it can only be allowed once.',
  file: 'A file it uses could be replaced unnoticed, so it can only be allowed once.',
};

/** Returns the start of a request's key: long enough to be unique in practice, short enough to type. */
export function shortId({ key }: Readonly<{ key: string }>): string {
  return key.slice(0, 8);
}

export function kindWord({ kind }: Pick<GatewayRequestView, 'kind'>): string {
  return KINDS[kind];
}

/** Summarises a request on one line of a table. */
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

/** Formats everything that a person has to see before answering. */
export function formatRequest(request: GatewayRequestView, now: number, style: Style): string[] {
  const { kind, argv, command, directory, host, agent, missingScopes, severity, expiresAt, repair } = request;
  const row = (title: string, value: string | null | undefined): string[] =>
    value === null || value === undefined || value === '' ? [] : block(title, value);
  const isCommand = kind === 'exec' || kind === 'run';
  return [
    `${style.bold(printable(request.who))}: ${kindWord(request)} request at ${printable(request.gatewayName)}${
      severity === 'critical' ? style.red(', critical') : severity === 'warning' ? style.yellow(', take care') : ''
    }`,
    ...row('Request', request.requestId),
    ...row('Device', request.deviceId),
    ...row('Platform', request.platform),
    ...row('Address', request.address),
    ...(repair ? row('Note', 'It was known before, and asks anew or for more.') : []),
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
    ...row('Sets', join(request.environment)),
    ...row('Runs at', host),
    ...row('Agent', agent),
    ...row('Title', request.title),
    ...row('Text', request.text),
    ...(request.onceReason === undefined ? [] : row('Once only', ONCE[request.onceReason])),
    ...(expiresAt === null ? [] : row('Time left', formatCountdown(expiresAt - now))),
    ...(missingScopes.length === 0 ? [] : row('You lack', join(missingScopes))),
  ];
}

/** Describes how a request ended. */
export function outcomeWord({ outcome, decision, by, reason, decidedAt }: DecidedGatewayRequest, now: number): string {
  const verb = decision === 'reject' ? 'refused' : decision === null ? '' : 'approved';
  const words: Readonly<Record<DecidedGatewayRequest['outcome'], string>> = {
    approved: decision === 'approve-always' ? 'approved for good' : 'approved',
    rejected: 'refused',
    expired: 'ran out',
    elsewhere: `${verb || 'decided'} elsewhere${by === null ? '' : ` by ${printable(by)}`}`,
    replaced: 'replaced by a newer one',
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
