import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '#cli/errors.ts';
import {
  createStyle,
  renderQrText,
  formatCountdown,
  formatDuration,
  formatRtt,
  formatTable,
  WHOLE,
  pad,
  parseDuration,
  printable,
  textWidth,
  truncate,
  wrap,
} from '#cli/output/index.ts';

const HEADS = [
  { title: 'NAME', least: 8 },
  { title: 'PATH', least: 7 },
  { title: 'RTT', align: 'right', least: 6 },
] as const;

describe('tables', () => {
  it('are as wide as their widest cells, without spaces at the end', () => {
    expect(
      formatTable(
        HEADS,
        [
          ['office', 'relay', '47 ms'],
          ['a-machine-with-a-name', 'offline', '-'],
        ],
        0,
      ),
    ).toEqual([
      'NAME                   PATH       RTT',
      'office                 relay    47 ms',
      'a-machine-with-a-name  offline      -',
    ]);
  });

  it('cut the widest column first when the terminal is narrow', () => {
    expect(formatTable(HEADS, [['a-machine-with-a-name', 'offline', '120 ms']], 30)).toEqual([
      'NAME           PATH        RTT',
      'a-machine-wi…  offline  120 ms',
    ]);
  });

  it('become blocks where a column that is never cut would be, and cut no block', () => {
    const heads = [
      { title: 'NAME', least: 4 },
      { title: 'TO', least: WHOLE },
      { title: 'IN', isExtra: true },
    ];
    const row = ['office-machine', 'localhost:8123', '10 MiB'];
    expect(formatTable(heads, [row], 31)).toEqual(['NAME     TO              IN', 'office…  localhost:8123  10 MiB']);
    expect(formatTable(heads, [row], 20)).toEqual(['NAME  TO', 'off…  localhost:8123']);
    expect(formatTable(heads, [row], 15)).toEqual([
      '',
      'NAME    office-machine\n  TO    localhost:8123\n  IN    10 MiB',
    ]);
  });

  it('never exceed the terminal unless every column is at its least', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'ü', '機', '-'), maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 }),
        fc.integer({ min: 25, max: 120 }),
        (rows, width) => {
          for (const line of formatTable(HEADS, rows, width)) expect(textWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('leave out extra columns, the last first, before any column gets narrower than its least', () => {
    const heads = [
      { title: 'NAME', least: 8 },
      { title: 'IN', isExtra: true },
      { title: 'OUT', isExtra: true },
    ];
    const row = ['office-machine', '10 MiB', '20 MiB'];
    expect(formatTable(heads, [row], 20)).toEqual(['NAME      IN    OUT', 'office-…  10 …  20 …']);
    expect(formatTable(heads, [row], 19)).toEqual(['NAME         IN', 'office-mac…  10 MiB']);
    expect(formatTable(heads, [row], 9)).toEqual(['NAME', 'office-m…']);
  });

  it('have a block for each row in a terminal that is too narrow for a table, with nothing cut', () => {
    const rows = [
      ['office-machine', 'offline, last seen yesterday', '120 ms'],
      ['lab', '', '-'],
    ];
    expect(formatTable(HEADS, rows, 22)).toEqual([
      '',
      ['NAME    office-machine', '  PATH  offline, last', '        seen yesterday', '  RTT   120 ms'].join('\n'),
      'NAME    lab',
    ]);
    const narrow = formatTable(HEADS, rows, 3).flatMap((line) => line.split('\n'));
    expect(narrow).toContain('  RTT   120 ms');
  });
});

describe('widths', () => {
  it('count wide characters as two and marks as none', () => {
    expect([textWidth('office'), textWidth('机器'), textWidth('e\u0301'), textWidth('\u{1f600}')]).toEqual([
      6, 4, 1, 2,
    ]);
  });

  it('cut before a wide character that does not fit whole', () => {
    expect(truncate('机器abc', 4)).toBe('机…');
    expect(truncate('abc', 3)).toBe('abc');
    expect(truncate('abcd', 3)).toBe('ab…');
    expect(truncate('abcd', 0)).toBe('');
    expect(pad('机', 4)).toBe('机  ');
  });
});

describe('lines for a narrow terminal', () => {
  it('break between words, keep their indentation, and leave a command in one piece', () => {
    expect(wrap('  Ask for it there: `clawreach rights laptop --allow terminal`, then try.', 30)).toEqual([
      '  Ask for it there:',
      '  `clawreach rights laptop --allow terminal`,',
      '  then try.',
    ]);
  });

  it('do not count colours', () => {
    const text = `\u001b[31mclawreach:\u001b[39m gone`;
    expect(wrap(text, 15)).toEqual([text]);
  });

  it('fit, and lose nothing but the spaces they were broken at', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'ü', '機'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), fc.integer({ min: 18, max: 60 }), (words, width) => {
        const lines = wrap(`  ${words.join(' ')}`, width);
        expect(lines.map((line) => line.trim()).join(' ')).toBe(words.join(' '));
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
      }),
      { numRuns: 2000 },
    );
  });

  it('stay as they are in a pipe', () => {
    const long = 'word '.repeat(100);
    expect(wrap(long, 0)).toEqual([long]);
  });
});

describe('text of other sides', () => {
  it('shows whatever could move the cursor, set a title or change the direction as codes [S-NAME-5]', () => {
    expect(printable('of\u001b]0;pwned\u0007fice\u202e\r\n\u009b31m\u200b')).toBe(
      'of⟨U+001B⟩]0;pwned⟨U+0007⟩fice⟨U+202E⟩⟨U+000D⟩⟨U+000A⟩⟨U+009B⟩31m⟨U+200B⟩',
    );
  });

  it('keeps letters of every script', () => {
    expect(printable('büro 机器 мой')).toBe('büro 机器 мой');
  });
});

describe('durations', () => {
  it.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['1d12h5m1s', 129_901_000],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '2', 'h', '2 h', '-2h', '0h', '2x', '30m1h', '1h1h', '2h!', '1.5h', '400d', '99999999s', '2H'])(
    'refuses %j',
    (text) => {
      expect(() => parseDuration(text)).toThrow(UsageError);
    },
  );

  it('are shown in the unit a person would say', () => {
    expect([-5, 4200, 61_000, 3_700_000, 47 * 3_600_000, 50 * 3_600_000].map(formatDuration)).toEqual([
      '0 s',
      '4 s',
      '1 min',
      '1 h',
      '47 h',
      '2 d',
    ]);
    expect([600_000, 598_100, 61_000, 0, -1].map(formatCountdown)).toEqual(['10:00', '9:59', '1:01', '0:00', '0:00']);
    expect([0.44, 9.96, 47.2, 1203.6, null].map(formatRtt)).toEqual(['0.4 ms', '10.0 ms', '47 ms', '1204 ms', '-']);
  });
});

describe('colours', () => {
  it('appear on a terminal', () => {
    expect(createStyle(true, {}).bold('x')).toBe('\u001b[1mx\u001b[22m');
  });

  it.each([
    ['a pipe', false, {}],
    ['NO_COLOR', true, { NO_COLOR: '1' }],
    ['a dumb terminal', true, { TERM: 'dumb' }],
  ] as const)('stay away with %s', (_name, terminal, variables) => {
    expect(createStyle(terminal, variables).red('x')).toBe('x');
  });
});

describe('QR codes', () => {
  it('are square in half blocks with a quiet zone, and the same drawing in both forms', () => {
    const lines = renderQrText('clawreach://pair?v=1', false);
    const width = lines[0]?.length ?? 0;
    expect(lines.length).toBe(Math.ceil(width / 2));
    expect(lines.every((line) => line.length === width)).toBe(true);
    expect(lines[0]).toBe('█'.repeat(width));
    const inverse: Readonly<Record<string, string>> = { '█': ' ', ' ': '█', '▀': '▄', '▄': '▀' };
    const coloured = renderQrText('clawreach://pair?v=1', true).map((line) =>
      line.replace('\u001b[38;5;16;48;5;231m', '').replace('\u001b[0m', ''),
    );
    expect(coloured.slice(0, -1).map((line) => [...line].map((block) => inverse[block]).join(''))).toEqual(
      lines.slice(0, -1),
    );
  });
});
