import { describe, expect, it } from 'vitest';
import { steadyOrder } from '#renderer/ui/index.ts';

const keyOf = (row: string): string => row;

describe('rows that are held', () => {
  it('stay where they are whatever order they should have', () => {
    expect(steadyOrder(['c', 'a', 'b'], keyOf, ['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
  });

  it('close up when one goes, and new ones come last, in their own order', () => {
    expect(steadyOrder(['new', 'c', 'a', 'newer'], keyOf, ['a', 'b', 'c'])).toEqual(['a', 'c', 'new', 'newer']);
  });
});
