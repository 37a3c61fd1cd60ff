import { CONTROL_TEXTS } from './control.ts';
import { DISCOVERY_TEXTS } from './discovery.ts';
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
import { SESSIONS_TEXTS } from './sessions.ts';
import { SERVICE_TEXTS } from './service.ts';
import { SHELL_TEXTS } from './shell.ts';
import { SSH_TEXTS } from './ssh.ts';
import { STORE_TEXTS } from './store.ts';
import { TARGETS_TEXTS } from './targets.ts';
import { TERMINALS_TEXTS } from './terminals.ts';
import { UPDATES_TEXTS } from './updates.ts';
import type { ErrorText } from './text.ts';

export type { ErrorText } from './text.ts';

/** One file an area; a code is in exactly one of them. */
export const ERROR_TEXTS: Readonly<Record<string, ErrorText>> = {
  ...CONTROL_TEXTS,
  ...DISCOVERY_TEXTS,
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
  ...SESSIONS_TEXTS,
  ...SERVICE_TEXTS,
  ...SHELL_TEXTS,
  ...SSH_TEXTS,
  ...STORE_TEXTS,
  ...TARGETS_TEXTS,
  ...TERMINALS_TEXTS,
  ...UPDATES_TEXTS,
};

/**
 * The text of a code with its details filled in; unknown codes fall back to `internal`.
 * @param texts Those of another language.
 */
export function errorText(
  code: string,
  message: string,
  details: Readonly<Record<string, string | number | boolean>> = {},
  texts: Readonly<Record<string, ErrorText>> = ERROR_TEXTS,
): ErrorText {
  // A code may be another side's word, such as `constructor`.
  const known = Object.hasOwn(texts, code) ? texts[code] : undefined;
  const text = known ?? {
    what: message,
    why: `code ${code}`,
    next: 'Run `clawreach status` to see the state of this device.',
  };
  const values: Readonly<Record<string, string | number | boolean>> = { message, ...details };
  const fill = (template: string): string =>
    template.replaceAll(/\{(\w+)\}([.。]?)/gu, (whole, name: string, stop: string) => {
      const value = String(values[name] ?? whole);
      // What somebody else says may bring the end of its sentence along.
      return values[name] === undefined || /[.!?。！？]$/u.test(value) ? value : value + stop;
    });
  return { what: fill(text.what), why: fill(text.why), next: fill(text.next) };
}
