import { execFile, spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '#test/support/directories.ts';
import { createNode } from '#test/support/node.ts';

/*
 * A person has answered "Always" to something harmless. Later a gateway has other files lie there, by whatever means, and asks for the same once more, or
 * for nearly the same. Each attack is carried out with the real program, and works: where everything is allowed, the marker appears.
 */

type Place = Readonly<{
  folder: string;
  /** The folder that the gateway fills with what it likes. */
  evil: string;
  /** Comes to be where the attack has worked. */
  marker: string;
  write(name: string, text: string): string;
  script(name: string, text: string): string;
  /** A script with a first line of its own. */
  startedBy(name: string, firstLine: string, text?: string): string;
}>;
type Run = Readonly<{ command: readonly string[]; cwd?: string; env?: Readonly<Record<string, string>> }>;
type Attack = Readonly<{
  name: string;
  /** Programs that have to be here for it. */
  needs?: readonly string[];
  environment?: (place: Place) => Readonly<Record<string, string>>;
  /** Harmless, and answered with "Always". */
  approved: (place: Place) => Run;
  /** What happens to files afterwards. */
  change: (place: Place) => void;
  /** Asked for then; left out: the same. */
  asked?: (place: Place) => Run;
  /** Added by hand, without a folder, in place of an answer. */
  byHand?: (place: Place) => Readonly<{ program: string; arguments: readonly string[] }>;
}>;

const touch = ({ marker }: Place): string => `touch ${marker}`;
const LOADER = ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1'].find((path) => existsSync(path)) ?? '';

const ATTACKS: readonly Attack[] = [
  {
    name: 'awk -fjob.awk in another folder, by a rule without one',
    needs: ['awk'],
    byHand: () => ({ program: 'awk', arguments: ['-fjob.awk'] }),
    approved: () => ({ command: ['awk', '-fjob.awk'] }),
    change: ({ evil, marker }) => writeFileSync(join(evil, 'job.awk'), `BEGIN { system("touch ${marker}") }\n`),
    asked: ({ evil }) => ({ command: ['awk', '-fjob.awk'], cwd: evil }),
  },
  {
    name: 'awk -fjob.awk with another file',
    needs: ['awk'],
    approved: (place) => (place.write('job.awk', 'BEGIN { }\n'), { command: ['awk', '-fjob.awk'] }),
    change: (place) => place.write('job.awk', `BEGIN { system("${touch(place)}") }\n`),
  },
  {
    name: 'the ninth file of a command',
    approved: (place) => {
      const names = Array.from({ length: 12 }, (_, index) => `./part-${index}.sh`);
      for (const name of names) place.write(name, 'true\n');
      place.write('all.sh', 'for part; do . "$part"; done\n');
      return { command: ['sh', './all.sh', ...names] };
    },
    change: (place) => place.write('part-10.sh', touch(place)),
  },
  {
    name: 'a file after more than are looked at',
    approved: (place) => {
      const names = Array.from({ length: 100 }, (_, index) => `./part-${index}.sh`);
      for (const name of names) place.write(name, 'true\n');
      place.write('all.sh', 'for part; do . "$part"; done\n');
      return { command: ['sh', './all.sh', ...names] };
    },
    change: (place) => place.write('part-99.sh', touch(place)),
  },
  {
    name: 'a file that comes to be where a word names none yet',
    approved: (place) => {
      place.write('all.sh', '[ ! -e "$1" ] || . "$1"\n');
      return { command: ['sh', './all.sh', join(place.folder, 'later.sh')] };
    },
    change: (place) => place.write('later.sh', touch(place)),
  },
  {
    name: 'bash --rcfile of a file that was not there',
    approved: ({ folder }) => ({ command: ['bash', '--rcfile', join(folder, 'rc'), '-i', '-c', 'true'] }),
    change: (place) => place.write('rc', touch(place)),
  },
  {
    name: 'the Makefile of a folder',
    needs: ['make'],
    approved: (place) => (place.write('Makefile', 'all:\n\t@true\n'), { command: ['make'] }),
    change: (place) => place.write('Makefile', `all:\n\t@${touch(place)}\n`),
  },
  {
    name: 'make -C with the Makefile of another folder',
    needs: ['make'],
    approved: (place) => (place.write('sub/Makefile', 'all:\n\t@true\n'), { command: ['make', '-C', 'sub'] }),
    change: (place) => place.write('sub/Makefile', `all:\n\t@${touch(place)}\n`),
  },
  {
    name: 'perl -M of a module in the folder',
    needs: ['perl'],
    approved: (place) => (place.write('Job.pm', '1;\n'), { command: ['perl', '-I.', '-MJob', '-e', '1'] }),
    change: (place) => place.write('Job.pm', `system("${touch(place)}"); 1;\n`),
  },
  {
    name: 'python -m of a module in the folder',
    needs: ['/usr/bin/python3'],
    approved: (place) => (place.write('job.py', '\n'), { command: ['/usr/bin/python3', '-m', 'job'] }),
    change: (place) => place.write('job.py', `import os; os.system("${touch(place)}")\n`),
  },
  {
    name: 'a module beside a Python script, in place of the one that Python has',
    needs: ['/usr/bin/python3'],
    approved: (place) => (place.write('job.py', 'import colorsys\n'), { command: ['/usr/bin/python3', 'job.py'] }),
    change: (place) => place.write('colorsys.py', `import os; os.system("${touch(place)}")\n`),
  },
  {
    name: 'an environment of Python by the name that it is called by',
    needs: ['/usr/bin/python3'],
    approved: (place) => (place.write('job.py', '\n'), { command: ['/usr/bin/python3', '-I', 'job.py'] }),
    change: (place) => {
      mkdirSync(join(place.evil, 'bin'), { recursive: true });
      symlinkSync('/usr/bin/python3', join(place.evil, 'bin', 'python3'));
      writePythonEnvironment(place.evil, touch(place));
    },
    asked: ({ evil }) => ({ command: [join(evil, 'bin', 'python3'), '-I', 'job.py'] }),
  },
  {
    name: 'node . of a folder',
    needs: ['node'],
    approved: (place) => (place.write('index.js', '\n'), { command: ['node', '.'] }),
    change: (place) => place.write('index.js', `require('fs').writeFileSync(${JSON.stringify(place.marker)}, '')\n`),
  },
  {
    name: 'what a Node script requires',
    needs: ['node'],
    approved: (place) => {
      place.write('node_modules/tool/index.js', '\n');
      place.write('job.js', 'require("tool")\n');
      return { command: ['node', 'job.js'] };
    },
    change: (place) =>
      place.write('node_modules/tool/index.js', `require('fs').writeFileSync(${JSON.stringify(place.marker)}, '')\n`),
  },
  {
    name: 'settings of git in the folder',
    needs: ['git'],
    approved: (place) => {
      spawnSync('git', ['init', '--quiet', place.folder]);
      return { command: ['git', 'status'] };
    },
    change: (place) =>
      void spawnSync('git', ['-C', place.folder, 'config', 'core.fsmonitor', place.script('monitor', touch(place))]),
  },
  {
    name: 'sed -f attached to its option',
    needs: ['sed'],
    approved: (place) => {
      place.write('in', 'a\n');
      place.write('job.sed', 'p\n');
      return { command: ['sed', '-fjob.sed', 'in'] };
    },
    change: (place) => place.write('job.sed', `1e ${touch(place)}\n`),
  },
  {
    name: 'tar --checkpoint-action with the script of the folder',
    needs: ['tar'],
    approved: (place) => {
      place.write('job.sh', 'true\n');
      const action = '--checkpoint-action=exec=sh job.sh';
      return { command: ['tar', '-cf', '/dev/null', '--checkpoint=1', action, 'job.sh'] };
    },
    change: (place) => place.write('job.sh', touch(place)),
  },
  {
    name: 'find -exec over what a folder holds',
    needs: ['find'],
    approved: (place) => (
      place.write('sub/a.sh', 'true\n'),
      { command: ['find', 'sub', '-type', 'f', '-exec', 'sh', '{}', ';'] }
    ),
    change: (place) => place.write('sub/b.sh', touch(place)),
  },
  {
    name: 'xargs with a list attached to its option',
    needs: ['xargs'],
    approved: (place) => (place.write('list', 'true\n'), { command: ['xargs', '-alist', 'env'] }),
    change: (place) => place.write('list', `${touch(place)}\n`),
  },
  {
    name: 'env -C into another folder',
    approved: (place) => (place.write('sub/job.sh', 'true\n'), { command: ['env', '-C', 'sub', 'sh', 'job.sh'] }),
    change: (place) => place.write('sub/job.sh', touch(place)),
  },
  {
    name: 'nice and timeout before a script',
    approved: (place) => (
      place.write('job.sh', 'true\n'),
      { command: ['nice', 'timeout', '9', 'sh', '-c', '. ./job.sh'] }
    ),
    change: (place) => place.write('job.sh', touch(place)),
  },
  {
    name: 'flock before a script',
    needs: ['flock'],
    approved: (place) => (place.script('job.sh', 'true'), { command: ['flock', 'lock', './job.sh'] }),
    change: (place) => place.script('job.sh', touch(place)),
  },
  {
    name: 'setsid and a shell with joined options',
    needs: ['setsid'],
    approved: (place) => (place.write('job.sh', 'true\n'), { command: ['setsid', '-w', 'sh', '-xec', '. ./job.sh'] }),
    change: (place) => place.write('job.sh', touch(place)),
  },
  {
    name: 'sqlite3 that reads a file',
    needs: ['sqlite3'],
    approved: (place) => (place.write('job.sql', 'select 1;\n'), { command: ['sqlite3', ':memory:', '.read job.sql'] }),
    change: (place) => place.write('job.sql', `.shell ${touch(place)}\n`),
  },
  {
    name: 'gdb that sources a file',
    needs: ['gdb'],
    approved: (place) => (
      place.write('job.gdb', 'echo\n'),
      { command: ['gdb', '-nx', '-batch', '-ex', 'source job.gdb'] }
    ),
    change: (place) => place.write('job.gdb', `shell ${touch(place)}\n`),
  },
  {
    name: 'vim -c that sources a file',
    needs: ['vim'],
    approved: (place) => (
      place.write('job.vim', '\n'),
      { command: ['vim', '-u', 'NONE', '-es', '-c', 'source job.vim', '-c', 'q!'] }
    ),
    change: (place) => place.write('job.vim', `call system('${touch(place)}')\n`),
  },
  {
    name: 'ssh with settings attached to their option',
    needs: ['ssh'],
    approved: (place) => (
      place.write('settings', 'ProxyCommand false\n'),
      { command: ['ssh', '-Fsettings', '-oBatchMode=yes', 'nowhere.invalid'] }
    ),
    change: (place) => place.write('settings', `ProxyCommand ${touch(place)}\n`),
  },
  {
    name: 'curl with settings attached to their option',
    needs: ['curl'],
    approved: (place) => (place.write('settings', 'url = "file:///dev/null"\n'), { command: ['curl', '-qsKsettings'] }),
    change: (place) =>
      place.write('settings', `url = "file://${place.write('evil', 'evil\n')}"\noutput = "${place.marker}"\n`),
  },
  {
    name: 'the loader of programs',
    needs: [LOADER],
    approved: ({ folder, marker }) => {
      copyFileSync('/bin/true', join(folder, 'tool'));
      return { command: [LOADER, './tool', marker] };
    },
    change: ({ folder }) => {
      rmSync(join(folder, 'tool'));
      copyFileSync('/bin/touch', join(folder, 'tool'));
    },
  },
  {
    name: 'another program in the place of one that was allowed',
    approved: ({ folder }) => (copyFileSync('/bin/true', join(folder, 'tool')), { command: [join(folder, 'tool')] }),
    change: (place) => place.script('tool', touch(place)),
  },
  {
    name: 'another script in the place of one that was allowed',
    approved: (place) => (place.script('tool', 'true'), { command: [join(place.folder, 'tool')] }),
    change: (place) => place.script('tool', touch(place)),
  },
  {
    name: 'another interpreter of a script',
    approved: (place) => {
      place.script('interpreter', 'true');
      const path = place.write('tool', `#!${join(place.folder, 'interpreter')}\n`);
      chmodSync(path, 0o755);
      return { command: [path] };
    },
    change: (place) => place.script('interpreter', touch(place)),
  },
  {
    name: 'an interpreter that env finds earlier in PATH',
    environment: ({ folder }) => ({ PATH: `${join(folder, 'bin')}:/usr/local/bin:/usr/bin:/bin` }),
    approved: (place) => {
      const path = place.write('tool', '#!/usr/bin/env bash\ntrue\n');
      chmodSync(path, 0o755);
      return { command: [path] };
    },
    change: (place) => place.script('bin/bash', touch(place)),
  },
  {
    name: 'a link that is turned',
    approved: (place) => {
      symlinkSync(place.write('good.sh', 'true\n'), join(place.folder, 'job.sh'));
      return { command: ['sh', 'job.sh'] };
    },
    change: (place) => {
      rmSync(join(place.folder, 'job.sh'));
      symlinkSync(place.write('evil.sh', touch(place)), join(place.folder, 'job.sh'));
    },
  },
  {
    name: 'a name with dots behind a link',
    approved: (place) => {
      mkdirSync(join(place.folder, 'sub'));
      place.write('job.sh', 'true\n');
      return { command: ['sh', 'sub/../job.sh'] };
    },
    change: ({ folder, evil, marker }) => {
      rmSync(join(folder, 'sub'), { recursive: true });
      mkdirSync(join(evil, 'sub'));
      writeFileSync(join(evil, 'job.sh'), `touch ${marker}\n`);
      symlinkSync(join(evil, 'sub'), join(folder, 'sub'));
    },
  },
  {
    name: 'an interpreter whose name ends with a blank that is none to the system',
    approved: (place) => {
      place.script('i', 'true');
      place.script('i\u00a0x', 'true');
      const path = place.write('tool', `#!${join(place.folder, 'i')}\u00a0x\n`);
      chmodSync(path, 0o755);
      return { command: [path] };
    },
    change: (place) => place.script('i\u00a0x', touch(place)),
  },
  {
    name: 'an interpreter whose name is another one in another encoding',
    approved: (place) => {
      for (const name of ['i\u00e9', 'i\u00c3\u00a9']) place.script(name, 'true');
      return { command: [place.startedBy('tool', `#!${join(place.folder, 'i\u00e9')}`)] };
    },
    change: (place) => place.script('i\u00e9', touch(place)),
  },
  {
    name: 'a file that a word names behind other signs',
    approved: (place) => {
      for (const name of ['a.sh', 'b.sh', 'c.sh']) place.write(name, 'true\n');
      place.write('all.sh', '. "./${1#-xvf}"; . "./${2#*:}"; . "./${3##*,}"\n');
      return { command: ['sh', 'all.sh', '-xvfa.sh', 'lib:b.sh', 'x,c.sh'] };
    },
    change: (place) => ['a.sh', 'b.sh', 'c.sh'].forEach((name) => place.write(name, touch(place))),
  },
  {
    name: 'a script that the first line of another one names',
    approved: (place) => {
      place.write('lib.sh', 'true\n');
      return { command: [place.startedBy('tool', '#!/bin/sh lib.sh')] };
    },
    change: (place) => place.write('lib.sh', touch(place)),
  },
  {
    name: 'a script that a first line names by its whole path',
    approved: (place) => ({
      command: [place.startedBy('tool', `#!/bin/bash ${place.write('lib.sh', 'true\n')}`), 'word'],
    }),
    change: (place) => place.write('lib.sh', touch(place)),
  },
  {
    name: 'a script that the first line of an interpreter names',
    approved: (place) => {
      place.write('lib.sh', 'true\n');
      return { command: [place.startedBy('tool', `#!${place.startedBy('inter', '#!/bin/sh lib.sh')}`)] };
    },
    change: (place) => place.write('lib.sh', touch(place)),
  },
  {
    name: 'a file that a first line gives to an interpreter',
    approved: (place) => {
      place.write('lib.sh', 'true\n');
      return { command: [place.startedBy('tool', `#!${place.startedBy('inter', '#!/bin/sh', '. "$1"')} ./lib.sh`)] };
    },
    change: (place) => place.write('lib.sh', touch(place)),
  },
  {
    name: 'a script that the first line of what env finds names',
    environment: ({ folder }) => ({ PATH: `${join(folder, 'bin')}:/usr/local/bin:/usr/bin:/bin` }),
    approved: (place) => {
      place.write('lib.sh', 'true\n');
      place.startedBy('bin/runner', '#!/bin/sh lib.sh');
      return { command: [place.startedBy('tool', '#!/usr/bin/env runner')] };
    },
    change: (place) => place.write('lib.sh', touch(place)),
  },
  {
    name: 'files that a word names by a pattern',
    approved: (place) => {
      place.write('parts/a.sh', 'true\n');
      place.write('all.sh', 'for part in $1; do . "$part"; done\n');
      return { command: ['sh', 'all.sh', './parts/*.sh'] };
    },
    change: (place) => place.write('parts/a.sh', touch(place)),
  },
  {
    name: 'a file that a word names behind a sign that a shell takes for another',
    approved: (place) => {
      place.write('a.sh', 'true\n');
      place.write('all.sh', '. "./${1#*#}"\n');
      return { command: ['sh', 'all.sh', 'x#a.sh'] };
    },
    change: (place) => place.write('a.sh', touch(place)),
  },
  {
    name: 'a file that the middle of a word names',
    approved: (place) => {
      place.write('a=b.sh', 'true\n');
      place.write('all.sh', 'middle=${1#*:}; . "./${middle%,*}"\n');
      return { command: ['sh', 'all.sh', 'z:a=b.sh,ro'] };
    },
    change: (place) => place.write('a=b.sh', touch(place)),
  },
  {
    name: 'a file that the beginning of a word names',
    approved: (place) => {
      place.write('lib=x.sh', 'true\n');
      place.write('all.sh', '. "./${1%:*}"\n');
      return { command: ['sh', 'all.sh', 'lib=x.sh:ro'] };
    },
    change: (place) => place.write('lib=x.sh', touch(place)),
  },
  {
    name: 'a file that a piece of a word names behind an option',
    approved: (place) => {
      place.write('a.sh', 'true\n');
      place.write('all.sh', 'last=${1##*,-f}; . "./${last%:ro}"\n');
      return { command: ['sh', 'all.sh', 'x,-fa.sh:ro'] };
    },
    change: (place) => place.write('a.sh', touch(place)),
  },
  {
    name: 'a file of the home folder that a word names',
    environment: ({ folder }) => ({ HOME: join(folder, 'home'), PATH: '/usr/bin:/bin' }),
    approved: (place) => {
      place.write('home/a.sh', 'true\n');
      place.write('all.sh', 'eval . "$1"\n');
      return { command: ['sh', 'all.sh', '~/a.sh'] };
    },
    change: (place) => place.write('home/a.sh', touch(place)),
  },
  {
    name: 'a file whose name a word holds with a backslash',
    approved: (place) => {
      place.write('a b.sh', 'true\n');
      place.write('all.sh', 'eval ". ./$1"\n');
      return { command: ['sh', 'all.sh', String.raw`a\ b.sh`] };
    },
    change: (place) => place.write('a b.sh', touch(place)),
  },
  {
    name: 'a file after more pieces of words than are looked at',
    approved: (place) => {
      place.write('a.sh', 'true\n');
      place.write('all.sh', '. "./$2"\n');
      return { command: ['sh', 'all.sh', 'x,'.repeat(200), 'a.sh'] };
    },
    change: (place) => place.write('a.sh', touch(place)),
  },
  {
    name: 'what BASH_ENV of this machine names, where env finds Bash,',
    environment: ({ folder }) => ({ PATH: '/usr/bin:/bin', BASH_ENV: join(folder, 'settings') }),
    approved: (place) => ({ command: [place.startedBy('tool', '#!/usr/bin/env bash')] }),
    change: (place) => place.write('settings', touch(place)),
  },
  {
    name: 'a function that Bash gets from the environment of this machine',
    environment: ({ folder }) => ({
      PATH: '/usr/bin:/bin',
      'BASH_FUNC_true%%': `() { . ${join(folder, 'function')}; }`,
    }),
    approved: (place) => {
      place.write('function', ':\n');
      place.write('job.sh', 'true\n');
      return { command: ['bash', 'job.sh'] };
    },
    change: (place) => place.write('function', touch(place)),
  },
  {
    name: 'what the prompt of traced lines, PS4 of this machine, reads',
    environment: ({ folder }) => ({ PATH: '/usr/bin:/bin', PS4: `$(. ${join(folder, 'prompt')})` }),
    approved: (place) => {
      place.write('prompt', ':\n');
      place.write('job.sh', 'true\n');
      return { command: ['sh', '-x', 'job.sh'] };
    },
    change: (place) => place.write('prompt', touch(place)),
  },
  {
    name: 'a library that LD_PRELOAD of this machine names',
    needs: ['cc'],
    environment: ({ folder }) => ({ PATH: '/usr/bin:/bin', LD_PRELOAD: join(folder, 'lib.so') }),
    approved: () => ({ command: ['uname', '-a'] }),
    change: compileLibrary,
  },
  {
    name: 'a library in a folder that LD_LIBRARY_PATH of this machine names, for a script,',
    needs: ['cc'],
    environment: ({ folder }) => ({ PATH: '/usr/bin:/bin', LD_LIBRARY_PATH: folder, LD_PRELOAD: 'lib.so' }),
    approved: (place) => ({ command: [place.script('tool', 'true')] }),
    change: compileLibrary,
  },
  {
    name: 'what a folder holds that a word names',
    approved: (place) => {
      place.write('parts/a.sh', 'true\n');
      place.write('all.sh', 'for part in "$1"/*; do . "./$part"; done\n');
      return { command: ['sh', 'all.sh', 'parts'] };
    },
    change: (place) => place.write('parts/b.sh', touch(place)),
  },
  {
    name: 'an environment of Python beside a linked folder of programs',
    needs: ['/usr/bin/python3'],
    approved: (place) => {
      place.write('job.py', '\n');
      linkPrograms(place);
      return { command: [join(place.folder, 'v/bin/python3'), '-I', 'job.py'] };
    },
    change: (place) => writePythonEnvironment(join(place.folder, 'v'), touch(place)),
  },
  {
    name: 'an environment of Python beside a linked folder that is named from the folder',
    needs: ['/usr/bin/python3'],
    approved: (place) => {
      place.write('job.py', '\n');
      linkPrograms(place);
      return { command: ['v/bin/python3', '-I', 'job.py'] };
    },
    change: (place) => writePythonEnvironment(join(place.folder, 'v'), touch(place)),
  },
  {
    name: 'a shell that is called like a program that reads',
    approved: (place) => {
      copyFileSync('/bin/bash', join(place.folder, 'cat'));
      place.write('job.sh', 'true\n');
      return { command: ['./cat', 'job.sh'] };
    },
    change: (place) => place.write('job.sh', touch(place)),
  },
  {
    name: 'Perl that is called like a shell',
    needs: ['/usr/bin/perl'],
    approved: (place) => {
      copyFileSync('/usr/bin/perl', join(place.folder, 'sh'));
      place.write('job.sh', 'require "./Job.pm";\n');
      place.write('Job.pm', '1;\n');
      return { command: ['./sh', 'job.sh'] };
    },
    change: (place) => place.write('Job.pm', `system("${touch(place)}"); 1;\n`),
  },
  {
    name: 'a variable that a script reads',
    approved: (place) => (place.script('tool', 'eval "$JOB"'), { command: ['./tool'] }),
    change: () => undefined,
    asked: (place) => ({ command: ['./tool'], env: { JOB: touch(place) } }),
  },
];

/** Makes a library that makes the marker as soon as it is loaded. */
function compileLibrary(place: Place): void {
  const path = JSON.stringify(place.marker);
  const source = place.write(
    'lib.c',
    `#include <fcntl.h>\n__attribute__((constructor)) static void load(void) { open(${path}, O_CREAT, 0600); }\n`,
  );
  spawnSync('cc', ['-shared', '-fPIC', '-o', join(place.folder, 'lib.so'), source]);
}

/** Has `v/bin` lead to the folder of the system's programs. */
function linkPrograms({ folder }: Place): void {
  mkdirSync(join(folder, 'v'));
  symlinkSync('/usr/bin', join(folder, 'v/bin'));
}

/** Makes a folder an environment of Python that runs a command when Python starts. */
function writePythonEnvironment(folder: string, command: string): void {
  writeFileSync(join(folder, 'pyvenv.cfg'), 'home = /usr/bin\ninclude-system-site-packages = false\n');
  const version = spawnSync('/usr/bin/python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
  const packages = join(folder, 'lib', `python${String(version.stdout).trim()}`, 'site-packages');
  mkdirSync(packages, { recursive: true });
  writeFileSync(join(packages, 'evil.pth'), `import os; os.system("${command}")\n`);
}

function isHere(program: string): boolean {
  return program !== '' && spawnSync('sh', ['-c', `command -v '${program}'`]).status === 0;
}

function makePlace(): Place {
  const base = temporaryDirectory();
  const [folder, evil] = [join(base, 'work'), join(base, 'evil')];
  for (const path of [folder, evil]) mkdirSync(path);
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const startedBy = (name: string, firstLine: string, text = 'true'): string => {
    // A new file: Linux starts none that is open to be written.
    rmSync(join(folder, name), { force: true });
    const path = write(name, `${firstLine}\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const script = (name: string, text: string): string => startedBy(name, '#!/bin/sh', text);
  return { folder, evil, marker: join(base, 'marker'), write, script, startedBy };
}

describe.skipIf(process.platform === 'win32')('what was allowed for good', () => {
  test.each(ATTACKS.filter(({ needs = [] }) => needs.every(isHere)).map((attack) => [attack.name, attack] as const))(
    'does not let %s run other code [S-NODE-4]',
    { timeout: 120_000 },
    async (_name, attack) => {
      const place = makePlace();
      const environment = attack.environment?.(place);
      const { channel, inbox, service } = createNode({
        answer: 'approve-always',
        ...(environment === undefined ? {} : { environment: { HOME: place.folder, ...environment } }),
      });
      const approved = attack.approved(place);
      if (attack.byHand === undefined) await channel.invoke('system.run', { cwd: place.folder, ...approved });
      // Where no rule can be made, there is none to get around.
      else await service.allow({ ...attack.byHand(place), gateway: null }).catch(() => undefined);
      expect(existsSync(place.marker)).toBe(false);
      attack.change(place);
      const asked = { cwd: place.folder, ...(attack.asked?.(place) ?? approved) };
      const before = inbox.asked.length;
      inbox.answer = 'reject';
      const result = await channel.invoke('system.run', asked);
      expect([result.error?.code, inbox.asked.length - before, existsSync(place.marker)]).toEqual([
        'SYSTEM_RUN_DENIED',
        1,
        false,
      ]);
      service.setPolicy({ ...service.policy, default: 'allow' });
      await channel.invoke('system.run', asked);
      expect(existsSync(place.marker), 'the attack does what it says').toBe(true);
    },
  );

  test.each([':/usr/bin:/bin', '.:/usr/bin:/bin', '/usr/bin:/bin:'])(
    'finds no program in the folder that the gateway names, by PATH=%s of this machine [S-NODE-3]',
    async (path) => {
      const place = makePlace();
      place.script('no-such-tool', touch(place));
      const { channel } = createNode({ answer: 'approve', environment: { PATH: path } });
      const result = await channel.invoke('system.run', { command: ['env', 'no-such-tool'], cwd: place.folder });
      expect([result.payload['exitCode'], existsSync(place.marker)]).toEqual([127, false]);
    },
  );

  test.each(['/proc/self/cwd/job.sh', '/dev/stdin'])(
    'does not cover %s, which is another file for each [S-NODE-4]',
    async (path) => {
      const place = makePlace();
      place.write('job.sh', 'true\n');
      const { channel, inbox } = createNode({ answer: 'approve' });
      await channel.invoke('system.run', { command: ['sh', path], cwd: place.folder });
      expect(inbox.asked[0]?.decisions).toEqual(['approve', 'reject']);
    },
  );

  test.each(['bash', 'dash'])(
    'starts %s as no login shell, whatever the folder is called that it is named in [S-NODE-4]',
    async (shell) => {
      const place = makePlace();
      for (const name of ['.profile', '.bash_profile']) place.write(name, touch(place));
      symlinkSync('/usr/bin', join(place.folder, '-x'));
      place.write('job.sh', 'echo ran\n');
      const { channel, inbox } = createNode({
        answer: 'approve',
        environment: { HOME: place.folder, PATH: '/usr/bin:/bin' },
      });
      const result = await channel.invoke('system.run', { command: [`-x/${shell}`, 'job.sh'], cwd: place.folder });
      expect([result.payload['stdout'], existsSync(place.marker)]).toEqual(['ran\n', false]);
      expect(inbox.asked[0]?.decisions).toEqual(['approve', 'reject']);
      expect(inbox.asked[0]).toMatchObject({ program: `/usr/bin/${shell}`, user: userInfo().username });
      expect(inbox.asked[0]?.text).toContain(`Program: /usr/bin/${shell}, called as ${place.folder}/-x/${shell}`);
    },
  );

  test
    .skipIf(process.platform !== 'linux' || !isHere('/usr/bin/python3'))
    .each(['/proc/self/root/usr/bin/python3', '/usr/bin/../bin/python3'])(
    'does not cover an interpreter that is named %s, which can lead elsewhere [S-NODE-4]',
    async (name) => {
      const place = makePlace();
      place.write('job.py', '\n');
      const { channel, inbox } = createNode({ answer: 'approve' });
      const params = { command: [name, '-I', 'job.py'], cwd: place.folder };
      await channel.invoke('system.run', params);
      expect(inbox.asked[0]?.decisions).toEqual(['approve', 'reject']);
    },
  );

  test.each<[string, string]>([
    // Older systems cut it, and start what the beginning names.
    ['is longer than each system takes', `#!/bin/sh -e${' '.repeat(120)}`],
    ['has more than one word', '#!/bin/sh -e -u'],
    ['holds a return', '#!/bin/sh\r'],
  ])('can only allow a script once whose first line %s [S-NODE-4]', async (_what, line) => {
    const place = makePlace();
    const { channel, inbox } = createNode({ answer: 'approve' });
    await channel.invoke('system.run', { command: [place.startedBy('tool', line)], cwd: place.folder });
    expect(inbox.asked[0]?.decisions).toEqual(['approve', 'reject']);
  });

  // Python looks a bare name up in PATH itself, also where the system would not start what lies there, and takes settings from beside it.
  test.skipIf(process.platform !== 'linux')(
    'tells a program the whole path that it was found at, never a bare name [S-NODE-4]',
    async () => {
      const { channel } = createNode({ answer: 'approve' });
      const result = await channel.invoke('system.run', {
        command: ['dash', '-c', `tr '\\0' '\\n' < /proc/$$/cmdline`],
      });
      expect(String(result.payload['stdout']).split('\n')[0]).toMatch(/^\/(?:usr\/)?bin\/dash$/);
    },
  );

  test('starts nothing when a link in the words is turned between the question and the start [S-NODE-2]', async () => {
    const place = makePlace();
    const link = join(place.folder, 'job.sh');
    symlinkSync(place.write('good.sh', 'true\n'), link);
    const evil = place.write('evil.sh', touch(place));
    const { channel } = createNode({
      answer: async () => {
        rmSync(link);
        symlinkSync(evil, link);
        return 'approve';
      },
    });
    const result = await channel.invoke('system.run', { command: ['sh', 'job.sh'], cwd: place.folder });
    expect([result.error?.code, existsSync(place.marker)]).toEqual(['SYSTEM_RUN_DENIED', false]);
  });

  test('shows the file that a name with dots behind a link leads to, and no other [S-NODE-2]', async () => {
    const place = makePlace();
    place.write('job.sh', 'true\n');
    mkdirSync(join(place.evil, 'sub'));
    const real = join(place.evil, 'job.sh');
    writeFileSync(real, 'echo there\n');
    symlinkSync(join(place.evil, 'sub'), join(place.folder, 'sub'));
    const { channel, inbox } = createNode({ answer: 'approve' });
    const result = await channel.invoke('system.run', { command: ['sh', 'sub/../job.sh'], cwd: place.folder });
    expect(result.payload['stdout']).toBe('there\n');
    expect(inbox.asked[0]?.text).toContain(`File: ${real} (SHA-256`);
    expect(inbox.asked[0]?.text).not.toContain(join(place.folder, 'job.sh'));
  });

  test('opens no pipe and no device to look at it [S-NODE-2]', async () => {
    const place = makePlace();
    const pipe = join(place.folder, 'pipe');
    spawnSync('mkfifo', [pipe]);
    const writer = spawn('sh', ['-c', `echo whole > ${pipe}`], { stdio: 'ignore' });
    const { channel } = createNode({ answer: 'reject' });
    for (let round = 0; round < 20; round += 1)
      await channel.invoke('system.run', { command: ['sh', pipe, 'pipe', `-f${pipe}`], cwd: place.folder });
    // Whoever had opened it would have taken the line, or ended the writer.
    const read = await promisify(execFile)('cat', [pipe]);
    expect(read.stdout).toBe('whole\n');
    writer.kill();
  });

  test.each<[string, (place: Place) => Run]>([
    ['a program that reads and prints', () => ({ command: ['uname', '-a'] })],
    ['a program that reads, with files and folders', ({ write }) => ({ command: ['ls', '-l', write('a', ''), '/'] })],
    ['a script', ({ script }) => ({ command: [script('tool', 'true'), '--month', '5'] })],
    ['a script by its name in the folder', (place) => (place.script('tool', 'true'), { command: ['./tool'] })],
    [
      'a shell with its script',
      (place) => (place.write('job.sh', 'true\n'), { command: ['sh', '-eu', 'job.sh', 'x'] }),
    ],
    [
      'a script that env finds the interpreter of',
      (place) => {
        const path = place.write('tool', '#!/usr/bin/env bash\ntrue\n');
        chmodSync(path, 0o755);
        return { command: [path] };
      },
    ],
  ])('asks no more about the same: %s', async (_what, make) => {
    const place = makePlace();
    const { channel, inbox } = createNode({ answer: 'approve-always' });
    const params = { cwd: place.folder, ...make(place) };
    expect((await channel.invoke('system.run', params)).payload).toMatchObject({ exitCode: 0 });
    expect(inbox.asked[0]).toMatchObject({ decisions: ['approve', 'approve-always', 'reject'] });
    inbox.answer = 'reject';
    for (let round = 0; round < 3; round += 1)
      expect((await channel.invoke('system.run', params)).payload).toMatchObject({ exitCode: 0 });
    expect(inbox.asked).toHaveLength(1);
  });
});
