import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { PATTERNS } from '#shared/noise/index.ts';
import { noiseVectors, patternOf, playVector } from '#test/support/noise-vectors.ts';

describe.skipIf(noiseVectors.length === 0).each([nativeBackend, nobleBackend])(
  'published vectors on $name',
  (crypto) => {
    it('cover every pattern of ours', () => {
      expect(noiseVectors.map((vector) => patternOf(vector)).sort()).toEqual(Object.keys(PATTERNS).sort());
    });

    it.each(noiseVectors.map((vector) => [vector.protocol_name, vector] as const))('%s', async (_, vector) => {
      await playVector(crypto, vector);
      expect.hasAssertions();
    });
  },
);
