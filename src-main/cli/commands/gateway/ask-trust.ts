import type { AppApiClient, GatewayView } from '#shared/app-api/index.ts';
import { colonFingerprint } from '#shared/openclaw/gateway/index.ts';
import { waitForGateway } from './wait.ts';
import { gatewayName, PRINT_FINGERPRINT } from './format.ts';
import type { CommandContext } from '../registry.ts';

type How = 'always' | 'once';

/** Prints the certificate that a gateway presented and asks whether to trust it. Without a terminal, and after a no, nothing changes. */
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
      ? [`${gatewayName(view)} shows a certificate that nobody here has decided on. Its fingerprint (SHA-256):`]
      : [
          reporter.noteStyle.red(
            `${gatewayName(view)} shows another certificate than before. Somebody may be in between, or it was made anew.`,
          ),
          ...groups('before', before),
        ]),
    ...groups(isFirst ? '' : 'now', fingerprint).map((line) => reporter.noteStyle.bold(line)),
    'On the gateway, this prints it:',
    `    ${PRINT_FINGERPRINT}`,
  );
  if (!prompter.available) return view;
  if (isFirst) {
    const wish = how === 'once' ? 'Is it the same? Trust it until the agent ends?' : 'Is it the same? Trust it?';
    return (await prompter.confirm(wish)) ? await trustCertificate(context, client, view, how) : view;
  }
  const typed = await prompter.ask(
    'To trust the new one, type the last four digits that the gateway’s machine prints:',
  );
  if (typed === '') return view;
  return await trustCertificate(context, client, view, how, typed.toLowerCase());
}

/**
 * Trusts the certificate that waits for a decision, then waits for the connection. @throws {AppApiError}
 * `gateway.confirm` if another one waits by now
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

/** Formats a fingerprint in four lines, as the command on the gateway prints it, so that people can compare them. */
function groups(title: string, fingerprint: string): string[] {
  const pairs = colonFingerprint(fingerprint).split(':');
  return [0, 8, 16, 24].map(
    (from) => `    ${(from === 0 ? title : '').padEnd(8)}${pairs.slice(from, from + 8).join(':')}`,
  );
}
