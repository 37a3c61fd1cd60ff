import { randomUUID } from 'node:crypto';
import type { Clock } from '#shared/clock.ts';
import { invalid } from './frames.ts';
import { ADMIN, PAIRING, WRITE } from './scopes.ts';
import type { ConnectParams, PendingSurface, Surface } from './types.ts';

/** What every desktop system may offer; own names are dropped. */
const ALLOWED = [
  'system.run',
  'system.run.prepare',
  'system.which',
  'system.notify',
  'system.execApprovals.get',
  'system.execApprovals.set',
  'fs.listDir',
  'terminal.upload',
  'browser.proxy',
  'browser.proxy.upload.v1',
  'mcp.tools.call.v1',
  'screen.snapshot',
  'desktop.stream',
  'computer.act',
];
const NOT_LINUX = ['camera.list', 'location.get', 'device.info', 'device.status'];
const UNKNOWN_PLATFORM = ['system.notify'];
const POWERFUL = /^(?:system\.run|system\.which|browser\.proxy|fs\.listDir|system\.execApprovals\.)/u;

/** What a person has agreed to. */
export interface ApprovedSurface extends Surface {
  readonly displayName?: string;
  readonly version: string;
  readonly createdAtMs: number;
  readonly approvedAtMs: number;
  /** Known once the node has said what runs on it. */
  readonly sessionHost?: boolean;
}

export type SurfaceState = 'unapproved' | 'pending-approval' | 'pending-reapproval' | 'approved';

/** What nodes may be asked to do: the second stage of pairing. */
export class Surfaces {
  readonly #clock: Clock;
  readonly #broadcast: (event: string, payload: unknown, alsoTo?: string) => void;
  readonly #approved = new Map<string, ApprovedSurface>();
  readonly #pending = new Map<string, PendingSurface>();
  /** Commands that the gateway's owner allows beyond the platform's list. */
  readonly extra = new Set<string>();

  constructor(clock: Clock, broadcast: (event: string, payload: unknown, alsoTo?: string) => void) {
    this.#clock = clock;
    this.#broadcast = broadcast;
  }

  get pending(): readonly PendingSurface[] {
    return [...this.#pending.values()];
  }

  pendingOf(nodeId: string): PendingSurface | undefined {
    return this.pending.find((one) => one.nodeId === nodeId);
  }

  approved(nodeId: string): ApprovedSurface | undefined {
    return this.#approved.get(nodeId);
  }

  /** The declared commands that the platform's policy keeps. */
  allowed(client: ConnectParams['client'], commands: readonly string[]): readonly string[] {
    const list = this.#list(client);
    return commands.filter((command) => list.includes(command) || this.extra.has(command)).toSorted();
  }

  /** Called when a node connects: asks for what was not approved yet, once for the same surface. */
  declare(nodeId: string, params: ConnectParams, silent: boolean): void {
    const { client } = params;
    const caps = (params.caps ?? []).toSorted();
    const commands = this.allowed(client, params.commands ?? []);
    const known = this.#approved.get(nodeId);
    const before = this.pendingOf(nodeId);
    const covered = known !== undefined && isWithin(caps, known.caps) && isWithin(commands, known.commands);
    if (covered || (known === undefined && caps.length === 0 && commands.length === 0)) {
      if (before !== undefined) this.#drop(before, 'rejected');
      return;
    }
    if (before !== undefined && isSame(before.caps, caps) && isSame(before.commands, commands)) return;
    if (before !== undefined) this.#drop(before, 'rejected');
    const request: PendingSurface = {
      requestId: randomUUID(),
      nodeId,
      clientId: client.id,
      clientMode: client.mode,
      ...(client.displayName === undefined ? {} : { displayName: client.displayName }),
      platform: client.platform,
      version: client.version,
      ...(client.deviceFamily === undefined ? {} : { deviceFamily: client.deviceFamily }),
      caps,
      commands,
      ...(params.permissions === undefined ? {} : { permissions: params.permissions }),
      requiredApproveScopes: requiredScopes(commands),
      ...(silent ? { silent } : {}),
      ts: this.#clock.now(),
    };
    this.#pending.set(request.requestId, request);
    this.#broadcast('node.pair.requested', request);
  }

  /** The node has said that it runs nothing for others. */
  hostsNothing(nodeId: string): void {
    const known = this.#approved.get(nodeId);
    if (known !== undefined) this.#approved.set(nodeId, { ...known, sessionHost: false });
  }

  request(requestId: string): PendingSurface {
    const request = this.#pending.get(requestId);
    if (request === undefined) throw invalid('unknown requestId');
    return request;
  }

  approve(requestId: string): PendingSurface {
    const request = this.request(requestId);
    const { nodeId, caps, commands, permissions, displayName, version } = request;
    const now = this.#clock.now();
    this.#approved.set(nodeId, {
      caps,
      commands,
      ...(permissions === undefined ? {} : { permissions }),
      ...(displayName === undefined ? {} : { displayName }),
      version,
      createdAtMs: this.#approved.get(nodeId)?.createdAtMs ?? now,
      approvedAtMs: now,
    });
    this.#drop(request, 'approved');
    return request;
  }

  reject(requestId: string): PendingSurface {
    const request = this.request(requestId);
    this.#drop(request, 'rejected');
    return request;
  }

  remove(nodeId: string): void {
    this.#approved.delete(nodeId);
    for (const request of this.pending) if (request.nodeId === nodeId) this.#pending.delete(request.requestId);
  }

  state(nodeId: string): SurfaceState {
    const known = this.#approved.has(nodeId);
    if (this.pendingOf(nodeId) !== undefined) return known ? 'pending-reapproval' : 'pending-approval';
    return known ? 'approved' : 'unapproved';
  }

  #list(client: ConnectParams['client']): readonly string[] {
    const platform = client.platform.toLowerCase();
    const family = (client.deviceFamily ?? (client.id === 'node-host' ? platform : '')).toLowerCase();
    if (family === 'linux') return ALLOWED;
    if (['mac', 'macos', 'darwin', 'windows', 'win32'].includes(family)) return [...ALLOWED, ...NOT_LINUX];
    return UNKNOWN_PLATFORM;
  }

  #drop(request: PendingSurface, decision: 'approved' | 'rejected'): void {
    this.#pending.delete(request.requestId);
    const { requestId, nodeId } = request;
    this.#broadcast('node.pair.resolved', { requestId, nodeId, decision, ts: this.#clock.now() }, nodeId);
  }
}

function requiredScopes(commands: readonly string[]): readonly string[] {
  if (commands.some((command) => POWERFUL.test(command))) return [PAIRING, ADMIN];
  return commands.length > 0 ? [PAIRING, WRITE] : [PAIRING];
}

function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.every((one) => outer.includes(one));
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && isWithin(one, other);
}
