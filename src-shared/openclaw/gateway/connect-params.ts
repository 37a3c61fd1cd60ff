import type { ConnectParams } from '@openclaw/gateway-client/browser';

import type { OperatorAccess } from '../../app-api/index.ts';
import { assertNever } from '../../assert-never.ts';
import { cleanName } from '../../visible-text/index.ts';
import { signaturePayload, type GatewayDeviceKey } from './device-key.ts';

/** The version of the protocol that is spoken. */
export const GATEWAY_PROTOCOL = 4;

/** Systems as a gateway names them; its policy of a node's commands depends on them, and a change needs a new approval. */
export type GatewayPlatform = 'linux' | 'macos' | 'windows';

/** @param platform as Node names it; what is none of the three counts as Linux */
export function gatewayPlatform(platform: string): GatewayPlatform {
  if (platform === 'darwin') return 'macos';
  return platform === 'win32' ? 'windows' : 'linux';
}

const FAMILIES: Readonly<Record<GatewayPlatform, string>> = { linux: 'Linux', macos: 'Mac', windows: 'Windows' };

/** What this side proves to be somebody with. Secret. */
export type GatewayCredential =
  | Readonly<{ kind: 'none' }>
  /** What all of a gateway's devices share. */
  | Readonly<{ kind: 'token'; token: string }>
  | Readonly<{ kind: 'password'; password: string }>
  /** What the gateway gave to this device, for this role. */
  | Readonly<{ kind: 'device-token'; token: string }>;

/** Of a setup code: good for one use, and for a node only. */
export type SetupCredential = Readonly<{ kind: 'setup'; token: string }>;

/** What the gateway says first. */
export type GatewayChallenge = Readonly<{
  nonce: string;
  /** Milliseconds since 1970, by the gateway's clock, which is the one that counts; null: by this one's. */
  time: number | null;
}>;

/** What is told of this device in either role. */
export type GatewaySelf = Readonly<{
  key: GatewayDeviceKey;
  /** Shown to whoever runs the gateway. */
  displayName: string;
  /** Of ClawReach. */
  version: string;
  platform: GatewayPlatform;
  /** BCP 47. */
  locale?: string | undefined;
}>;

const FULL_SCOPES = ['operator.admin', 'operator.approvals', 'operator.pairing', 'operator.read', 'operator.write'];
/** Without them a gateway refuses what an agent asks for, as if nobody were there to answer. */
const APPROVER_CAPS = ['approvals', 'exec-approvals', 'plugin-approvals'];

/** Rights that an operator asks for, in the order in which they are signed. */
export function operatorScopes(access: OperatorAccess): readonly string[] {
  return access === 'full' ? FULL_SCOPES : ['operator.read'];
}

/** @param now milliseconds since 1970, for a challenge without a time */
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
    // Where terminals are attached to again, this tells how much of them is known already.
    caps: [...(access === 'full' ? APPROVER_CAPS : []), 'terminal-offset-seq'],
  });
}

/** @param now milliseconds since 1970, for a challenge without a time */
export function nodeConnect(
  self: GatewaySelf,
  options: Readonly<{
    surface: Readonly<{ capabilities: readonly string[]; commands: readonly string[] }>;
    credential: GatewayCredential | SetupCredential;
    challenge: GatewayChallenge;
    now: number;
  }>,
): ConnectParams {
  const { surface, credential, challenge, now } = options;
  return signed(self, credential, challenge, now, {
    client: { id: 'node-host', mode: 'node' },
    role: 'node',
    scopes: [],
    caps: surface.capabilities,
    commands: surface.commands,
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
