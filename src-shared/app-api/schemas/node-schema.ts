import * as z from 'zod';
import { none } from '../fields.ts';
import { gatewayReference } from './gateway-schema.ts';

const text = z.string().max(4096);
const time = z.number().int();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * Rule that lets a gateway run one program on this machine without asking. It matches the program's real path and content, with any or exactly these
 * arguments.
 */
const rule = z.strictObject({
  id: z.string().max(64),
  /** Absolute, links resolved. */
  program: z.string().min(1).max(4096),
  /** Exact `argv[0]`. A rule without it was stored by an earlier version and no longer matches. */
  name: z.string().min(1).max(4096).optional(),
  /** SHA-256 of the program. Undefined in a rule that no longer matches, and in an `unpinned` one. */
  sha256: sha256.optional(),
  /** Field of earlier versions; not used any more. */
  calledAs: z.string().min(1).max(255).optional(),
  /** The person allows the program although it can load files that the rule doesn't check. Only together with `directory`. */
  unpinned: z.literal(true).optional(),
  /** Exact arguments. Null allows any, but only for programs known not to load or write files. */
  arguments: z.array(z.string().max(65_536)).max(1024).nullable(),
  /** Working directory that the rule requires, links resolved; undefined for any. */
  directory: z.string().min(1).max(4096).optional(),
  /** Files that the program runs or its arguments name. The rule matches only while each has this SHA-256. */
  files: z
    .array(z.strictObject({ path: z.string().min(1).max(4096), sha256 }))
    .max(64)
    .optional(),
  /** ID of the gateway that the rule is for; null for all gateways. */
  gateway: z.string().max(64).nullable(),
  addedAt: time,
  lastUsedAt: time.nullable(),
});
export type NodeRule = z.infer<typeof rule>;

/** Policies for programs without a rule: `ask` the person here, `deny`, or `allow` everything. */
export const NODE_POLICIES = ['ask', 'deny', 'allow'] as const;
/** Policy of this machine as a node: the programs that gateways may run, and the folders that they may list. */
export const nodePolicy = z.strictObject({
  default: z.enum(NODE_POLICIES),
  rules: z.array(rule).max(512),
  /** Folders that `fs.listDir` may show; empty: the home folder and everything below. */
  folders: z.array(z.string().min(1).max(4096)).max(64),
});
export type NodePolicy = z.infer<typeof nodePolicy>;

const runView = z.strictObject({
  id: z.number().int(),
  gateway: z.string(),
  gatewayName: z.string(),
  command: z.string().max(65_536),
  directory: text.nullable(),
  agent: text.nullable(),
  startedAt: time,
  endedAt: time.nullable(),
  exitCode: z.number().int().nullable(),
  /** Result. Any value but `running` and `finished` tells why the program was stopped or never started. */
  outcome: z.enum(['running', 'finished', 'denied', 'timed-out', 'cancelled', 'failed']),
  /** Length in characters. */
  outputLength: z.number().int(),
});
/** Program that a gateway has run or requested to run on this machine. */
export type NodeRun = z.infer<typeof runView>;

/**
 * Calls for this machine's role as a node of OpenClaw gateways: the policy, and the programs that gateways have run here. Part of `AGENT_CALLS`.
 * Times are ms since 1970.
 */
export const NODE_CALLS = {
  'node.policy.get': { input: none, output: nodePolicy },
  /** Fails with `node.any-arguments` for a rule under which the gateway could run anything. */
  'node.policy.set': { input: z.strictObject({ policy: nodePolicy }), output: nodePolicy },
  /**
   * Adds a rule for a program in its currently installed version. Fails with `node.unpinned` if the program can load files that a rule can't check.
   */
  'node.allow': {
    input: z.strictObject({
      /** Typed program: a name that is found in PATH, or an absolute path. */
      program: z.string().min(1).max(4096),
      arguments: z.array(z.string().max(65_536)).max(1023).nullable(),
      /** Null: for all gateways. */
      gateway: gatewayReference.nullable(),
      /** Absolute; left out: any folder, or the home folder where the command depends on it. */
      directory: z.string().min(1).max(4096).optional(),
      /** The person accepts that the program may load any file; only with `arguments`. */
      unpinned: z.literal(true).optional(),
    }),
    output: rule,
  },
  /** Lists running programs and the last 500 finished ones, newest first. */
  'node.runs': { input: none, output: z.array(runView).max(1024) },
  'node.cancel': { input: z.strictObject({ run: z.number().int() }), output: none },
} as const;

/** Event with the running and newest programs. */
export const NODE_EVENTS = {
  'node.runs.changed': z.array(runView).max(64),
} as const;
