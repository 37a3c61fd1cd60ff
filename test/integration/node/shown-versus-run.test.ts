import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NodeLimits } from '#agent/openclaw/node/index.ts';
import type { RunRequest } from '#agent/openclaw/operator/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { createNode } from '#test/support/node.ts';

/*
 * Generated runs, with a program that reports what it was given: it is compared with what the question showed, read by a real shell. And of every run that
 * was allowed for good: another one that differs in anything is asked about.
 */

const LONG = { timeout: 300_000 };
const RUNS = 50;
/** Reads the kernel's own record: nothing of a shell stands in between. */
const PROBE = `#!/bin/sh
pwd -P | tr -d '\\n'; printf '\\0\\0'
tr '\\0' '\\001' < /proc/$$/cmdline; printf '\\0\\0'
tr '\\0' '\\001' < /proc/$$/environ
`;
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C.UTF-8' };

const strange = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  {
    weight: 2,
    arbitrary: fc.string({
      unit: fc.constantFrom(
        "'",
        '"',
        '\\',
        '$',
        '`',
        '\n',
        '\r',
        '\t',
        ' ',
        '\u00a0',
        '\u202e',
        '\u200b',
        '\u001b',
        '!',
        '*',
        '{',
        'é',
        '😀',
        '\u0301',
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '-fjob.awk',
      '--file=a',
      'a',
      './a',
      '-',
      '--',
      '.',
      '..',
      '/',
      '',
      '$(id)',
      '`id`',
      '~',
      'sub',
      '@a',
      'x=a',
      '-xa',
    ),
  },
);
const word = strange.filter((text) => text.isWellFormed() && !text.includes('\0') && !text.includes('\u0001'));
const name = fc.constantFrom(
  'LANG',
  'LC_ALL',
  'LANGUAGE',
  'TZ',
  'TERM',
  'COLUMNS',
  'COLORTERM',
  'CI',
  'BUILD',
  'lang',
  'PATH',
  'Path',
  'LD_PRELOAD',
  'BASH_ENV',
  'ENV',
  'IFS',
  'PS4',
  'PYTHONPATH',
  'NODE_OPTIONS',
  'HTTPS_PROXY',
  'GIT_DIR',
  '_A1',
);
const value = fc.oneof(
  word,
  fc.constantFrom(
    'C',
    'C.UTF-8',
    'de_DE.UTF-8',
    'de:en',
    'UTC',
    'Europe/Berlin',
    ':/etc/passwd',
    '/etc/passwd',
    '../x',
    'xterm-256color',
    '80',
    '%n%n',
  ),
);
const params = fc.record({
  words: fc.array(word, { maxLength: 5 }),
  folder: fc.constantFrom('one', 'two', 'one/sub', "it's a $HOME"),
  env: fc.dictionary(name, value, { maxKeys: 4 }),
  rawCommand: fc.option(word, { nil: undefined }),
});
type Generated = typeof params extends fc.Arbitrary<infer One> ? One : never;

type Reported = Readonly<{ directory: string; argv: readonly string[]; environment: readonly string[] }>;

function reported(stdout: string): Reported {
  const [directory = '', argv = '', environment = ''] = stdout.split('\0\0');
  const list = (text: string): readonly string[] => text.split('\u0001').slice(0, -1);
  return { directory, argv: list(argv), environment: list(environment) };
}

/** The words that a shell takes a line for. */
function readByShell(lines: readonly string[]): readonly string[] {
  const text = execFileSync('bash', ['--norc', '-c', `printf '%s\\001' ${lines.join(' ')}`], { env: ENVIRONMENT });
  return text.toString('utf8').split('\u0001').slice(0, -1);
}

function setUp() {
  const base = temporaryDirectory();
  for (const folder of ['one', 'two', 'one/sub', "it's a $HOME"]) {
    mkdirSync(join(base, folder), { recursive: true });
    writeFileSync(join(base, folder, 'a'), folder);
  }
  const probe = join(base, 'probe');
  writeFileSync(probe, PROBE);
  chmodSync(probe, 0o755);
  const node = createNode({ answer: 'approve', environment: ENVIRONMENT, limits: { ...NO_LIMITS } });
  const asked = ({ words, folder, env, rawCommand }: Generated, program = probe) => ({
    command: [program, ...words],
    cwd: join(base, folder),
    env,
    ...(rawCommand === undefined ? {} : { rawCommand }),
  });
  return { base, probe, node, asked };
}

const NO_LIMITS: Partial<NodeLimits> = {
  questions: { burst: 100_000, perMinute: 100_000 },
  inspections: { burst: 100_000, perMinute: 100_000 },
};

describe.skipIf(process.platform !== 'linux')('generated runs', () => {
  test('are run as they were shown: words, folder and variables [S-NODE-2]', LONG, async () => {
    const { probe, node, asked } = setUp();
    await fc.assert(
      fc.asyncProperty(params, async (one) => {
        const before = node.inbox.asked.length;
        const result = await node.channel.invoke('system.run', asked(one));
        expect(node.inbox.asked).toHaveLength(before + 1);
        const question = node.inbox.asked.at(-1);
        if (question === undefined) return;
        const ran = reported(String(result.payload['stdout']));
        expect(ran.directory).toBe(question.directory);
        expect(ran.argv.slice(1)).toEqual([probe, ...one.words]);
        expect(readByShell([question.command ?? ''])).toEqual([probe, ...one.words]);
        expect(question.argv).toEqual([probe, ...one.words]);
        const shown = readByShell(question.environment).filter((entry) => entry !== '');
        expect(ran.environment.filter((entry) => !entry.startsWith('CLAWREACH_RUN=')).toSorted()).toEqual(
          over(ENVIRONMENT, shown),
        );
        // Nothing that cannot be seen, whatever it is in.
        const shownText = [question.command, ...question.environment, question.text].join(' ');
        expect(['\u200b', '\u202e', '\u00a0', '\u001b'].filter((sign) => shownText.includes(sign))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test('that were allowed for good let nothing run that differs in anything [S-NODE-6]', LONG, async () => {
    const { base, probe, node, asked } = setUp();
    const other = join(base, 'other');
    writeFileSync(other, PROBE.replace('pwd', 'true; pwd'));
    chmodSync(other, 0o755);
    await fc.assert(
      fc.asyncProperty(params, params, fc.nat(6), async (one, two, which) => {
        node.service.setPolicy({ default: 'ask', rules: [], folders: [] });
        node.inbox.answer = 'approve-always';
        const first = asked(one);
        const allowed = await node.channel.invoke('system.run', first);
        const question = node.inbox.asked.at(-1);
        expect(allowed.ok).toBe(true);
        const isOffered = question?.decisions.includes('approve-always') === true;
        expect(node.service.policy.rules).toHaveLength(isOffered ? 1 : 0);
        node.inbox.answer = 'reject';
        const again = await asks(node, first);
        expect(again.isAsked).toBe(!isOffered);
        const variants = [
          asked({ ...one, words: two.words }),
          asked({ ...one, words: [...one.words, ''] }),
          asked({ ...one, words: one.words.slice(1) }),
          asked({ ...one, folder: two.folder }),
          asked({ ...one, env: two.env }),
          asked(one, other),
          asked(two),
        ];
        const changed = variants[which] ?? first;
        const { isAsked, ran, shown } = await asks(node, changed);
        if (isAsked) return expectWhole(shown);
        // It ran: so it is the same in all that counts. Variables that only say how things look may differ.
        expect(isOffered).toBe(true);
        const before = reported(String(allowed.payload['stdout']));
        expect(ran?.directory).toBe(before.directory);
        expect(ran?.argv).toEqual(before.argv);
        for (const entry of ran === undefined ? [] : set(ran))
          expect(entry).toMatch(/^(?:LANG|LANGUAGE|LC_ALL|TZ|TERM|COLUMNS|COLORTERM)=[A-Za-z0-9_.@:+/-]*$/);
      }),
      { numRuns: RUNS },
    );
    // The contents of files that words name are part of it.
    node.service.setPolicy({ default: 'ask', rules: [], folders: [] });
    for (const word of ['a', './a', '-fa', '--file=a', '@a', 'of=a']) {
      writeFileSync(join(base, 'one', 'a'), 'before');
      const params = { command: [probe, word], cwd: join(base, 'one') };
      node.inbox.answer = 'approve-always';
      await node.channel.invoke('system.run', params);
      node.inbox.answer = 'reject';
      expect((await asks(node, params)).isAsked).toBe(false);
      writeFileSync(join(base, 'one', 'a'), 'after');
      expect([word, (await asks(node, params)).isAsked]).toEqual([word, true]);
    }
  });
});

describe.skipIf(process.platform !== 'linux')('generated words and first lines', () => {
  const separator = fc.constantFrom('=', ':', ',', ';', '@', '+', ' ', '\t');
  const piece = fc.constantFrom('', 'x', 'lib', '--file', '-f', 'a', '..', 'ro', 'ü');
  const file = fc.constantFrom(
    'part.sh',
    'a=b.sh',
    'x,y.sh',
    'c d.sh',
    './e.sh',
    '-f.sh',
    'ü.sh',
    'g*.sh',
    "h'.sh",
    'i#.sh',
    '~j.sh',
  );
  const around = fc.array(fc.tuple(piece, separator), { maxLength: 3 });

  test('that name a file, wherever in a word, ask again when it is another [S-NODE-4]', LONG, async () => {
    const { base, probe, node } = setUp();
    await fc.assert(
      fc.asyncProperty(around, file, around, fc.boolean(), async (before, name, after, isFirstLine) => {
        node.service.setPolicy({ default: 'ask', rules: [], folders: [] });
        const folder = join(base, 'one');
        const word = [
          ...before.map(([text, sign]) => text + sign),
          name,
          ...after.map(([text, sign]) => sign + text),
        ].join('');
        writeFileSync(join(folder, name), 'before');
        const tool = join(base, 'tool');
        // A first line takes one word only.
        const isOneWord = isFirstLine && !/[ \t]/.test(word);
        writeFileSync(tool, `#!${isOneWord ? `${probe} ${word}` : '/bin/sh'}\n`);
        chmodSync(tool, 0o755);
        const params = { command: [tool, ...(isOneWord ? [] : [word])], cwd: folder };
        node.inbox.answer = 'approve-always';
        await node.channel.invoke('system.run', params);
        const isOffered = node.inbox.asked.at(-1)?.decisions.includes('approve-always') === true;
        writeFileSync(join(folder, name), 'after');
        node.inbox.answer = 'reject';
        const asked = node.inbox.asked.length;
        const result = await node.channel.invoke('system.run', params);
        expect([word, result.ok, node.inbox.asked.length - asked]).toEqual([word, false, 1]);
        // What can be read exactly is covered, so that the person isn't asked without need.
        const isPlain = /^[\w.=,/]+$/.test(word) && !word.includes('..');
        expect([word, isOffered || !isPlain]).toEqual([word, true]);
      }),
      { numRuns: RUNS },
    );
  });
});

/** The person's own variables, and others in the place of some of them. */
function over(own: Readonly<Record<string, string>>, entries: readonly string[]): readonly string[] {
  const all = new Map(
    [...Object.entries(own).map(([key, text]) => `${key}=${text}`), ...entries].map((entry) => [
      entry.slice(0, entry.indexOf('=')),
      entry,
    ]),
  );
  return [...all.values()].toSorted();
}

/** What was set besides the person's own variables. */
function set({ environment }: Reported): readonly string[] {
  const own = new Set(Object.entries(ENVIRONMENT).map(([key, text]) => `${key}=${text}`));
  return environment.filter((entry) => !own.has(entry) && !entry.startsWith('CLAWREACH_RUN=')).toSorted();
}

async function asks(
  node: ReturnType<typeof createNode>,
  params: object,
): Promise<Readonly<{ isAsked: boolean; ran: Reported | undefined; shown: RunRequest | undefined }>> {
  const before = node.inbox.asked.length;
  const result = await node.channel.invoke('system.run', params);
  const isAsked = node.inbox.asked.length > before;
  expect(result.ok).toBe(!isAsked);
  return {
    isAsked,
    ran: isAsked ? undefined : reported(String(result.payload['stdout'])),
    shown: isAsked ? node.inbox.asked.at(-1) : undefined,
  };
}

function expectWhole(shown: RunRequest | undefined): void {
  expect(shown?.decisions).toContain('approve');
  expect(shown?.decisions.includes('approve-always')).toBe(shown?.onceReason === undefined);
}
