import { randomUUID } from 'node:crypto';
import {
  APP_WIRE_LIMITS,
  type CallInput,
  type GatewayDeviceView,
  type GatewayNodeView,
} from '#shared/app-api/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { errorCode } from '#shared/errors.ts';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import type { GatewayChannel, GatewayDirectory } from '../gateways/index.ts';
import type { AuditLog } from '../../core/store/index.ts';
import { readDevices } from './devices.ts';
import { readNodes } from './nodes.ts';

type AdministeredGateways = Pick<GatewayDirectory, 'find' | 'ready'> &
  Readonly<{ deviceIds(id: string): readonly string[] }>;

/** Longest wait for a connection in progress, ms. */
const PATIENCE = 15_000;
/** Default time limit of a command at a node, and the additional time for its answer, ms. */
const INVOCATION = 30_000;
const GRACE = 10_000;
/** Size of an answer beside its payload, bytes. */
const ENVELOPE = 4096;

/**
 * Administration of the devices and nodes of gateways, for user interfaces: lists, renames and removes them, renews and revokes tokens, and runs
 * commands at nodes. Sends requests over the operator's connection; writes changes and commands to the audit log.
 */
export class GatewayAdministration {
  readonly #gateways: AdministeredGateways;
  readonly #audit: Pick<AuditLog, 'record'>;

  constructor(options: Readonly<{ gateways: AdministeredGateways; audit: Pick<AuditLog, 'record'> }>) {
    this.#gateways = options.gateways;
    this.#audit = options.audit;
  }

  /** Lists the gateway's devices. @throws {GatewayError} */
  async devices(gateway: string, signal: AbortSignal): Promise<GatewayDeviceView[]> {
    const channel = await this.#channel(gateway, signal);
    return readDevices(await channel.request('device.pair.list', {}, { signal }), this.#localIds(channel));
  }

  /** Lists the gateway's nodes. @throws {GatewayError} */
  async nodes(gateway: string, signal: AbortSignal): Promise<GatewayNodeView[]> {
    const channel = await this.#channel(gateway, signal);
    return readNodes(await channel.request('node.list', {}, { signal }), this.#localIds(channel));
  }

  /** Sets the operator's label of a device. @throws {GatewayError} */
  async renameDevice({ gateway, device, label }: CallInput<'devices.rename'>, signal: AbortSignal): Promise<void> {
    const params = { deviceId: device, label };
    await this.#change(gateway, 'device.pair.rename', params, { device, change: 'renamed', role: null }, signal);
  }

  /** Removes a device from the gateway. @throws {GatewayError} */
  async removeDevice({ gateway, device }: CallInput<'devices.remove'>, signal: AbortSignal): Promise<void> {
    const params = { deviceId: device };
    await this.#change(gateway, 'device.pair.remove', params, { device, change: 'removed', role: null }, signal);
  }

  /** Renews a device's token. @throws {GatewayError} */
  async rotate({ gateway, device, role }: CallInput<'devices.rotate'>, signal: AbortSignal): Promise<void> {
    const params = { deviceId: device, role };
    await this.#change(gateway, 'device.token.rotate', params, { device, change: 'token-rotated', role }, signal);
  }

  /** Revokes a device's token. @throws {GatewayError} */
  async revoke({ gateway, device, role }: CallInput<'devices.rotate'>, signal: AbortSignal): Promise<void> {
    const params = { deviceId: device, role };
    await this.#change(gateway, 'device.token.revoke', params, { device, change: 'token-revoked', role }, signal);
  }

  /** Sets the name of a node. @throws {GatewayError} */
  async renameNode({ gateway, node, name }: CallInput<'nodes.rename'>, signal: AbortSignal): Promise<void> {
    const channel = await this.#channel(gateway, signal);
    await channel.request('node.rename', { nodeId: node, displayName: name }, { signal });
    this.#audit.record('gateway.node', { ...named(channel), node, change: 'renamed' });
  }

  /** Removes a node from the gateway. @throws {GatewayError} */
  async removeNode({ gateway, node }: CallInput<'nodes.remove'>, signal: AbortSignal): Promise<void> {
    const channel = await this.#channel(gateway, signal);
    await channel.request('node.pair.remove', { nodeId: node }, { signal });
    this.#audit.record('gateway.node', { ...named(channel), node, change: 'removed' });
  }

  /** Runs a command at a node. @returns the node's answer @throws {GatewayError} */
  async invoke(
    { gateway, node, command, params, timeout }: CallInput<'nodes.invoke'>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const channel = await this.#channel(gateway, signal);
    const limit = timeout ?? INVOCATION;
    // The end of a run that no agent started must not wake an agent.
    const sent = command === 'system.run' ? { suppressNotifyOnExit: true, ...params } : params;
    const request = { nodeId: node, command, params: sent, timeoutMs: limit, idempotencyKey: randomUUID() };
    const audit = (code: string | null): void =>
      this.#audit.record('gateway.invoked', { ...named(channel), node, command, code });
    let answer: unknown;
    try {
      answer = await channel.request('node.invoke', request, { signal, timeout: limit + GRACE });
    } catch (error) {
      audit(errorCode(error));
      throw error;
    }
    audit(null);
    const payload: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'payload') : null;
    const size = toUtf8(JSON.stringify(payload ?? null)).length;
    const most = APP_WIRE_LIMITS.message - ENVELOPE;
    if (size > most) throw gatewayError('gateway.too-large', 'the answer is too large', { size, limit: most });
    return payload ?? null;
  }

  async #change(
    gateway: string,
    method: string,
    params: Readonly<Record<string, string>>,
    what: Readonly<{ device: string; change: string; role: string | null }>,
    signal: AbortSignal,
  ): Promise<void> {
    const channel = await this.#channel(gateway, signal);
    try {
      await channel.request(method, params, { signal });
    } catch (error) {
      // Revoking the own token, or removing the own device, ends the connection before the answer.
      const isOwn = this.#localIds(channel).has(what.device) && channel.closed.aborted;
      if (!isOwn || errorCode(error) !== 'gateway.lost') throw error;
    }
    this.#audit.record('gateway.device', { ...named(channel), ...what });
  }

  async #channel(reference: string, signal: AbortSignal): Promise<GatewayChannel> {
    const { id } = this.#gateways.find(reference);
    return await this.#gateways.ready(id, 'operator', { timeout: PATIENCE, signal });
  }

  #localIds(channel: GatewayChannel): ReadonlySet<string> {
    return new Set(this.#gateways.deviceIds(channel.gatewayId));
  }
}

function named(channel: GatewayChannel): Readonly<{ gateway: string; name: string }> {
  return { gateway: channel.gatewayId, name: channel.gatewayName };
}
