import * as z from 'zod';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { LinkError, type Session } from '#shared/link/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { isQuestionTo, requestOfPeer } from '../core/peer-question.ts';
import { IntroductionError } from './errors.ts';

/** Value of the field `service` in the parameters of an `rpc` stream that brings an introduction or its end. */
const SERVICE = 'introduction';

const bytes = (most: number) =>
  z
    .string()
    .max(Math.ceil((most * 4) / 3))
    .regex(/^[A-Za-z0-9_-]+$/)
    .transform((text, context) => {
      try {
        return fromBase64Url(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'no base64url' });
        return z.NEVER;
      }
    });

/** Parameters of the stream: an introduction with the newcomer's certificate and name, or the end of one. Unknown fields are ignored. */
export const introductionParams = z.union([
  z.object({ introduction: bytes(512), certificate: bytes(512), name: z.string().min(1).max(256) }),
  z.object({ end: bytes(512) }),
]);

/** Introduction, or its end, as it is sent. */
export type IntroductionMessage =
  | Readonly<{ introduction: Uint8Array; certificate: Uint8Array; name: string }>
  | Readonly<{ end: Uint8Array }>;

/** Reports whether the parameters of an `rpc` stream bring an introduction. Other fields may still be invalid. */
export function isIntroduction(value: unknown): boolean {
  return isQuestionTo(SERVICE, value);
}

/**
 * Sends an introduction or its end to a peer, and waits for its answer.
 * @param options.onWaiting called when the person there is asked
 * @throws {ClawReachError} `introduction.*` and `rights.*` as the peer refuses; `introduction.older` if it runs an older version
 */
export async function sendIntroduction(
  session: Pick<Session, 'open'>,
  message: IntroductionMessage,
  { signal, onWaiting = () => undefined }: Readonly<{ signal: AbortSignal; onWaiting?: () => void }>,
): Promise<void> {
  const fields =
    'end' in message
      ? { end: toBase64Url(message.end) }
      : {
          introduction: toBase64Url(message.introduction),
          certificate: toBase64Url(message.certificate),
          name: message.name,
        };
  try {
    await requestOfPeer(session, SERVICE, fields, { signal, onWaiting });
  } catch (error) {
    throw refusal(error);
  }
}

/** Codes with which a peer refuses. Any other one could pass for an error of this device. */
const REFUSALS: ReadonlySet<unknown> = new Set([
  'rights.denied',
  'rights.unanswered',
  'rights.withdrawn',
  'introduction.params',
  'introduction.signature',
  'introduction.not-mine',
  'introduction.browser',
  'introduction.chain',
  'introduction.relay',
  'introduction.relay-none',
  'introduction.project',
  'introduction.expired',
  'introduction.too-long',
  'introduction.rights',
  'introduction.replayed',
  'introduction.newcomer',
  'introduction.browsers-off',
  'introduction.busy',
]);

/** Codes with which a peer refuses a record, or the newcomer's certificate, that it can't read or verify. */
const UNREADABLE: ReadonlySet<unknown> = new Set([
  'format.introduction',
  'format.introduction-end',
  'introduction-end.signature',
  'format.certificate',
  'format.certificate-version',
  'format.certificate-suite',
  'certificate.signature',
  'certificate.expired',
]);

function refusal(error: unknown): unknown {
  if (!(error instanceof LinkError) || error.code !== 'link.refused') return error;
  const { code, message } = error.details;
  if (UNREADABLE.has(code))
    return new IntroductionError('introduction.params', String(message ?? 'refused'), { cause: error });
  if (!REFUSALS.has(code))
    return new IntroductionError('introduction.older', 'the peer knows no introductions', { cause: error });
  return new ClawReachError(String(code), String(message ?? 'refused'), { cause: error });
}

/** Reads the parameters of a stream. @throws {IntroductionError} `introduction.params` */
export function readIntroduction(params: unknown): z.infer<typeof introductionParams> {
  const parsed = safeParse(introductionParams, params);
  if (!parsed.success) throw new IntroductionError('introduction.params', 'the introduction is malformed');
  return parsed.data;
}
