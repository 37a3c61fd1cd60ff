import { CORE_SCHEMA, load } from 'js-yaml';
import * as z from 'zod';
import { UpdateError } from './update-error.ts';
import { parseVersion } from './version.ts';

const time = z.iso.datetime().transform((text) => Date.parse(text));
const version = z
  .string()
  .max(64)
  .refine((text) => parseVersion(text) !== undefined);

/**
 * Schema of electron-builder's metadata of a release, with the fields that the sign script adds under `clawreach`, so
 * that a file signed for one channel, system or time is not valid for another.
 */
const metadata = z.object({
  version,
  files: z
    .array(
      z.object({
        url: z.url({ protocol: /^https?$/ }).max(2048),
        /** SHA-512, base64. */
        sha512: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
        size: z.number().int().min(1).max(2_000_000_000),
      }),
    )
    .min(1)
    .max(16),
  releaseDate: time,
  releaseNotes: z.string().max(20_000).optional(),
  clawreach: z.object({
    channel: z.enum(['stable', 'beta']),
    /** System, as in the file name: `linux-x64`, `darwin`, `win32`. */
    system: z.string().max(32),
    signed: time,
    expires: time,
    page: z
      .url({ protocol: /^https$/ })
      .max(2048)
      .optional(),
  }),
});
/** Metadata of one release: its version, files and notes, and what the sign script added. */
export type ReleaseMetadata = z.infer<typeof metadata>;

/**
 * Parses metadata whose signature `ReleaseFeed` has verified. Pure.
 * @throws {UpdateError} `update.malformed`
 */
export function readMetadata(bytes: Uint8Array): ReleaseMetadata {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return metadata.parse(load(text, { schema: CORE_SCHEMA }));
  } catch (cause) {
    throw new UpdateError('update.malformed', 'the metadata of a release cannot be read', { cause });
  }
}
