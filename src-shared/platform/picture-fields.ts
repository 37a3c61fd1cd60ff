import * as z from 'zod';
import { PLATFORM_LIMITS } from './limits.ts';

/** Media types of pictures. */
export const PICTURE_TYPES = ['image/webp', 'image/png'] as const;
/** Media type of a picture. */
export type PictureType = (typeof PICTURE_TYPES)[number];

/** Name of a picture in its address: the SHA-256 of its bytes, so that another picture has another address. */
export const pictureHash = z.string().regex(/^[0-9a-f]{64}$/);

/** Bytes of a picture, as an answer. */
export const pictureBytes = z.instanceof(Uint8Array);

/** Picture to set, with the media type that the sender names. The relay looks at the bytes, and rejects it with `account.picture` if they aren't of that type. */
export const pictureInput = z.strictObject({
  type: z.enum(PICTURE_TYPES),
  bytes: pictureBytes.refine(({ length }) => length <= PLATFORM_LIMITS.picture, { error: 'too large' }),
});
