import * as z from 'zod';

/**
 * Combination of keys: modifiers in this order, then one key. `Mod` is Ctrl, or ⌘ on a Mac; `#` stands for any digit, `Arrows` for any arrow key.
 * Letters are upper-case, other keys have the names of `KeyboardEvent.key`.
 */
export const KEY_COMBINATION =
  /^(?:Mod\+)?(?:Ctrl\+)?(?:Alt\+)?(?:Shift\+)?(?:[^\s\p{C}\p{Ll}]|[A-Z][A-Za-z0-9]{1,15})$/u;

/** Maximum number of combinations for one action. */
export const MOST_COMBINATIONS = 4;
/** Maximum number of actions with keys of their own. */
const MOST_ACTIONS = 200;

/**
 * Keys that the person has changed, by action; an action without an entry has its default keys, one with an empty list has none. Actions that a
 * window doesn't know are ignored.
 */
export const keySettings = z
  .record(
    z
      .string()
      .max(64)
      .regex(/^[a-z]+(?:[.-][a-z]+)*$/),
    z.array(z.string().max(40).regex(KEY_COMBINATION)).max(MOST_COMBINATIONS),
  )
  .refine((keys) => Object.keys(keys).length <= MOST_ACTIONS);
export type KeySettings = z.infer<typeof keySettings>;
