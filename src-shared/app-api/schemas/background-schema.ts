import * as z from 'zod';
import { none } from '../fields.ts';

/** What runs while nobody looks: the pause of a device, and what is wrong with what it keeps. Times are milliseconds since 1970. */

/** A person wants no connection at all. */
export const pauseView = z.strictObject({
  since: z.number().int(),
  /** When it ends by itself; null when only a person ends it. */
  until: z.number().int().nullable(),
});
export type PauseView = z.infer<typeof pauseView>;

/** Something that is wrong with the profile while the agent runs: a key of `ERROR_TEXTS`, and what its placeholders stand for. */
export const profileProblem = z.strictObject({
  code: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type ProfileProblem = z.infer<typeof profileProblem>;

/** At most so many problems are told. */
export const MOST_PROFILE_PROBLEMS = 32;

/** What starts the agent again when it has ended with an error: the service manager of the system. */
export const SERVICE_KINDS = ['systemd', 'launchd', 'task'] as const;
export const serviceKind = z.enum(SERVICE_KINDS);
export type ServiceKind = z.infer<typeof serviceKind>;

/** Whether the application starts when the person logs in to this machine. */
const autostartView = z.strictObject({
  state: z.enum(['on', 'off']),
  /** Key of `ERROR_TEXTS`: why it does not start although it is on, or cannot be had at all. */
  problem: z.string().nullable(),
  /** What the text of the problem shows, and where it is written; null where the system keeps it. */
  file: z.string().nullable(),
});
export type AutostartView = z.infer<typeof autostartView>;

/** The application only. */
export const AUTOSTART_CALLS = {
  'shell.autostart.get': { input: none, output: autostartView },
  /** Answers what the system says then. It starts without a window. */
  'shell.autostart.set': { input: z.strictObject({ on: z.boolean() }), output: autostartView },
} as const;

/** Which notices of the system a person wants: also news, only what waits for an answer, or none. */
export const NOTICE_LEVELS = ['all', 'requests', 'none'] as const;
/** Older documents have a switch instead. */
export const noticeLevel = z.preprocess(
  (value) => (value === true ? 'all' : value === false ? 'none' : value),
  z.enum(NOTICE_LEVELS),
);
export type NoticeLevel = z.infer<typeof noticeLevel>;
