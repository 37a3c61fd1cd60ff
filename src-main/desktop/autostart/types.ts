import type { AutostartView } from '#shared/app-api/index.ts';

/** Whether the application starts at login, as the system has it: people change that in its own settings, too. */
export interface Autostart {
  get(): Promise<AutostartView>;
  /** @throws {AutostartError} `shell.autostart-failed` */
  set(on: boolean): Promise<AutostartView>;
  /** At each start of the application: an entry that leads to where the application was before leads to where it is. Never rejects. */
  repair(): Promise<void>;
}
