import { randomUUID } from 'node:crypto';
import type { Approval, ApprovalKind, Decision } from './approvals.ts';
import type { Json } from './frames.ts';
import type { Gateway } from './gateway.ts';
import { invokeNode, nodeRow, nodesOf } from './node-methods.ts';
import type { DeviceToken, PairedDevice, PendingDevice, PendingSurface } from './types.ts';

/** What the gateway's owner does at the gateway itself, without a connection. Requests are named by their id or by the device's. */
export class GatewayOwner {
  readonly #gateway: Gateway;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  get pendingDevices(): readonly PendingDevice[] {
    return this.#gateway.devices.pending;
  }

  get devices(): readonly PairedDevice[] {
    return this.#gateway.devices.paired;
  }

  get pendingNodes(): readonly PendingSurface[] {
    return this.#gateway.surfaces.pending;
  }

  get nodes(): readonly Json[] {
    return nodesOf(this.#gateway).map((device) => nodeRow(this.#gateway, device));
  }

  approveDevice(id: string): PairedDevice {
    return this.#gateway.devices.approve(this.#deviceRequest(id));
  }

  rejectDevice(id: string): void {
    this.#gateway.devices.reject(this.#deviceRequest(id));
  }

  approveNode(id: string): void {
    this.#gateway.surfaces.approve(this.#gateway.surfaces.pendingOf(id)?.requestId ?? id);
  }

  rejectNode(id: string): void {
    this.#gateway.surfaces.reject(this.#gateway.surfaces.pendingOf(id)?.requestId ?? id);
  }

  removeDevice(deviceId: string): void {
    this.#gateway.devices.remove(deviceId);
    this.#gateway.surfaces.remove(deviceId);
    this.#gateway.dismiss(deviceId);
  }

  rotateToken(deviceId: string, role: string): DeviceToken {
    const made = this.#gateway.devices.issue(deviceId, role);
    this.#gateway.dismiss(deviceId, role);
    return made;
  }

  revokeToken(deviceId: string, role: string): void {
    this.#gateway.devices.revoke(deviceId, role);
    this.#gateway.dismiss(deviceId, role);
  }

  /** Allows commands that the platforms' lists do not have. */
  allowCommands(...commands: readonly string[]): void {
    for (const command of commands) this.#gateway.surfaces.extra.add(command);
  }

  /** @returns `{ ok, nodeId, command, payload, payloadJSON }` @throws {MethodError} */
  invoke(nodeId: string, command: string, params: unknown, timeoutMs?: number): Promise<unknown> {
    return invokeNode(this.#gateway, nodeId, command, params, timeoutMs, randomUUID());
  }

  /** The same, given up by the caller: the node gets `node.invoke.cancel`. */
  invokeUntil(nodeId: string, command: string, params: unknown, signal: AbortSignal): Promise<unknown> {
    const node = this.#gateway.node(nodeId);
    if (node === undefined) throw new Error('the node is not connected');
    return this.#gateway.invokes.run(node, nodeId, command, params, { signal });
  }

  /** The gateway's agent wants to run something, or a plugin asks. */
  ask(kind: ApprovalKind, request: Json, timeoutMs?: number): Approval {
    return this.#gateway.approvals.create(kind, request, timeoutMs === undefined ? {} : { timeoutMs });
  }

  decide(id: string, decision: Decision): void {
    this.#gateway.approvals.resolve(id, decision, 'gateway');
  }

  /** What came of it; waits until it is decided. */
  decision(id: string): Promise<Approval> {
    return this.#gateway.approvals.wait(id);
  }

  /** A setup code of the node profile. `link` is the same as a link, `join` the address where it lies once. */
  setupCode(): Readonly<{ code: string; link: string; join: string }> {
    const { url, fingerprint } = this.#gateway;
    const { setupCode, joinPath } = this.#gateway.codes.make(url, fingerprint);
    return { code: setupCode, link: `oc-pair://${setupCode}`, join: `${url.replace(/^ws/u, 'http')}${joinPath}` };
  }

  changeSecret(value: string): void {
    this.#gateway.secret.value = value;
  }

  #deviceRequest(id: string): string {
    return this.pendingDevices.find((one) => one.deviceId === id)?.requestId ?? id;
  }
}
