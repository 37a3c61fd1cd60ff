import { ClawReachError } from '#shared/errors.ts';
import type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
} from '#shared/platform/index.ts';
import { fromAssertion, fromAttestation, toCreationOptions, toRequestOptions } from './json-forms.ts';

/** Reports whether this browser has passkeys: it has none on a page without a secure connection. */
export function hasPasskeys(): boolean {
  return window.isSecureContext && 'PublicKeyCredential' in window;
}

/** Has one of the person's passkeys sign. @throws {ClawReachError} `passkey.…` if there was no passkey, or the person said no */
export async function signWithPasskey(options: PasskeyRequestOptions): Promise<PasskeyAssertion> {
  return fromAssertion(await ask(() => navigator.credentials.get({ publicKey: toRequestOptions(options) })));
}

/** Makes a passkey. @throws {ClawReachError} `passkey.…` if none was made */
export async function makePasskey(options: PasskeyCreationOptions): Promise<PasskeyAttestation> {
  return fromAttestation(await ask(() => navigator.credentials.create({ publicKey: toCreationOptions(options) })));
}

async function ask(request: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!hasPasskeys()) throw new ClawReachError('passkey.unavailable', 'no passkeys in this browser or on this page');
  let credential: Credential | null;
  try {
    credential = await request();
  } catch (error) {
    throw new ClawReachError(passkeyCode(error), 'the browser gave no passkey', { cause: error });
  }
  if (credential === null) throw new ClawReachError('passkey.cancelled', 'no passkey was chosen');
  return credential as PublicKeyCredential;
}

/** Returns the code for an error of the browser. Browsers don't say more, so that a page can't find out which passkeys there are. */
export function passkeyCode(error: unknown): string {
  if (!(error instanceof Error)) return 'passkey.failed';
  // Chromium refuses passkeys on a page whose certificate the person has accepted by hand, and names the reason in its message only.
  if (/certificate/i.test(error.message)) return 'passkey.certificate';
  switch (error.name) {
    case 'NotAllowedError':
    case 'AbortError':
      return 'passkey.cancelled';
    case 'InvalidStateError':
      return 'account.passkey-exists';
    case 'SecurityError':
    case 'NotSupportedError':
      return 'passkey.unavailable';
    default:
      return 'passkey.failed';
  }
}
