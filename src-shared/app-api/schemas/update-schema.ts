import * as z from 'zod';
import { none } from '../fields.ts';

/*
 * The application's own affairs on this machine, part of the shell's half of the contract: its updates, the `clawreach` command that comes with
 * it, and the licences of what it is made of. A browser's window has licences only.
 */

export const updateChannel = z.enum(['stable', 'beta']);
export type UpdateChannel = z.infer<typeof updateChannel>;

export const updateSettings = z.strictObject({
  /** Look for a newer version now and then. Nothing is downloaded or installed by it. */
  check: z.boolean(),
  channel: updateChannel,
});
export type UpdateSettings = z.infer<typeof updateSettings>;

export const DEFAULT_UPDATE_SETTINGS: UpdateSettings = { check: true, channel: 'stable' };

/** A version that can be had. Its metadata was signed by a key of this application. */
const release = z.strictObject({
  version: z.string().max(64),
  /** When it was made, ms since 1970. */
  released: z.number(),
  /** Plain text. */
  notes: z.string().max(20_000).nullable(),
  /** Where a person reads about it and finds its files. */
  page: z.string().max(2048).nullable(),
  /** Bytes to download; null where this installation downloads nothing itself. */
  size: z.number().int().min(0).nullable(),
});
export type UpdateRelease = z.infer<typeof release>;

/**
 * How this installation gets a newer version. `self`: downloads it and installs it after a yes. `deb`, `rpm`: by the package. `download`: by a new
 * file, such as the portable program. `move`: by itself, once the application lies where it may be replaced. `source`: from the sources.
 */
export const updateMethod = z.enum(['self', 'deb', 'rpm', 'download', 'move', 'source']);
export type UpdateMethod = z.infer<typeof updateMethod>;

const updates = z.strictObject({
  installed: z.string().max(64),
  way: updateMethod,
  /** Whether this build knows where versions are told, and a key that signs them. */
  available: z.boolean(),
  /** Ms since 1970 of the last look that was answered; null before the first. */
  checkedAt: z.number().nullable(),
  state: z.discriminatedUnion('name', [
    /** Nothing newer is known. */
    z.strictObject({ name: z.literal('idle') }),
    z.strictObject({ name: z.literal('checking') }),
    z.strictObject({ name: z.literal('available'), release }),
    z.strictObject({
      name: z.literal('downloading'),
      release,
      /** Bytes. */
      received: z.number().min(0),
      total: z.number().min(0),
    }),
    /** Lies here, complete and checked; installed by the next restart that the person asks for. */
    z.strictObject({ name: z.literal('ready'), release }),
    z.strictObject({
      name: z.literal('failed'),
      /** Null when nothing could be found out. */
      release: release.nullable(),
      during: z.enum(['check', 'download', 'install']),
      /** Key of `ERROR_TEXTS`, with the values of its text. */
      problem: z.string().max(64),
      details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    }),
  ]),
});
export type UpdatesView = z.infer<typeof updates>;

const licences = z.strictObject({
  packages: z
    .array(
      z.strictObject({
        name: z.string().max(214),
        version: z.string().max(64),
        /** As the package names it, such as `MIT`. */
        licence: z.string().max(200),
        /** Index in `texts`. */
        text: z.number().int().min(0).nullable(),
      }),
    )
    .max(2000),
  /** Each text once, with its copyright line. */
  texts: z.array(z.string().max(200_000)).max(2000),
});
export type Licences = z.infer<typeof licences>;

/**
 * The `clawreach` command of this installation. `installed`: a terminal finds it. `other`: a terminal finds another one, at `path`. `missing`: it
 * can be installed from here. `none`: this is no installation, so there is none.
 */
const command = z.strictObject({
  state: z.enum(['installed', 'other', 'missing', 'none']),
  /** What a terminal runs, or would run after the installation. */
  path: z.string().max(4096).nullable(),
  /** `package`: came with the installation and goes with it. `link`, `copy`: made from here, and can be taken away. */
  by: z.enum(['package', 'link', 'copy']).nullable(),
  /** Folder that terminals do not look into yet; null when all is well. */
  missingInPath: z.string().max(4096).nullable(),
});
export type InstalledCommand = z.infer<typeof command>;

export const UPDATE_CALLS = {
  'shell.updates.get': { input: none, output: updates },
  /** Looks now. Answers when it knows; what went wrong is in the state. */
  'shell.updates.check': { input: none, output: updates },
  /** Starts the download of what is available; answers at once. */
  'shell.updates.download': { input: none, output: updates },
  'shell.updates.cancel': { input: none, output: updates },
  /** Ends the application in order, installs what is ready and starts it again, after the person has said yes in the window. */
  'shell.updates.install': { input: none, output: updates },
  'shell.licences': { input: none, output: licences },
  'shell.command.get': { input: none, output: command },
  'shell.command.install': { input: none, output: command },
  'shell.command.remove': { input: none, output: command },
} as const satisfies Readonly<Record<string, Readonly<{ input: z.ZodType; output: z.ZodType }>>>;

export const UPDATE_EVENTS = { 'shell.updates.changed': updates } as const;
