import type { ConnectParams } from '@openclaw/gateway-client/browser';

import type { OperatorAccess } from '../../app-api/index.ts';
import { assertNever } from '../../assert-never.ts';
import { cleanName } from '../../visible-text/index.ts';
import { signaturePayload, type GatewayDeviceKey } from './device-key.ts';

/** Version of OpenClaw's gateway protocol that ClawReach speaks. */
export const GATEWAY_PROTOCOL = 4;

/**
 * Operating systems as a gateway names them. The gateway's policy for a node's commands depends on the system, so after a change an operator must
 * approve the node again.
 */
export type GatewayPlatform = 'linux' | 'macos' | 'windows';

/** Converts `process.platform` to the gateway's name; any system but macOS and Windows counts as Linux. */
export function gatewayPlatform(platform: string): GatewayPlatform {
  if (platform === 'darwin') return 'macos';
  return platform === 'win32' ? 'windows' : 'linux';
}

const FAMILIES: Readonly<Record<GatewayPlatform, string>> = { linux: 'Linux', macos: 'Mac', windows: 'Windows' };

/** Credential that this device presents to a gateway. Secret. */
export type GatewayCredential =
  | Readonly<{ kind: 'none' }>
  /** Token that all devices of a gateway share. */
  | Readonly<{ kind: 'token'; token: string }>
  | Readonly<{ kind: 'password'; password: string }>
  /** Token that the gateway issued to this device for this role. */
  | Readonly<{ kind: 'device-token'; token: string }>;

/** Token of a setup code. It works once, and only for the role node. */
export type SetupCredential = Readonly<{ kind: 'setup'; token: string }>;

/** Challenge of a gateway: the first message that it sends on a connection. */
export type GatewayChallenge = Readonly<{
  nonce: string;
  /** Time of the gateway's clock, ms since 1970, which the device signs; null uses this device's clock. */
  time: number | null;
}>;

/** Description of this device that it sends to a gateway, in either role. */
export type GatewaySelf = Readonly<{
  key: GatewayDeviceKey;
  /** Name shown to the gateway's administrator. */
  displayName: string;
  /** Version of ClawReach. */
  version: string;
  platform: GatewayPlatform;
  /** Language tag, BCP 47. */
  locale?: string | undefined;
}>;

const FULL_SCOPES = ['operator.admin', 'operator.approvals', 'operator.pairing', 'operator.read', 'operator.write'];
/** Capabilities that announce this client as an approver. If no approver is connected, a gateway rejects the requests of its AI agents at once. */
const APPROVER_CAPS = ['approvals', 'exec-approvals', 'plugin-approvals'];

/** Returns the scopes that an operator requests, in the order in which they are signed. */
export function operatorScopes(access: OperatorAccess): readonly string[] {
  return access === 'full' ? FULL_SCOPES : ['operator.read'];
}

/**
 * Builds and signs the params of the `connect` request by which the agent logs in at a gateway as operator. Pure.
 * @param now ms since 1970, used if the challenge has no time
 */
export function operatorConnect(
  self: GatewaySelf,
  options: Readonly<{
    access: OperatorAccess;
    credential: GatewayCredential;
    challenge: GatewayChallenge;
    now: number;
  }>,
): ConnectParams {
  const { access, credential, challenge, now } = options;
  return signed(self, credential, challenge, now, {
    client: { id: 'gateway-client', mode: 'ui' },
    role: 'operator',
    scopes: operatorScopes(access),
    // Lets this device say how much of a terminal's output it has when it attaches again.
    caps: [...(access === 'full' ? APPROVER_CAPS : []), 'terminal-offset-seq'],
  });
}

/**
 * Builds and signs the params of the `connect` request by which the agent logs in at a gateway as node. Pure.
 * @param now ms since 1970, used if the challenge has no time
 */
export function nodeConnect(
  self: GatewaySelf,
  options: Readonly<{
    declaration: Readonly<{ capabilities: readonly string[]; commands: readonly string[] }>;
    credential: GatewayCredential | SetupCredential;
    challenge: GatewayChallenge;
    now: number;
  }>,
): ConnectParams {
  const { declaration, credential, challenge, now } = options;
  return signed(self, credential, challenge, now, {
    client: { id: 'node-host', mode: 'node' },
    role: 'node',
    scopes: [],
    caps: declaration.capabilities,
    commands: declaration.commands,
  });
}

type Identity = Readonly<{
  client: Readonly<{ id: 'gateway-client'; mode: 'ui' }> | Readonly<{ id: 'node-host'; mode: 'node' }>;
  role: 'operator' | 'node';
  scopes: readonly string[];
  caps: readonly string[];
  commands?: readonly string[];
}>;

function signed(
  self: GatewaySelf,
  credential: GatewayCredential | SetupCredential,
  challenge: GatewayChallenge,
  now: number,
  identity: Identity,
): ConnectParams {
  const { key, platform } = self;
  const deviceFamily = FAMILIES[platform];
  const signedAt = challenge.time ?? now;
  const displayName = cleanName(self.displayName);
  const auth = authOf(credential);
  const signature = key.sign(
    signaturePayload({
      deviceId: key.id,
      clientId: identity.client.id,
      clientMode: identity.client.mode,
      role: identity.role,
      scopes: identity.scopes,
      signedAt,
      token: auth?.token ?? auth?.deviceToken ?? auth?.bootstrapToken ?? null,
      nonce: challenge.nonce,
      platform,
      deviceFamily,
    }),
  );
  return {
    minProtocol: GATEWAY_PROTOCOL,
    maxProtocol: GATEWAY_PROTOCOL,
    client: {
      ...identity.client,
      ...(displayName === '' ? {} : { displayName }),
      version: self.version,
      platform,
      deviceFamily,
    },
    role: identity.role,
    scopes: [...identity.scopes],
    caps: [...identity.caps],
    ...(identity.commands === undefined ? {} : { commands: [...identity.commands] }),
    ...(auth === undefined ? {} : { auth }),
    ...(self.locale === undefined ? {} : { locale: self.locale }),
    userAgent: `clawreach/${self.version}`,
    device: { id: key.id, publicKey: key.publicKey, signature, signedAt, nonce: challenge.nonce },
  };
}

type Auth = Readonly<{ token?: string; deviceToken?: string; bootstrapToken?: string; password?: string }>;

function authOf(credential: GatewayCredential | SetupCredential): Auth | undefined {
  switch (credential.kind) {
    case 'none':
      return undefined;
    case 'token':
      return { token: credential.token };
    case 'password':
      return { password: credential.password };
    case 'device-token':
      return { deviceToken: credential.token };
    case 'setup':
      return { bootstrapToken: credential.token };
    default:
      return assertNever(credential);
  }
}
