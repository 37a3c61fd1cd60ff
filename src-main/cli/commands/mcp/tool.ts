import type * as z from 'zod';
import type { MessageDesk, Wait } from './message-desk.ts';

/** Answer of a tool: text for the model. */
export type ToolAnswer = Readonly<{ text: string; isError?: boolean }>;

/** Call of a tool: whose desk it uses, how it ends early, and a waiter that shows its progress. */
export type ToolCall = Readonly<{
  desk: MessageDesk;
  key: string;
  signal: AbortSignal;
  /** Runs work that waits, at most `seconds`, and shows the client how long it has waited. */
  waiting<Found>(seconds: number, what: string, work: (wait: Wait) => Promise<Found>): Promise<Found>;
}>;

/** Tool of the server. `input` validates the arguments; `run` gets them. */
export type Tool<Input extends z.ZodObject = z.ZodObject> = Readonly<{
  name: string;
  title: string;
  description: string;
  input: Input;
  /** True if it only shows something. */
  isReading: boolean;
  run(input: z.infer<Input>, call: ToolCall): Promise<ToolAnswer>;
}>;

/** Returns a tool, with its arguments' types checked. */
export function tool<Input extends z.ZodObject>(one: Tool<Input>): Tool {
  return one;
}
