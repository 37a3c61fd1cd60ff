import { buildPairingConnectErrorDetails } from '@openclaw/gateway-protocol/connect-error-details';
import type { Connection } from './connection.ts';
import type { PairingReason } from './devices.ts';
import { proofProblem } from './device-proof.ts';
import type { ErrorShape, Json } from './frames.ts';
import type { Gateway } from './gateway.ts';
import { helloOf } from './hello.ts';
import { coversAll } from './scopes.ts';
import type { ConnectParams } from './types.ts';

const PROTOCOL = 4;
const ORIGIN_REFUSED =
  'origin not allowed (open the Control UI from the gateway host or allow it in gateway.controlUi.allowedOrigins)';
const REQUIREMENTS: Readonly<Record<PairingReason, string>> = {
  'not-paired': 'device is not approved yet',
  'role-upgrade': 'device is asking for a higher role than currently approved',
  'scope-upgrade': 'device is asking for more scopes than currently approved',
  'metadata-upgrade': 'device identity changed and must be re-approved',
};

interface Refusal {
  readonly error: ErrorShape;
  readonly code: number;
  readonly reason?: string;
}

/** Answers `connect`: hello, or an error and the socket closed. */
export function admit(gateway: Gateway, connection: Connection, id: string, params: ConnectParams): void {
  const outcome = judge(gateway, connection, params);
  if ('error' in outcome) {
    gateway.record.outcome(connection, outcome.error);
    connection.refuse(id, outcome.error);
    connection.close(outcome.code, (outcome.reason ?? outcome.error.message).slice(0, 120));
    return;
  }
  connection.params = params;
  connection.role = outcome.role;
  connection.scopes = outcome.scopes;
  connection.method = outcome.method;
  connection.connectedAtMs = gateway.clock.now();
  gateway.record.outcome(connection, 'hello');
  connection.answer(id, helloOf(gateway, connection));
  gateway.admit(connection);
  const deviceId = connection.deviceId;
  if (outcome.role !== 'node' || deviceId === undefined) return;
  gateway.surfaces.declare(deviceId, params, gateway.autoApproveLocal);
  const bootstrap = outcome.method === 'bootstrap-token' ? params.auth?.bootstrapToken : undefined;
  if (bootstrap !== undefined) completeSetup(gateway, deviceId, bootstrap);
}

type Admitted = Readonly<{ role: string; scopes: readonly string[]; method: string }>;

function judge(gateway: Gateway, connection: Connection, params: ConnectParams): Admitted | Refusal {
  const role = params.role ?? 'operator';
  if (gateway.starting) return starting();
  if (connection.origin !== undefined)
    return refuse(ORIGIN_REFUSED, 1008, { code: 'CONTROL_UI_ORIGIN_NOT_ALLOWED', reason: 'origin missing or invalid' });
  const oldNode =
    role === 'node' && params.client.mode === 'node' && params.minProtocol <= 3 && params.maxProtocol >= 3;
  if (!(params.minProtocol <= PROTOCOL && params.maxProtocol >= PROTOCOL) && !oldNode)
    return refuse('protocol mismatch', 1002, {
      code: 'PROTOCOL_MISMATCH',
      clientMinProtocol: params.minProtocol,
      clientMaxProtocol: params.maxProtocol,
      expectedProtocol: PROTOCOL,
      minimumProbeProtocol: 3,
    });
  if (role !== 'operator' && role !== 'node') return refuse('invalid role', 1008);
  const admission = gateway.credentials.judge(params, role);
  const shown = params.auth?.token !== undefined || params.auth?.password !== undefined;
  if (params.device === undefined && (role === 'node' || !admission.ok)) {
    if (!admission.ok && shown) return unauthorized(admission);
    const details = { code: 'DEVICE_IDENTITY_REQUIRED' };
    return { error: { code: 'NOT_PAIRED', message: 'device identity required', details }, code: 1008 };
  }
  const proof = proofProblem(params, connection.nonce, gateway.clock.now());
  if (proof !== undefined) return refuse(proof.message, 1008, { code: proof.code, reason: proof.reason });
  if (!admission.ok) return unauthorized(admission);
  const { method } = admission;
  if (params.device === undefined) return { role, scopes: deviceless(params), method };
  const scopes = role === 'operator' ? (params.scopes ?? []) : [];
  const missing = gateway.devices.missing(params, role, scopes);
  if (missing !== undefined) {
    const request = gateway.devices.ask(params, role, scopes);
    const trusted = method === 'bootstrap-token' || (gateway.autoApproveLocal && method !== 'device-token');
    if (!trusted) return pairing(gateway, missing, request.requestId, params, role, scopes);
    gateway.devices.approve(request.requestId, method === 'bootstrap-token' ? 'bootstrap' : 'silent');
  }
  return { role, scopes, method };
}

/** Without a device only the helpers of the gateway's own machine keep what they ask for. */
function deviceless(params: ConnectParams): readonly string[] {
  const kind = `${params.client.id}/${params.client.mode}`;
  return kind === 'gateway-client/backend' || kind === 'cli/cli' ? (params.scopes ?? []) : [];
}

function pairing(
  gateway: Gateway,
  reason: PairingReason,
  requestId: string,
  params: ConnectParams,
  role: string,
  scopes: readonly string[],
): Refusal {
  const known = gateway.devices.find(params.device?.id ?? '');
  const message = `pairing required: ${REQUIREMENTS[reason]}`;
  const details = buildPairingConnectErrorDetails({
    reason,
    requestId,
    ...(params.device === undefined ? {} : { deviceId: params.device.id }),
    requestedRole: role,
    ...(scopes.length === 0 ? {} : { requestedScopes: [...scopes] }),
    ...(known === undefined ? {} : { approvedRoles: [...known.roles] }),
    ...(known === undefined || coversAll(known.scopes, scopes) ? {} : { approvedScopes: [...known.scopes] }),
  });
  const error = { code: 'NOT_PAIRED', message, details: { ...details } };
  return { error, code: 1008, reason: `${message} (requestId: ${requestId})` };
}

function unauthorized(admission: Readonly<{ message: string; details: Json; retryAfterMs?: number }>): Refusal {
  const { message, details, retryAfterMs } = admission;
  const retry = retryAfterMs === undefined ? {} : { retryable: true, retryAfterMs };
  return { error: { code: 'INVALID_REQUEST', message, details, ...retry }, code: 1008 };
}

function refuse(message: string, code: number, details?: Json): Refusal {
  return { error: { code: 'INVALID_REQUEST', message, ...(details === undefined ? {} : { details }) }, code };
}

function starting(): Refusal {
  const details = { reason: 'startup-sidecars' };
  return {
    error: {
      code: 'UNAVAILABLE',
      message: 'gateway starting; retry shortly',
      retryable: true,
      retryAfterMs: 500,
      details,
    },
    code: 1013,
    reason: 'gateway starting',
  };
}

function completeSetup(gateway: Gateway, deviceId: string, token: string): void {
  const entry = gateway.codes.redeem(token, deviceId);
  const surface = gateway.surfaces.pendingOf(deviceId);
  if (surface !== undefined) gateway.surfaces.approve(surface.requestId);
  if (entry === undefined) return;
  const name = gateway.devices.find(deviceId)?.displayName;
  gateway.broadcast('device.pair.setup.completed', {
    setupId: entry.setupId,
    deviceId,
    ...(name === undefined ? {} : { deviceName: name }),
    access: 'node',
    ts: gateway.clock.now(),
  });
}
