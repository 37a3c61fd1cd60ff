import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cleanProgram,
  decodeListing,
  encodeListing,
  MAX_LISTING_BYTES,
  MAX_PROGRAM_CHARACTERS,
  parseExecParams,
  parseOpenedReply,
  parseTerminalParams,
  TerminalError,
} from '#shared/terminal/index.ts';
import { CASES_PER_BOUNDARY } from '#test/support/fuzz.ts';

const NAME = '0123456789abcdef'.repeat(2);
const VALID: readonly Readonly<Record<string, unknown>>[] = [
  { action: 'open', cols: 80, rows: 24, term: 'xterm-256color' },
  { action: 'open', cols: 1, rows: 1000, term: 'x', command: ['ls', '-l', ''] },
  { action: 'attach', terminal: NAME, cols: 80, rows: 24 },
  { action: 'attach', terminal: NAME, cols: 80, rows: 24, takeOver: true },
  { action: 'list' },
  { action: 'list', programs: true, watched: true },
  { action: 'list', programs: true, ask: false },
];

describe('params of a terminal', () => {
  it.each(VALID)('are taken as they are: %o', (params) => {
    expect(parseTerminalParams(params)).toEqual(params);
  });

  it.each([
    ['another action', { action: 'kill' }],
    ['a key too many', { action: 'list', all: true }],
    ['a word for yes', { action: 'list', programs: 'yes' }],
    ['no columns', { action: 'open', cols: 0, rows: 24, term: 'x' }],
    ['half a row', { action: 'open', cols: 80, rows: 1.5, term: 'x' }],
    ['1001 columns', { action: 'open', cols: 1001, rows: 24, term: 'x' }],
    ['a TERM with a slash', { action: 'open', cols: 80, rows: 24, term: '../x' }],
    ['a TERM with a newline', { action: 'open', cols: 80, rows: 24, term: 'x\n' }],
    ['an empty command', { action: 'open', cols: 80, rows: 24, term: 'x', command: [] }],
    ['a program without a name', { action: 'open', cols: 80, rows: 24, term: 'x', command: [''] }],
    ['a NUL in an argument', { action: 'open', cols: 80, rows: 24, term: 'x', command: ['a', 'b\0c'] }],
    ['half a character', { action: 'open', cols: 80, rows: 24, term: 'x', command: ['touch', 's\ud800x'] }],
    ['half a character in a folder', { action: 'open', cols: 80, rows: 24, term: 'x', directory: '/s\udc00x' }],
    ['a name that is none', { action: 'attach', terminal: '../../etc', cols: 80, rows: 24 }],
    ['nothing', null],
  ])('are refused with %s', (_what, params) => {
    expect(() => parseTerminalParams(params)).toThrow(expect.objectContaining({ code: 'terminal.params' }));
  });

  it('of a command without a terminal are refused with half a character', () => {
    for (const start of [{ command: ['touch', 's\ud800x'] }, { directory: '/s\udc00x' }]) {
      expect(() => parseExecParams({ action: 'start', ...start })).toThrow(
        expect.objectContaining({ code: 'terminal.params' }),
      );
    }
    expect(parseExecParams({ action: 'start', command: ['touch', 's\u{1f600}x'] })).toMatchObject({ action: 'start' });
  });

  it('do not appear in the error', () => {
    expect(() =>
      parseTerminalParams({ action: 'open', cols: 80, rows: 24, term: 'x', command: ['mysql', '-psecret\0'] }),
    ).toThrow(expect.not.objectContaining({ message: expect.stringContaining('secret') as unknown }));
  });

  it('survive anything from a stranger', () => {
    const keys = ['action', 'cols', 'rows', 'term', 'command', 'terminal', '__proto__', 'x'];
    const values: readonly unknown[] = [
      'open',
      'attach',
      'list',
      NAME,
      '',
      'xterm',
      0,
      1,
      24,
      80,
      -1,
      1.5,
      1e9,
      null,
      true,
      [],
      ['ls'],
      [1],
      {},
      'a\0',
      ['', 'a'],
    ];
    let cases = 0;
    let mutated = 0;
    let passedFirstCheck = 0;
    let accepted = 0;
    const edits = fc.array(fc.tuple(fc.nat(keys.length - 1), fc.nat(values.length)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.boolean(), fc.nat(VALID.length - 1), edits, (mutate, which, list) => {
        cases += 1;
        if (mutate) mutated += 1;
        const entries = new Map<string, unknown>(mutate ? Object.entries(VALID[which] ?? {}) : []);
        for (const [key, value] of list) {
          if (value === values.length) entries.delete(keys[key] ?? '');
          else entries.set(keys[key] ?? '', values[value]);
        }
        try {
          const params = parseTerminalParams(Object.fromEntries(entries));
          accepted += 1;
          passedFirstCheck += 1;
          if ('cols' in params && params.cols * params.rows > 1_000_000) throw new Error('too large a terminal');
        } catch (error) {
          if (!(error instanceof TerminalError) || error.code !== 'terminal.params') throw error;
          if (!error.message.startsWith('action')) passedFirstCheck += 1;
        }
      }),
      { numRuns: CASES_PER_BOUNDARY },
    );
    console.info(
      `terminal params: ${cases} cases, ${mutated} mutated, ${passedFirstCheck} with a known action, ${accepted} accepted`,
    );
    expect(passedFirstCheck).toBeGreaterThan(cases / 4);
    expect(accepted).toBeLessThan(cases / 2);
  });
});

describe('answers of a target', () => {
  it('a list that would not fit into one message is cut behind the last that does', () => {
    const entry = {
      terminal: NAME,
      title: '漢'.repeat(256),
      startedAt: 1,
      attached: true,
      cols: 80,
      rows: 24,
      openedBy: 'ü'.repeat(64),
      heldBy: null,
      program: '漢'.repeat(MAX_PROGRAM_CHARACTERS),
    };
    const all = Array.from({ length: 256 }, (_, at) => ({ ...entry, startedAt: at }));
    const encoded = encodeListing(all);
    expect(encoded.length).toBeLessThanOrEqual(MAX_LISTING_BYTES);
    expect(encoded.length).toBeGreaterThan(MAX_LISTING_BYTES - 2000);
    const listed = decodeListing(encoded);
    expect(listed).toEqual(all.slice(0, listed.length));
    // A peer's own, however long their titles are.
    expect(listed.length).toBeGreaterThanOrEqual(32);
    expect(decodeListing(encodeListing([]))).toEqual([]);
  });

  it('are a name, or a list', () => {
    expect(parseOpenedReply({ terminal: NAME })).toEqual({ terminal: NAME });
    expect(() => parseOpenedReply({ terminal: 'x' })).toThrow(expect.objectContaining({ code: 'terminal.protocol' }));
    const listing = [
      {
        terminal: NAME,
        title: 'vim',
        startedAt: 1,
        attached: true,
        cols: 80,
        rows: 24,
        openedBy: 'laptop',
        heldBy: null,
        program: 'vim',
      },
    ];
    expect(decodeListing(encodeListing(listing))).toEqual(listing);
    for (const text of ['', '{}', '[1]', '[{"terminal":"x"}]'])
      expect(() => decodeListing(new TextEncoder().encode(text))).toThrow(
        expect.objectContaining({ code: 'terminal.protocol' }),
      );
  });

  it.each([
    ['65 characters', 'x'.repeat(MAX_PROGRAM_CHARACTERS + 1)],
    ['a megabyte', 'x'.repeat(1_000_000)],
    ['no name', ''],
    ['nothing but blanks', ' \t'],
    ['an escape sequence', '\u001b]0;vim\u0007'],
    ['a line feed', 'vim\nrm'],
    ['another direction', '\u202emiv'],
    ['what cannot be seen', 'vi\u200bm'],
    ['half a character', 'vim\ud83d'],
    ['null', null],
    ['a number', 7],
    ['a list', ['vim']],
  ])('a program with %s is not taken from a target [S-TERM-14]', (_what, program) => {
    const entry = { terminal: NAME, title: '', startedAt: 1, attached: true, cols: 80, rows: 24 };
    const listing = [{ ...entry, openedBy: null, heldBy: null, program }];
    expect(() => decodeListing(new TextEncoder().encode(JSON.stringify(listing)))).toThrow(
      expect.objectContaining({ code: 'terminal.protocol' }),
    );
  });

  it('a program of any name is told so that it is taken', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
        const program = cleanProgram(name);
        const entry = { terminal: NAME, title: '', startedAt: 1, attached: true, cols: 80, rows: 24 };
        const listing = [{ ...entry, openedBy: null, heldBy: null, ...(program !== '' && { program }) }];
        expect(decodeListing(encodeListing(listing))).toEqual(listing);
      }),
    );
    expect(cleanProgram(' \u001b[31mvim\u202e \n')).toBe('[31mvim');
  });
});
