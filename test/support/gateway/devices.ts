import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '#shared/clock.ts';
import { invalid } from './frames.ts';
import { coversAll } from './scopes.ts';
import type { ConnectParams, DeviceToken, PairedDevice, PendingDevice } from './types.ts';

/** A request that nobody tries again lives that long, ms. */
const PENDING_LIFE = 5 * 60_000;

type RevokedToken = Omit<DeviceToken, 'token'> & Readonly<{ revokedAtMs: number }>;

export type PairingReason = 'not-paired' | 'role-upgrade' | 'scope-upgrade' | 'metadata-upgrade';

/** Devices that may connect and those that ask to. */
export class Devices {
  readonly #clock: Clock;
  readonly #broadcast: (event: string, payload: unknown) => void;
  readonly #paired = new Map<string, PairedDevice>();
  readonly #tokens = new Map<string, DeviceToken>();
  readonly #revoked = new Map<string, RevokedToken>();
  readonly #pending = new Map<string, { request: PendingDevice; triedAt: number }>();

  constructor(clock: Clock, broadcast: (event: string, payload: unknown) => void) {
    this.#clock = clock;
    this.#broadcast = broadcast;
  }

  get paired(): readonly PairedDevice[] {
    return [...this.#paired.values()];
  }

  get pending(): readonly PendingDevice[] {
    const oldest = this.#clock.now() - PENDING_LIFE;
    for (const [id, entry] of this.#pending) if (entry.triedAt < oldest) this.#pending.delete(id);
    return [...this.#pending.values()].map((entry) => entry.request);
  }

  find(deviceId: string): PairedDevice | undefined {
    return this.#paired.get(deviceId);
  }

  /** What keeps this device from connecting; undefined when it may. */
  missing(params: ConnectParams, role: string, scopes: readonly string[]): PairingReason | undefined {
    const known = this.#paired.get(params.device?.id ?? '');
    if (known === undefined) return 'not-paired';
    if (!known.roles.includes(role) || !this.#tokens.has(`${known.deviceId} ${role}`)) return 'role-upgrade';
    if (role === 'operator' && !coversAll(known.scopes, scopes)) return 'scope-upgrade';
    const same = known.platform === params.client.platform && known.deviceFamily === params.client.deviceFamily;
    return same ? undefined : 'metadata-upgrade';
  }

  /** The request of this try: the same as before when all is the same; else a new one that takes over what was asked for before. */
  ask(params: ConnectParams, role: string, scopes: readonly string[], remoteIp?: string): PendingDevice {
    const device = params.device;
    if (device === undefined) throw new Error('a device is needed to ask');
    const now = this.#clock.now();
    const before = this.pending.find((request) => request.deviceId === device.id);
    const { client } = params;
    if (
      before !== undefined &&
      before.role === role &&
      before.platform === client.platform &&
      before.deviceFamily === client.deviceFamily &&
      before.clientId === client.id &&
      scopes.every((scope) => before.scopes.includes(scope))
    ) {
      this.#pending.set(before.requestId, { request: before, triedAt: now });
      return before;
    }
    const known = this.#paired.get(device.id);
    const request: PendingDevice = {
      requestId: randomUUID(),
      deviceId: device.id,
      publicKey: device.publicKey,
      ...(client.displayName === undefined ? {} : { displayName: client.displayName }),
      platform: client.platform,
      ...(client.deviceFamily === undefined ? {} : { deviceFamily: client.deviceFamily }),
      clientId: client.id,
      clientMode: client.mode,
      role,
      roles: unique([...(before?.roles ?? []), role]),
      scopes: unique([...(before?.scopes ?? []), ...scopes]).toSorted(),
      ...(remoteIp === undefined ? {} : { remoteIp }),
      silent: false,
      isRepair: known !== undefined,
      ts: now,
    };
    if (before !== undefined) this.#drop(before, 'rejected');
    this.#pending.set(request.requestId, { request, triedAt: now });
    this.#broadcast('device.pair.requested', request);
    return request;
  }

  /** @param via how it came about: `owner`, `bootstrap` or `silent` */
  approve(requestId: string, via = 'owner'): PairedDevice {
    const request = this.request(requestId);
    const now = this.#clock.now();
    const before = this.#paired.get(request.deviceId);
    const { requestId: _id, silent: _silent, isRepair: _repair, ts: _ts, ...facts } = request;
    const paired: PairedDevice = {
      ...before,
      ...facts,
      roles: unique([...(before?.roles ?? []), ...request.roles]),
      scopes: unique([...(before?.scopes ?? []), ...request.scopes]).toSorted(),
      approvedVia: via,
      createdAtMs: before?.createdAtMs ?? now,
      approvedAtMs: now,
    };
    this.#paired.set(paired.deviceId, paired);
    for (const role of request.roles) this.issue(paired.deviceId, role);
    this.#drop(request, 'approved');
    return paired;
  }

  reject(requestId: string): PendingDevice {
    const request = this.request(requestId);
    this.#drop(request, 'rejected');
    return request;
  }

  request(requestId: string): PendingDevice {
    const request = this.pending.find((one) => one.requestId === requestId);
    if (request === undefined) throw invalid('unknown requestId');
    return request;
  }

  update(deviceId: string, changes: Partial<PairedDevice>): PairedDevice {
    const known = this.#paired.get(deviceId);
    if (known === undefined) throw invalid('unknown deviceId');
    const updated = { ...known, ...changes };
    this.#paired.set(deviceId, updated);
    return updated;
  }

  remove(deviceId: string): void {
    this.#paired.delete(deviceId);
    for (const token of this.tokensOf(deviceId)) this.#tokens.delete(`${deviceId} ${token.role}`);
    for (const token of this.revokedOf(deviceId)) this.#revoked.delete(`${deviceId} ${token.role}`);
  }

  tokensOf(deviceId: string): readonly DeviceToken[] {
    return [...this.#tokens].filter(([key]) => key.startsWith(`${deviceId} `)).map(([, token]) => token);
  }

  token(deviceId: string, role: string): DeviceToken | undefined {
    return this.#tokens.get(`${deviceId} ${role}`);
  }

  /** A new token of this role, in the place of the one before. */
  issue(deviceId: string, role: string, scopes?: readonly string[]): DeviceToken {
    const known = this.#paired.get(deviceId);
    const granted = role === 'operator' ? (scopes ?? known?.scopes ?? []) : [];
    const token = randomBytes(32).toString('base64url');
    const made = { token, role, scopes: granted, createdAtMs: this.#clock.now() };
    this.#tokens.set(`${deviceId} ${role}`, made);
    this.#revoked.delete(`${deviceId} ${role}`);
    return made;
  }

  revoke(deviceId: string, role: string): void {
    const key = `${deviceId} ${role}`;
    const token = this.#tokens.get(key);
    if (token === undefined) return;
    this.#tokens.delete(key);
    const { scopes, createdAtMs } = token;
    this.#revoked.set(key, { role, scopes, createdAtMs, revokedAtMs: this.#clock.now() });
  }

  /** What lists say of tokens that were taken away: the real gateway keeps them in sight. */
  revokedOf(deviceId: string): readonly RevokedToken[] {
    return [...this.#revoked].filter(([key]) => key.startsWith(`${deviceId} `)).map(([, token]) => token);
  }

  #drop(request: PendingDevice, decision: 'approved' | 'rejected'): void {
    this.#pending.delete(request.requestId);
    const { requestId, deviceId } = request;
    this.#broadcast('device.pair.resolved', { requestId, deviceId, decision, ts: this.#clock.now() });
  }
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
