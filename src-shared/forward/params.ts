import * as z from 'zod';
import { ForwardError } from './errors.ts';
import { safeParse } from '../safe-parse.ts';

/** Maximum length of a host: a name of RFC 1035 as text, or an address with a zone ID of RFC 4007. */
export const MAX_HOST = 255;

/**
 * Host name, or IP address without brackets. The device that makes the connection resolves it. Also checks hosts in saved forwards, in requests to
 * proxies and in commands.
 */
export const hostText = z
  .string()
  .min(1)
  .max(MAX_HOST)
  // Printable ASCII without blanks, slashes, brackets and what separates a user or a port: names beyond ASCII come in their ACE form.
  .regex(/^[A-Za-z0-9._:%~-]+$/);
export const port = z.number().int().min(1).max(65_535);
const target = z.strictObject({ host: hostText, port });
/** Destination of a connection: host, as the program gave it, and port. */
export type Target = z.infer<typeof target>;

/**
 * Params in the OPEN frame of a `tcp` stream (PROTOCOL section 9). The device that opens the stream sends one of:
 *
 * - `to`: connect to this target. The answer has the address. The stream then carries the connection's bytes, half-closes and resets.
 * - `listen`: listen on this address. The stream carries no bytes and lasts as long as the listener. The answer has the port.
 * - `from`: a connection was accepted by the listener that the other device requested with the stream `listener`.
 *
 * Sent by a forward's upstream (`link-upstream.ts`) and `probeRelay`, and for `from` by the listener at the peer (`peer-listener.ts`). Checked by
 * `TargetServer` (agent/targets).
 */
export const tcpParams = z.union([
  z.strictObject({ to: target }),
  z.strictObject({ listen: z.strictObject({ host: hostText, port: z.number().int().min(0).max(65_535) }) }),
  z.strictObject({ from: z.strictObject({ listener: z.number().int().min(0), address: z.string().max(80) }) }),
]);
export type TcpParams = z.infer<typeof tcpParams>;

/** Seconds without a datagram after which an association ends. */
const idleSeconds = z.number().int().min(10).max(600);

/**
 * Params in the OPEN frame of a `udp` stream (PROTOCOL section 9), which creates an association. The stream carries no bytes. Until it ends,
 * datagrams travel in DATAGRAM frames with the flow number `flow`, chosen by the device that opened the stream.
 *
 * - `to`: target of all datagrams. If undefined, each datagram begins with the address of its other end (`endpoint.ts`).
 * - `idle`: seconds without a datagram after which the association ends; 300 if undefined.
 * - `token`: identifies an association across reconnections: a new association with the token of a lost one gets the same port, so that the target
 *   notices nothing.
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
/** Answer to `udpParams` with `to`: the resolved address of the target, `ip:port`. */
export type AssociatedReply = z.infer<typeof associatedReply>;
const connectedReply = z.strictObject({ address: z.string().max(80) });
/** Answer to `to`: the address connected to, `ip:port`. */
export type ConnectedReply = z.infer<typeof connectedReply>;
const listeningReply = z.strictObject({ port });
/** Answer to `listen`: the port that listens. */
export type ListeningReply = z.infer<typeof listeningReply>;

/** Reset code of a `tcp` or `udp` stream: this side has given up the connection. */
export const TCP_RESET_CANCELLED = 0;
/** Reset code of a `tcp` stream: the TCP connection was reset. */
export const RESET_CONNECTION = 1;

export const parseTcpParams = parser(tcpParams);
export const parseUdpParams = parser(udpParams);
export const parseAssociatedReply = parser(associatedReply);
export const parseConnectedReply = parser(connectedReply);
export const parseListeningReply = parser(listeningReply);

/** Returns a function that validates a stranger's params or answer. @throws {ForwardError} `forward.params` from that function */
function parser<Schema extends z.ZodType>(schema: Schema): (value: unknown) => z.infer<Schema> {
  return (value) => {
    const parsed = safeParse(schema, value);
    if (!parsed.success) throw new ForwardError('forward.params', parsed.error.issues[0]?.message ?? 'not valid');
    return parsed.data;
  };
}
