import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chooseAlgorithms, fingerprintOf, publicKeyOf, sshRetryDelay } from '#agent/forwards/ssh/index.ts';

const ALL = { ciphers: ['aes-128-gcm', 'aes-256-gcm', 'aes-128-ctr', 'aes-256-ctr', 'chacha20'], boring: false };

describe('the wait for another try', () => {
  it('is none at first, then doubles from 250 ms to 30 s, by half of which chance decides', () => {
    const least = [0, 1, 2, 3, 8, 9, 1000].map((failures) => sshRetryDelay(failures, () => 0));
    const most = [0, 1, 2, 3, 8, 9, 1000].map((failures) => sshRetryDelay(failures, () => 1));
    expect(least).toStrictEqual([0, 125, 250, 500, 15_000, 15_000, 15_000]);
    expect(most).toStrictEqual([0, 250, 500, 1000, 30_000, 30_000, 30_000]);
  });
});

describe('algorithms', () => {
  it('prefer AES-GCM and leave out SHA-1, CBC and compression [S-SSH-4]', () => {
    const { cipher, kex, hmac, serverHostKey, compress } = chooseAlgorithms([], ALL);
    expect(cipher).toStrictEqual([
      'aes256-gcm@openssh.com',
      'aes128-gcm@openssh.com',
      'chacha20-poly1305@openssh.com',
      'aes256-ctr',
      'aes128-ctr',
    ]);
    const names = [cipher, kex, hmac, serverHostKey].flat().join(' ');
    expect(names).not.toMatch(/sha1|cbc|md5|arcfour|ssh-rsa|ssh-dss/);
    expect(compress).toStrictEqual(['none']);
  });

  it('are what the runtime has', () => {
    const { cipher, kex } = chooseAlgorithms([], { ciphers: ['aes-256-gcm'], boring: true });
    expect(cipher).toStrictEqual(['aes256-gcm@openssh.com']);
    expect(kex.join(' ')).not.toMatch(/diffie-hellman/);
  });

  it('ask for the types of keys that are known first', () => {
    const first = (...types: string[]): unknown => chooseAlgorithms(types, ALL).serverHostKey.slice(0, 2);
    expect(first()).toStrictEqual(['ssh-ed25519', 'ecdsa-sha2-nistp256']);
    expect(first('ssh-rsa')).toStrictEqual(['rsa-sha2-512', 'rsa-sha2-256']);
    expect(first('ecdsa-sha2-nistp521')).toStrictEqual(['ecdsa-sha2-nistp521', 'ssh-ed25519']);
  });
});

describe('public keys in the form of SSH', () => {
  it.each([
    ['ed25519', () => generateKeyPairSync('ed25519')],
    ['ecdsa 256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['ecdsa 384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['ecdsa 521', () => generateKeyPairSync('ec', { namedCurve: 'P-521' })],
    ['rsa', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ] as const)('are what ssh-keygen takes them for: %s', (_, generate) => {
    const key = publicKeyOf(generate().privateKey);
    const type = key?.subarray(4, 4 + key.readUInt32BE(0)).toString() ?? '';
    const line = execFileSync('ssh-keygen', ['-lf', '-'], {
      input: `${type} ${key?.toString('base64')}`,
      encoding: 'utf8',
    });
    expect(line.split(' ')[1]).toBe(fingerprintOf(key ?? Buffer.alloc(0)));
  });

  it('are none where SSH has no such kind', () => {
    expect(publicKeyOf(generateKeyPairSync('x25519').privateKey)).toBeUndefined();
    expect(publicKeyOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey)).toBeUndefined();
  });
});
