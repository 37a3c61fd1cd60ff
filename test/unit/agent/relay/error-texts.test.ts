import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_TEXTS } from '#shared/locales/index.ts';
import { RELAY_ERROR_CODES, REFUSE_REASONS } from '../../../../src-shared/relay-api/messages.ts';

/** Codes that only ever reach a log: nobody waits for what they end. */
const INTERNAL = new Set(['link.unconfirmed', 'link.wrong-sender', 'link.too-many-handshakes', 'relay.refused.']);

describe('what a person reads about relay and links', () => {
  it('exists for every code the relay can send', () => {
    const codes = [
      ...RELAY_ERROR_CODES.filter((code) => code !== 'timeout').map((code) => `relay.${code}`),
      ...REFUSE_REASONS.map((reason) => `relay.refused.${reason}`),
    ];
    expect(codes.filter((code) => ERROR_TEXTS[code] === undefined)).toEqual([]);
  });

  it('exists for every code in the source of dialing, relay client and links', () => {
    const found = new Set<string>();
    for (const folder of ['src-node/sockets', 'src-main/agent/relay', 'src-main/agent/links']) {
      for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!file.endsWith('.ts')) continue;
        const source = readFileSync(`${folder}/${file}`, 'utf8').replaceAll(/^\s*(?:\*|\/\/|\/\*\*).*$/gm, '');
        for (const [, code = ''] of source.matchAll(/'((?:relay|link)\.[a-z.-]+)'/g)) found.add(code);
      }
    }
    expect(found.size).toBeGreaterThan(30);
    expect([...found].filter((code) => ERROR_TEXTS[code] === undefined && !INTERNAL.has(code))).toEqual([]);
  });
});
