import { describe, expect, test } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { fromBase64Url, toUtf8 } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import {
  gatewayDeviceKey,
  nodeConnect,
  operatorConnect,
  signaturePayload,
  signaturePayloadV2,
  type GatewaySelf,
} from '#shared/openclaw/gateway/index.ts';

const SEED = Uint8Array.from({ length: 32 }, (_, index) => index);
const ID = '56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c';
const BACKENDS = [nobleBackend, nativeBackend] as const;

const NODE = {
  deviceId: ID,
  clientId: 'node-host',
  clientMode: 'node',
  role: 'node',
  scopes: [],
  signedAt: 1_700_000_000_000,
  token: 'tok',
  nonce: 'nonce-1',
  platform: 'linux',
  deviceFamily: 'Linux',
} as const;

describe.each(BACKENDS)('a device key of $name', (crypto) => {
  const key = gatewayDeviceKey(SEED, crypto);

  test('has the id and the public key of the published vector', () => {
    expect(key).toMatchObject({ id: ID, publicKey: 'A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg' });
  });

  test('signs the published vectors of versions 3 and 2', () => {
    const payload = signaturePayload(NODE);
    expect(payload).toBe(`v3|${ID}|node-host|node|node||1700000000000|tok|nonce-1|linux|linux`);
    expect(key.sign(payload)).toBe(
      'StG8c-GLTgU9O7WCKGU2BtAzEHoJKN13Khf95vBXclsKI9zQUnCLGS9ntc6KbaHibyPJdKmFv8DlnbNPhOKWBg',
    );
    const former = signaturePayloadV2(NODE);
    expect(former).toBe(`v2|${ID}|node-host|node|node||1700000000000|tok|nonce-1`);
    expect(key.sign(former)).toBe(
      'S8kree_wA0Jw4GLPljHo3g3XAlABpmuHTAuedOkiPvfO6-mu38HzONC2Am_wXQo6QjiJM6F5hexkIsMpdcIFCQ',
    );
  });

  test('signs the published vector of an operator without a token', () => {
    const payload = signaturePayload({
      ...NODE,
      clientId: 'openclaw-linux',
      clientMode: 'ui',
      role: 'operator',
      scopes: ['operator.pairing', 'operator.read'],
      token: null,
      platform: ' Windows ',
      deviceFamily: 'WINDOWS',
    });
    expect(payload).toBe(
      `v3|${ID}|openclaw-linux|ui|operator|operator.pairing,operator.read|1700000000000||nonce-1|windows|windows`,
    );
    expect(key.sign(payload)).toBe(
      '-PRAlqbquUlR3BD_NJ_R9Oj56jE1E_uUp6b4ozfOwU7SlZWRWbvcGbm5GmpD2S6HCSiGmiCmJbCr-4tpbqWgCg',
    );
  });

  test('has a seed of 32 bytes and no other', () => {
    expect(() => gatewayDeviceKey(SEED.subarray(1), crypto)).toThrow(RangeError);
  });
});

const SELF: GatewaySelf = {
  key: gatewayDeviceKey(SEED),
  displayName: 'Desk\u202e of\nAnna',
  version: '0.9.0',
  platform: 'linux',
  locale: 'en-US',
};
const CHALLENGE = { nonce: 'nonce-1', time: 1_700_000_000_000 };

/** What a gateway verifies: the payload rebuilt from what was sent. */
function isSigned(connect: ReturnType<typeof nodeConnect>): boolean {
  const { client, role = '', scopes = [], auth, device } = connect;
  if (device === undefined) return false;
  const payload = signaturePayload({
    deviceId: device.id,
    clientId: client.id,
    clientMode: client.mode,
    role,
    scopes,
    signedAt: device.signedAt,
    token: auth?.token ?? auth?.deviceToken ?? auth?.bootstrapToken ?? null,
    nonce: device.nonce,
    platform: client.platform,
    deviceFamily: client.deviceFamily ?? '',
  });
  const [publicKey, signature] = [fromBase64Url(device.publicKey), fromBase64Url(device.signature)];
  return nobleBackend.ed25519Verify(publicKey, toUtf8(payload), signature);
}

describe('connect', () => {
  test('of a node says what the reference says, and signs it', () => {
    const connect = nodeConnect(SELF, {
      declaration: { capabilities: ['system'], commands: ['system.which'] },
      credential: { kind: 'token', token: 'tok' },
      challenge: CHALLENGE,
      now: 5,
    });
    expect(connect).toEqual({
      minProtocol: 4,
      maxProtocol: 4,
      client: {
        id: 'node-host',
        mode: 'node',
        displayName: 'Desk of Anna',
        version: '0.9.0',
        platform: 'linux',
        deviceFamily: 'Linux',
      },
      role: 'node',
      scopes: [],
      caps: ['system'],
      commands: ['system.which'],
      auth: { token: 'tok' },
      locale: 'en-US',
      userAgent: 'clawreach/0.9.0',
      device: {
        id: ID,
        publicKey: 'A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg',
        signature: 'StG8c-GLTgU9O7WCKGU2BtAzEHoJKN13Khf95vBXclsKI9zQUnCLGS9ntc6KbaHibyPJdKmFv8DlnbNPhOKWBg',
        signedAt: 1_700_000_000_000,
        nonce: 'nonce-1',
      },
    });
  });

  test.each([
    ['none', { kind: 'none' }, undefined],
    ['a shared token', { kind: 'token', token: 'a' }, { token: 'a' }],
    ['a password', { kind: 'password', password: 'b' }, { password: 'b' }],
    ['a device token', { kind: 'device-token', token: 'c' }, { deviceToken: 'c' }],
    ['a setup code', { kind: 'setup', token: 'd' }, { bootstrapToken: 'd' }],
  ] as const)('with %s sends that and nothing else, under a signature over it', (_name, credential, auth) => {
    const connect = nodeConnect(SELF, {
      declaration: { capabilities: [], commands: [] },
      credential,
      challenge: CHALLENGE,
      now: 5,
    });
    expect(connect.auth).toEqual(auth);
    expect(isSigned(connect)).toBe(true);
  });

  test('of an operator asks for what its access needs: who approves says so', () => {
    const options = { credential: { kind: 'device-token', token: 'c' }, challenge: CHALLENGE, now: 5 } as const;
    const full = operatorConnect(SELF, { access: 'full', ...options });
    expect(full).toMatchObject({
      client: { id: 'gateway-client', mode: 'ui' },
      role: 'operator',
      scopes: ['operator.admin', 'operator.approvals', 'operator.pairing', 'operator.read', 'operator.write'],
      caps: ['approvals', 'exec-approvals', 'plugin-approvals', 'terminal-offset-seq'],
    });
    const reading = operatorConnect(SELF, { access: 'read-only', ...options });
    expect(reading).toMatchObject({ scopes: ['operator.read'], caps: ['terminal-offset-seq'] });
    expect([full, reading].map(isSigned)).toEqual([true, true]);
  });

  test('takes this clock only where the challenge has no time, and no name that shows nothing', () => {
    const connect = operatorConnect(
      { ...SELF, displayName: '\u200b', platform: 'windows', locale: undefined },
      { access: 'full', credential: { kind: 'none' }, challenge: { nonce: 'n', time: null }, now: 1234 },
    );
    expect(connect.device?.signedAt).toBe(1234);
    expect(connect.client).toEqual({
      id: 'gateway-client',
      mode: 'ui',
      version: '0.9.0',
      platform: 'windows',
      deviceFamily: 'Windows',
    });
    expect(isSigned(connect)).toBe(true);
    expect('locale' in connect).toBe(false);
  });
});
