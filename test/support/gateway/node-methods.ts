import { cpus, freemem, hostname, totalmem } from 'node:os';
import { presenceOf } from './hello.ts';
import { invalid, isJson, missingScope, MethodError, textAt, unavailable, type Json } from './frames.ts';
import type { Gateway, Methods } from './gateway.ts';
import { ADMIN, covers, WRITE } from './scopes.ts';
import type { PairedDevice } from './types.ts';

const ADMIN_COMMANDS = /^(?:browser\.proxy|fs\.listDir|terminal\.upload)/u;

/** Nodes as operators see them, what is asked of them, and what they say themselves; the gateway's own state. */
export const nodeMethods: Methods = {
  health: (gateway) => ({ ok: true, ts: gateway.clock.now(), durationMs: 1 }),
  status: (gateway) => ({ runtimeVersion: gateway.version }),
  'system-presence': (gateway) => presenceOf(gateway),
  'system.info': (gateway) => ({
    machineName: hostname(),
    hostname: hostname(),
    platform: process.platform,
    release: '0',
    arch: process.arch,
    osLabel: process.platform,
    nodeVersion: process.versions.node,
    pid: process.pid,
    uptimeMs: Math.max(0, gateway.clock.now() - gateway.startedAt),
    cpuCount: cpus().length,
    memoryTotalBytes: totalmem(),
    memoryFreeBytes: freemem(),
  }),
  'node.list': (gateway) => ({
    ts: gateway.clock.now(),
    nodes: nodesOf(gateway).map((node) => nodeRow(gateway, node)),
  }),
  'node.describe': (gateway, _caller, params) => {
    const node = nodesOf(gateway).find((one) => one.deviceId === params['nodeId']);
    if (node === undefined) throw invalid('unknown nodeId');
    return { ts: gateway.clock.now(), ...nodeRow(gateway, node) };
  },
  'node.invoke': async (gateway, caller, params) => {
    const nodeId = textAt(params, 'nodeId') ?? '';
    const command = textAt(params, 'command') ?? '';
    const scope = ADMIN_COMMANDS.test(command) ? ADMIN : WRITE;
    if (!covers(caller.scopes, scope)) throw missingScope(scope);
    return invokeNode(gateway, nodeId, command, params['params'], params['timeoutMs'], params['idempotencyKey']);
  },
  'node.invoke.result': (gateway, node, params) => gateway.invokes.answer(node, params),
  'node.invoke.progress': () => ({ ok: true, ignored: true }),
  'node.event': (gateway, node, params) => {
    if (gateway.surfaces.approved(node.deviceId ?? '') === undefined) throw pairingChanged();
    const event = textAt(params, 'event') ?? '';
    const text = textAt(params, 'payloadJSON');
    const payload: unknown = text === undefined ? params['payload'] : JSON.parse(text);
    if (event === 'node.host.stats' && isJson(payload) && node.deviceId !== undefined) {
      const stats = { ...payload, updatedAtMs: gateway.clock.now() };
      gateway.hostStats.set(node.deviceId, stats);
      gateway.broadcast('node.hostStats', { nodeId: node.deviceId, hostStats: stats });
    }
    return { ok: true, event, handled: true, reason: 'updated' };
  },
  'node.runnerInventory.update': (gateway, node) => {
    const nodeId = node.deviceId ?? '';
    const waiting = gateway.surfaces.pendingOf(nodeId);
    gateway.surfaces.hostsNothing(nodeId);
    if (gateway.surfaces.approved(nodeId) !== undefined) return { nodeId };
    throw unavailable(
      waiting === undefined
        ? 'node runner inventory publication is not current; retry after pairing completes'
        : `node capability surface is awaiting operator approval; run \`openclaw nodes approve ${waiting.requestId}\` (see \`openclaw nodes pending\`), then this node retries automatically`,
    );
  },
  'node.skills.update': (_gateway, node, params) => ({ nodeId: node.deviceId, skills: params['skills'] }),
  'node.pluginTools.update': () => ({ ok: true }),
  'node.pending.pull': (_gateway, node) => ({ nodeId: node.deviceId, actions: [] }),
  'node.pending.ack': (_gateway, node) => ({ nodeId: node.deviceId, ackedIds: [] }),
  'skills.bins': () => ({ bins: [] }),
};

/** Asks a node, after the gateway's own checks. @throws {MethodError} */
export function invokeNode(
  gateway: Gateway,
  nodeId: string,
  command: string,
  params: unknown,
  timeoutMs?: unknown,
  idempotencyKey?: unknown,
): Promise<unknown> {
  if (command.startsWith('system.execApprovals.'))
    throw invalid('node.invoke does not allow system.execApprovals.*; use exec.approvals.node.*', {
      command,
    });
  const device = gateway.devices.find(nodeId);
  const node = gateway.node(nodeId);
  if (node === undefined) {
    const seen = gateway.nodeTimes.has(nodeId) && device !== undefined;
    throw seen
      ? unavailable('node not connected', {
          code: 'NOT_CONNECTED',
          nodeCommandDispatched: false,
          nodeError: { code: 'NOT_CONNECTED', message: 'node not connected' },
        })
      : pairingChanged();
  }
  const surface = gateway.surfaces.approved(nodeId);
  if (surface === undefined) throw pairingChanged();
  const client = node.params?.client;
  const declared = node.params?.commands ?? [];
  const known = client !== undefined && gateway.surfaces.allowed(client, [command]).length > 0;
  const approved = surface.commands.includes(command);
  if (!known)
    throw invalid(
      `node command not allowed: "${command}" is not in the allowlist for platform "${client?.platform ?? ''}"`,
      { reason: 'command not allowlisted', command },
    );
  if (!approved || !declared.includes(command))
    throw invalid(
      `node command not allowed: the node (platform: ${device?.platform ?? ''}) does not support "${command}"`,
      {
        reason: 'command not declared by node',
        command,
      },
    );
  return gateway.invokes.run(node, nodeId, command, params, {
    ...(typeof timeoutMs === 'number' ? { timeoutMs } : {}),
    ...(typeof idempotencyKey === 'string' ? { idempotencyKey } : {}),
  });
}

function pairingChanged(): MethodError {
  return new MethodError('UNAVAILABLE', 'node pairing changed while invocation was active', {
    retryable: true,
    details: { code: 'PAIRING_CHANGED' },
  });
}

export function nodesOf(gateway: Gateway): readonly PairedDevice[] {
  return gateway.devices.paired.filter((device) => device.roles.includes('node'));
}

export function nodeRow(gateway: Gateway, device: PairedDevice): Json {
  const nodeId = device.deviceId;
  const live = gateway.node(nodeId);
  const { client, ...times } = gateway.nodeTimes.get(nodeId) ?? {};
  const approved = gateway.surfaces.approved(nodeId);
  const pending = gateway.surfaces.pendingOf(nodeId);
  const declared = live?.params?.commands;
  const stats = gateway.hostStats.get(nodeId);
  return {
    nodeId,
    displayName: device.operatorLabel ?? client?.displayName ?? device.displayName,
    platform: device.platform,
    ...(client === undefined ? {} : { version: client.version }),
    clientId: device.clientId,
    clientMode: device.clientMode,
    ...(device.deviceFamily === undefined ? {} : { deviceFamily: device.deviceFamily }),
    caps: approved?.caps ?? [],
    commands: (approved?.commands ?? []).filter((command) => declared === undefined || declared.includes(command)),
    ...(approved?.permissions === undefined ? {} : { permissions: approved.permissions }),
    sessionHost: false,
    nodePluginTools: [],
    approvalState: gateway.surfaces.state(nodeId),
    ...(pending === undefined
      ? {}
      : {
          pendingRequestId: pending.requestId,
          pendingDeclaredCaps: pending.caps,
          pendingDeclaredCommands: pending.commands,
          ...(pending.permissions === undefined ? {} : { pendingDeclaredPermissions: pending.permissions }),
        }),
    ...times,
    approvedAtMs: approved?.approvedAtMs ?? device.approvedAtMs,
    ...(stats === undefined ? {} : { hostStats: stats }),
    paired: true,
    connected: live !== undefined,
  };
}
