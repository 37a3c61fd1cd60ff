import * as z from 'zod';
import { none } from '../fields.ts';
import { gatewayReference } from './gateway-schema.ts';

/** This machine as a node of gateways: what it lets run. Times are milliseconds since 1970. */

const text = z.string().max(4096);
const time = z.number().int();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A program that may run without a question: by its real path and contents, and all or exactly these arguments. */
const rule = z.strictObject({
  id: z.string().max(64),
  /** Absolute, links resolved. */
  program: z.string().min(1).max(4096),
  /** `argv[0]`, exactly. Left out by older versions, which checked less: such a rule lets nothing run any more. */
  name: z.string().min(1).max(4096).optional(),
  /** SHA-256 of the program. Left out in a rule that lets nothing run, or is `unpinned`. */
  sha256: sha256.optional(),
  /** Field of older versions. */
  calledAs: z.string().min(1).max(255).optional(),
  /** The person has said that it may run although it can load other files, whatever these and the program hold; always with a folder. */
  unpinned: z.literal(true).optional(),
  /** Null: whatever they are; only for programs that are known to load and write nothing. */
  arguments: z.array(z.string().max(65_536)).max(1024).nullable(),
  /** Only in this folder, links resolved; left out: in any. */
  directory: z.string().min(1).max(4096).optional(),
  /** Only as long as the files that it runs, or that its arguments name, hold this: SHA-256. */
  files: z
    .array(z.strictObject({ path: z.string().min(1).max(4096), sha256 }))
    .max(64)
    .optional(),
  /** Id of the gateway it holds for; null for all. */
  gateway: z.string().max(64).nullable(),
  addedAt: time,
  lastUsedAt: time.nullable(),
});
export type NodeRule = z.infer<typeof rule>;

/** `ask`: a program without a rule waits for the person here; `deny`: it is refused; `allow`: everything runs. */
export const NODE_POLICIES = ['ask', 'deny', 'allow'] as const;
export const nodePolicy = z.strictObject({
  default: z.enum(NODE_POLICIES),
  rules: z.array(rule).max(512),
  /** Folders that `fs.listDir` may show; empty: the home folder and all below. */
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
  /** Why it ended otherwise, or never ran. */
  outcome: z.enum(['running', 'finished', 'denied', 'timed-out', 'cancelled', 'failed']),
  /** Characters. */
  outputLength: z.number().int(),
});
export type NodeRun = z.infer<typeof runView>;

export const NODE_CALLS = {
  'node.policy.get': { input: none, output: nodePolicy },
  /** Fails with `node.any-arguments` for a rule that would let everything run. */
  'node.policy.set': { input: z.strictObject({ policy: nodePolicy }), output: nodePolicy },
  /** Adds a rule for a program as it is found here now. Fails with `node.unpinned` where it can load files that are not known. */
  'node.allow': {
    input: z.strictObject({
      /** As typed: a name that PATH leads to, or an absolute path. */
      program: z.string().min(1).max(4096),
      arguments: z.array(z.string().max(65_536)).max(1023).nullable(),
      /** Null: for all gateways. */
      gateway: gatewayReference.nullable(),
      /** Absolute; left out: in any folder, or in the home folder where the command means something else in each. */
      directory: z.string().min(1).max(4096).optional(),
      /** The person takes upon himself what it loads; only with `arguments`. */
      unpinned: z.literal(true).optional(),
    }),
    output: rule,
  },
  /** Newest first; what runs now and the last five hundred. */
  'node.runs': { input: none, output: z.array(runView).max(1024) },
  'node.cancel': { input: z.strictObject({ run: z.number().int() }), output: none },
} as const;

export const NODE_EVENTS = {
  'node.runs.changed': z.array(runView).max(64),
} as const;
