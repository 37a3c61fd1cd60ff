/**
 * Schemas for running in the background: pause, problems of the profile, service managers, autostart, notifications. Pure data, used by the contract
 * in `schema.ts` and `shell-schema.ts`.
 */
import * as z from 'zod';
import { none } from '../fields.ts';

/** Pause of a device, during which it makes no connections; part of the agent's status. Times are ms since 1970. */
export const pauseView = z.strictObject({
  since: z.number().int(),
  /** Automatic end; null if the pause lasts until a person resumes. */
  until: z.number().int().nullable(),
});
export type PauseView = z.infer<typeof pauseView>;

/** Problem with the profile that doesn't stop the agent: an error code, and the values for the placeholders of its text. */
export const profileProblem = z.strictObject({
  code: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type ProfileProblem = z.infer<typeof profileProblem>;

/** Maximum number of profile problems in the agent's status. */
export const MOST_PROFILE_PROBLEMS = 32;

/** Service managers that can run the agent and restart it after an error. The agent reports in its status which one runs it. */
export const SERVICE_KINDS = ['systemd', 'launchd', 'task'] as const;
export const serviceKind = z.enum(SERVICE_KINDS);
export type ServiceKind = z.infer<typeof serviceKind>;

/** Autostart of the application at login. */
const autostartView = z.strictObject({
  state: z.enum(['on', 'off']),
  /** Error code that says why autostart is unavailable, or fails although it is on; null without a problem. */
  problem: z.string().nullable(),
  /** File of the autostart entry, which the problem's text shows; null if the system stores the entry itself. */
  file: z.string().nullable(),
});
/** State of autostart. */
export type AutostartView = z.infer<typeof autostartView>;

/** Calls that read and change autostart. The desktop application answers them, not the agent; part of `SHELL_CALLS`. */
export const AUTOSTART_CALLS = {
  'shell.autostart.get': { input: none, output: autostartView },
  /** Changes autostart and returns the state that the system reports. At login the application then starts without a window. */
  'shell.autostart.set': { input: z.strictObject({ on: z.boolean() }), output: autostartView },
} as const;

/** System notifications that a person wants: all, only those about pending requests, or none. */
export const NOTICE_LEVELS = ['all', 'requests', 'none'] as const;
/** One of `NOTICE_LEVELS`. Also accepts the boolean that earlier versions stored in its place: true means `all`, false means `none`. */
export const noticeLevel = z.preprocess(
  (value) => (value === true ? 'all' : value === false ? 'none' : value),
  z.enum(NOTICE_LEVELS),
);
export type NoticeLevel = z.infer<typeof noticeLevel>;
