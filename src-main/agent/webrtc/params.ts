import * as z from 'zod';
import { isDescription, type WebRtcDescription } from '#shared/webrtc/index.ts';
import { UdpError } from './errors.ts';
import { safeParse, type Parsed } from '#shared/safe-parse.ts';

const SERVICE = 'udp-path';

const description = z
  .strictObject({ fragment: z.string().max(32), password: z.string().max(64), fingerprint: z.string().length(64) })
  .refine(isDescription);
/**
 * Schema of the parameters of a stream that offers a UDP path. Used by the dialing side, the answering side and `StreamGate`. All functions of this
 * file are pure.
 */
export const udpPathParams = z.strictObject({ service: z.literal(SERVICE), version: z.literal(1), offer: description });
const answer = z.strictObject({ answer: description });

/** Reports whether a stream of kind `rpc` carries a UDP offer. Its content may still be invalid. */
export function isUdpOffer(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'service' in value && value.service === SERVICE;
}

/** Returns the parameters of a stream that offers a UDP path. */
export function offerParams(offer: WebRtcDescription): z.infer<typeof udpPathParams> {
  return { service: SERVICE, version: 1, offer };
}

/** Returns the answer to an offer. */
export function answerParams(description: WebRtcDescription): z.infer<typeof answer> {
  return { answer: description };
}

/** Parses the offer in a stream's parameters. @throws {UdpError} `udp.params` */
export function parseOffer(value: unknown): WebRtcDescription {
  return parsed(safeParse(udpPathParams, value)).offer;
}

/** Parses the answer to an offer. @throws {UdpError} `udp.params` */
export function parseAnswer(value: unknown): WebRtcDescription {
  return parsed(safeParse(answer, value)).answer;
}

function parsed<T>(result: Parsed<T>): T {
  if (result.success) return result.data;
  throw new UdpError('udp.params', 'this is not a description of a connection');
}
