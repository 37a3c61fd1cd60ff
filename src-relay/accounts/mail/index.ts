export { parseMailOptions, type MailOptions, type MailServer } from './mail-options.ts';
export { MailQueue, type Mail, type MailLimits, type SendMail } from './mail-queue.ts';
export { MAIL_TEXTS, type MailKind, type MailText } from './mail-texts.ts';
export { Mailer } from './mailer.ts';
export { createSmtpSender } from './smtp.ts';
