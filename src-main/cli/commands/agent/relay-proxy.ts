import { Option, type Command } from 'commander';
import type { AppApiClient, CallInput, NetworkProxyView } from '#shared/app-api/index.ts';
import { UsageError } from '../../errors.ts';
import { printable } from '../../output/index.ts';
import type { CommandContext } from '../registry.ts';

/** Proxy options of `clawreach network`: address, `system` or `none`; user name; path of a PEM file, or `none`. */
export type ProxyOptions = Readonly<{ proxy?: string; proxyUser?: string; ca?: string }>;

/** Environment variable with the proxy's password. */
const VARIABLE = 'CLAWREACH_RELAY_PROXY_PASSWORD';

/** Adds `--proxy`, `--proxy-user` and `--ca` to a command. */
export function addProxyOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--proxy <url>',
        'HTTP proxy for relays: http://HOST:PORT, `system` (environment variables or system settings) or `none`',
      ),
    )
    .option('--proxy-user <name>', `user name for the proxy; the password is taken from ${VARIABLE}, or you're asked`)
    .option(
      '--ca <file>',
      'also trust these certificate authorities for relays (PEM file); `none` removes all of them',
    );
}

/** Tells whether any proxy option is given. */
export function namesProxy({ proxy, proxyUser, ca }: ProxyOptions): boolean {
  return proxy !== undefined || proxyUser !== undefined || ca !== undefined;
}

/**
 * Sends the proxy options to the agent, which stores them. Reads the file of `--ca`, and takes the password from the
 * environment or asks for it.
 * @throws {UsageError} `relay.proxy-address`, `usage.file`
 */
export async function setProxy(
  context: CommandContext,
  client: AppApiClient,
  options: ProxyOptions,
): Promise<NetworkProxyView> {
  const authorities = await authoritiesOf(context, client, options.ca);
  return await client.call('network.proxy.set', {
    ...proxyOf(options),
    ...(await userOf(context, options)),
    ...authorities,
  });
}

/** Formats the proxy settings for `network` and `status`; empty if there are none and no proxy is used. */
export function formatProxy({ mode, address, user, inUse, authorities }: NetworkProxyView): readonly string[] {
  const source = { manual: '', environment: ' (environment variables)', system: ' (system settings)' };
  const named = address === null ? '' : `${printable(address)}${user === null ? '' : ` as ${printable(user)}`}`;
  const used = inUse === null ? '' : `${printable(inUse.address)}${source[inUse.source]}`;
  const lines =
    mode === 'manual'
      ? [`Proxy      ${named}; for relays only${inUse === null ? ', but not for the current one' : ''}`]
      : mode === 'none'
        ? ['Proxy      none; system settings are ignored']
        : inUse === null
          ? []
          : [`Proxy      ${used}; for relays only`];
  const trusted = authorities.map(({ subject, expiresAt }, index) => {
    const until = new Date(expiresAt).toISOString().slice(0, 10);
    return `${index === 0 ? 'Trusts    ' : '          '} ${printable(subject)}, until ${until}`;
  });
  return [...lines, ...trusted];
}

function proxyOf({ proxy }: ProxyOptions): CallInput<'network.proxy.set'> {
  if (proxy === undefined) return {};
  if (proxy === 'system' || proxy === 'none') return { mode: proxy };
  if (proxy.includes('@')) {
    const reason = 'other users of this machine can read command lines, so give the user with --proxy-user';
    throw new UsageError('relay.proxy-address', reason, { details: { reason } });
  }
  // A bare word is more likely a misspelt `system` than a host on port 80.
  if (!/^[a-z]+:\/\//i.test(proxy) && !/:\d+$/.test(proxy)) {
    const reason = `${printable(proxy)} is neither that nor system or none`;
    throw new UsageError('relay.proxy-address', reason, { details: { reason } });
  }
  return { mode: 'manual', address: proxy };
}

async function userOf(
  { host, prompter }: CommandContext,
  { proxyUser }: ProxyOptions,
): Promise<CallInput<'network.proxy.set'>> {
  if (proxyUser === undefined) return {};
  const given = host.variables[VARIABLE];
  if (given) return { user: proxyUser, password: given };
  const typed = prompter.available
    ? await prompter.askSecret(`Password of ${printable(proxyUser)} for the proxy:`)
    : '';
  return { user: proxyUser, ...(typed === '' ? {} : { password: typed }) };
}

async function authoritiesOf(
  { host }: CommandContext,
  client: AppApiClient,
  file: string | undefined,
): Promise<CallInput<'network.proxy.set'>> {
  if (file === undefined) return {};
  if (file !== 'none') return { addAuthorities: await host.readText(file) };
  const { authorities } = await client.call('network.proxy.get', {});
  return { removeAuthorities: authorities.map(({ id }) => id) };
}
