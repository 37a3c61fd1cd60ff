import type { AutostartView } from '#shared/app-api/index.ts';

/**
 * Setting whether the application starts at login, read from the system, since people also change it there. `createAutostart` creates one; the
 * window's settings show and change it.
 */
export interface Autostart {
  get(): Promise<AutostartView>;
  /** Changes the setting. @throws {AutostartError} `shell.autostart-failed` */
  set(on: boolean): Promise<AutostartView>;
  /** Updates an entry that names the application's former path; called at each start. Never rejects. */
  repair(): Promise<void>;
}
