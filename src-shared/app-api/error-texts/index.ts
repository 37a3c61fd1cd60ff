import { CONTROL_TEXTS } from './control.ts';
import { FOLDERS_TEXTS } from './folders.ts';
import { FORWARDS_TEXTS } from './forwards.ts';
import { GATEWAYS_TEXTS } from './gateways.ts';
import { HANDSHAKE_TEXTS } from './handshake.ts';
import { HOSTED_RELAY_TEXTS } from './hosted-relay.ts';
import { INI_TEXTS } from './ini.ts';
import { LINKS_TEXTS } from './links.ts';
import { NODE_TEXTS } from './node.ts';
import { OPERATOR_TEXTS } from './operator.ts';
import { PAIRING_TEXTS } from './pairing.ts';
import { PATHS_TEXTS } from './paths.ts';
import { PEERS_TEXTS } from './peers.ts';
import { RELAY_TEXTS } from './relay.ts';
import { REMOTE_TEXTS } from './remote.ts';
import { SHELL_TEXTS } from './shell.ts';
import { SSH_TEXTS } from './ssh.ts';
import { STORE_TEXTS } from './store.ts';
import { TARGETS_TEXTS } from './targets.ts';
import { TERMINALS_TEXTS } from './terminals.ts';
import type { ErrorText } from './text.ts';

export type { ErrorText } from './text.ts';

/** One file an area; a code is in exactly one of them. */
export const ERROR_TEXTS: Readonly<Record<string, ErrorText>> = {
  ...CONTROL_TEXTS,
  ...FOLDERS_TEXTS,
  ...FORWARDS_TEXTS,
  ...GATEWAYS_TEXTS,
  ...HANDSHAKE_TEXTS,
  ...HOSTED_RELAY_TEXTS,
  ...INI_TEXTS,
  ...LINKS_TEXTS,
  ...NODE_TEXTS,
  ...OPERATOR_TEXTS,
  ...PAIRING_TEXTS,
  ...PATHS_TEXTS,
  ...PEERS_TEXTS,
  ...RELAY_TEXTS,
  ...REMOTE_TEXTS,
  ...SHELL_TEXTS,
  ...SSH_TEXTS,
  ...STORE_TEXTS,
  ...TARGETS_TEXTS,
  ...TERMINALS_TEXTS,
};

/** The text of a code with its details filled in; unknown codes fall back to `internal`. */
export function errorText(
  code: string,
  message: string,
  details: Readonly<Record<string, string | number | boolean>> = {},
): ErrorText {
  // A code may be another side's word, such as `constructor`.
  const known = Object.hasOwn(ERROR_TEXTS, code) ? ERROR_TEXTS[code] : undefined;
  const text = known ?? {
    what: message,
    why: `code ${code}`,
    next: 'Run `clawreach status` to see the state of this device.',
  };
  const values: Readonly<Record<string, string | number | boolean>> = { message, ...details };
  const fill = (template: string): string =>
    template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  return { what: fill(text.what), why: fill(text.why), next: fill(text.next) };
}
