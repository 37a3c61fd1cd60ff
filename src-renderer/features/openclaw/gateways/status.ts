import type { GatewayProblem, GatewayRole, GatewayRoleView, GatewayView } from '#shared/app-api/index.ts';
import { explainCode, joinList, text } from '../../../locale/index.ts';
import type { StatusDotProps } from '../../../ui/index.ts';

/** Parts with a state of their own: operator and node connection, approved commands, and the gateway itself. */
const GATEWAY_PARTS = ['operator', 'node', 'surface', 'server'] as const;
export type GatewayPart = (typeof GATEWAY_PARTS)[number];

/** Next step offered as a button. */
export type GatewayRemedy = 'none' | 'edit';

/** Displayed status of one part. */
export type GatewayPartStatus = Readonly<{
  dot: StatusDotProps['state'];
  word: string;
  /** Empty where the word says it all. */
  what: string;
  why: string;
  next: string;
  /** Milliseconds since 1970. */
  retryAt: number | null;
  /** Command for the gateway's administrator. */
  command: string | null;
  remedy: GatewayRemedy;
}>;

const PLAIN = { what: '', why: '', next: '', retryAt: null, command: null, remedy: 'none' } as const;

/** Problems that only changed settings or credentials solve. */
const BY_EDITING: ReadonlySet<string> = new Set([
  'gateway.name',
  'gateway.plain-port',
  'gateway.plain-refused',
  'gateway.not-gateway',
  'gateway.fingerprint-plain',
  'gateway.fingerprint-invalid',
  'gateway.endpoint-invalid',
  'gateway.token-missing',
  'gateway.token-wrong',
  'gateway.local-token-ignored',
  'gateway.password-missing',
  'gateway.password-wrong',
  'gateway.device-token-wrong',
  'gateway.setup-invalid',
  'gateway.setup-expired',
  'gateway.scope-mismatch',
]);

export function gatewayStatus(gateway: GatewayView, part: GatewayPart): GatewayPartStatus {
  switch (part) {
    case 'operator':
    case 'node':
      return roleStanding(gateway, part);
    case 'surface':
      return surfaceStanding(gateway);
    case 'server':
      return serverStanding(gateway);
  }
}

/** Returns the parts to show; commands only if this machine is a node. */
export function partsOf(gateway: GatewayView): readonly GatewayPart[] {
  return GATEWAY_PARTS.filter((part) => part !== 'surface' || gateway.settings.node.enabled);
}

/** Nothing is tried any more until a person does something. */
function isStopped(gateway: GatewayView): boolean {
  return gateway.operator.state === 'stopped' || gateway.node.state === 'stopped';
}

/** A try at once would change something. */
export function canConnect(gateway: GatewayView): boolean {
  return [gateway.operator, gateway.node].some(({ state }) => ['waiting', 'stopped', 'pairing'].includes(state));
}

/** The worst of the two connections, for one dot. */
export function overallDot(gateway: GatewayView): StatusDotProps['state'] {
  if (gateway.certificate !== null || isStopped(gateway)) return 'attention';
  const states = [gateway.operator.state, gateway.node.state].filter((state) => state !== 'off');
  if (states.includes('pairing') || gateway.surface.state === 'pending') return 'attention';
  if (states.length === 0) return 'offline';
  if (states.every((state) => state === 'connected')) return 'online';
  return states.includes('connecting') ? 'busy' : 'offline';
}

function roleStanding(gateway: GatewayView, role: GatewayRole): GatewayPartStatus {
  const view = gateway[role];
  // What is to be said of the certificate stands above both.
  if (gateway.certificate !== null && view.state === 'stopped')
    return { ...PLAIN, dot: 'attention', word: text('gateways.state.certificate') };
  const word = text(`gateways.state.${view.state}`);
  switch (view.state) {
    case 'off':
      return { ...PLAIN, dot: 'offline', word };
    case 'connecting':
      return { ...PLAIN, dot: 'busy', word };
    case 'connected':
      return { ...PLAIN, dot: 'online', word, what: connectedText(gateway, role) };
    case 'pairing':
      return {
        ...PLAIN,
        dot: 'attention',
        word,
        ...explainGateway(view.problem ?? { code: 'gateway.pairing', details: {}, at: view.since }),
        command: approveCommand('devices', view.requestId),
      };
    case 'waiting':
      return {
        ...PLAIN,
        dot: 'offline',
        word,
        ...explainGateway(view.problem),
        retryAt: view.retryAt,
        remedy: remedyOf(view),
      };
    case 'stopped':
      return {
        ...PLAIN,
        dot: 'attention',
        word,
        ...explainGateway(view.problem),
        remedy: remedyOf(view),
      };
  }
}

function remedyOf({ problem }: GatewayRoleView): GatewayRemedy {
  return problem !== null && BY_EDITING.has(problem.code) ? 'edit' : 'none';
}

function connectedText(gateway: GatewayView, role: GatewayRole): string {
  if (role === 'node') return '';
  return gateway.operator.scopes.includes('operator.admin')
    ? text('gateways.scopes.full')
    : text('gateways.scopes.some', { scopes: joinList(gateway.operator.scopes.map(shortScope)) });
}

/** `read` of `operator.read`. */
function shortScope(scope: string): string {
  return scope.replace(/^operator\./, '');
}

function surfaceStanding({ surface, node }: GatewayView): GatewayPartStatus {
  if (node.state !== 'connected')
    return { ...PLAIN, dot: 'offline', word: text('gateways.surface.later'), what: text('gateways.surface.later.why') };
  const command = approveCommand('nodes', surface.requestId);
  const word = text(`gateways.surface.${surface.state}`);
  switch (surface.state) {
    case 'none':
      return { ...PLAIN, dot: 'offline', word, what: text('gateways.surface.none.why') };
    case 'approved':
      return { ...PLAIN, dot: 'online', word, what: joinList(surface.commands) };
    case 'pending':
      return {
        ...PLAIN,
        dot: 'attention',
        word,
        what: text('gateways.surface.waiting', { commands: joinList(surface.waiting) }),
        next: text('gateways.surface.pending.next'),
        command,
      };
    case 'reapproval':
      return {
        ...PLAIN,
        dot: 'attention',
        word,
        what: text('gateways.surface.more', {
          commands: joinList(surface.commands),
          waiting: joinList(surface.waiting),
        }),
        next: text('gateways.surface.pending.next'),
        command,
      };
  }
}

function serverStanding({ server, operator, node }: GatewayView): GatewayPartStatus {
  if (server === null)
    return {
      ...PLAIN,
      dot: 'offline',
      word: text('gateways.server.unknown'),
      what: operator.state === 'off' && node.state === 'off' ? '' : text('gateways.server.unknown.why'),
    };
  if (server.restarting)
    return {
      ...PLAIN,
      dot: 'busy',
      word: text('gateways.server.restarting'),
      ...explainCode('gateway.restarting', ''),
      retryAt: operator.retryAt ?? node.retryAt,
    };
  return {
    ...PLAIN,
    dot: 'online',
    word: text('gateways.server.running'),
    what: text('gateways.server.version', { version: server.version }),
  };
}

/** Builds a command to copy into a shell. Includes the gateway's request ID only if it is a plain name. */
export function approveCommand(what: 'devices' | 'nodes', requestId: string | null): string | null {
  return requestId !== null && /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/u.test(requestId)
    ? `openclaw ${what} approve ${requestId}`
    : null;
}

/** Explains a problem: what happened, why, and what to do. */
export function explainGateway(problem: GatewayProblem | null): Readonly<{ what: string; why: string; next: string }> {
  if (problem === null) return { what: '', why: '', next: '' };
  const { code, details } = problem;
  const message = typeof details['message'] === 'string' ? details['message'] : code;
  return explainCode(code, message, details);
}

/** Returns the current step of approving this machine as a node: the device, then its commands. */
export type Stage = 'none' | 'device' | 'commands' | 'done';

export function stageOf({ settings, node, surface }: GatewayView): Stage {
  if (!settings.node.enabled) return 'none';
  if (node.state === 'pairing') return 'device';
  if (node.state !== 'connected') return 'none';
  if (surface.state === 'pending' || surface.state === 'reapproval') return 'commands';
  return 'done';
}

/** Another node of OpenClaw that runs on this machine, as any gateway's state tells. */
export function otherNodeOf(gateways: readonly GatewayView[]): string | null {
  return gateways.find(({ otherNode }) => otherNode !== null)?.otherNode ?? null;
}
