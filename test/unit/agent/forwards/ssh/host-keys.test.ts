import { describe, expect, it } from 'vitest';
import { HostKeys, parseKnownHosts, type SshServerId } from '#agent/forwards/ssh/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '../../../../support/fake-clock.ts';
import { MemoryDocumentFile } from '../../../../support/memory-files.ts';

function keyOf(type: string, name: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(name)]);
}

const ED = keyOf('ssh-ed25519', 'first');
const ED2 = keyOf('ssh-ed25519', 'second');
const RSA = keyOf('ssh-rsa', 'third');
const PLACE: SshServerId = { peer: null, host: 'server', port: 2222 };
const BEHIND: SshServerId = { ...PLACE, peer: 'F'.repeat(56) };

function create(lines = '', file = new MemoryDocumentFile()): HostKeys {
  return new HostKeys({ file, clock: new FakeClock(), logger: silentLogger, knownHosts: () => parseKnownHosts(lines) });
}
const line = (name: string, key: Buffer): string => {
  const type = key.subarray(4, 4 + key.readUInt32BE(0)).toString();
  return `${name} ${type} ${key.toString('base64')}\n`;
};

describe('keys of SSH servers', () => {
  it('are known by what a person trusted, over restarts, and in another case of the name', () => {
    const file = new MemoryDocumentFile();
    const keys = create('', file);
    expect(keys.verdict(PLACE, ED)).toStrictEqual({ kind: 'unknown' });
    keys.trust(PLACE, ED);
    expect(keys.verdict({ ...PLACE, host: 'SERVER' }, ED)).toStrictEqual({ kind: 'known' });
    expect(create('', file).verdict(PLACE, ED)).toStrictEqual({ kind: 'known' });
  });

  it('are another server’s at another port, another host, or behind a peer', () => {
    const keys = create();
    keys.trust(PLACE, ED);
    for (const other of [{ ...PLACE, port: 22 }, { ...PLACE, host: 'other' }, BEHIND])
      expect(keys.verdict(other, ED2)).toStrictEqual({ kind: 'unknown' });
  });

  it('have changed where another one is trusted, of whatever type; trusting the new one ends the old one [S-SSH-1]', () => {
    const keys = create();
    keys.trust(PLACE, ED);
    expect(keys.verdict(PLACE, ED2)).toMatchObject({
      kind: 'changed',
      before: expect.stringMatching(/^SHA256:/) as string,
    });
    expect(keys.verdict(PLACE, RSA)).toMatchObject({ kind: 'changed' });
    keys.trust(PLACE, RSA);
    expect(keys.verdict(PLACE, RSA)).toStrictEqual({ kind: 'known' });
    expect(keys.verdict(PLACE, ED)).toMatchObject({ kind: 'changed' });
  });

  it('are known, or have changed, by the person’s known_hosts', () => {
    const keys = create(line('[server]:2222', ED) + line('[server]:2222', RSA));
    expect(keys.verdict(PLACE, ED)).toStrictEqual({ kind: 'known' });
    expect(keys.verdict(PLACE, RSA)).toStrictEqual({ kind: 'known' });
    expect(keys.verdict(PLACE, ED2)).toMatchObject({ kind: 'changed' });
    expect(keys.types(PLACE)).toStrictEqual(['ssh-ed25519', 'ssh-rsa']);
  });

  it('are known by a line without the port, which says nothing against another key', () => {
    const keys = create(line('server', ED));
    expect(keys.verdict(PLACE, ED)).toStrictEqual({ kind: 'known' });
    expect(keys.verdict(PLACE, ED2)).toStrictEqual({ kind: 'unknown' });
  });

  it('that were trusted here hold against what known_hosts says', () => {
    const keys = create(line('[server]:2222', ED));
    keys.trust(PLACE, ED2);
    expect(keys.verdict(PLACE, ED2)).toStrictEqual({ kind: 'known' });
    expect(keys.verdict(PLACE, ED)).toMatchObject({ kind: 'changed' });
  });

  it('behind a peer are not those of known_hosts, which speaks of this network [S-SSH-3]', () => {
    const keys = create(line('[server]:2222', ED));
    expect(keys.verdict(BEHIND, ED2)).toStrictEqual({ kind: 'unknown' });
    expect(keys.types(BEHIND)).toStrictEqual([]);
    // The peer could lead there to the machine of that name here, whose owner is another one.
    expect(keys.verdict(BEHIND, ED)).toStrictEqual({ kind: 'unknown' });
  });

  it('that are revoked are never taken, also trusted ones', () => {
    const keys = create(`@revoked ${line('*', ED)}`);
    keys.trust(PLACE, ED);
    expect(keys.verdict(PLACE, ED)).toStrictEqual({ kind: 'revoked' });
  });

  it('are kept for a thousand servers, the newest', () => {
    const keys = create();
    for (let port = 1; port <= 1001; port += 1) keys.trust({ ...PLACE, port }, ED);
    expect(keys.verdict({ ...PLACE, port: 1 }, ED)).toStrictEqual({ kind: 'unknown' });
    expect(keys.verdict({ ...PLACE, port: 1001 }, ED)).toStrictEqual({ kind: 'known' });
  });
});
