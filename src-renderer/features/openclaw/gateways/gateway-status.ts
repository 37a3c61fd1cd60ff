import type { GatewayProblem, GatewayRole, GatewayRoleView, GatewayView } from '#shared/app-api/index.ts';
import { explainCode, joinList, text } from '../../../locale/index.ts';
import type { StatusDotProps } from '../../../ui/index.ts';

/**
 * Parts of a gateway with a status each: the operator's and the node's connection, the node's approved commands (`surface`), and the gateway's
 * process (`server`). Every component of the section OpenClaw that shows a gateway's status or problem uses this file. Its functions have no effects.
 */
const GATEWAY_PARTS = ['operator', 'node', 'surface', 'server'] as const;
/** Part of a gateway that has a status. */
export type GatewayPart = (typeof GATEWAY_PARTS)[number];

/** Next step offered as a button. */
export type GatewayRemedy = 'none' | 'edit';

/** Status of one part, in texts for the person. */
export type GatewayPartStatus = Readonly<{
  dot: StatusDotProps['state'];
  /** Status in a word or two. */
  word: string;
  /** Detail or problem; empty if `word` suffices. */
  what: string;
  /** Cause of the problem; empty without one. */
  why: string;
  /** Next step for the person; empty without one. */
  next: string;
  /** Time of the next automatic attempt, ms since 1970; null without one. */
  retryAt: number | null;
  /** Shell command that the gateway's administrator runs to approve this device; null without one. */
  command: string | null;
  remedy: GatewayRemedy;
}>;

const PLAIN = { what: '', why: '', next: '', retryAt: null, command: null, remedy: 'none' } as const;

/** Codes of problems that the person solves by editing the gateway. */
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

/** Returns the status of one part of a gateway, in the window's language. */
export function gatewayStatus(gateway: GatewayView, part: GatewayPart): GatewayPartStatus {
  switch (part) {
    case 'operator':
    case 'node':
      return roleStatus(gateway, part);
    case 'surface':
      return surfaceStatus(gateway);
    case 'server':
      return serverStatus(gateway);
  }
}

/** Returns the parts to show. The node's commands are left out unless this machine is a node. */
export function partsOf(gateway: GatewayView): readonly GatewayPart[] {
  return GATEWAY_PARTS.filter((part) => part !== 'surface' || gateway.settings.node.enabled);
}

/** Form of one part in the strip above the conversation. `brief`: it works, in a few words; `full`: a person should know more; `hidden`: nothing to say. */
export type BriefStatus = Readonly<{ kind: 'brief'; words: string } | { kind: 'full' } | { kind: 'hidden' }>;

const HIDDEN: BriefStatus = { kind: 'hidden' };
const FULL: BriefStatus = { kind: 'full' };

/** Returns the form of one part in the strip. A part that is off, or that another part tells about, is hidden. */
export function briefStatus({ operator, node, surface, server }: GatewayView, part: GatewayPart): BriefStatus {
  switch (part) {
    case 'operator':
      if (operator.state === 'off') return HIDDEN;
      return operator.state === 'connected' ? { kind: 'brief', words: text('gateways.brief.operator') } : FULL;
    case 'node':
      if (node.state === 'off') return HIDDEN;
      if (node.state !== 'connected') return FULL;
      return surface.state === 'none' ? { kind: 'brief', words: text('gateways.brief.node') } : HIDDEN;
    case 'surface':
      if (node.state !== 'connected' || surface.state === 'none') return HIDDEN;
      return surface.state === 'approved' ? { kind: 'brief', words: text('gateways.brief.surface') } : FULL;
    case 'server':
      return server?.restarting === true ? FULL : HIDDEN;
  }
}

/** Describes a gateway in a few words for the list: what it is used for, or what it waits for. */
export function summariseGateway(gateway: GatewayView): string {
  const { certificate, operator, node, surface, server } = gateway;
  if (certificate !== null) return text('gateways.summary.certificate');
  if (server?.restarting === true) return text('gateways.server.restarting');
  const roles = [operator, node].filter(({ state }) => state !== 'off');
  if (roles.length === 0) return text('gateways.state.off');
  for (const state of ['stopped', 'pairing', 'waiting', 'connecting'] as const)
    if (roles.some((role) => role.state === state)) return text(`gateways.summary.${state}`);
  if (node.state === 'connected' && (surface.state === 'pending' || surface.state === 'reapproval'))
    return text('gateways.summary.commands');
  if (roles.length === 2) return text('gateways.summary.both');
  return text(operator.state === 'off' ? 'gateways.part.node' : 'gateways.part.operator');
}

/** Reports whether a connection has stopped: no attempt follows until the person acts. */
function isStopped(gateway: GatewayView): boolean {
  return gateway.operator.state === 'stopped' || gateway.node.state === 'stopped';
}

/** Reports whether the person can start an attempt to connect: a connection waits for its retry, for an approval, or has stopped. */
export function canConnect(gateway: GatewayView): boolean {
  return [gateway.operator, gateway.node].some(({ state }) => ['waiting', 'stopped', 'pairing'].includes(state));
}

/** Returns one status dot for the operator's and the node's connection: the worse of both. */
export function overallDot(gateway: GatewayView): StatusDotProps['state'] {
  if (gateway.certificate !== null || isStopped(gateway)) return 'waiting';
  const states = [gateway.operator.state, gateway.node.state].filter((state) => state !== 'off');
  if (states.includes('pairing') || gateway.surface.state === 'pending') return 'waiting';
  if (states.length === 0) return 'offline';
  if (states.every((state) => state === 'connected')) return 'online';
  return states.includes('connecting') ? 'waiting' : 'offline';
}

function roleStatus(gateway: GatewayView, role: GatewayRole): GatewayPartStatus {
  const view = gateway[role];
  // The card shows the certificate above both connections.
  if (gateway.certificate !== null && view.state === 'stopped')
    return { ...PLAIN, dot: 'waiting', word: text('gateways.state.certificate') };
  const word = text(`gateways.state.${view.state}`);
  switch (view.state) {
    case 'off':
      return { ...PLAIN, dot: 'offline', word };
    case 'connecting':
      return { ...PLAIN, dot: 'waiting', word };
    case 'connected':
      return { ...PLAIN, dot: 'online', word, what: connectedText(gateway, role) };
    case 'pairing':
      return {
        ...PLAIN,
        dot: 'waiting',
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
        dot: 'waiting',
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

/** Returns `read` for the scope `operator.read`. */
function shortScope(scope: string): string {
  return scope.replace(/^operator\./, '');
}

function surfaceStatus({ surface, node }: GatewayView): GatewayPartStatus {
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
        dot: 'waiting',
        word,
        what: text('gateways.surface.waiting', { commands: joinList(surface.waiting) }),
        next: text('gateways.surface.pending.next'),
        command,
      };
    case 'reapproval':
      return {
        ...PLAIN,
        dot: 'waiting',
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

function serverStatus({ server, operator, node }: GatewayView): GatewayPartStatus {
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
      dot: 'waiting',
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

/**
 * Returns the shell command by which the gateway's administrator approves a device or a node's commands. Null without a request ID, or if the ID from
 * the gateway isn't a plain word.
 */
export function approveCommand(what: 'devices' | 'nodes', requestId: string | null): string | null {
  return requestId !== null && /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/u.test(requestId)
    ? `openclaw ${what} approve ${requestId}`
    : null;
}

/** Explains a gateway's problem to the person: what happened, why, and what to do. Empty texts without a problem. */
export function explainGateway(problem: GatewayProblem | null): Readonly<{ what: string; why: string; next: string }> {
  if (problem === null) return { what: '', why: '', next: '' };
  const { code, details } = problem;
  const message = typeof details['message'] === 'string' ? details['message'] : code;
  return explainCode(code, message, details);
}

/** Approval that this machine waits for as a node: first of the device, then of its commands. `none`: it is no node or isn't connected. */
export type Stage = 'none' | 'device' | 'commands' | 'done';

/** Returns the approval that this machine waits for as a node of the gateway. */
export function stageOf({ settings, node, surface }: GatewayView): Stage {
  if (!settings.node.enabled) return 'none';
  if (node.state === 'pairing') return 'device';
  if (node.state !== 'connected') return 'none';
  if (surface.state === 'pending' || surface.state === 'reapproval') return 'commands';
  return 'done';
}

/** Returns the name of OpenClaw's own node that runs on this machine beside this application; null without one. */
export function otherNodeOf(gateways: readonly GatewayView[]): string | null {
  return gateways.find(({ otherNode }) => otherNode !== null)?.otherNode ?? null;
}
