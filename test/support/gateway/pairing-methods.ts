import type { Connection } from './connection.ts';
import { invalid, missingScope, textAt, type Json } from './frames.ts';
import type { Gateway, Methods } from './gateway.ts';
import { ADMIN, covers, coversAll } from './scopes.ts';
import type { PairedDevice } from './types.ts';

const LOOPBACK_ONLY =
  'Gateway is only bound to loopback. Set gateway.bind=lan, enable tailscale serve, or configure plugins.entries.device-pair.config.publicUrl.';

/** `device.pair.*`, `device.token.*`, `node.pair.*` and `node.rename`. */
export const pairingMethods: Methods = {
  'device.pair.list': (gateway) => ({
    pending: gateway.devices.pending,
    paired: gateway.devices.paired.map((device) => pairedRow(gateway, device)),
  }),
  'device.pair.approve': (gateway, caller, params) => {
    const request = gateway.devices.request(textAt(params, 'requestId') ?? '');
    if (request.roles.some((role) => role !== 'operator') && !covers(caller.scopes, ADMIN)) throw missingScope(ADMIN);
    const beyond = request.scopes.find((scope) => !coversAll(caller.scopes, [scope]));
    if (beyond !== undefined) throw missingScope(beyond);
    const device = gateway.devices.approve(request.requestId);
    const { connected: _connected, ...row } = pairedRow(gateway, device);
    return { requestId: request.requestId, device: row };
  },
  'device.pair.reject': (gateway, _caller, params) => {
    const { requestId, deviceId } = gateway.devices.reject(textAt(params, 'requestId') ?? '');
    return { requestId, deviceId };
  },
  'device.pair.remove': (gateway, caller, params) => {
    const device = known(gateway, caller, params);
    gateway.devices.remove(device.deviceId);
    gateway.surfaces.remove(device.deviceId);
    gateway.dismiss(device.deviceId);
    return { deviceId: device.deviceId };
  },
  'device.pair.rename': (gateway, caller, params) => {
    const device = known(gateway, caller, params);
    const updated = gateway.devices.update(device.deviceId, { operatorLabel: textAt(params, 'label') ?? '' });
    gateway.broadcast('device.pair.changed', {});
    return { deviceId: updated.deviceId, label: updated.operatorLabel };
  },
  'device.token.rotate': (gateway, caller, params) => {
    const device = known(gateway, caller, params, 'device token rotation denied');
    const role = textAt(params, 'role') ?? '';
    if (gateway.devices.token(device.deviceId, role) === undefined) throw invalid('device token rotation denied');
    const made = gateway.devices.issue(device.deviceId, role);
    const own = caller.deviceId === device.deviceId;
    gateway.dismiss(device.deviceId, role, own ? caller : undefined);
    const common = { deviceId: device.deviceId, role, scopes: made.scopes, rotatedAtMs: made.createdAtMs };
    return own
      ? { ...common, token: made.token, tokenDelivery: 'in-band' }
      : { ...common, tokenDelivery: 'withheld-cross-device' };
  },
  'device.token.revoke': (gateway, caller, params) => {
    const device = known(gateway, caller, params, 'device token revocation denied');
    const role = textAt(params, 'role') ?? '';
    gateway.devices.revoke(device.deviceId, role);
    gateway.dismiss(device.deviceId, role);
    return { deviceId: device.deviceId, role, revokedAtMs: gateway.clock.now() };
  },
  'device.pair.setupCode': (gateway, _caller, params) => {
    const gatewayUrl = textAt(params, 'publicUrl');
    if (gatewayUrl === undefined) throw invalid(LOOPBACK_ONLY);
    // Somebody else may answer TLS at a public address: no fingerprint.
    const entry = gateway.codes.make(gatewayUrl, undefined);
    return {
      setupId: entry.setupId,
      expiresAtMs: entry.expiresAtMs,
      setupCode: entry.setupCode,
      gatewayUrl,
      auth: gateway.secret.mode,
      urlSource: 'request.publicUrl',
      access: 'node',
      ...(params['joinUrl'] === true ? { joinUrl: `${gatewayUrl.replace(/^ws/u, 'http')}${entry.joinPath}` } : {}),
    };
  },
  'node.pair.list': (gateway) => ({
    pending: gateway.surfaces.pending,
    paired: gateway.devices.paired
      .filter((device) => device.roles.includes('node'))
      .map((device) => pairedNode(gateway, device)),
  }),
  'node.pair.approve': (gateway, caller, params) => {
    const request = gateway.surfaces.request(textAt(params, 'requestId') ?? '');
    const missing = request.requiredApproveScopes.find((scope) => !covers(caller.scopes, scope));
    if (missing !== undefined) throw missingScope(missing);
    gateway.surfaces.approve(request.requestId);
    const device = gateway.devices.find(request.nodeId);
    if (device === undefined) throw invalid('unknown nodeId');
    return { requestId: request.requestId, node: pairedNode(gateway, device) };
  },
  'node.pair.reject': (gateway, _caller, params) => {
    const { requestId, nodeId } = gateway.surfaces.reject(textAt(params, 'requestId') ?? '');
    return { requestId, nodeId };
  },
  'node.pair.remove': (gateway, _caller, params) => {
    const nodeId = textAt(params, 'nodeId') ?? '';
    const device = gateway.devices.find(nodeId);
    if (device === undefined) throw invalid('unknown nodeId');
    gateway.surfaces.remove(nodeId);
    gateway.devices.remove(nodeId);
    gateway.dismiss(nodeId);
    gateway.broadcast('node.pair.resolved', { requestId: '', nodeId, decision: 'removed', ts: gateway.clock.now() });
    return { nodeId };
  },
  'node.rename': (gateway, _caller, params) => {
    const nodeId = textAt(params, 'nodeId') ?? '';
    if (gateway.devices.find(nodeId) === undefined) throw invalid('unknown nodeId');
    const displayName = textAt(params, 'displayName') ?? '';
    gateway.devices.update(nodeId, { operatorLabel: displayName });
    return { nodeId, displayName };
  },
};

/** The device that is meant; only an administrator may mean another one than his own. */
function known(gateway: Gateway, caller: Connection, params: Json, unknown = 'unknown deviceId'): PairedDevice {
  const device = gateway.devices.find(textAt(params, 'deviceId') ?? '');
  if (device === undefined) throw invalid(unknown);
  if (device.deviceId !== caller.deviceId && !covers(caller.scopes, ADMIN)) throw missingScope(ADMIN);
  return device;
}

export function pairedRow(gateway: Gateway, device: PairedDevice): Json {
  const tokens = gateway.devices
    .tokensOf(device.deviceId)
    .map(({ role, scopes, createdAtMs }) => ({ role, scopes, createdAtMs }));
  const times = gateway.nodeTimes.get(device.deviceId);
  const connected = [...gateway.connections].some((one) => one.deviceId === device.deviceId);
  return {
    ...device,
    ...(times?.lastSeenAtMs === undefined ? {} : { lastSeenAtMs: times.lastSeenAtMs, lastSeenReason: 'connect' }),
    connected,
    tokens: [...tokens, ...gateway.devices.revokedOf(device.deviceId)],
    ...surfaceRow(gateway, device.deviceId),
  };
}

function pairedNode(gateway: Gateway, device: PairedDevice): Json {
  const { deviceId: nodeId, clientId, clientMode, platform, deviceFamily, createdAtMs } = device;
  const surface = gateway.surfaces.approved(nodeId);
  const times = gateway.nodeTimes.get(nodeId);
  return {
    nodeId,
    clientId,
    clientMode,
    displayName: times?.client?.displayName ?? device.displayName,
    platform,
    ...(deviceFamily === undefined ? {} : { deviceFamily }),
    version: times?.client?.version,
    caps: surface?.caps,
    commands: surface?.commands,
    createdAtMs,
    approvedAtMs: surface?.approvedAtMs ?? device.approvedAtMs,
    lastSeenAtMs: times?.lastSeenAtMs,
    lastSeenReason: times?.lastSeenReason,
  };
}

function surfaceRow(gateway: Gateway, nodeId: string): Json {
  const approved = gateway.surfaces.approved(nodeId);
  const pending = gateway.surfaces.pendingOf(nodeId);
  return {
    ...(approved === undefined ? {} : { nodeSurface: approved }),
    ...(pending === undefined
      ? {}
      : {
          pendingNodeSurface: {
            requestId: pending.requestId,
            revision: pending.requestId,
            caps: pending.caps,
            commands: pending.commands,
            silent: pending.silent ?? false,
            ts: pending.ts,
          },
        }),
  };
}
