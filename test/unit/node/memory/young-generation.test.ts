import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Bytes of the young generation of a program that keeps what it makes, after it has called a function of `src-node/memory`. */
function sizeAfterWork(call: 'keepYoungGenerationSmall' | 'limitYoungGeneration'): number {
  const program = `
    import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
    // As bin/launch.js does before anything is loaded.
    setFlagsFromString('--semi-space-growth-factor=1');
    const { ${call} } = await import('#node/memory/index.ts');
    ${call}();
    const kept = [];
    for (let round = 0; round < 400; round += 1) {
      for (let each = 0; each < 2000; each += 1) kept.push({ round, each });
      await new Promise((resolve) => setImmediate(resolve));
    }
    console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size);
  `;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }));
}

const MIB = 1_048_576;

it('the young generation of a relay stays as it begins', () => {
  expect(sizeAfterWork('keepYoungGenerationSmall')).toBe(2 * MIB);
});

it('the young generation of an agent with much work grows once, and no further', () => {
  expect(sizeAfterWork('limitYoungGeneration')).toBe(8 * MIB);
});
