import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseKnownHosts } from '#agent/forwards/ssh/index.ts';

/** A key of that type whose bytes are its name: enough to be told apart. */
function keyOf(type: string, name: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(name)]).toString('base64');
}

const ED = keyOf('ssh-ed25519', 'first');
const RSA = keyOf('ssh-rsa', 'second');

/** Types of the keys a text tells of a name. */
function types(text: string, name: string): readonly string[] {
  return parseKnownHosts(text)
    .filter((line) => line.matches(name))
    .map(({ type }) => type);
}

describe('known_hosts', () => {
  it('tells the keys of a name, of several types, with comments and blanks of any kind', () => {
    const text = `# a comment\n\n  host.example  ssh-ed25519\t${ED}   me@here  \r\nhost.example,10.0.0.1 ssh-rsa ${RSA}\n`;
    expect(types(text, 'host.example')).toStrictEqual(['ssh-ed25519', 'ssh-rsa']);
    expect(types(text, 'HOST.example')).toStrictEqual(['ssh-ed25519', 'ssh-rsa']);
    expect(types(text, '10.0.0.1')).toStrictEqual(['ssh-rsa']);
    expect(types(text, 'host.example.org')).toStrictEqual([]);
  });

  it('keeps ports apart', () => {
    const text = `[host]:2222 ssh-ed25519 ${ED}\nhost ssh-rsa ${RSA}`;
    expect(types(text, '[host]:2222')).toStrictEqual(['ssh-ed25519']);
    expect(types(text, 'host')).toStrictEqual(['ssh-rsa']);
    expect(types(text, '[host]:22')).toStrictEqual([]);
  });

  it('knows stars, question marks and exceptions', () => {
    const text = `*.example,!secret.example ssh-ed25519 ${ED}\nnode-?? ssh-rsa ${RSA}`;
    expect(types(text, 'www.example')).toStrictEqual(['ssh-ed25519']);
    expect(types(text, 'a.b.example')).toStrictEqual(['ssh-ed25519']);
    expect(types(text, 'secret.example')).toStrictEqual([]);
    expect(types(text, 'node-01')).toStrictEqual(['ssh-rsa']);
    expect(types(text, 'node-1')).toStrictEqual([]);
    expect(types(`!host ssh-ed25519 ${ED}`, 'other')).toStrictEqual([]);
  });

  it('knows hashed names', () => {
    const salt = Buffer.from('0123456789abcdefghij');
    const hash = createHmac('sha1', salt).update('[host]:2222').digest('base64');
    const text = `|1|${salt.toString('base64')}|${hash} ssh-ed25519 ${ED}`;
    expect(types(text, '[host]:2222')).toStrictEqual(['ssh-ed25519']);
    expect(types(text, '[HOST]:2222')).toStrictEqual(['ssh-ed25519']);
    expect(types(text, 'host')).toStrictEqual([]);
  });

  it('reads lines that OpenSSH has hashed', () => {
    // What `ssh-keygen -H` made of "server.example,10.1.2.3 ssh-ed25519 …".
    const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIAkhJgONYPmHbrUEql4iALsG4iNELBBmCccorqGoapbc';
    const text = [
      `|1|zjzOCaTCqvSdtH65ZvJxv5jEFmE=|V/IT4yS467bnpOdoMKt/4kHefq4= ssh-ed25519 ${key}`,
      `|1|JjUl7TW1GWf5WewXgxJsZOvFP/s=|ji/gjFsSf3QBiqlV3gUeRhsip2k= ssh-ed25519 ${key}`,
    ].join('\n');
    expect(types(text, 'server.example')).toStrictEqual(['ssh-ed25519']);
    expect(types(text, '10.1.2.3')).toStrictEqual(['ssh-ed25519']);
    expect(types(text, 'other.example')).toStrictEqual([]);
  });

  it('marks what is revoked, and leaves out certificate authorities', () => {
    const text = `@revoked * ssh-ed25519 ${ED}\n@cert-authority *.example ssh-rsa ${RSA}\n@other host ssh-rsa ${RSA}`;
    expect(parseKnownHosts(text).map(({ marker, type }) => [marker, type])).toStrictEqual([['revoked', 'ssh-ed25519']]);
  });

  it.each([
    'host',
    'host ssh-ed25519',
    `host ssh-ed25519 not*base64`,
    `host ssh-rsa ${ED}`,
    `host 2048 35 12345`,
    `|1|bad ssh-ed25519 ${ED}`,
    `|2|YWJj|YWJj ssh-ed25519 ${ED}`,
    `|1||${'A'.repeat(28)} ssh-ed25519 ${ED}`,
    `host ssh-ed25519 ${Buffer.from('short').toString('base64')}`,
    `host ${'x'.repeat(20_000)} ${ED}`,
  ])('leaves out what it does not understand: %.40s', (line) => {
    const text = `${line}\nhost ssh-rsa ${RSA}`;
    expect(types(text, 'host')).toStrictEqual(['ssh-rsa']);
  });

  it('takes any text, and matches any name, without failing or taking long', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 40 }), (text, name) => {
        for (const line of parseKnownHosts(`${text} ssh-ed25519 ${ED}`)) line.matches(name);
      }),
    );
    const [line] = parseKnownHosts(`${'*a'.repeat(4000)} ssh-ed25519 ${ED}`);
    const before = performance.now();
    expect(line?.matches('a'.repeat(255))).toBe(false);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});
