import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pseudonyms } from '#agent/diagnostics/index.ts';
import { ERROR_TEXTS } from '#shared/locales/index.ts';

describe('what tells who and where', () => {
  const ID = '0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJKMNPQ';

  it.each([
    ['a link to office is up', 'a link to peer-1 is up'],
    ['Office: gone', 'peer-1: gone'],
    [`peer ${ID} asks`, 'peer id-1 asks'],
    ['dialed 203.0.113.9:7473', 'dialed address-1:7473'],
    ['dialed [2001:db8::1]:7473', 'dialed [address-1]:7473'],
    ['from fe80::1%eth0', 'from address-1%eth0'],
    ['wss://relay.example.net:7474/x', 'wss://host-1/x'],
    ['looked up nas.home.arpa', 'looked up host-1'],
    ['as anna@example.org', 'as account-1'],
    [`key ${'ab'.repeat(32)}`, 'key key-1'],
    ['in /home/anna/.config/clawreach', 'in person-1/.config/clawreach'],
    ['getaddrinfo ENOTFOUND printer', 'getaddrinfo ENOTFOUND host-1'],
    ['connect ECONNREFUSED printer:8080', 'connect ECONNREFUSED host-1:8080'],
  ])('%s', (text, cleaned) => {
    const names = new Pseudonyms();
    names.learn('peer', 'office');
    names.learn('person', '/home/anna');
    expect(names.clean(text)).toBe(cleaned);
  });

  it.each([
    'listens at 127.0.0.1',
    'took 12.5 ms',
    'at 10:15:30',
    'version 0.1.0',
    'forward.host-unreachable',
    ...Object.keys(ERROR_TEXTS).map((code) => `{"errorCode":"${code}"}`),
    'the postoffice',
  ])('is not %s', (text) => {
    const names = new Pseudonyms();
    names.learn('peer', 'office');
    expect(names.clean(text)).toBe(text);
  });

  it('is found as a line of the log has it, with its quotation marks and backslashes [S-KEY-6]', () => {
    const names = new Pseudonyms();
    names.learn('peer', 'Anna\u2019s "old" box');
    names.learn('person', String.raw`C:\Users\anna`);
    const fields = { name: 'Anna\u2019s "old" box', file: String.raw`C:\Users\anna\ClawReach` };
    expect(names.clean(`info linked ${JSON.stringify(fields)}`)).toBe(
      String.raw`info linked {"name":"peer-1","file":"person-1\\ClawReach"}`,
    );
  });

  it('is also what is known here no more, by the field of the log that names it [S-KEY-6]', () => {
    const names = new Pseudonyms();
    const line = `info a peer was forgotten ${JSON.stringify({ name: 'Dr. Brown', fromName: 'x "y"', error: { name: 'TypeError' } })}`;
    names.learnNamed(line);
    expect(names.clean(`${line} Dr. Brown`)).toBe(
      'info a peer was forgotten {"name":"name-1","fromName":"name-2","error":{"name":"TypeError"}} name-1',
    );
  });

  it('stays the same through one text', () => {
    const names = new Pseudonyms();
    expect(names.clean('198.51.100.1 198.51.100.2 198.51.100.1')).toBe('address-1 address-2 address-1');
  });

  it('is gone, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV6(), fc.constantFrom(' ', '"', '[', ',', '='), (v4, v6, edge) => {
        fc.pre(!['127.0.0.1', '0.0.0.0'].includes(v4) && !/^[0:]*1?$/.test(v6));
        const cleaned = new Pseudonyms().clean(`a${edge}${v4}${edge} b${edge}${v6}${edge}`);
        expect(cleaned).not.toContain(v4);
        expect(cleaned).not.toContain(v6);
      }),
    );
  });
});
