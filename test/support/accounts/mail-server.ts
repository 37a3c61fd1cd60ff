import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { makeCertificate } from '../gateway/certificate.ts';

/** Mail as a server received it. */
export type ReceivedMail = Readonly<{
  /** Envelope. */
  from: string;
  to: readonly string[];
  /** Header fields by lower-case name, unfolded. */
  headers: ReadonlyMap<string, string>;
  /** Decoded body. */
  text: string;
  raw: string;
  isEncrypted: boolean;
  /** Name that the client signed in with. */
  user: string | undefined;
}>;

/** Real SMTP server on a free port of loopback. */
export type MailServer = Readonly<{
  port: number;
  mails: readonly ReceivedMail[];
  /** Attempts to sign in, as `user:password`. */
  signIns: readonly string[];
  /** Connections so far. */
  connections: () => number;
  /** Answers each further connection or mail with an SMTP error instead; undefined takes mails again. */
  refuse(at: 'connection' | 'mail', code: number | undefined): void;
  stop(): Promise<void>;
}>;

/** @param auth Name and password, without which the server takes no mail. */
export async function startMailServer(
  options: Readonly<{
    tls?: 'starttls' | 'implicit' | 'none';
    auth?: Readonly<{ user: string; password: string }>;
  }> = {},
): Promise<MailServer> {
  const { tls = 'none', auth } = options;
  const mails: ReceivedMail[] = [];
  const signIns: string[] = [];
  const refusals = new Map<'connection' | 'mail', number | undefined>();
  let connections = 0;
  const { certificate, key } = await makeCertificate();
  const refusal = (at: 'connection' | 'mail'): Error | undefined => {
    const code = refusals.get(at);
    return code === undefined ? undefined : Object.assign(new Error('not now'), { responseCode: code });
  };
  const server = new SMTPServer({
    key,
    cert: certificate,
    secure: tls === 'implicit',
    disabledCommands: [...(tls === 'starttls' ? [] : ['STARTTLS']), ...(auth === undefined ? ['AUTH'] : [])],
    allowInsecureAuth: tls === 'none',
    disableReverseLookup: true,
    logger: false,
    onConnect(_session, callback) {
      connections += 1;
      callback(refusal('connection'));
    },
    onAuth(given, _session, callback) {
      signIns.push(`${given.username}:${given.password}`);
      const isRight = given.username === auth?.user && given.password === auth?.password;
      if (isRight) callback(null, { user: given.username });
      else callback(new Error('wrong name or password'));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const error = refusal('mail');
        if (error === undefined) mails.push(parse(Buffer.concat(chunks).toString('utf8'), session));
        callback(error);
      });
    },
  });
  // Broken connections are the clients' to report.
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    port: (listening.address() as AddressInfo).port,
    mails,
    signIns,
    connections: () => connections,
    refuse: (at, code) => refusals.set(at, code),
    async stop() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      for (const connection of server.connections) connection.close();
      await promise;
    },
  };
}

/** Returns the token of the link in a mail. */
export function linkIn({ text: body }: Pick<ReceivedMail, 'text'>): Readonly<{ link: string; token: string }> {
  const [link, token] = /^\S+#[a-z-]+=([A-Za-z0-9_-]{43})$/m.exec(body) ?? [];
  if (link === undefined || token === undefined) throw new Error(`no link with a token in: ${body}`);
  return { link, token };
}

/** Parses a mail with one part (RFC 5322), which may be quoted-printable (RFC 2045 section 6.7). */
function parse(raw: string, session: SMTPServerSession): ReceivedMail {
  const end = raw.indexOf('\r\n\r\n');
  const headers = new Map<string, string>();
  for (const line of raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const body = raw.slice(end + 4).replaceAll('\r\n', '\n');
  const isQuoted = headers.get('content-transfer-encoding') === 'quoted-printable';
  const { mailFrom, rcptTo } = session.envelope;
  return {
    from: mailFrom === false ? '' : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    headers,
    text: isQuoted
      ? body
          .replaceAll(/=\n/g, '')
          .replaceAll(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
      : body,
    raw,
    isEncrypted: session.secure,
    user: typeof session.user === 'string' ? session.user : undefined,
  };
}
