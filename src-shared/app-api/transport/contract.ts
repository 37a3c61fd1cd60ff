import type * as z from 'zod';
import type { AppCall, AppEvent } from '../schema.ts';

/** Schemas of what the agent sends in return for a call. */
export type AnswerSchemas = Readonly<{ output: z.ZodType; progress?: z.ZodType }>;

/**
 * Part of the contract that a client needs: schemas of answers and of events. A promise stands for schemas that are still being loaded; the same request
 * later returns them at once. It rejects with {AppApiError} `control.load` if they can't be loaded, which says nothing about the agent.
 */
export interface AnswerContract {
  answersTo(call: AppCall): AnswerSchemas | Promise<AnswerSchemas>;
  payloadOf(event: AppEvent): z.ZodType | Promise<z.ZodType>;
}
