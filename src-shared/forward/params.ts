import * as z from 'zod';
import { ForwardError } from './errors.ts';

/** Longest name of RFC 1035, as text; a zone id of RFC 4007 fits as well. */
export const MAX_HOST = 255;

/** A name or an address without brackets. What it means is found out where the connection is made. */
export const hostText = z
  .string()
  .min(1)
  .max(MAX_HOST)
  // Printable ASCII without blanks, slashes, brackets and what separates a user or a port: names beyond ASCII come in their ACE form.
  .regex(/^[A-Za-z0-9._:%~-]+$/);
export const port = z.number().int().min(1).max(65_535);
const target = z.strictObject({ host: hostText, port });
/** Destination of a connection: a name or an address, as the program gave it, and a port. */
export type Target = z.infer<typeof target>;

/**
 * Params of OPEN for a `tcp` stream (PROTOCOL section 9).
 *
 * - `to`: connect there. The answer's params tell the address. Bytes of the stream are the connection's; its half-closes and resets are passed on.
 * - `listen`: listen there for me. The stream carries no bytes; it lasts as long as the listener. The answer tells the port.
 * - `from`: a connection that came to the listener that stream `listener` of the other side asked for.
 */
export const tcpParams = z.union([
  z.strictObject({ to: target }),
  z.strictObject({ listen: z.strictObject({ host: hostText, port: z.number().int().min(0).max(65_535) }) }),
  z.strictObject({ from: z.strictObject({ listener: z.number().int().min(0), address: z.string().max(80) }) }),
]);
export type TcpParams = z.infer<typeof tcpParams>;

/** Least and most seconds without a datagram after which an association ends. */
const idleSeconds = z.number().int().min(10).max(600);

/**
 * Params of OPEN for a `udp` stream (PROTOCOL section 9): an association. It carries no bytes; datagrams travel in DATAGRAM frames of the flow
 * that the opener chose, until the stream ends.
 *
 * - `to`: all go to and come from there. Without it each datagram begins with its other end (`endpoint.ts`).
 * - `idle`: it ends after so many seconds without a datagram, 300 where it does not say.
 * - `token`: an association with the same one, a moment later, has the same port there: what took the place of one that was lost looks the same
 *   to the other end.
 */
export const udpParams = z.strictObject({
  flow: z.number().int().min(1).max(0xffff_ffff),
  to: target.optional(),
  idle: idleSeconds.optional(),
  token: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
});
export type UdpParams = z.infer<typeof udpParams>;

const associatedReply = z.strictObject({ address: z.string().max(80).optional() });
/** Address of the datagrams of an association with `to`, as `ip:port`. */
export type AssociatedReply = z.infer<typeof associatedReply>;
const connectedReply = z.strictObject({ address: z.string().max(80) });
export type ConnectedReply = z.infer<typeof connectedReply>;
const listeningReply = z.strictObject({ port });
export type ListeningReply = z.infer<typeof listeningReply>;

/** Bytes of RESET on a `tcp` stream: the connection was reset, or the carrier gave up. */
export const TCP_RESET_CANCELLED = 0;
export const RESET_CONNECTION = 1;

export const parseTcpParams = parser(tcpParams);
export const parseUdpParams = parser(udpParams);
export const parseAssociatedReply = parser(associatedReply);
export const parseConnectedReply = parser(connectedReply);
export const parseListeningReply = parser(listeningReply);

/** A check that throws {ForwardError} `forward.params` for whatever a stranger may have sent instead. */
function parser<Schema extends z.ZodType>(schema: Schema): (value: unknown) => z.infer<Schema> {
  return (value) => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw new ForwardError('forward.params', parsed.error.issues[0]?.message ?? 'not valid');
    return parsed.data;
  };
}
