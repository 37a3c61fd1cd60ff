import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CERTIFICATE_LENGTH, ENROLMENT_LENGTH, REMOVAL_LENGTH } from '#shared/identity/index.ts';
import { agentMessage, relayMessage } from '#shared/relay-api/index.ts';
import { FRAME } from '../../../src-shared/link/frames.ts';

const ROOT = new URL('../../../', import.meta.url);
const SHARED = new URL('src-shared/', ROOT);
const protocol = readFileSync(new URL('docs/PROTOCOL.md', ROOT), 'utf8');

/** The part of the page below a heading of the second level. */
function section(heading: string): string {
  return protocol.split('\n## ').find((part) => part.startsWith(heading)) ?? '';
}

/** `maxStreamData` as the page writes it: `MAX_STREAM_DATA`. */
function pageName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** Every label that separates the domains of keys, hashes and signatures. */
function labelsOfTheCode(): ReadonlySet<string> {
  const labels = new Set<string>();
  for (const file of readdirSync(SHARED, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const source = readFileSync(new URL(file, SHARED), 'utf8');
    for (const [, label = ''] of source.matchAll(/'(clawreach [a-z0-9 ]+ [0-9])'/g)) labels.add(label);
  }
  return labels;
}

describe('docs/PROTOCOL.md', () => {
  it('has the frames of the code with their numbers', () => {
    const rows = [...section('5 ').matchAll(/^\| (0x[0-9a-f]{2}) \| ([A-Z_]+) \|/gm)];
    const onPage = rows.map(([, number = '', name = '']) => [name, Number(number)]);
    expect(Object.fromEntries(onPage)).toEqual(
      Object.fromEntries(Object.entries(FRAME).map(([name, number]) => [pageName(name), number])),
    );
  });

  it('has every label of the code, and no other', () => {
    const onPage = new Set(Array.from(protocol.matchAll(/`(clawreach [a-z0-9 ]+ [0-9])`/g), ([, label = '']) => label));
    expect([...onPage].sort()).toEqual([...labelsOfTheCode()].sort());
  });

  it('has every message of the control connection', () => {
    const types = [agentMessage, relayMessage].flatMap(({ options }) => options.map(({ shape }) => shape.type.value));
    expect(types.length).toBeGreaterThan(25);
    expect(types.filter((type) => !section('7 ').includes(`\`${type}\``))).toEqual([]);
  });

  it('has the lengths of certificate, enrolment and removal', () => {
    expect(section('1 ')).toContain(`**Certificate**, ${CERTIFICATE_LENGTH} bytes`);
    expect(section('1 ')).toContain(
      `**Enrolment** (${ENROLMENT_LENGTH} bytes) and **removal** (${REMOVAL_LENGTH} bytes)`,
    );
  });
});
