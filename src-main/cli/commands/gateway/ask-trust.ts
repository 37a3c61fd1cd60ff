import type { AppApiClient, GatewayView } from '#shared/app-api/index.ts';
import { colonFingerprint } from '#shared/openclaw/gateway/index.ts';
import { waitForGateway } from './wait.ts';
import { gatewayName, PRINT_FINGERPRINT } from './format.ts';
import type { CommandContext } from '../registry.ts';

/** Trust a certificate permanently, or until the agent stops. */
type How = 'always' | 'once';

/**
 * Prints the untrusted certificate of a gateway and asks whether to trust it. Returns the view unchanged if the person says no, or if there is no
 * terminal to ask in. Used by every command that connects to a gateway.
 */
export async function askCertificate(
  context: CommandContext,
  client: AppApiClient,
  view: GatewayView,
  how: How = 'always',
): Promise<GatewayView> {
  const { prompter, reporter } = context;
  const { certificate } = view;
  if (certificate === null) return view;
  const { fingerprint, before } = certificate;
  const isFirst = before === null;
  reporter.note(
    ...(isFirst
      ? [`You haven't trusted the certificate of ${gatewayName(view)} yet. Its fingerprint (SHA-256):`]
      : [
          reporter.noteStyle.red(
            `The certificate of ${gatewayName(view)} has changed. Someone may be intercepting, or it was renewed.`,
          ),
          ...groups('before', before),
        ]),
    ...groups(isFirst ? '' : 'now', fingerprint).map((line) => reporter.noteStyle.bold(line)),
    "To print it on the gateway's machine:",
    `    ${PRINT_FINGERPRINT}`,
  );
  if (!prompter.available) return view;
  if (isFirst) {
    const question = how === 'once' ? 'Do they match? Trust it until ClawReach stops?' : 'Do they match? Trust it?';
    return (await prompter.confirm(question)) ? await trustCertificate(context, client, view, how) : view;
  }
  const typed = await prompter.ask(
    "To trust the new certificate, enter the last four characters that the gateway's machine prints:",
    { fresh: true },
  );
  if (typed === '') return view;
  return await trustCertificate(context, client, view, how, typed.toLowerCase());
}

/**
 * Tells the agent to trust the certificate that the view shows, and waits for the connection.
 * @param confirm the last characters of the fingerprint, which the agent requires for a changed certificate
 * @throws {AppApiError} `gateway.confirm` if the gateway shows another certificate now
 */
export async function trustCertificate(
  context: CommandContext,
  client: AppApiClient,
  { id, certificate }: GatewayView,
  how: How,
  confirm?: string,
): Promise<GatewayView> {
  const fingerprint = certificate?.fingerprint ?? '';
  await client.call(
    'gateways.trust',
    { gateway: id, fingerprint, how, ...(confirm === undefined ? {} : { confirm: confirm.slice(0, 4) }) },
    { signal: context.host.interrupted },
  );
  return await waitForGateway(context, client, id);
}

/** Formats a fingerprint on four lines, in the form that openssl prints it. */
function groups(title: string, fingerprint: string): string[] {
  const pairs = colonFingerprint(fingerprint).split(':');
  return [0, 8, 16, 24].map(
    (from) => `    ${(from === 0 ? title : '').padEnd(8)}${pairs.slice(from, from + 8).join(':')}`,
  );
}
