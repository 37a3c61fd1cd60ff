import { isLoopbackHost } from '#shared/forward/index.ts';
import { normalizeEmail } from '#shared/platform/index.ts';
import { RelayStartError } from '../../errors.ts';

/** Server that sends the relay's mail, and its sender. */
export type MailOptions = Readonly<{
  /** `smtp://user:password@host:587` or `smtps://…`, from `SMTP_URL`. */
  url: string;
  /** `relay@example.org` or `Name <relay@example.org>`, from `MAIL_FROM`. */
  from: string;
}>;

/** Parsed `MailOptions`. */
export type MailServer = Readonly<{
  host: string;
  port: number;
  /** TLS from the start. */
  secure: boolean;
  /** Fails if the server offers no STARTTLS. */
  requireTLS: boolean;
  /** Rejects a certificate that no authority vouches for. */
  checkCertificate: boolean;
  user: string | undefined;
  password: string | undefined;
  from: Readonly<{ name: string; address: string }>;
}>;

/**
 * Parses the mail options. A server elsewhere must offer TLS, because mails carry tokens; `?requireTLS=false` allows one that doesn't, and
 * `?tls.rejectUnauthorized=false` one with a certificate of its own. Pure.
 * @throws {RelayStartError} `relay.mail`; the message never holds the URL, which may have a password
 */
export function parseMailOptions({ url, from }: MailOptions): MailServer {
  if (!URL.canParse(url)) throw invalid('SMTP_URL is not a URL');
  const parsed = new URL(url);
  const secure = parsed.protocol === 'smtps:';
  const host = decode(parsed.hostname).replace(/^\[(.*)\]$/, '$1');
  if (!secure && parsed.protocol !== 'smtp:') throw invalid('SMTP_URL begins with smtp:// or smtps://');
  if (host === '') throw invalid('SMTP_URL has no host');
  const settings = { requireTLS: !secure && !isLoopbackHost(host), 'tls.rejectUnauthorized': true };
  for (const [name, value] of parsed.searchParams) {
    if (!Object.hasOwn(settings, name) || !['true', 'false'].includes(value)) {
      throw invalid('SMTP_URL has an unknown parameter');
    }
    settings[name as keyof typeof settings] = value === 'true';
  }
  return {
    host,
    port: parsed.port === '' ? (secure ? 465 : 587) : Number(parsed.port),
    secure,
    requireTLS: settings.requireTLS,
    checkCertificate: settings['tls.rejectUnauthorized'],
    user: parsed.username === '' ? undefined : decode(parsed.username),
    password: parsed.password === '' ? undefined : decode(parsed.password),
    from: parseSender(from),
  };
}

/** Parses the sender, without the comments and groups that RFC 5322 allows. */
function parseSender(from: string): MailServer['from'] {
  const [, quoted, plain, address] =
    /^(?:(?:"([^"\\\r\n]*)"|([^"<>\r\n]*?))\s*<)?([^<>\s]+)>?$/.exec(from.trim()) ?? [];
  if (address === undefined || normalizeEmail(address) === undefined || from.includes('<') !== from.includes('>')) {
    throw invalid('MAIL_FROM is not an address: relay@example.org or Name <relay@example.org>');
  }
  return { name: (quoted ?? plain ?? '').trim(), address };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('SMTP_URL has a malformed escape');
  }
}

function invalid(message: string): RelayStartError {
  return new RelayStartError('relay.mail', message);
}
