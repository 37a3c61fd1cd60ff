import type { Guard } from '../guard.ts';

/** “This machine as a node of a gateway” of docs/SECURITY.md. */
export const NODE: readonly Guard[] = [
  {
    file: 'src-main/agent/node/environment.ts',
    guard: 'if (!isFit || NEVER',
    without: 'if (NEVER',
    tests: [['unit/agent/node/environment.test.ts', 'sets no %s to %j']],
  },
  {
    file: 'src-main/agent/node/policy.ts',
    guard: 'if (!plan.pinning.isPinned) return plan.pinning.reason;',
    without: '',
    tests: [['unit/agent/node/node.test.ts', 'can only allow a script once that is %s']],
  },
  {
    file: 'src-main/agent/node/policy.ts',
    guard: 'return JSON.stringify(rule.files ?? []) === JSON.stringify(pinnedFiles(plan) ?? null);',
    without: 'return true;',
    tests: [
      [
        'unit/agent/node/node.test.ts',
        'asks again when the script that was approved for good, or its interpreter, is another, and says so',
      ],
    ],
  },
  {
    file: 'src-main/agent/node/environment.ts',
    guard: '!isFit || NEVER.some((pattern) => pattern.test(name.toUpperCase()))',
    without: '!isFit',
    tests: [['unit/agent/node/environment.test.ts', 'sets no %s to %j']],
  },
  {
    file: 'src-main/agent/node/policy.ts',
    guard: 'if (rule.sha256 === undefined || rule.sha256 !== program.sha256) return false;\n',
    without: '',
    tests: [
      [
        'unit/agent/node/node.test.ts',
        'asks again when the script that was approved for good, or its interpreter, is another, and says so',
      ],
    ],
  },
  {
    file: 'src-main/agent/node/policy.ts',
    guard: 'return rule.arguments === null || isSame(rule.arguments, plan.argv.slice(1));',
    without: 'return true;',
    tests: [
      [
        'unit/agent/node/node.test.ts',
        'remembers exactly what was approved for good: words, folder, gateway, name, and no variables',
      ],
    ],
  },
  {
    file: 'src-main/agent/node/policy.ts',
    guard: 'if (rule.sha256 === undefined || rule.sha256 !== program.sha256)',
    without: 'if ((rule.sha256 === undefined || rule.sha256 !== program.sha256) && false)',
    tests: [
      [
        'unit/agent/node/node.test.ts',
        'asks again when the script that was approved for good, or its interpreter, is another, and says so',
      ],
    ],
  },
  {
    file: 'src-main/agent/node/policy.ts',
    guard: 'if (rule.unpinned === true || !mayHaveAnyArguments(rule.name))',
    without: 'if ((rule.unpinned === true || !mayHaveAnyArguments(rule.name)) && false)',
    tests: [
      [
        'unit/agent/node/node.test.ts',
        'does not let a rule of a hand-written document run an interpreter with any arguments',
      ],
    ],
  },
  {
    file: 'src-main/agent/node/permission.ts',
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
    file: 'src-main/agent/node/permission.ts',
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
    file: 'src-main/agent/node/permission.ts',
    guard: "if (decision === 'reject') throw",
    without: 'if (false) throw',
    tests: [
      [
        'unit/agent/node/node.test.ts',
        'makes no rule for %s, which may load anything, but where the person takes that upon himself, for one folder',
      ],
    ],
  },
  {
    file: 'src-main/agent/node/commands.ts',
    guard: "if (!budget.take(clock.monotonic())) throw new InvokeError('UNAVAILABLE', 'too many notifications'",
    without: "if (false) throw new InvokeError('UNAVAILABLE', 'too many notifications'",
    tests: [
      ['unit/agent/node/node.test.ts', 'shows notifications under the name of the gateway, cleaned, and only so many'],
    ],
  },
];
