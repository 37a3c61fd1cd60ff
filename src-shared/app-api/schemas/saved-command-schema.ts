import * as z from 'zod';
import { givenName, none } from '../fields.ts';
import { LONGEST_LINE, MOST_PLACEHOLDERS, placeholdersOf } from '../../saved-command/index.ts';

/** Most saved commands of a device. */
export const MOST_SAVED_COMMANDS = 256;

const savedCommand = z.strictObject({
  name: givenName,
  /** Line for the shell of a machine, with placeholders such as `{{branch}}`. */
  line: z
    .string()
    .min(1)
    .max(LONGEST_LINE)
    .regex(/^[^\0\r\n]*\S[^\0\r\n]*$/)
    .refine((line) => placeholdersOf(line).length <= MOST_PLACEHOLDERS),
});
/** Command that a person has saved, to run it on machines. */
export type SavedCommand = z.infer<typeof savedCommand>;

const savedCommands = z.array(savedCommand).max(MOST_SAVED_COMMANDS);

/** Calls about saved commands. Part of `AGENT_CALLS`. The agent only keeps them; each run is an `exec.open`. */
export const SAVED_COMMAND_CALLS = {
  'savedCommands.list': { input: none, output: savedCommands },
  /** Saves a command in the place of the one of that name. */
  'savedCommands.put': { input: savedCommand, output: savedCommands },
  'savedCommands.remove': { input: z.strictObject({ name: z.string().min(1).max(64) }), output: savedCommands },
} as const;
