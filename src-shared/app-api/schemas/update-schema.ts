import * as z from 'zod';
import { none } from '../fields.ts';

/*
 * The application's own affairs on this machine, part of the shell's half of the contract: its updates, the `clawreach` command that comes with
 * it, and the licences of what it is made of. A browser's window has licences only.
 */

export const updateChannel = z.enum(['stable', 'beta']);
export type UpdateChannel = z.infer<typeof updateChannel>;

export const updateSettings = z.strictObject({
  /** Checks for a newer version now and then; never downloads or installs it. */
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
  /** Bytes to download; null where this installation downloads nothing itself. */
  size: z.number().int().min(0).nullable(),
});
export type UpdateRelease = z.infer<typeof release>;

/**
 * Update method of this installation. `self`: downloads and installs it after a confirmation. `deb`, `rpm`: by the package. `download`: by a new
 * file, such as the portable program. `move`: by itself, once the application is in a replaceable location. `source`: from the sources.
 */
export const updateMethod = z.enum(['self', 'deb', 'rpm', 'download', 'move', 'source']);
export type UpdateMethod = z.infer<typeof updateMethod>;

const updates = z.strictObject({
  installed: z.string().max(64),
  way: updateMethod,
  /** This build knows where releases are published, and their signing key. */
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
    /** Downloaded and verified; installed by the next restart that the person requests. */
    z.strictObject({ name: z.literal('ready'), release }),
    z.strictObject({
      name: z.literal('failed'),
      /** Null if nothing is known about the release. */
      release: release.nullable(),
      during: z.enum(['check', 'download', 'install']),
      /** Error code, with the values of its text. */
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
export type Licences = z.infer<typeof licences>;

/**
 * State of this installation's `clawreach` command. `installed`: a terminal finds it. `other`: a terminal finds another one, at `path`. `missing`: it
 * can be installed from here. `none`: this isn't an installation.
 */
const command = z.strictObject({
  state: z.enum(['installed', 'other', 'missing', 'none']),
  /** File that a terminal runs, or would run after the installation. */
  path: z.string().max(4096).nullable(),
  /** `package`: comes and goes with the installation. `link`, `copy`: made from here, and removable. */
  by: z.enum(['package', 'link', 'copy']).nullable(),
  /** Folder that is missing in the terminals' PATH; null if nothing is missing. */
  missingInPath: z.string().max(4096).nullable(),
});
export type InstalledCommand = z.infer<typeof command>;

export const UPDATE_CALLS = {
  'shell.updates.get': { input: none, output: updates },
  /** Checks now and answers with the result; an error is part of the state. */
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

export const UPDATE_EVENTS = { 'shell.updates.changed': updates } as const;
