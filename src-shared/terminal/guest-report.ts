import * as z from 'zod';

/** Things that happen to a share link or to one of its guests. */
export const GUEST_EVENTS = ['opened', 'asked', 'let-in', 'declined', 'typed', 'left', 'ended'] as const;
/** Event of a share link. */
export type GuestEvent = (typeof GUEST_EVENTS)[number];

const id = z.string().regex(/^[0-9a-f]{8}$/);

/** Fields of a report about a share link, which its host sends to the device that runs the terminal (PROTOCOL section 6.4). */
export const guestReportFields = {
  /** Number that the host gave the link. It isn't the link's secret, nor its ID at the relay. */
  link: id,
  role: z.enum(['view', 'type']),
  event: z.enum(GUEST_EVENTS),
  /** Guest that the event is about; undefined for `opened` and `ended`. The guest has chosen the name. */
  guest: z.strictObject({ id, name: z.string().min(1).max(64) }).optional(),
  /** With `let-in`: no person decided, since the link lets viewers in by itself. */
  automatic: z.literal(true).optional(),
  /** With `opened`: end of the link, ms since 1970. */
  until: z.number().int().min(0).optional(),
  /** Reason of `left` and `ended`. */
  code: z
    .string()
    .max(64)
    .regex(/^[a-z]+(?:[.-][a-z]+)*$/)
    .optional(),
};

const guestReport = z.strictObject(guestReportFields);
/** Report of a host about its share link, or one of its guests. */
export type GuestReport = Readonly<z.infer<typeof guestReport>>;
