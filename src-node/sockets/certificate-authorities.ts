import { X509Certificate } from 'node:crypto';
import * as tls from 'node:tls';
import { DialError } from '#shared/relay-dialer/index.ts';
import { cleanLine } from '#shared/visible-text/index.ts';

/** Certificate authority that a person trusts for relays, in addition to those of the system and of this program. */
export type Authority = Readonly<{
  /** SHA-256 of the certificate, 64 hexadecimal digits. */
  id: string;
  /** Common name or, without one, another part of the subject; one line, at most 200 characters. */
  subject: string;
  /** Unix ms. */
  expiresAt: number;
  /** Certificate as PEM text. */
  pem: string;
}>;

/** Limits of stored authorities: number, and characters of one certificate and of a pasted text. A real certificate has less than 3 KiB. */
export const AUTHORITY_LIMITS = { count: 16, pem: 8 * 1024, text: 128 * 1024 } as const;

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
const SHOWN = 200;

/**
 * Parses the certificate authorities that a person has entered in the network settings as PEM text, and rejects expired certificates and those of
 * servers. Pure.
 * @param now Unix ms
 * @throws {DialError} `relay.proxy-authority` (details: reason)
 */
export function parseAuthorities(text: string, now: number): readonly Authority[] {
  if (text.length > AUTHORITY_LIMITS.text) throw invalid('it is too long');
  const blocks = text.match(BLOCK) ?? [];
  if (blocks.length === 0) throw invalid('there is no PEM certificate in it (-----BEGIN CERTIFICATE-----)');
  if (blocks.length > AUTHORITY_LIMITS.count)
    throw invalid(`there are more than ${AUTHORITY_LIMITS.count} certificates in it`);
  return blocks.map((block) => {
    const authority = parseCertificateAuthority(block);
    if (!readCertificate(block).ca)
      throw invalid(`“${authority.subject}” is the certificate of a server, not of an authority`);
    if (authority.expiresAt < now) throw invalid(`“${authority.subject}” has run out`);
    return authority;
  });
}

/**
 * Parses a certificate stored in the network settings, without checking its purpose or expiry. Pure.
 * @throws {DialError} `relay.proxy-authority`
 */
export function parseCertificateAuthority(block: string): Authority {
  const certificate = readCertificate(block);
  const pem = certificate.toString();
  if (pem.length > AUTHORITY_LIMITS.pem) throw invalid('a certificate in it is too long');
  return {
    id: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    subject: subjectOf(certificate),
    expiresAt: Date.parse(certificate.validTo),
    pem,
  };
}

/**
 * Creates a TLS context that trusts the program's own authorities, those of the system if Node can list them, and the given ones. Called by
 * `RelayRoute`.
 */
export function trustingContext(pems: readonly string[]): tls.SecureContext {
  const known = has(tls, 'getCACertificates')
    ? [...tls.getCACertificates('default'), ...systemAuthorities()]
    : tls.rootCertificates;
  return tls.createSecureContext({ ca: [...new Set([...known, ...pems])], minVersion: 'TLSv1.2' });
}

/** Reports whether a module has a function; the Node of older Electron versions lacks `getCACertificates`. */
function has(module: object, name: string): boolean {
  return name in module;
}

function systemAuthorities(): readonly string[] {
  try {
    return tls.getCACertificates('system');
  } catch {
    return [];
  }
}

function readCertificate(block: string): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch {
    throw invalid('a certificate in it cannot be read');
  }
}

function subjectOf({ subject, fingerprint256 }: X509Certificate): string {
  const fields = new Map(
    (subject ?? '').split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const name = fields.get('CN') ?? fields.get('OU') ?? fields.get('O') ?? fingerprint256;
  const shown = cleanLine(name, SHOWN);
  return shown === '' ? fingerprint256.slice(0, SHOWN) : shown;
}

function invalid(reason: string): DialError {
  return new DialError('relay.proxy-authority', `no certificate authority: ${reason}`, { details: { reason } });
}
