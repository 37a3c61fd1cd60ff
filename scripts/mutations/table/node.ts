import type { Guard } from '../guard.ts';

/** Guards of the node of a gateway. */
export const NODE: readonly Guard[] = [
  {
    properties: ['S-NODE-3'],
    file: 'src-main/agent/openclaw/node/environment.ts',
    guard: 'if (!isFit || NEVER',
    without: 'if (NEVER',
    tests: [['unit/agent/openclaw/node/environment.test.ts', 'sets no %s to %j']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/policy.ts',
    guard: 'if (!plan.pinning.isPinned) return plan.pinning.reason;',
    without: '',
    tests: [['unit/agent/openclaw/node/node.test.ts', 'can only allow a script once that is %s']],
  },
  {
    properties: ['S-NODE-6'],
    file: 'src-main/agent/openclaw/node/policy.ts',
    guard: 'return JSON.stringify(rule.files ?? []) === JSON.stringify(pinnedFiles(plan) ?? null);',
    without: 'return true;',
    tests: [
      [
        'unit/agent/openclaw/node/node.test.ts',
        'asks again when the script that was approved for good, or its interpreter, is another, and says so',
      ],
    ],
  },
  {
    properties: ['S-NODE-3'],
    file: 'src-main/agent/openclaw/node/environment.ts',
    guard: '!isFit || NEVER.some((pattern) => pattern.test(name.toUpperCase()))',
    without: '!isFit',
    tests: [['unit/agent/openclaw/node/environment.test.ts', 'sets no %s to %j']],
  },
  {
    properties: ['S-NODE-6'],
    file: 'src-main/agent/openclaw/node/policy.ts',
    guard: 'if (rule.sha256 === undefined || rule.sha256 !== program.sha256) return false;\n',
    without: '',
    tests: [
      [
        'unit/agent/openclaw/node/node.test.ts',
        'asks again when the script that was approved for good, or its interpreter, is another, and says so',
      ],
    ],
  },
  {
    properties: ['S-NODE-6'],
    file: 'src-main/agent/openclaw/node/policy.ts',
    guard: 'return rule.arguments === null || isSame(rule.arguments, plan.argv.slice(1));',
    without: 'return true;',
    tests: [
      [
        'unit/agent/openclaw/node/node.test.ts',
        'remembers exactly what was approved for good: words, folder, gateway, name, and no variables',
      ],
    ],
  },
  {
    properties: ['S-NODE-6'],
    file: 'src-main/agent/openclaw/node/policy.ts',
    guard: 'if (rule.sha256 === undefined || rule.sha256 !== program.sha256)',
    without: 'if ((rule.sha256 === undefined || rule.sha256 !== program.sha256) && false)',
    tests: [
      [
        'unit/agent/openclaw/node/node.test.ts',
        'asks again when the script that was approved for good, or its interpreter, is another, and says so',
      ],
    ],
  },
  {
    properties: ['S-NODE-6'],
    file: 'src-main/agent/openclaw/node/policy.ts',
    guard: 'if (rule.unpinned === true || !mayHaveAnyArguments(rule.name))',
    without: 'if ((rule.unpinned === true || !mayHaveAnyArguments(rule.name)) && false)',
    tests: [
      [
        'unit/agent/openclaw/node/node.test.ts',
        'does not let a rule of a hand-written document run an interpreter with any arguments',
      ],
    ],
  },
  {
    properties: ['S-NODE-8'],
    file: 'src-main/agent/openclaw/node/permission.ts',
    guard: 'if (waiting >= this.#limits.waiting)',
    without: 'if ((waiting >= this.#limits.waiting) && false)',
    tests: [
      [
        'integration/node/hostile-gateway.test.ts',
        'gets its thousands of runs refused, eight waiting at a time and some dozens asked about',
      ],
    ],
  },
  {
    properties: ['S-NODE-8'],
    file: 'src-main/agent/openclaw/node/permission.ts',
    guard: 'if (!budget.take(this.#clock.monotonic()))',
    without: 'if ((!budget.take(this.#clock.monotonic())) && false)',
    tests: [
      [
        'integration/node/hostile-gateway.test.ts',
        'gets its thousands of runs refused, eight waiting at a time and some dozens asked about',
      ],
    ],
  },
  {
    properties: ['S-NODE-6'],
    file: 'src-main/agent/openclaw/node/permission.ts',
    guard: "if (decision === 'reject') throw",
    without: 'if (false) throw',
    tests: [
      [
        'unit/agent/openclaw/node/node.test.ts',
        'makes no rule for %s, which may load anything, but where the person takes that upon himself, for one folder',
      ],
    ],
  },
  {
    properties: ['S-NODE-8'],
    file: 'src-main/agent/openclaw/node/commands.ts',
    guard: "if (!budget.take(clock.monotonic())) throw new InvokeError('UNAVAILABLE', 'too many notifications'",
    without: "if (false) throw new InvokeError('UNAVAILABLE', 'too many notifications'",
    tests: [
      [
        'unit/agent/openclaw/node/node.test.ts',
        'shows notifications under the name of the gateway, cleaned, and only so many',
      ],
    ],
  },
  {
    properties: ['S-NODE-9'],
    file: 'src-node/programs/list-folders.ts',
    guard: 'if (real === undefined || !admits(real)) throw refused(wanted);',
    without: 'if (real === undefined) throw refused(wanted);',
    tests: [
      [
        'integration/node/hostile-gateway.test.ts',
        'is not shown a folder outside by a link, by dots, hidden, or by its absence',
      ],
    ],
  },
  {
    properties: ['S-NODE-7'],
    file: 'src-node/programs/process-tree.ts',
    guard: "if (isOurs || (tree.platform === 'linux' && isMarked(pid, tree.mark))) members.add(pid);",
    without: 'if (isOurs) members.add(pid);',
    tests: [
      [
        'integration/node/hostile-gateway.test.ts',
        'leaves no grandchild behind: not in the background, in another session, or without its environment',
      ],
    ],
  },
  {
    properties: ['S-NODE-7'],
    file: 'src-node/programs/limited-output.ts',
    guard: 'if (this.taken + text.length > room) {',
    without: 'if (false) {',
    tests: [
      [
        'integration/node/hostile-gateway.test.ts',
        'cannot fill the memory with output, and the text is never cut inside a character',
      ],
    ],
  },
  {
    properties: ['S-NODE-2'],
    file: 'src-main/agent/openclaw/node/run-plan.ts',
    guard: 'if (!isSame || (cwd !== undefined && cwd !== plan.directory.path))',
    without: 'if (false)',
    tests: [['integration/node/hostile-gateway.test.ts', 'cannot run other words than those that were prepared']],
  },
  {
    properties: ['S-NODE-2'],
    file: 'src-node/programs/run-program.ts',
    guard: 'for (const file of files) checkFile(file);',
    without: '',
    tests: [
      [
        'integration/node/hostile-gateway.test.ts',
        'gets nothing run when the script that an interpreter is given changes, or the folder is another',
      ],
      [
        'integration/node/remembered.test.ts',
        'starts nothing when a link in the words is turned between the question and the start',
      ],
    ],
  },
  {
    properties: ['S-NODE-2'],
    file: 'src-node/programs/run-program.ts',
    guard: '  checkProgram(program);\n',
    without: '',
    tests: [
      [
        'integration/node/hostile-gateway.test.ts',
        'gets nothing run when the program is %s between the question and the start',
      ],
    ],
  },
  {
    properties: ['S-NODE-2'],
    file: 'src-node/programs/run-program.ts',
    guard: 'spawn(program.path, argv.slice(1),',
    without: 'spawn(program.namedAs, argv.slice(1),',
    tests: [
      [
        'integration/node/hostile-gateway.test.ts',
        'gets nothing run when a link is turned to another program between the question and the start',
      ],
    ],
  },
  {
    properties: ['S-NODE-2'],
    file: 'src-main/agent/openclaw/node/run-plan.ts',
    guard: "if (escapeHidden(word, () => '', 'judge') === word) return",
    without: 'return',
    tests: [
      [
        'integration/node/hostile-gateway.test.ts',
        'cannot hide words from the person with control characters, or with a name of its own',
      ],
    ],
  },
  {
    properties: ['S-NODE-1'],
    file: 'src-main/agent/openclaw/node/invocations.ts',
    guard: "if (!isOffered) return refuse('INVALID_REQUEST', 'this machine does not offer that command');",
    without: '',
    tests: [['unit/agent/openclaw/node/node.test.ts', 'declares what its switches say, and answers nothing else']],
  },
  {
    properties: ['S-NODE-1'],
    file: 'src-main/agent/openclaw/node/permission.ts',
    guard: 'return await this.#ask(plan, requester, signal);',
    without: "return 'policy';",
    tests: [['integration/node/hostile-gateway.test.ts', 'runs nothing here by calling it approved']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/pinning.ts',
    guard: 'words.slice(at + 1).filter(({ contents }) => contents === undefined)',
    without: 'words.slice(at + 1).filter(({ index }) => index !== null)',
    tests: [['integration/node/remembered.test.ts', 'does not let %s run other code']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/pinning.ts',
    guard: 'script.contents ?? (await programs.findFile(script.word, directory))',
    without: 'script.contents ?? (script.index === null ? program : await programs.findFile(script.word, directory))',
    tests: [['integration/node/remembered.test.ts', 'does not let %s run other code']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/pinning.ts',
    guard: "if (!interpreter.isOfSystem || interpreter.format !== 'native') return",
    without: "if (interpreter.format !== 'native') return",
    tests: [['unit/agent/openclaw/node/node.test.ts', 'can only allow a script once that is %s']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/pinning.ts',
    guard: "if (program.format === 'native' && program.isOfSystem) {",
    without: "if (program.format === 'native') {",
    tests: [['integration/node/remembered.test.ts', 'does not let %s run other code']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/pinning.ts',
    guard: 'return sha256 !== null && !isOpenToOthers;',
    without: 'return sha256 !== null;',
    tests: [['unit/agent/openclaw/node/node.test.ts', 'can only allow a script once that is %s']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/pinning.ts',
    guard: "if (!calledAs.startsWith('python') && givesShellsCode(programs.environment)) return not('loads');\n",
    without: '',
    tests: [['integration/node/remembered.test.ts', 'does not let %s run other code']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/pinning.ts',
    guard: "if (operands.others.length > 0) return not('operand');\n",
    without: '',
    tests: [['integration/node/remembered.test.ts', 'does not let %s run other code']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/pinning.ts',
    guard: 'if (operands.isCut || operands',
    without: 'if (operands',
    tests: [['integration/node/remembered.test.ts', 'does not let %s run other code']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/named-files.ts',
    guard: '&& normalize(namedAs) === path;',
    without: ';',
    tests: [['unit/agent/openclaw/node/node.test.ts', 'can only allow a script once that is %s']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/safe-programs.ts',
    guard: "if (isPython && !words.slice(0, index).some((word) => word.includes('I'))) return undefined;\n",
    without: '',
    tests: [['integration/node/remembered.test.ts', 'does not let %s run other code']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-node/programs/run-program.ts',
    guard: 'argv0: program.namedAs,',
    without: "argv0: argv[0] ?? '',",
    tests: [
      [
        'integration/node/remembered.test.ts',
        'starts %s as no login shell, whatever the folder is called that it is named in',
      ],
      ['integration/node/remembered.test.ts', 'tells a program the whole path that it was found at, never a bare name'],
    ],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-node/programs/local-programs.ts',
    guard: 'const locations = [path, namedAs, join(folder, basename(namedAs))];',
    without: 'const locations = [path, join(folder, basename(namedAs))];',
    tests: [['integration/node/remembered.test.ts', 'does not let %s run other code']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-node/programs/openness.ts',
    guard: 'let isOfSystem = SYSTEM_FOLDERS.test(path);',
    without: 'let isOfSystem = true;',
    tests: [
      [
        'integration/node/remembered.test.ts',
        'does not cover an interpreter that is named %s, which can lead elsewhere',
      ],
    ],
  },
  {
    properties: ['S-NODE-2'],
    file: 'src-node/programs/file-identity.ts',
    guard: 'if (realpathSync.native(file.namedAs) === file.path) now =',
    without: 'now =',
    tests: [
      [
        'integration/node/remembered.test.ts',
        'starts nothing when a link in the words is turned between the question and the start',
      ],
    ],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/named-files.ts',
    guard: "if (thoroughness === 'all' && !READABLE.test(word)) {",
    without: 'if (false) {',
    tests: [['integration/node/remembered.test.ts', 'does not let %s run other code']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/named-files.ts',
    guard: "thoroughness === 'all' ? allNamesIn(word) : namesIn(word)",
    without: 'namesIn(word)',
    tests: [['integration/node/remembered.test.ts', 'does not let %s run other code']],
  },
  {
    properties: ['S-NODE-5'],
    file: 'src-main/agent/openclaw/node/safe-programs.ts',
    guard: 'const readers = readersOn(platform);',
    without: "const readers = readersOn('linux');",
    tests: [
      [
        'unit/agent/openclaw/node/safe-programs.test.ts',
        'hold %s on Linux, and not on macOS, where it is another program or none',
      ],
      ['unit/agent/openclaw/node/safe-programs.test.ts', 'are none on %s, which nobody has looked at'],
    ],
  },
  {
    properties: ['S-NODE-5'],
    file: 'src-main/agent/openclaw/node/safe-programs.ts',
    guard: 'if (name !== calledAs && !MANY_IN_ONE.has(name)) return undefined;',
    without: '',
    tests: [
      [
        'unit/agent/openclaw/node/safe-programs.test.ts',
        'are those that are what they are called, or one file that is many programs',
      ],
    ],
  },
  {
    properties: ['S-NODE-5'],
    file: 'src-main/agent/openclaw/node/safe-programs.ts',
    guard: "const isPython = platform === 'linux' &&",
    without: 'const isPython =',
    tests: [
      [
        'unit/agent/openclaw/node/safe-programs.test.ts',
        'is not known of Python on macOS, which starts another program',
      ],
    ],
  },
  {
    properties: ['S-NODE-5'],
    file: 'src-main/agent/openclaw/node/safe-programs.ts',
    guard: "script === '' || /^[-+]/.test(script) ?",
    without: "script === '' ?",
    tests: [['unit/agent/openclaw/node/safe-programs.test.ts', 'is not known of a shell with %s %s']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/pinning.ts',
    guard: '(\\/[^ \\t#]+)(?:[ \\t]+([^ \\t#]+))?',
    without: '(\\/[^ \\t]+)(?:[ \\t]+([^ \\t]+))?',
    tests: [['unit/agent/openclaw/node/node.test.ts', 'takes no first line that %s']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/pinning.ts',
    guard: 'if (!STANDARD_PATH.test(name) && name !== file.path) return [];\n',
    without: '',
    tests: [['unit/agent/openclaw/node/node.test.ts', 'takes no first line that %s']],
  },
  {
    properties: ['S-NODE-5'],
    file: 'src-node/programs/openness.ts',
    guard: 'if (uid !== 0 || byGroup || byAll) isOfSystem = false;',
    without: 'if (uid !== 0) isOfSystem = false;',
    tests: [['integration/node/ownership.test.ts', 'is not the administrator alone, where a folder of the system %s']],
  },
  {
    properties: ['S-NODE-5'],
    file: 'src-node/programs/openness.ts',
    guard: 'if ((uid !== 0 && uid !== me) || byAll || (byGroup && !isOwnGroup)) isOpenToOthers = true;',
    without: 'if (byAll) isOpenToOthers = true;',
    tests: [
      ['integration/node/ownership.test.ts', 'is another user, where %s belongs to that one'],
      ['integration/node/ownership.test.ts', 'is a group, where that may write'],
    ],
  },
  {
    properties: ['S-NODE-5'],
    file: 'src-node/programs/openness.ts',
    guard: 'const byAll = !isSticky && (mode & WRITABLE_BY_ALL) !== 0;',
    without: 'const byAll = false;',
    tests: [['integration/node/ownership.test.ts', 'is everyone, where %s']],
  },
  {
    properties: ['S-NODE-5'],
    file: 'src-node/programs/local-programs.ts',
    guard: 'const locations = [path, namedAs, join(folder, basename(namedAs))];',
    without: 'const locations = [path];',
    tests: [['integration/node/ownership.test.ts', 'is everyone, where %s']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-node/programs/local-programs.ts',
    guard: 'if (end < 0 || end > MOST_FIRST_LINE) return null;',
    without: 'if (end < 0) return null;',
    tests: [['integration/node/remembered.test.ts', 'can only allow a script once whose first line %s']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-node/programs/local-programs.ts',
    guard: 'return /^[\\x20-\\x7e\\t]*$/.test(line) ? line : null;',
    without: 'return line;',
    tests: [['integration/node/remembered.test.ts', 'does not let %s run other code']],
  },
  {
    properties: ['S-NODE-2'],
    file: 'src-node/programs/file-identity.ts',
    guard: 'return now.identity === before.identity && (now.sha256 ?? before.sha256) === before.sha256;',
    without: 'return true;',
    tests: [
      [
        'integration/node/hostile-gateway.test.ts',
        'gets nothing run when the program is %s between the question and the start',
      ],
    ],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/pinning.ts',
    guard: "if (loadsOtherCode(programs.environment)) return not('loads');\n",
    without: '',
    tests: [['integration/node/remembered.test.ts', 'does not let %s run other code']],
  },
  {
    properties: ['S-NODE-4'],
    file: 'src-main/agent/openclaw/node/environment.ts',
    guard: "name.startsWith('LD_') && !entry.includes('/')",
    without: "!entry.includes('/')",
    tests: [
      ['unit/agent/openclaw/node/environment.test.ts', 'finds that programs load what %s=%s of this machine names'],
    ],
  },
];
