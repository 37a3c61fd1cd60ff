import { createTransport } from 'nodemailer';
import type { MailServer } from './mail-options.ts';
import type { SendMail } from './mail-queue.ts';

/** Time for the mail server to accept a connection or to say something, ms. */
const TIMEOUT = 20_000;

/** Returns a function that sends one mail by SMTP, over a connection of its own. */
export function createSmtpSender(server: MailServer): SendMail {
  const transport = createTransport({
    host: server.host,
    port: server.port,
    secure: server.secure,
    requireTLS: server.requireTLS,
    tls: { rejectUnauthorized: server.checkCertificate, minVersion: 'TLSv1.2' },
    ...(server.user === undefined ? {} : { auth: { user: server.user, pass: server.password ?? '' } }),
    connectionTimeout: TIMEOUT,
    greetingTimeout: TIMEOUT,
    socketTimeout: TIMEOUT,
    dnsTimeout: TIMEOUT,
    // Mails are text of this program: nothing in them may name a file or address to attach.
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
  return async ({ to, subject, text }, signal) => {
    await transport.sendMail({
      from: { ...server.from },
      // As an object and in the envelope, it is not parsed again: no comma or comment makes another recipient of it.
      to: { name: '', address: to },
      envelope: { from: server.from.address, to: [to] },
      subject,
      text,
      // Automatic answers such as those of a holiday must not answer (RFC 3834).
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal,
    });
  };
}
