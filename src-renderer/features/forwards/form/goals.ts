import type { ForwardRule } from '#shared/app-api/index.ts';
import { change, freePort, newDraft, type Draft } from './draft.ts';
import { formKindOf } from './kinds.ts';

/** Goals that the page Forwards leads with, in its order. Each opens a short form. All functions of this file are pure. */
export const GOALS = ['port', 'web-app', 'database', 'desktop', 'browse', 'folder'] as const;
export type Goal = (typeof GOALS)[number];

/** Service that a goal offers by name, with its usual port. */
export type Service = Readonly<{ value: string; product: string; port: string }>;

const DATABASES: readonly Service[] = [
  { value: 'postgres', product: 'Postgres', port: '5432' },
  { value: 'mysql', product: 'MySQL', port: '3306' },
  { value: 'redis', product: 'Redis', port: '6379' },
];
const DESKTOPS: readonly Service[] = [
  { value: 'rdp', product: 'RDP', port: '3389' },
  { value: 'vnc', product: 'VNC', port: '5900' },
];

/** Returns the services that a goal offers; none for a goal with a single purpose. */
export function servicesOf(goal: Goal): readonly Service[] {
  if (goal === 'database') return DATABASES;
  return goal === 'desktop' ? DESKTOPS : [];
}

/** Returns the service whose usual port is the form's target; undefined for another port. */
export function serviceOf(goal: Goal, { targetPort }: Draft): Service | undefined {
  return servicesOf(goal).find(({ port }) => port === targetPort);
}

/**
 * Creates the form of a new forward for a goal, without a name.
 * @param peer ID of the peer; empty for none
 * @param taken local ports of the other forwards
 */
export function goalDraft(goal: Goal, peer: string, taken: readonly number[]): Draft {
  switch (goal) {
    case 'browse':
      return newDraft('auto', peer, '', taken);
    case 'folder':
      return newDraft('folder', peer, '', taken);
    case 'port':
    case 'web-app':
      return newDraft('port-here', peer, '', taken);
    case 'database':
    case 'desktop':
      return changeGoal(newDraft('port-here', peer, '', taken), { targetPort: servicesOf(goal)[0]?.port ?? '' }, taken);
  }
}

/**
 * Changes fields of a goal's form. Until the person edits the local port, it is the target's, or the next higher one that no other forward uses; ports
 * below 1024 need administrator rights, so 80 becomes 8080.
 */
export function changeGoal(draft: Draft, fields: Partial<Draft>, taken: readonly number[]): Draft {
  const next = change(draft, fields);
  const port = Number(next.targetPort);
  if (next.kind !== 'port-here' || next.isPortEdited || !Number.isInteger(port) || port < 1 || port > 65_535)
    return next;
  return { ...next, listenPort: freePort(String(port < 1024 ? port + 8000 : port), taken) };
}

/** Ports of services that no browser opens: mail, names, files, queues, databases without pages. */
const NOT_WEB: ReadonlySet<number> = new Set([
  21, 22, 23, 25, 53, 110, 111, 139, 143, 389, 445, 465, 587, 636, 993, 995, 1433, 1521, 1883, 2049, 3306, 3389, 5432,
  5671, 5672, 6379, 9042, 9092, 11_211, 27_017,
]);
const DATABASE_PORTS: ReadonlySet<number> = new Set([1433, 1521, 3306, 5432, 6379, 9042, 27_017]);

/** Reports whether programs on a port may be what a goal is for, judged by usual ports. */
export function portSuits(goal: Goal, port: number): boolean {
  return goalOfPort(port) === goal;
}

/** Returns the goal that a saved forward serves, judged by its kind and target port; undefined if none fits. */
export function goalOf(rule: ForwardRule): Goal | undefined {
  const kind = formKindOf(rule);
  if (kind === 'folder') return 'folder';
  if (kind === 'socks5' || kind === 'http-proxy' || kind === 'auto') return 'browse';
  if (kind !== 'port-here' || !('to' in rule) || rule.to === null) return undefined;
  return goalOfPort(rule.to.port);
}

function goalOfPort(port: number): Goal | undefined {
  if (DATABASE_PORTS.has(port)) return 'database';
  if (port === 3389 || (port >= 5900 && port < 6000)) return 'desktop';
  return NOT_WEB.has(port) ? undefined : 'web-app';
}
