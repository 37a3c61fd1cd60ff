import { MOST_COMBINATIONS, type KeySettings } from '#shared/app-api/index.ts';
import { defaultKeysOf, keysFor, type Action } from '../../../keys/index.ts';

/** Way to change the keys of an action: new ones instead of the old, or one more combination. */
export type KeyChange = 'replace' | 'add';

/** Returns the settings with a combination for an action. Keys equal to the default ones are left out. Pure. */
export function withKeys(settings: KeySettings, action: Action, combination: string, how: KeyChange): KeySettings {
  const before = how === 'add' ? keysFor(action, settings).filter((each) => each !== combination) : [];
  return withList(settings, action, [...before, combination].slice(-MOST_COMBINATIONS));
}

/** Returns the settings without keys for an action. Pure. */
export function withoutKeys(settings: KeySettings, action: Action): KeySettings {
  return withList(settings, action, []);
}

/** Returns the settings with the default keys of an action. Pure. */
export function withDefaultKeys(settings: KeySettings, action: Action): KeySettings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name !== action));
}

/** Reports whether the person has changed the keys of an action. */
export function isChanged(settings: KeySettings, action: Action): boolean {
  return keysFor(action, settings).join(' ') !== defaultKeysOf(action).join(' ');
}

function withList(settings: KeySettings, action: Action, keys: readonly string[]): KeySettings {
  const changed = { ...settings, [action]: [...keys] };
  return isChanged(changed, action) ? changed : withDefaultKeys(changed, action);
}
