import { userInfo } from 'node:os';
import { type CallInput, type CallOutput, type ForwardRule } from '#shared/app-api/index.ts';
import { errorText } from '#shared/locales/index.ts';
import { ClawReachError, errorCode, errorMessage } from '#shared/errors.ts';
import { ForwardError } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { plainKey } from '#shared/visible-text/index.ts';
import type { PeerBook } from '../../peers/index.ts';
import { readRule, writeRule, type IniNeeds, type IniRule } from './ini-rules.ts';
import { MOST_ERRORS, readIni, writeIni, type IniError } from './ini-text.ts';
import type { ForwardManager } from './manager.ts';

/** Modules that the import and export of forwards in INI form (docs/FORWARDS.md) use. */
export type IniParts = Readonly<{
  forwards: Pick<ForwardManager, 'list' | 'view' | 'check' | 'addAll' | 'putAll' | 'hasName'>;
  peers: Pick<PeerBook, 'find' | 'get' | 'list'>;
}>;

type ImportAnswer = CallOutput<'forwards.import'>;
type ImportedRules = ImportAnswer['rules'];

/**
 * Imports forwards from INI text, all of them or none; the API call `forwards.import`. `ForwardManager` saves them and starts those that are enabled.
 * Errors are part of the answer, with their lines.
 * @param input.peer peer of sections that name none; if left out, the only paired peer
 * @param input.replace replace saved rules of the same names
 * @param input.dryRun check only, save nothing
 * @throws {StoreError} `store.write`
 */
export async function importRules(parts: IniParts, input: CallInput<'forwards.import'>): Promise<ImportAnswer> {
  const { sections, errors } = readIni(input.text);
  const wrong: IniError[] = [...errors];
  const rules: IniRule[] = [];
  const known: ImportedRules = [];
  const replace = input.replace === true;
  const needs: IniNeeds = { peer: (named, section) => peerOf(parts, named ?? input.peer, section), user: userOfSystem };
  for (const section of sections.filter(({ damaged }) => !damaged)) {
    const fail = (error: IniError): void => void wrong.push(error);
    const explain = (key: string | null, error: unknown): void => {
      if (!(error instanceof ClawReachError)) throw error;
      fail({
        line: (key === null ? undefined : section.values.get(key)?.line) ?? section.line,
        key,
        code: errorCode(error),
        details: { message: errorMessage(error), ...plain(error.details) },
      });
    };
    let read: IniRule | undefined;
    try {
      read = readRule(section, needs, fail);
    } catch (error) {
      explain(errorCode(error) === 'ini.user' ? 'ssh_user' : 'peer', error);
    }
    if (read === undefined) continue;
    rules.push(read);
    known.push({
      line: section.line,
      rule: read.rule,
      peerName: nameOfPeer(parts, read.rule),
      replaces: parts.forwards.hasName(read.rule.name),
    });
    try {
      parts.forwards.check([read], replace);
    } catch (error) {
      explain(KEY_OF[errorCode(error)] ?? null, error);
    }
  }
  if (wrong.length === 0 && sections.length === 0) wrong.push({ line: 1, key: null, code: 'ini.empty', details: {} });
  if (wrong.length > 0) return refusal(known, wrong);
  try {
    parts.forwards.check(rules, replace);
  } catch (error) {
    // Each rule could be added alone, but not all together.
    if (!(error instanceof ForwardError)) throw error;
    const line = sections.at(-1)?.line ?? 1;
    return refusal(known, [{ line, key: null, code: error.code, details: plain(error.details) }]);
  }
  if (input.dryRun === true) return { rules: known, added: [], errors: [] };
  const added = await (replace ? parts.forwards.putAll(rules) : parts.forwards.addAll(rules));
  return { rules: known, added, errors: [] };
}

/**
 * Exports forwards as INI text without passwords; the API call `forwards.export`. Importing the text gives the same rules. Writes nothing.
 * @throws {ForwardError} `forward.unknown`
 */
export function exportRules({ forwards, peers }: IniParts, { ids }: CallInput<'forwards.export'>): { text: string } {
  const views = ids === undefined ? forwards.list() : ids.map((id) => forwards.view(id));
  const sections = views.map(({ rule, hasPassword }) => {
    const peer = 'peer' in rule && typeof rule.peer === 'string' ? peers.get(rule.peer as PeerId) : undefined;
    return {
      name: rule.name,
      comments: [
        ...(peer === undefined ? [] : [`peer: ${peer.name}`]),
        ...(hasPassword ? ['its password is not written here; give it as password = … to import this elsewhere'] : []),
      ],
      values: writeRule(rule),
    };
  });
  return { text: writeIni(sections) };
}

/** Keys of the INI form to blame for an error code. */
const KEY_OF: Readonly<Record<string, string>> = {
  'forward.no-password': 'password',
  'forward.kind-unavailable': 'type',
  'peer.unknown': 'peer',
  'forward.target': 'direction',
};

/**
 * Finds the peer of a section: by its `peer` key, its heading, or the only paired peer.
 * @throws {PeerError} `peer.unknown`, `peer.ambiguous`; {ForwardError} `ini.peer`
 */
function peerOf({ peers }: IniParts, named: string | undefined, section: string): string {
  if (named !== undefined) return peers.find(named).peerId;
  // The documented form names the peer in its heading: [relay-node-3].
  const records = peers.list();
  const heading = [section, section.replace(/^relay-/i, '')].find((name) => {
    return records.some((record) => plainKey(record.name) === plainKey(name));
  });
  // Fails where another peer's name looks the same.
  if (heading !== undefined) return peers.find(heading).peerId;
  const [only, ...others] = records;
  if (only !== undefined && others.length === 0) return only.peerId;
  throw new ForwardError('ini.peer', 'the section names no peer', {
    details: {
      peers:
        records
          .map(({ name }) => name)
          .slice(0, 8)
          .join(', ') || '-',
    },
  });
}

/**
 * Returns the name of the user that runs the agent.
 * @throws {ForwardError} `ini.user`
 */
function userOfSystem(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    throw new ForwardError('ini.user', 'the system does not say who this is', { cause });
  }
}

function nameOfPeer({ peers }: IniParts, rule: ForwardRule): string | null {
  return 'peer' in rule && typeof rule.peer === 'string' ? (peers.get(rule.peer as PeerId)?.name ?? null) : null;
}

function refusal(rules: ImportedRules, wrong: readonly IniError[]): ImportAnswer {
  return {
    rules,
    added: [],
    errors: [...wrong]
      .sort((one, other) => one.line - other.line)
      .slice(0, MOST_ERRORS)
      .map(({ line, key, code, details }) => {
        const { what, why } = errorText(code, code, details);
        return { line, key, code, message: `${what} ${why}`.trim() };
      }),
  };
}

function plain(details: ClawReachError['details']): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, typeof value === 'boolean' ? String(value) : value]),
  );
}
