import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkValues, fillParams, fillTemplate, fieldsIn, templateFields } from '#shared/openclaw/prompts/index.ts';

describe('the places of a workflow', () => {
  it('are filled with any text, once, and with nothing else', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, two) => {
        expect(fillTemplate('a {{one}} b {{two}} {{one}}', { one, two })).toBe(`a ${one} b ${two} ${one}`);
      }),
    );
  });

  it.each(['{{two}}', '$&', '$1', '{{one}}', '"}', '\\u007b{two}}'])('a value is never a place itself: %s', (value) => {
    expect(fillTemplate('<{{one}}|{{two}}>', { one: value, two: 'x' })).toBe(`<${value}|x>`);
    expect(fillParams({ text: '{{one}}', list: ['{{two}}', 7] }, { one: value, two: 'x' })).toEqual({
      text: value,
      list: ['x', 7],
    });
  });

  it('are known by name: none is missing, none too many, none is an object [S-PROMPT-2]', () => {
    expect(templateFields('{{a}} {{b}} {{a}} {{ c }} {d}')).toEqual(['a', 'b']);
    expect(fieldsIn({ x: ['{{a}}', { y: '{{b}}' }], '{{no}}': 1 })).toEqual(['a', 'b']);
    expect(() => checkValues(['a'], { a: '1', b: '2' })).toThrow('no place "b"');
    expect(() => fillTemplate('{{a}}', {})).toThrow('"a" is missing');
    expect(() => fillTemplate('{{toString}}', {})).toThrow('"toString" is missing');
    expect(() => fillTemplate('{{a}}', { a: { toString: 'x' } })).toThrow('"a" is no text');
    expect(() => fillTemplate('{{a}}{{a}}', { a: 'x'.repeat(150_000) })).toThrow('longer');
    expect(fillTemplate('{{n}} {{b}}', { n: 3, b: false })).toBe('3 false');
  });
});
