import * as z from 'zod';
import { none } from '../fields.ts';

/** Releases to offer: stable ones only, or also beta versions. */
export const updateChannel = z.enum(['stable', 'beta']);
export type UpdateChannel = z.infer<typeof updateChannel>;

/** Settings of the update check; part of the window's settings. */
export const updateSettings = z.strictObject({
  /** Checks for a newer version regularly, but never downloads or installs it. */
  check: z.boolean(),
  channel: updateChannel,
});
export type UpdateSettings = z.infer<typeof updateSettings>;

export const DEFAULT_UPDATE_SETTINGS: UpdateSettings = { check: true, channel: 'stable' };

/** Available version, whose metadata was signed by a key of this application. */
const release = z.strictObject({
  version: z.string().max(64),
  /** Time of the release, ms since 1970. */
  released: z.number(),
  /** Plain text. */
  notes: z.string().max(20_000).nullable(),
  /** Page about the release with its files. */
  page: z.string().max(2048).nullable(),
  /** Bytes to download; null if this installation doesn't download updates itself. */
  size: z.number().int().min(0).nullable(),
});
export type UpdateRelease = z.infer<typeof release>;

/**
 * Update method of this installation. `self`: downloads and installs the update after a confirmation. `deb`, `rpm`: the package manager. `download`:
 * the person replaces the file, such as the portable program. `move`: by itself, but only after the person has moved the application to a folder that
 * can be written. `source`: built from the sources.
 */
export const updateMethod = z.enum(['self', 'deb', 'rpm', 'download', 'move', 'source']);
export type UpdateMethod = z.infer<typeof updateMethod>;

const updates = z.strictObject({
  installed: z.string().max(64),
  way: updateMethod,
  /** This build knows where releases are published, and the key that signs them. */
  available: z.boolean(),
  /** Time of the last successful check, ms since 1970; null before the first. */
  checkedAt: z.number().nullable(),
  state: z.discriminatedUnion('name', [
    /** No newer version is known. */
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
    /** Downloaded and verified. The next restart that the person requests installs it. */
    z.strictObject({ name: z.literal('ready'), release }),
    z.strictObject({
      name: z.literal('failed'),
      /** Null if nothing is known about the release. */
      release: release.nullable(),
      during: z.enum(['check', 'download', 'install']),
      /** Error code; `details` has the values for its text. */
      problem: z.string().max(64),
      details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    }),
  ]),
});
/** State of updates of this installation. */
export type UpdatesView = z.infer<typeof updates>;

const licences = z.strictObject({
  packages: z
    .array(
      z.strictObject({
        name: z.string().max(214),
        version: z.string().max(64),
        /** Licence as the package names it, such as `MIT`. */
        licence: z.string().max(200),
        /** Index in `texts`. */
        text: z.number().int().min(0).nullable(),
      }),
    )
    .max(2000),
  /** Each text once, with its copyright line. */
  texts: z.array(z.string().max(200_000)).max(2000),
});
/** Licences of the libraries in this application. */
export type Licences = z.infer<typeof licences>;

/**
 * State of the `clawreach` command of this installation. `installed`: a shell finds it. `other`: a shell finds another one, at `path`. `missing`: the
 * application can install it. `none`: this program isn't installed, so it has no command.
 */
const command = z.strictObject({
  state: z.enum(['installed', 'other', 'missing', 'none']),
  /** File that a shell runs, or would run after the installation. */
  path: z.string().max(4096).nullable(),
  /**
   * Origin of the command. `package`: installed and removed with the application. `link`, `copy`: created by the application, which can remove it.
   */
  by: z.enum(['package', 'link', 'copy']).nullable(),
  /** Folder that is missing in the PATH of shells; null if none is. */
  missingInPath: z.string().max(4096).nullable(),
});
export type InstalledCommand = z.infer<typeof command>;

/**
 * Calls about the application itself, which only the desktop application answers: updates, the installed `clawreach` command, and the licences of its
 * libraries (also in a browser). Part of `SHELL_CALLS`.
 */
export const UPDATE_CALLS = {
  'shell.updates.get': { input: none, output: updates },
  /** Checks now and returns the result; an error is part of the state. */
  'shell.updates.check': { input: none, output: updates },
  /** Starts the download of the available release; answers at once. */
  'shell.updates.download': { input: none, output: updates },
  'shell.updates.cancel': { input: none, output: updates },
  /** Ends the application, installs the downloaded release and restarts, after the person has confirmed it in the window. */
  'shell.updates.install': { input: none, output: updates },
  'shell.licences': { input: none, output: licences },
  'shell.command.get': { input: none, output: command },
  'shell.command.install': { input: none, output: command },
  'shell.command.remove': { input: none, output: command },
} as const satisfies Readonly<Record<string, Readonly<{ input: z.ZodType; output: z.ZodType }>>>;

/** Event about the state of updates. */
export const UPDATE_EVENTS = { 'shell.updates.changed': updates } as const;
