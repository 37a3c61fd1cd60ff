import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readersOn } from '#agent/openclaw/node/safe-programs.ts';
import { temporaryDirectory } from '#test/support/directories.ts';

/*
 * Each program that is known to read and print only is run with each option that its help names, among files that many programs load when they are found. The
 * system's own record says which files it has opened and what it has started.
 */

const isTraced = process.platform === 'linux' && spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;
/** One run; some wait for ever, ms. */
const LONGEST = 1000;
/** Files that programs load from a home folder or from the one they run in. */
const BAIT = [
  '.profile',
  '.bashrc',
  '.bash_profile',
  '.inputrc',
  '.netrc',
  '.dircolors',
  '.toprc',
  '.pythonrc',
  '.config/procps/toprc',
  '.config/terminal-colors.d/enable',
  '.config/terminal-colors.d/scheme',
  '.terminfo/x/xterm',
  '.ssh/config',
  '.gitconfig',
  '.wgetrc',
  '.locale',
  'lib/libc.so.6',
  'libc.so.6',
  'libselinux.so.1',
  'libsystemd.so.0',
  'locale/C.UTF-8/LC_MESSAGES/coreutils.mo',
  'gconv-modules',
  'nsswitch.conf',
  'passwd',
  'group',
  'utmp',
  'wtmp',
  'magic',
  'ls',
  'sh',
];
/** Options of `grep` by which the folder itself is what is named. */
const RECURSIVE = /^(?:-[rR]|--(?:dereference-)?recursive)$/;
/** Others than the person who runs this: some of the options set the clock or the name of the machine. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

const { exact, any } = readersOn('linux');
const installed = [...exact, ...any].filter(
  (name, index, all) => all.indexOf(name) === index && placeOf(name) !== undefined,
);

function placeOf(name: string): string | undefined {
  return ['/usr/bin', '/bin', '/usr/sbin', '/sbin']
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        // Native ones only: nothing else counts as known.
        return readFileSync(realpathSync(path)).subarray(0, 4).toString('latin1') === '\u007fELF';
      } catch {
        return false;
      }
    });
}

/** Runs with each option that a program's help names, with a value where they take one, and with files. */
function runsOf(path: string): readonly (readonly string[])[] {
  const { stdout, stderr } = spawnSync(path, ['--help'], { encoding: 'utf8', timeout: LONGEST, cwd: '/' });
  const found = new Set(
    [...`${stdout}\n${stderr}`.matchAll(/(?<![\w-])--?[A-Za-z0-9][\w-]*(?:\[?=[<\w]+)?/g)].map(([option]) => option),
  );
  const runs = [...found].flatMap((option) => {
    const [name = ''] = option.split(/\[?=/);
    if (!name.startsWith('--')) return [[name], [name, 'named'], [name, 'named', 'named']];
    return option.includes('=')
      ? [[`${name}=named`], [`${name}=named`, 'named'], [`${name}=2`, 'named']]
      : [[name], [name, 'named']];
  });
  return [[], ['named'], ['named', 'named'], ...runs].filter((words) => !RECURSIVE.test(words[0] ?? ''));
}

type Trace = Readonly<{ opened: readonly string[]; written: readonly string[]; started: readonly string[] }>;

async function trace(
  path: string,
  words: readonly string[],
  folder: string,
  home: string,
  record: string,
): Promise<Trace> {
  const calls = 'trace=execve,execveat,open,openat,openat2,creat,unlink,unlinkat,rename,renameat,renameat2';
  const child = spawn('strace', ['-f', '-qq', '-y', '-s', '4096', '-e', calls, '-o', record, path, ...words], {
    cwd: folder,
    env: { HOME: home, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', TERM: 'xterm', XDG_CONFIG_HOME: join(home, '.config') },
    stdio: 'ignore',
    detached: true,
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('exit', () => resolve());
    child.once('error', reject);
  });
  const timer = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, LONGEST);
  await ended;
  clearTimeout(timer);
  const lines = readFileSync(record, 'utf8')
    .split('\n')
    .map((line) => line.replace(/^\d+ +/, ''));
  rmSync(record, { force: true });
  const named = (line: string): string => {
    const [, text = ''] = /"((?:[^"\\]|\\.)*)"/.exec(line) ?? [];
    // What was opened, with links and folders resolved, where it was.
    const [, opened] = / = \d+<([^>]*)>$/.exec(line) ?? [];
    return opened ?? (text.startsWith('/') ? text : join(folder, text));
  };
  const isIn = (file: string): boolean => file.startsWith(`${folder}/`) || file.startsWith(`${home}/`);
  const opens = lines.filter(
    (line) =>
      /^(?:open|openat|openat2|creat)\(/.test(line) && !line.includes(' = -1 ') && !line.includes('O_DIRECTORY'),
  );
  return {
    opened: opens.map(named).filter(isIn),
    written: lines
      .filter(
        (line) =>
          /^(?:creat|unlink|unlinkat|rename|renameat|renameat2)\(/.test(line) ||
          (line.startsWith('open') && /O_WRONLY|O_RDWR|O_CREAT/.test(line)),
      )
      .map(named)
      .filter(isIn),
    started: lines.filter((line) => /^execve(?:at)?\(/.test(line)).map(named),
  };
}

describe.skipIf(!isTraced)('a program that is known to read and print only', () => {
  test(
    'is really looked at: the record shows what a program opens, writes and starts [S-NODE-5]',
    { timeout: 60_000 },
    async () => {
      const { folder, home, record } = setUp();
      const shell = placeOf('dash') ?? placeOf('bash') ?? '';
      const ran = await trace(shell, ['-c', '. ./passwd; cat utmp > made; /bin/true'], folder, home, record);
      expect(ran.opened).toEqual(
        expect.arrayContaining([join(folder, 'passwd'), join(folder, 'utmp'), join(folder, 'made')]),
      );
      expect(ran.written).toEqual([join(folder, 'made')]);
      expect(ran.started.length).toBeGreaterThan(1);
    },
  );

  test.each(installed)(
    '%s opens nothing but what a word names, writes nothing, and starts nothing [S-NODE-5]',
    { timeout: 300_000 },
    async (name) => {
      const { folder, home, record } = setUp();
      const path = placeOf(name) ?? '';
      const runs = runsOf(path);
      let next = 0;
      const wrong: string[] = [];
      const worker = async (number: number): Promise<void> => {
        for (let words = runs[next]; words !== undefined; words = runs[next]) {
          next += 1;
          const ran = await trace(path, words, folder, home, `${record}-${number}`);
          const mayOpen = any.has(name) ? [] : [join(folder, 'named')];
          const opened = ran.opened.filter((file) => !mayOpen.includes(file));
          const [, ...started] = ran.started;
          if (opened.length + ran.written.length + started.length > 0)
            wrong.push(JSON.stringify({ words, opened, written: ran.written, started }));
        }
      };
      await Promise.all([1, 2, 3].map(worker));
      expect(wrong).toEqual([]);
    },
  );
});

function setUp(): Readonly<{ folder: string; home: string; record: string }> {
  const base = realpathSync(temporaryDirectory());
  const [folder, home, records] = [join(base, 'work'), join(base, 'home'), join(base, 'records')];
  for (const place of [folder, home]) {
    for (const bait of BAIT) {
      mkdirSync(join(place, bait, '..'), { recursive: true });
      writeFileSync(join(place, bait), 'bait\n');
    }
  }
  writeFileSync(join(folder, 'named'), '1\n');
  mkdirSync(records);
  chmodSync(base, 0o755);
  for (const place of [folder, home, records]) if (isRoot) chownSync(place, NOBODY, NOBODY);
  return { folder, home, record: join(records, 'record') };
}
