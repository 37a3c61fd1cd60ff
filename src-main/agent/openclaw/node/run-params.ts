import * as z from 'zod';
import { InvokeError } from './errors.ts';
import { MOST_ARGUMENTS, MOST_COMMAND_TEXT } from './limits.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Reports whether text reaches a program unchanged: the system cuts it at NUL, and a lone surrogate becomes another character. */
const isPassable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
/** Accepts null like an omitted field. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);
const optionalText = (limit: number) => optional(z.string().max(limit).refine(isPassable));
const words = z
  .array(z.string().max(MOST_ARGUMENTS).refine(isPassable))
  .min(1)
  .max(1024)
  .refine((argv) => argv[0] !== '' && argv.join(' ').length <= MOST_ARGUMENTS);
const common = {
  command: words,
  rawCommand: optionalText(MOST_COMMAND_TEXT),
  cwd: optionalText(4096),
  agentId: optionalText(256),
  sessionKey: optionalText(512),
};
const environment = z
  .record(
    z
      .string()
      .max(128)
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
    z.string().max(32_768).refine(isPassable),
  )
  .refine((variables) => Object.keys(variables).length <= 128);
const fileOperand = z.object({ argvIndex: z.number().int(), path: z.string().refine(isPassable), sha256: z.string() });

const prepareParams = z.object(common);
const runParams = z.object({
  ...common,
  env: optional(environment),
  timeoutMs: optional(z.number().int().min(1)),
  runId: optionalText(256),
  suppressNotifyOnExit: optional(z.boolean()),
  /** Reply of `system.run.prepare`. */
  systemRunPlan: optional(
    z.object({ argv: words, cwd: optional(z.string().refine(isPassable)), mutableFileOperand: optional(fileOperand) }),
  ),
});
const whichParams = z.object({ bins: z.array(z.string().max(255)).max(64) });
const notifyParams = z.object({
  title: optional(z.string().max(4096)),
  body: optional(z.string().max(16_384)),
  priority: optional(z.enum(['passive', 'active', 'timeSensitive'])),
});
const listParams = z.object({ path: optionalText(4096) });

/** Parameters of `system.run.prepare`. */
export type PrepareParams = Partial<z.infer<typeof prepareParams>> & Pick<z.infer<typeof prepareParams>, 'command'>;
/** Parameters of `system.notify`. */
export type NotifyParams = z.infer<typeof notifyParams>;
/** Parameters of `system.run`. */
export type RunParams = z.infer<typeof runParams>;

/** Schema of the parameters of each command from a gateway. Unlisted fields are ignored, among them `approved` and `approvalDecision`. */
export const PARAMS = {
  'system.run': runParams,
  'system.run.prepare': prepareParams,
  'system.which': whichParams,
  'system.notify': notifyParams,
  'fs.listDir': listParams,
} as const;

/** Validates the parameters of a command for `NodeCommands`. Pure. @throws {InvokeError} `INVALID_REQUEST`, naming the field without its contents */
export function readParams<Schema extends z.ZodType>(schema: Schema, params: unknown): z.infer<Schema> {
  const read = safeParse(schema, params);
  if (read.success) return read.data;
  const field = read.error.issues[0]?.path.map(String).slice(0, 3).join('.').slice(0, 64) ?? '';
  throw new InvokeError('INVALID_REQUEST', field === '' ? 'the parameters are not valid' : `${field} is not valid`);
}
