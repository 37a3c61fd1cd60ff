import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#test/support/directories.ts';
import type { Guard } from '../../../scripts/mutations/guard.ts';
import { readProject } from '../../../scripts/support/properties.ts';

const ADDRESSES = 'src-shared/forward/address.ts';
const TOO_LONG = 'if (parts.length > 4) return undefined;';
const TEST = 'unit/agent/targets/targets.test.ts';
const METADATA: Guard = {
  properties: ['S-TARGET-2'],
  file: 'src-main/agent/targets/protected-networks.ts',
  guard: 'if (isIn(PROTECTED, address)) return true;',
  without: '',
  tests: [[TEST, '%s: %s']],
};

/** How the mutation run with this table ends. */
async function runWith(guards: readonly Guard[]): Promise<Readonly<{ code: number; output: string }>> {
  const table = join(temporaryDirectory(), 'table.ts');
  writeFileSync(table, `export const GUARDS = ${JSON.stringify(guards)};`);
  const child = spawn(process.execPath, ['scripts/mutations.ts', '--table', table], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}

describe('the mutation run', { timeout: 300_000 }, () => {
  it('kills a guard that is tested, and leaves the project as it was', async () => {
    const before = readProject(METADATA.file);
    const { code, output } = await runWith([METADATA]);
    expect(output).toContain('1 guards killed, 0 survived');
    expect(code).toBe(0);
    expect(readProject(METADATA.file)).toBe(before);
  });

  it('names a guard that survives, and fails', async () => {
    const unnoticed = { ...METADATA, file: ADDRESSES, guard: TOO_LONG };
    const { code, output } = await runWith([unnoticed]);
    expect(output).toContain(`SURVIVED ${ADDRESSES}: ${TOO_LONG}`);
    expect(output).toContain('passes without it: "%s: %s"');
    expect(code).toBe(1);
  });

  it('fails for a guard that has moved, and for a test that is not there', async () => {
    const moved = await runWith([{ ...METADATA, guard: 'if (isIn(NOTHING, address)) return true;' }]);
    expect(moved).toMatchObject({ code: 1, output: expect.stringContaining('guard moved: not in') as string });
    const twice = await runWith([{ ...METADATA, guard: 'return' }]);
    expect(twice.output).toMatch(/guard moved: \d+ times in/);
    const { code, output } = await runWith([{ ...METADATA, tests: [[TEST, 'a test that nobody wrote']] }]);
    expect(output).toContain('does not run here: "a test that nobody wrote"');
    expect(code).toBe(1);
  });
});
