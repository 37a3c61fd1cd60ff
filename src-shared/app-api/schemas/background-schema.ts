import * as z from 'zod';
import { none } from '../fields.ts';

/** Background state of a device: its pause, autostart, service and profile problems. Times are ms since 1970. */

/** Pause of all connections. */
export const pauseView = z.strictObject({
  since: z.number().int(),
  /** Automatic end; null when only a person ends it. */
  until: z.number().int().nullable(),
});
export type PauseView = z.infer<typeof pauseView>;

/** Problem with the profile while the agent runs: an error code, and the values of its text's placeholders. */
export const profileProblem = z.strictObject({
  code: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type ProfileProblem = z.infer<typeof profileProblem>;

/** Most problems reported. */
export const MOST_PROFILE_PROBLEMS = 32;

/** Service managers that restart the agent after an error. */
export const SERVICE_KINDS = ['systemd', 'launchd', 'task'] as const;
export const serviceKind = z.enum(SERVICE_KINDS);
export type ServiceKind = z.infer<typeof serviceKind>;

/** Autostart of the application at login. */
const autostartView = z.strictObject({
  state: z.enum(['on', 'off']),
  /** Error code: why autostart fails although it is on, or is unavailable. */
  problem: z.string().nullable(),
  /** File of the entry, which the problem's text shows; null where the system stores it. */
  file: z.string().nullable(),
});
export type AutostartView = z.infer<typeof autostartView>;

/** Calls that only the application answers. */
export const AUTOSTART_CALLS = {
  'shell.autostart.get': { input: none, output: autostartView },
  /** Changes autostart and returns the system's state. The application starts without a window then. */
  'shell.autostart.set': { input: z.strictObject({ on: z.boolean() }), output: autostartView },
} as const;

/** System notifications that a person wants: all, only requests that wait, or none. */
export const NOTICE_LEVELS = ['all', 'requests', 'none'] as const;
/** Documents of earlier versions have a boolean instead. */
export const noticeLevel = z.preprocess(
  (value) => (value === true ? 'all' : value === false ? 'none' : value),
  z.enum(NOTICE_LEVELS),
);
export type NoticeLevel = z.infer<typeof noticeLevel>;
