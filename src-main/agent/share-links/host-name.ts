import { cleanName } from '#shared/visible-text/index.ts';

/**
 * Returns who shares a terminal, as a guest reads it: the person, or the device where no person is known. Pure.
 * @param person name of an account, which may be longer than names of devices
 */
export function hostName(person: string | undefined, device: string): string {
  return cleanName(person ?? '') || device;
}
