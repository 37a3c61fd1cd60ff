import * as z from 'zod';

/** Parsed value, or the problems of a value that doesn't match. */
export type Parsed<Output> =
  | Readonly<{ success: true; data: Output; error?: undefined }>
  | Readonly<{ success: false; data?: undefined; error: z.ZodError }>;

/**
 * Parses an untrusted value like zod's own `safeParse`, but never throws. Zod's checks of a length run on values of any type, and throw for an object
 * whose `length` has no primitive value, such as `{"length": {"toString": 1, "valueOf": 1}}` (zod 4.6.7, `core/checks.js`). Used at every boundary
 * that reads what others have written. Pure.
 */
export function safeParse<Schema extends z.ZodType>(schema: Schema, value: unknown): Parsed<z.output<Schema>> {
  try {
    const parsed = schema.safeParse(value);
    return parsed.success ? { success: true, data: parsed.data } : { success: false, error: parsed.error };
  } catch {
    return {
      success: false,
      error: new z.ZodError([{ code: 'custom', path: [], message: 'invalid', input: undefined }]),
    };
  }
}
