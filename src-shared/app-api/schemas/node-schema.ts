import * as z from 'zod';
import { none } from '../fields.ts';
import { gatewayReference } from './gateway-schema.ts';

/** This machine as a node of gateways: the programs it lets run. Times are ms since 1970. */

const text = z.string().max(4096);
const time = z.number().int();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Program that may run without asking, by real path and content, with any or exactly these arguments. */
const rule = z.strictObject({
  id: z.string().max(64),
  /** Absolute, links resolved. */
  program: z.string().min(1).max(4096),
  /** Exact `argv[0]`. Earlier versions left it out and checked less: such a rule no longer matches. */
  name: z.string().min(1).max(4096).optional(),
  /** SHA-256 of the program. Left out in a rule that no longer matches or is `unpinned`. */
  sha256: sha256.optional(),
  /** Field of earlier versions. */
  calledAs: z.string().min(1).max(255).optional(),
  /** The person allows it although it can load other files, whatever these and the program contain; always with a folder. */
  unpinned: z.literal(true).optional(),
  /** Null: any arguments, only for programs known to load and write nothing. */
  arguments: z.array(z.string().max(65_536)).max(1024).nullable(),
  /** Only in this folder, links resolved; left out: in any. */
  directory: z.string().min(1).max(4096).optional(),
  /** Only while the files that it runs or its arguments name have this SHA-256. */
  files: z
    .array(z.strictObject({ path: z.string().min(1).max(4096), sha256 }))
    .max(64)
    .optional(),
  /** ID of the gateway it applies to; null for all. */
  gateway: z.string().max(64).nullable(),
  addedAt: time,
  lastUsedAt: time.nullable(),
});
export type NodeRule = z.infer<typeof rule>;

/** Policy for programs without a rule: `ask` asks the person here, `deny` denies, `allow` lets everything run. */
export const NODE_POLICIES = ['ask', 'deny', 'allow'] as const;
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
  /** Result; the other ones than `finished` say why it ended or never ran. */
  outcome: z.enum(['running', 'finished', 'denied', 'timed-out', 'cancelled', 'failed']),
  /** Length in characters. */
  outputLength: z.number().int(),
});
export type NodeRun = z.infer<typeof runView>;

export const NODE_CALLS = {
  'node.policy.get': { input: none, output: nodePolicy },
  /** Fails with `node.any-arguments` for a rule that would let everything run. */
  'node.policy.set': { input: z.strictObject({ policy: nodePolicy }), output: nodePolicy },
  /** Adds a rule for a program as it is installed now. Fails with `node.unpinned` if it can load unknown files. */
  'node.allow': {
    input: z.strictObject({
      /** Typed program: a name that is found in PATH, or an absolute path. */
      program: z.string().min(1).max(4096),
      arguments: z.array(z.string().max(65_536)).max(1023).nullable(),
      /** Null: for all gateways. */
      gateway: gatewayReference.nullable(),
      /** Absolute; left out: any folder, or the home folder where the command depends on it. */
      directory: z.string().min(1).max(4096).optional(),
      /** The person accepts whatever it loads; only with `arguments`. */
      unpinned: z.literal(true).optional(),
    }),
    output: rule,
  },
  /** Running ones and the last five hundred, newest first. */
  'node.runs': { input: none, output: z.array(runView).max(1024) },
  'node.cancel': { input: z.strictObject({ run: z.number().int() }), output: none },
} as const;

export const NODE_EVENTS = {
  'node.runs.changed': z.array(runView).max(64),
} as const;
