import type { AuditEntry } from '#shared/app-api/index.ts';
import { viewAgent } from '../../control/index.ts';
import { printable } from '../../output/index.ts';
import { rightName } from '../machines/right-names.ts';
import { RELAY_READS } from '../machines/plain-relay-format.ts';
import { addCommand, parseWhole, type CommonOptions, type Registration } from '../registry.ts';

/**
 * Registers `clawreach audit`, which prints the newest entries of the agent's audit log, the newest one last. Starts an
 * agent if none is running.
 */
export const addAudit: Registration = (program, run) => {
  addCommand(program, 'audit', 'show what happened on this machine: pairings, connections, terminals, decisions', {
    description:
      'Show what happened on this machine, oldest first. Stored only on this machine, and never what was typed or shown.',
    examples: [
      ['clawreach audit', 'the last 50 entries'],
      ['clawreach audit -n 1000 --json', 'one entry per line'],
    ],
  })
    .option('-n, --limit <n>', 'largest number of entries', parseWhole(1, 10_000), 50)
    .action((options: CommonOptions & { limit: number }) =>
      run(options, async (context) => {
        const client = await viewAgent(context);
        const entries = await client.call('audit.list', { limit: options.limit });
        const ordered = entries.toSorted((one, other) => one.at - other.at);
        for (const entry of ordered) context.reporter.document(entry);
        if (ordered.length === 0) context.reporter.lines('No entries yet.');
        else context.reporter.lines(...ordered.map(formatEntry));
      }),
    );
};

/** Formats an audit entry as `2026-11-21 14:30:05  link.opened  peer=office path=relay`, in local time. */
function formatEntry(entry: AuditEntry): string {
  const date = new Date(entry.at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const fields = Object.entries(entry.fields)
    .filter(([name, value]) => value !== null && name !== 'relayReads')
    .map(([name, value]) => `${printable(name)}=${formatValue(shownField(name, value))}`);
  const mark = entry.fields['relayReads'] === true ? `(${RELAY_READS})` : '';
  return [`${day} ${time}`, printable(entry.event), fields.join(' '), mark].join('  ').trimEnd();
}

/** Fields of audit entries whose value is a peer ID. */
const PEER_FIELDS: ReadonlySet<string> = new Set(['peer', 'to']);

/** Returns the value of a field as other commands show it. */
function shownField(name: string, value: unknown): unknown {
  if (PEER_FIELDS.has(name)) return shorten(value);
  return name === 'right' && typeof value === 'string' ? rightName(value) : value;
}

/** Shortens a peer ID to its first group, as other commands show it; `--json` has the whole ID. */
function shorten(peer: unknown): unknown {
  return typeof peer === 'string' && peer.length === 56 ? peer.slice(0, 7) : peer;
}

function formatValue(value: unknown): string {
  const text = printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
