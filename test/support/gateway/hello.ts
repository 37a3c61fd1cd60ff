import type { Connection } from './connection.ts';
import type { Json } from './frames.ts';
import type { Gateway } from './gateway.ts';
import { METHODS } from './schema.ts';

export const TICK = 30_000;
export const MAX_PAYLOAD = 26_214_400;

const EVENTS = [
  'agent',
  'chat',
  'connect.challenge',
  'device.pair.changed',
  'device.pair.requested',
  'device.pair.resolved',
  'device.pair.setup.completed',
  'exec.approval.requested',
  'exec.approval.resolved',
  'health',
  'node.hostStats',
  'node.invoke.request',
  'node.pair.requested',
  'node.pair.resolved',
  'node.presence',
  'plugin.approval.requested',
  'plugin.approval.resolved',
  'presence',
  'shutdown',
  'terminal.data',
  'terminal.exit',
  'tick',
];

/** What a client gets when it was admitted. */
export function helloOf(gateway: Gateway, connection: Connection): Json {
  const now = gateway.clock.now();
  const { deviceId, role } = connection;
  const token = deviceId === undefined ? undefined : gateway.devices.token(deviceId, role);
  return {
    type: 'hello-ok',
    protocol: 4,
    server: {
      version: gateway.version,
      buildId: `${gateway.version}-double`,
      bootId: gateway.bootId,
      controlUiBuildSource: 'bundled',
      connId: connection.id,
    },
    features: { methods: METHODS, events: EVENTS, capabilities: ['model-catalog-snapshot'] },
    snapshot: {
      presence: presenceOf(gateway),
      health: {},
      stateVersion: { presence: 1, health: 1 },
      uptimeMs: Math.max(0, now - gateway.startedAt),
      sessionDefaults: {
        defaultAgentId: 'main',
        mainKey: 'main',
        mainSessionKey: 'agent:main:main',
        scope: 'per-sender',
      },
    },
    auth: {
      method: connection.method,
      role,
      scopes: connection.scopes,
      ...(deviceId === undefined && role === 'operator' ? { recoveryScope: gateway.recoveryScope } : {}),
      ...(token === undefined ? {} : { deviceToken: token.token, issuedAtMs: token.createdAtMs }),
    },
    policy: {
      maxPayload: MAX_PAYLOAD,
      maxBufferedBytes: 52_428_800,
      tickIntervalMs: TICK,
      attachments: { maxBytes: 19_464_192, maxImageBytes: 6_291_456 },
    },
  };
}

/** Who is there, as `system-presence` and the event `presence` tell. */
export function presenceOf(gateway: Gateway): readonly Json[] {
  return [...gateway.connections].map((connection) => {
    const { client, device } = connection.params ?? {};
    return {
      host: client?.displayName ?? client?.id,
      clientId: client?.id,
      version: client?.version,
      platform: client?.platform,
      ...(client?.deviceFamily === undefined ? {} : { deviceFamily: client.deviceFamily }),
      mode: client?.mode,
      ...(device === undefined ? {} : { deviceId: device.id }),
      roles: [connection.role],
      scopes: connection.scopes,
      instanceId: connection.id,
      reason: 'connect',
      ts: connection.connectedAtMs,
      text: `Node: ${client?.displayName ?? client?.id ?? ''}`,
    };
  });
}
