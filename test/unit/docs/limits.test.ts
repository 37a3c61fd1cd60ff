import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { limitsPage } from '../../../scripts/limits/page.ts';
import { sourceConstant } from '../../../scripts/limits/source-constant.ts';

describe('docs/LIMITS.md', () => {
  it('has the values of the code (npm run docs:limits writes it)', () => {
    expect(readFileSync(new URL('../../../docs/LIMITS.md', import.meta.url), 'utf8')).toBe(limitsPage());
  });

  it('is not written with a constant that is gone', () => {
    expect(() => sourceConstant('src-shared/pairing/secret.ts', 'NO_SUCH_CONSTANT')).toThrow('NO_SUCH_CONSTANT');
  });
});
